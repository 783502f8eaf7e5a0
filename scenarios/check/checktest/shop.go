package checktest

import (
	"encoding/json"
	"fmt"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// Opening is the true wall time of T = 0: 2026-07-18 10:00 in Manila.
const Opening = 1784340000_000000000

const second = 1_000_000_000

type object = map[string]any

// shop writes a history as a rig would, with devices that keep a journal.
type shop struct {
	log     history.Log
	now     int64 // T
	devices map[string]*device
	order   []*device
	level   int
	heads   map[string]uint64 // by "holder device": how far a replica reaches
}

// device is a till or the hub: its chain, its clock, its numbers.
type device struct {
	name    string
	gen     int
	seq     uint64
	hash    string
	ahead   int64 // its clock less true time
	doubt   string
	entries []history.Event
	number  int64 // last receipt
	job     int
	stan    int
	refs    int
	edits   int
	sold    uint64 // sequence of the last sale
	fixAt   int64  // when its receiver last spoke
	closing sums   // what its next Z must say
}

func newShop(level int) *shop {
	s := &shop{devices: make(map[string]*device), level: level, heads: make(map[string]uint64)}
	s.add(history.Event{Gen: 1, Who: "rig", Kind: history.KindHeader, Header: &history.Header{
		Schema: history.Schema, Scenario: "checktest", Rig: "synthetic", Seed: 1, Level: level, Currency: "PHP",
		TaxRounding: "half up by rate", Zone: "Asia/Manila", Cutoff: "04:00", OpensAt: Opening, Tills: []string{"phone", "assistant"},
		Articles: []history.Article{
			{SKU: "beaded-sandals/38/gold", Code: "4800016641503", Label: "Beaded sandals 38 gold", Price: 129000, TaxBP: 1200, Stock: 40},
			{SKU: "beaded-sandals/39/gold", Code: "4800016641510", Label: "Beaded sandals 39 gold", Price: 129000, TaxBP: 1200, Stock: 30},
			{SKU: "raffia-bag/natural", Code: "4800016642005", Label: "Raffia bag natural", Price: 250, TaxBP: 1200, Stock: 900},
			{SKU: "postcard", Code: "4800016643002", Label: "Postcard", Price: 3500, TaxBP: 0, Stock: 500},
		},
		CapEach: 500000, CapTotal: 900000, CapCount: 10, CapAgeNS: 86400 * second,
	}})
	s.act("storm", "")
	return s
}

func (s *shop) add(e history.Event) int64 {
	if e.T == 0 {
		e.T = s.now
	}
	if e.Gen == 0 {
		e.Gen = 1
	}
	return s.log.Append(e)
}

func (s *shop) wait(seconds int64) { s.now += seconds * second }

func (s *shop) act(state, text string) {
	s.add(history.Event{Who: "rig", Kind: history.KindAct, State: state, Text: text})
}

func (s *shop) article(sku string) *history.Article {
	h := s.log.Events()[0].Header
	for i := range h.Articles {
		if h.Articles[i].SKU == sku {
			return &h.Articles[i]
		}
	}
	panic("checktest: no article " + sku)
}

func (s *shop) device(name string) *device {
	d := s.devices[name]
	if d == nil {
		d = &device{name: name, hash: check.Genesis(name, 1)}
		s.devices[name] = d
		s.order = append(s.order, d)
	}
	return d
}

func (s *shop) wall(d *device) int64 { return Opening + s.now + d.ahead }

// start switches a device on and lets it write its boot entry.
func (s *shop) start(name string, more ...object) {
	d := s.device(name)
	d.gen++
	s.add(history.Event{Gen: d.gen, Who: name, Kind: history.KindPower, On: true, Text: "switched on"})
	s.wait(2)
	if s.level == 2 {
		s.add(history.Event{Gen: d.gen, Who: name, Kind: history.KindSpan, State: "recovery"})
		s.add(history.Event{Gen: d.gen, Who: name, Kind: history.KindStarted, Done: int64(d.seq), Total: 1})
	}
	facts := []object{{"boot": object{"recovered": d.seq, "folded": 1}}}
	if d.seq > 0 {
		last := d.entries[len(d.entries)-1].T
		facts = append(facts, object{"outage": object{
			"what": "till", "from": Opening + last + d.ahead, "to": s.wall(d), "cause": "unknown",
		}})
	}
	s.commit(d, 0, append(facts, more...))
}

// cut takes a device's power away.
func (s *shop) cut(name string, c history.Cut) {
	d := s.device(name)
	s.add(history.Event{Gen: d.gen, Who: name, Kind: history.KindPower, Text: "battery fell out"})
	s.add(history.Event{Gen: d.gen, Who: name, Kind: history.KindCut, Cut: &c})
	s.wait(20)
}

// commit makes one decision durable and returns its sequence.
func (s *shop) commit(d *device, basket int, facts []object, intents ...object) uint64 {
	d.seq++
	for i := range intents {
		intents[i]["id"] = fmt.Sprintf("1.%d.%d", d.seq, i)
	}
	entry := object{
		"device": d.name, "inc": 1, "seq": d.seq, "wall": s.wall(d), "hlc": uint64(s.now)>>4 + uint64(d.seq), "facts": facts,
	}
	if len(intents) > 0 {
		entry["intents"] = intents
	}
	if d.doubt != "" {
		entry["clock"] = d.doubt
	}
	payload, err := json.Marshal(entry)
	if err != nil { // maps of plain values: cannot happen
		panic(err)
	}
	prev := d.hash
	d.hash = check.HashOf(prev, payload)
	e := history.Event{
		T: s.now, Gen: 1, Device: d.name, Inc: 1, Seq: d.seq, Hash: d.hash, Payload: payload, Prev: prev,
	}
	d.entries = append(d.entries, e)
	e.Who, e.Kind, e.Prev, e.Basket, e.Gen = d.name, history.KindCommit, "", basket, d.gen
	if s.level == 2 {
		s.add(history.Event{Gen: d.gen, Who: d.name, Kind: history.KindSpan, State: "commit"})
		s.add(e)
	}
	return d.seq
}

// link moves a cable or a network link.
func (s *shop) link(who, state string) {
	s.add(history.Event{Who: who, Kind: history.KindLink, State: state})
}

// sync lets a replica take all that a device has written, and be told so.
func (s *shop) sync(holder, of string) {
	d := s.device(of)
	if s.heads[holder+" "+of] == d.seq || s.level < 2 {
		return
	}
	s.heads[holder+" "+of] = d.seq
	s.add(history.Event{Who: holder, Kind: history.KindReplicated, Device: of, Inc: 1, Seq: d.seq})
	if holder == "hub" {
		s.add(history.Event{Who: of, Gen: d.gen, Kind: history.KindAcknowledged, Device: of, Inc: 1, Seq: d.seq})
	}
}

// conflicts counts the pairs of edits: all are made over the price as provisioned.
func (s *shop) conflicts() (n int64) {
	for i, a := range s.order {
		for _, b := range s.order[i+1:] {
			n += int64(a.edits * b.edits)
		}
	}
	return n
}

// close ends the run: every replica exports what it holds.
func (s *shop) close(sold map[string]int64) []history.Event {
	holders := []string{"phone", "assistant", "hub"}
	for _, h := range holders {
		for _, d := range s.order {
			s.sync(h, d.name)
		}
	}
	for _, h := range holders {
		stock := make(map[string]int64)
		for _, a := range s.log.Events()[0].Header.Articles {
			stock[a.SKU] = a.Stock - sold[a.SKU]
		}
		if s.level == 2 {
			s.add(history.Event{Who: h, Kind: history.KindState, Text: "5e1f", Stock: stock, Done: s.conflicts()})
		}
	}
	s.add(history.Event{Who: "rig", Kind: history.KindScannedForLeaks, Done: 3, Total: 120})
	if s.level > 0 {
		for _, h := range holders {
			for _, d := range s.order {
				for _, e := range d.entries {
					e.Who, e.Kind, e.T = h, history.KindEntry, s.now
					s.add(e)
				}
			}
		}
	}
	s.act("end", "")
	return s.log.Events()
}
