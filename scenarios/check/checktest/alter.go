package checktest

import (
	"bytes"
	"encoding/json"
	"slices"
	"sort"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// story is a history that is being altered. Events are replaced, never changed
// in place: the original stays good.
type story struct{ events []history.Event }

func tell(events []history.Event) *story { return &story{slices.Clone(events)} }

// done numbers the events again and returns them.
func (s *story) done() []history.Event {
	for i := range s.events {
		s.events[i].N = int64(i) + 1
	}
	return s.events
}

// find returns the index of the first event that fits, from an index on, or -1.
func (s *story) find(from int, fits func(e *history.Event) bool) int {
	for i := max(from, 0); i < len(s.events); i++ {
		if fits(&s.events[i]) {
			return i
		}
	}
	return -1
}

// last returns the index of the last event before an index that fits, or -1.
func (s *story) last(before int, fits func(e *history.Event) bool) int {
	for i := before - 1; i >= 0; i-- {
		if fits(&s.events[i]) {
			return i
		}
	}
	return -1
}

func kind(k string) func(e *history.Event) bool {
	return func(e *history.Event) bool { return e.Kind == k }
}

func (s *story) insert(at int, e ...history.Event) { s.events = slices.Insert(s.events, at, e...) }

// move takes the event at one index to before another, smaller one.
func (s *story) move(from, to int) {
	e := s.events[from]
	s.events = slices.Insert(slices.Delete(s.events, from, from+1), to, e)
}

// key names an entry.
type key struct {
	device string
	inc    uint32
	seq    uint64
}

func keyOf(e *history.Event) key { return key{e.Device, e.Inc, e.Seq} }

func own(e *history.Event) bool { return e.Kind == history.KindEntry && e.Who == e.Device }

// entries returns the keys of the own exported entries that fit, in order.
func (s *story) entries(fits func(payload object) bool) []key {
	var keys []key
	for i := range s.events {
		if e := &s.events[i]; own(e) && fits(decode(e.Payload)) {
			keys = append(keys, keyOf(e))
		}
	}
	return keys
}

// has tells whether an entry states a fact of this kind.
func has(name string) func(object) bool {
	return func(p object) bool { return fact(p, name) != nil }
}

// fact returns the payload's first fact of a kind, or nil.
func fact(payload object, name string) object {
	facts, _ := payload["facts"].([]any)
	for _, f := range facts {
		o, _ := f.(object)
		if named, ok := o[name].(object); ok {
			return named
		}
	}
	return nil
}

// drop takes all facts of a kind out of a payload.
func drop(payload object, name string) {
	facts, _ := payload["facts"].([]any)
	payload["facts"] = slices.DeleteFunc(slices.Clone(facts), func(f any) bool {
		o, _ := f.(object)
		_, is := o[name]
		return is
	})
}

func decode(payload []byte) object {
	dec := json.NewDecoder(bytes.NewReader(payload))
	dec.UseNumber() // wall times have more digits than a float
	var o object
	if dec.Decode(&o) != nil {
		return object{}
	}
	return o
}

// number reads a JSON number of a decoded payload; anything else is 0.
func number(v any) int64 {
	text, _ := v.(json.Number)
	n, _ := text.Int64()
	return n
}

// everywhere and at say whose copies of an entry are altered.
func everywhere(*history.Event) bool { return true }

func at(holder string) func(e *history.Event) bool {
	return func(e *history.Event) bool { return e.Kind == history.KindEntry && e.Who == holder }
}

// rewrite changes the payload of an entry wherever `where` says, and leaves
// its hash as it was.
func (s *story) rewrite(k key, where func(e *history.Event) bool, change func(payload object)) {
	for i := range s.events {
		e := &s.events[i]
		if keyOf(e) != k || e.Payload == nil || !where(e) {
			continue
		}
		p := decode(e.Payload)
		change(p)
		text, err := json.Marshal(p)
		if err != nil { // it was JSON before
			panic(err)
		}
		e.Payload = text
	}
}

// alter is rewrite with the hash chains made good again.
func (s *story) alter(k key, where func(e *history.Event) bool, change func(payload object)) {
	s.rewrite(k, where, change)
	s.rechain()
}

type holding struct {
	who, device string
	inc         uint32
}

// rechain gives every exported entry the hash that its payload and its
// predecessors have now, each copy by itself; commits get the hash of the
// entry as its own device holds it.
func (s *story) rechain() {
	chains := make(map[holding][]int)
	for i := range s.events {
		if e := &s.events[i]; e.Kind == history.KindEntry {
			h := holding{e.Who, e.Device, e.Inc}
			chains[h] = append(chains[h], i)
		}
	}
	order := make([]holding, 0, len(chains))
	for h := range chains {
		order = append(order, h)
	}
	// Earlier incarnations first, and each device's own copy before others':
	// a later one names the head of an earlier one.
	sort.Slice(order, func(i, j int) bool {
		a, b := order[i], order[j]
		if a.inc != b.inc {
			return a.inc < b.inc
		}
		if (a.who == a.device) != (b.who == b.device) {
			return a.who == a.device
		}
		return a.who+"\x00"+a.device < b.who+"\x00"+b.device
	})
	hashes := make(map[key]string)
	for _, h := range order {
		s.rechainOne(h, chains[h], hashes)
	}
	for i := range s.events {
		if e := &s.events[i]; e.Kind == history.KindCommit && hashes[keyOf(e)] != "" {
			e.Hash = hashes[keyOf(e)]
		}
	}
}

func (s *story) rechainOne(h holding, chain []int, hashes map[key]string) {
	sort.SliceStable(chain, func(i, j int) bool { return s.events[chain[i]].Seq < s.events[chain[j]].Seq })
	prev := check.Genesis(h.device, h.inc)
	for n, i := range chain {
		e := &s.events[i]
		if n == 0 {
			s.continues(e, hashes)
		}
		if n > 0 && e.Seq == s.events[chain[n-1]].Seq { // held twice
			e.Prev, e.Hash = s.events[chain[n-1]].Prev, s.events[chain[n-1]].Hash
			continue
		}
		e.Prev, e.Hash = prev, check.HashOf(prev, e.Payload)
		prev = e.Hash
		if h.who == h.device {
			hashes[keyOf(e)] = e.Hash
		}
	}
}

// continues lets a boot entry name the head before it by its new hash.
func (s *story) continues(first *history.Event, hashes map[key]string) {
	boot := fact(decode(first.Payload), "boot")
	before, ok := boot["before"].(object)
	if !ok {
		return
	}
	device, _ := before["device"].(string)
	hash := hashes[key{device, uint32(number(before["inc"])), uint64(number(before["seq"]))}]
	if hash == "" || hash == boot["before_hash"] {
		return
	}
	s.rewrite(keyOf(first), everywhere, func(p object) { fact(p, "boot")["before_hash"] = hash })
}
