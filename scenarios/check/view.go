package check

import (
	"errors"
	"slices"
	"sort"
	"strings"

	"stormrig/sim/history"
)

type event = history.Event

// View is a history indexed once for all checkers. It shares the events it
// was made from; they must not change while it is in use.
type View struct {
	Header history.Header
	Events []history.Event

	tillCount int
	units     []*unit // tills in the header's order, then others as they appear
	unit      map[string]*unit
	baskets   []*basket // in order of appearance
	records   map[Key]*record
	keys      []Key      // of records, in order of appearance
	holdings  []*holding // in order of appearance
	payments  []*payment // in order of appearance
	payment   map[string]*payment
	kind      map[string][]*event

	ended   bool // the run came to its end
	stalled bool // and had not converged
	calm    int64
}

// unit is a till or the hub, with its devices.
type unit struct {
	name     string
	currency string
	kind     map[string][]*event // the unit's and its devices' events by kind
	own      []*record           // entries that it wrote, in the order of the history
	sales    []*sale
	baskets  []*basket
	pieces   []*piece
	links    map[string][]*event // by peer: "hub", "host"
	on, off  []*event            // when the unit itself began to run, and ended
	watched  bool                // its commits are in the history
}

// record is one entry, wherever it was seen.
type record struct {
	key    Key
	entry  *entry
	hash   string
	raw    []byte
	commit *event   // nil: nobody saw it commit (level 1, or power went in the write and it survived)
	own    *event   // its own device's copy at the end; nil: lost
	copies []*event // all copies at the end
	at     int64    // N of the moment it became durable; 0 unknown
	other  *record  // the same key with another content, committed as well
}

// holding is one chain as one device holds it at the end.
type holding struct {
	holder  string
	chain   chain
	entries []*event // in the order of the history
}

type sale struct {
	*saleFact
	record *record
	unit   *unit
	basket *basket // nil: no shopper stood there
}

// basket is what happened from one shopper's arrival to the next's.
type basket struct {
	n         int
	unit      *unit
	event     *event
	until     int64 // N of the next shopper at this till
	rung      *event
	served    *event
	delivered []*event
	keys      []*event
	tendered  []*event
	swipes    []*event
	rerings   int
	sales     []*sale
	pieces    []*piece
	kicks     []*event
	refused   map[string]bool // by code: the till visibly refused it
}

// NewView indexes a history.
func NewView(events []history.Event) (*View, error) {
	if len(events) == 0 || events[0].Header == nil {
		return nil, errors.New("a history begins with its header")
	}
	v := &View{
		Header: *events[0].Header, Events: events,
		unit: make(map[string]*unit), records: make(map[Key]*record),
		payment: make(map[string]*payment), kind: make(map[string][]*event),
	}
	for _, till := range v.Header.Tills {
		v.unitOf(till)
	}
	v.tillCount = len(v.units)
	v.sortEvents()
	v.indexEntries()
	for _, u := range v.units {
		u.collectLives()
		u.place()
		u.collectSales()
		u.collectPieces(v.kind[history.KindFault])
	}
	v.indexBaskets()
	v.indexPayments()
	return v, nil
}

// unitName takes the device off: "phone.printer" is part of "phone".
func unitName(who string) string {
	if i := strings.IndexByte(who, '.'); i >= 0 {
		return who[:i]
	}
	return who
}

func (v *View) unitOf(name string) *unit {
	u := v.unit[name]
	if u == nil {
		u = &unit{name: name, currency: v.Header.Currency, kind: make(map[string][]*event), links: make(map[string][]*event)}
		v.unit[name] = u
		v.units = append(v.units, u)
	}
	return u
}

func (v *View) tills() []*unit { return v.units[:v.tillCount] }

func (v *View) sortEvents() {
	for i := range v.Events {
		e := &v.Events[i]
		v.kind[e.Kind] = append(v.kind[e.Kind], e)
		switch e.Kind {
		case history.KindEntry, history.KindHeader:
			continue
		case history.KindAct:
			v.calm = cond(e.State == "calm", e.N, v.calm)
			v.ended = v.ended || e.State == "end"
			v.stalled = v.stalled || e.State == "end" && strings.HasPrefix(e.Text, "stalled")
			continue
		case history.KindLink:
			if cut := strings.LastIndexByte(e.Who, '-'); cut > 0 && !strings.Contains(e.Who, ".") {
				u := v.unitOf(e.Who[:cut])
				u.links[e.Who[cut+1:]] = append(u.links[e.Who[cut+1:]], e)
				continue
			}
		}
		u := v.unitOf(unitName(e.Who))
		u.kind[e.Kind] = append(u.kind[e.Kind], e)
	}
}

// indexEntries decodes every distinct payload and brings the copies of an
// entry together.
func (v *View) indexEntries() {
	dec := decoder{seen: make(map[string]decoded)}
	for _, e := range v.kind[history.KindCommit] {
		r := v.recordOf(&dec, e).twin(e)
		if r.commit != nil && r.hash != e.Hash { // the key was used twice
			n := newRecord(&dec, e)
			n.other, r.other = r.other, n
			r = n
			v.unitOf(e.Device).own = append(v.unitOf(e.Device).own, r)
		}
		r.commit, r.at = e, e.N
		v.unitOf(e.Device).watched = true
	}
	held := make(map[string]map[chain]*holding)
	for _, e := range v.kind[history.KindEntry] {
		holder := unitName(e.Who)
		if held[holder] == nil {
			held[holder] = make(map[chain]*holding)
		}
		c := chain{e.Device, e.Inc}
		h := held[holder][c]
		if h == nil {
			h = &holding{holder: holder, chain: c}
			held[holder][c] = h
			v.holdings = append(v.holdings, h)
		}
		h.entries = append(h.entries, e)
		r := v.recordOf(&dec, e).twin(e)
		r.copies = append(r.copies, e)
		if holder == e.Device && r.hash == e.Hash {
			r.own = e
		}
	}
}

// twin returns the record that the event is of. A key that was used twice names
// several; content that none of them has is taken for the first one's.
func (r *record) twin(e *event) *record {
	for o := r; o != nil; o = o.other {
		if o.hash == e.Hash {
			return o
		}
	}
	return r
}

func newRecord(dec *decoder, e *event) *record {
	r := &record{key: keyOf(e), entry: dec.decode(e), hash: e.Hash, raw: e.Payload}
	if r.entry == nil {
		r.entry = new(entry) // J4 says that it is damaged
	}
	return r
}

func (v *View) recordOf(dec *decoder, e *event) *record {
	k := keyOf(e)
	r := v.records[k]
	if r == nil {
		r = newRecord(dec, e)
		v.records[k] = r
		v.keys = append(v.keys, k)
		u := v.unitOf(k.Device)
		u.own = append(u.own, r)
	}
	return r
}

// place puts the unit's entries in the order in which they became durable. An
// entry that nobody saw commit was in a write when power went, or in one that
// failed, and survived: it belongs to the first of those after its predecessor.
func (u *unit) place() {
	sort.SliceStable(u.own, func(i, j int) bool {
		a, b := u.own[i].key, u.own[j].key
		if a.Inc != b.Inc {
			return a.Inc < b.Inc
		}
		return a.Seq < b.Seq
	})
	if !u.watched {
		return
	}
	ended := merged(u.kind[history.KindCut], u.failedWrites())
	var before *record
	for _, r := range u.own {
		if r.at == 0 {
			var after int64
			if before != nil {
				after = before.at
			}
			if r.boot() != nil {
				after = firstAfter(u.on, after, after)
			}
			r.at = firstAfter(ended, after, after)
		}
		before = r
	}
	sort.SliceStable(u.own, func(i, j int) bool { return u.own[i].at < u.own[j].at })
}

// failedWrites are the unit's steps that wrote into its journal and failed.
func (u *unit) failedWrites() (failed []*event) {
	for _, e := range u.kind[history.KindDiskWork] {
		if slices.ContainsFunc(e.Lines, func(l string) bool { return strings.HasPrefix(l, "write journal/") }) {
			failed = append(failed, e)
		}
	}
	return failed
}

func (r *record) boot() *bootFact {
	for i := range r.entry.Facts {
		if b := r.entry.Facts[i].Boot; b != nil {
			return b
		}
	}
	return nil
}

// written is when a record that was seen to become durable was written, at the
// latest. One that survived a loss of power in its own write is seen at the next
// start only, before that start's own word: it was written before the loss.
func (u *unit) written(r *record) int64 {
	started := last(u.kind[history.KindStarted], r.at)
	if started == nil || r.boot() != nil {
		return r.commit.T
	}
	for _, o := range u.own {
		if o.boot() != nil && o.at > started.N && o.at < r.at {
			return r.commit.T
		}
	}
	before := last(u.kind[history.KindStarted], started.N)
	if before == nil {
		return r.commit.T
	}
	if loss := next(u.off, before.N); loss != nil && loss.N < started.N {
		return loss.T
	}
	return r.commit.T
}

// collectLives finds when the unit itself, not one of its devices, began to
// run and ended: by its power, or because its process was killed.
func (u *unit) collectLives() {
	powered := true
	for _, e := range merged(u.kind[history.KindPower], u.kind[history.KindCut], u.kind[history.KindDisk], u.kind[history.KindStarted]) {
		switch {
		case e.Who != u.name || e.Kind == history.KindDisk && e.State != "killed":
		case e.Kind == history.KindStarted || e.Kind == history.KindPower && e.On:
			u.on, powered = append(u.on, e), true
		case e.Kind == history.KindPower || powered: // a cut after its power event says nothing new
			u.off, powered = append(u.off, e), false
		}
	}
}

// ranFor tells whether the unit ran at the event and for d after it.
func (u *unit) ranFor(e *event, d int64) bool {
	if off := last(u.off, e.N); off != nil {
		if on := last(u.on, e.N); on == nil || on.N < off.N {
			return false
		}
	}
	off := next(u.off, e.N)
	return off == nil || off.T >= e.T+d
}

// firstAfter returns the N of the first event after n, or none.
func firstAfter(events []*event, n, none int64) int64 {
	if e := next(events, n); e != nil {
		return e.N
	}
	return none
}

// next returns the first of the events after n, or nil.
func next(events []*event, n int64) *event {
	i := sort.Search(len(events), func(i int) bool { return events[i].N > n })
	if i == len(events) {
		return nil
	}
	return events[i]
}

// last returns the last of the events before n, or nil.
func last(events []*event, n int64) *event {
	i := sort.Search(len(events), func(i int) bool { return events[i].N >= n })
	if i == 0 {
		return nil
	}
	return events[i-1]
}

func cond[T any](yes bool, a, b T) T {
	if yes {
		return a
	}
	return b
}
