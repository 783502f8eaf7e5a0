package report

import (
	"strings"

	"stormrig/fault"
	"stormrig/sim/history"
)

// laneData is one line of the picture. Times are ns of world time.
type laneData struct {
	ID    string             `json:"id"` // who, or who/sales
	Name  string             `json:"name"`
	Group string             `json:"group,omitempty"` // set on the first lane of a group
	Sub   bool               `json:"sub,omitempty"`   // a device of the lane above
	Tall  bool               `json:"tall,omitempty"`
	Bands []bandData         `json:"bands"`
	Ticks map[string][]int64 `json:"ticks"` // by class
	Marks []markData         `json:"marks"`

	open *bandData
}

// bandData is a stretch of time in one state.
type bandData struct {
	From  int64  `json:"t0"`
	To    int64  `json:"t1"`
	Class string `json:"c"` // "up", "down", "life", "job", "ruined"
	Text  string `json:"d"`
}

// markData is a moment that can be chosen.
type markData struct {
	T     int64  `json:"t"`
	Class string `json:"c"` // "fault", "cut", "started", "host", "people", "clock", "disk"
	Label string `json:"l,omitempty"`
	Text  string `json:"d"`
	Event int64  `json:"n"`
}

// laneKeeper builds the lanes while it walks through the history.
type laneKeeper struct {
	s     *story
	lane  map[string]*laneData
	order []string // as they appear
	lives map[string]int
}

func (s *story) lanes() []*laneData {
	k := &laneKeeper{s: s, lane: make(map[string]*laneData), lives: make(map[string]int)}
	for i := range s.b.Events {
		if e := &s.b.Events[i]; e.Kind == history.KindAct && e.State == "end" {
			break // real parts are switched off then
		}
		k.add(&s.b.Events[i])
	}
	end := s.end()
	for _, id := range k.order {
		k.lane[id].close(end)
		k.lane[id].uncover()
	}
	return k.sorted()
}

// end is the time of the last event.
func (s *story) end() int64 {
	if n := len(s.b.Events); n > 0 {
		return s.b.Events[n-1].T
	}
	return 0
}

func (k *laneKeeper) of(id string) *laneData {
	l := k.lane[id]
	if l == nil {
		l = &laneData{ID: id, Name: id, Bands: []bandData{}, Marks: []markData{}, Ticks: make(map[string][]int64)}
		if i := strings.LastIndexByte(id, '.'); i >= 0 {
			l.Name, l.Sub = id[i+1:], true
		}
		k.lane[id] = l
		k.order = append(k.order, id)
	}
	return l
}

func (l *laneData) begin(t int64, class, text string) {
	l.close(t)
	l.open = &bandData{From: t, Class: class, Text: text}
}

func (l *laneData) close(t int64) {
	if l.open != nil {
		l.open.To = t
		l.Bands = append(l.Bands, *l.open)
		l.open = nil
	}
}

// uncover leaves out what a clock or a disk did at the moment of a fault: the
// fault's own mark says it.
func (l *laneData) uncover() {
	faults := make(map[int64]bool)
	for _, m := range l.Marks {
		faults[m.T] = faults[m.T] || m.Class == "fault"
	}
	kept := l.Marks[:0]
	for _, m := range l.Marks {
		if !faults[m.T] || m.Class != "clock" && m.Class != "disk" {
			kept = append(kept, m)
		}
	}
	l.Marks = kept
}

func (l *laneData) tick(class string, t int64) { l.Ticks[class] = append(l.Ticks[class], t) }

func (k *laneKeeper) mark(who string, e *history.Event, class, label string) {
	l := k.of(who)
	l.Marks = append(l.Marks, markData{T: e.T, Class: class, Label: label, Text: k.s.words(e), Event: e.N})
}

func (k *laneKeeper) add(e *history.Event) {
	switch e.Kind {
	case history.KindPower:
		k.power(e)
	case history.KindLink:
		k.link(e)
	case history.KindFault:
		k.fault(e)
	case history.KindCut:
		k.mark(e.Who, e, "cut", "")
		if e.State == "killed" {
			k.of(e.Who).begin(e.T, "down", "its process was killed")
		}
	case history.KindStarted:
		k.started(e)
	case history.KindClock:
		k.mark(e.Who, e, "clock", "clock moved")
	case history.KindDisk:
		k.disk(e)
	default:
		k.work(e)
	}
}

// disk draws how a disk fares on a lane of its own: a lie lasts for hours, and
// all that is written meanwhile is in doubt.
func (k *laneKeeper) disk(e *history.Event) {
	if e.State == "killed" {
		k.mark(e.Who, e, "disk", "")
		return
	}
	k.mark(e.Who, e, cond(e.State == "healed", "started", "disk"), "")
	l := k.of(e.Who + ".disk")
	if e.State == "healed" {
		l.begin(e.T, "up", "the disk works")
		return
	}
	l.begin(e.T, "lie", cond(strings.HasPrefix(e.State, "eio"), diskWords(e.State), "the disk "+diskWords(e.State)))
}

// work adds what devices, people and books do while all is well.
func (k *laneKeeper) work(e *history.Event) {
	switch e.Kind {
	case history.KindCommit:
		k.of(e.Who).tick(cond(k.s.isSale(e), "sale", "commit"), e.T)
	case history.KindSpan:
		if e.State == "checkpoint" || e.State == "recovery" {
			k.of(e.Who).tick(e.State, e.T)
		}
	case history.KindScan, history.KindSwipe, history.KindKick, history.KindRequest, history.KindKey:
		k.of(e.Who).tick("work", e.T)
	case history.KindReplicated:
		k.of(e.Who).tick("commit", e.T)
	case history.KindArmed, history.KindTerminal:
		k.of(e.Who).tick("commit", e.T)
	case history.KindLedger:
		k.mark(e.Who, e, cond(ledgerSign(e) > 0, "host", "refused"), "")
	case history.KindPrintBegin:
		k.of(e.Who+"/paper").begin(e.T, "job", "paper")
	case history.KindPaper:
		k.paper(e)
	case history.KindWalkout, history.KindRering, history.KindRefusedCard, history.KindAnswered, history.KindLeak:
		k.mark(e.Who, e, "people", "")
	}
}

func (s *story) isSale(e *history.Event) bool {
	for _, f := range s.entryOf(e).facts.Facts {
		if f.Sale != nil {
			return true
		}
	}
	return false
}

func (k *laneKeeper) power(e *history.Event) {
	l := k.of(e.Who)
	switch {
	case !e.On:
		l.begin(e.T, "down", with("no power", e.Text))
	case contains(k.s.head.Tills, e.Who) || e.Who == "hub":
		k.lives[e.Who]++
		l.begin(e.T, "life", with("life "+itoa(k.lives[e.Who]), e.Text))
	default:
		l.begin(e.T, "up", with("power", e.Text))
	}
}

// started closes the gap of a process that was killed: no power event says
// that it runs again.
func (k *laneKeeper) started(e *history.Event) {
	l := k.of(e.Who)
	if l.open != nil && l.open.Class == "down" {
		k.lives[e.Who]++
		l.begin(e.T, "life", "life "+itoa(k.lives[e.Who]))
	}
	if e.Gen > 1 {
		k.mark(e.Who, e, "started", "")
	}
}

func (k *laneKeeper) link(e *history.Event) {
	id := e.Who
	if _, _, network := networkLink(id); !network {
		id += "/cable"
	}
	l := k.of(id)
	l.begin(e.T, cond(e.State == "down", "down", "up"), with("link "+e.State, cond(e.Text == e.State, "", e.Text)))
}

func (k *laneKeeper) fault(e *history.Event) {
	if e.Fault == nil {
		return
	}
	for _, target := range strings.Split(e.Fault.Target, ",") {
		k.mark(target, e, "fault", k.s.faultLabel(e.Fault))
	}
}

// faultLabel is short enough to stand on the lane of what it strikes.
func (s *story) faultLabel(f *history.Fault) string {
	n := s.number[f.ID]
	if n == 0 {
		return f.Kind + " " + f.Target
	}
	p := s.b.Plan.Faults[n-1]
	label := p.What()
	if _, rest, found := strings.Cut(label, " "+p.Target+": "); found && p.Kind == fault.Network {
		label = rest
	}
	label = strings.TrimPrefix(label, p.Target+": ")
	return clip(label, 48)
}

func (k *laneKeeper) paper(e *history.Event) {
	l := k.of(e.Who + "/paper")
	if l.open == nil {
		l.open = &bandData{From: e.T}
	}
	l.open.Class = cond(e.State == "cut", "job", "ruined")
	l.open.Text = k.s.pieceWords(e)
	if e.State == "power lost" || e.State == "open" {
		k.mark(e.Who, e, "refused", "")
	}
	l.close(e.T)
}

// networkLink splits a network link into its ends; a cable has none.
func networkLink(who string) (unit, peer string, ok bool) {
	i := strings.LastIndexByte(who, '-')
	if i <= 0 || strings.Contains(who, ".") {
		return who, "", false
	}
	return who[:i], who[i+1:], true
}

// sorted puts the lanes in the order in which a person follows the story:
// power, network, each till with its sales, devices and people, then hub and
// card host. Paper and cables are drawn on the lane of their device.
func (k *laneKeeper) sorted() []*laneData {
	k.fold()
	var out []*laneData
	group := func(name string, fits func(id string) bool) {
		first := true
		for _, id := range k.order {
			if l := k.lane[id]; l != nil && fits(id) {
				if first {
					l.Group, first = name, false
				}
				out = append(out, l)
				delete(k.lane, id)
			}
		}
	}
	devices := func(id string) bool { return !strings.Contains(id, ".") }
	network := func(id string) bool { _, _, ok := networkLink(id); return ok && !strings.Contains(id, ",") }
	rest := func(id string) bool { return id == "hub" || id == "host" }
	till := func(id string) bool { return contains(k.s.head.Tills, unitName(id)) }
	group("Power", func(id string) bool { return devices(id) && !network(id) && !rest(id) && !till(id) && id != "rig" })
	group("Network", func(id string) bool { return network(id) && !till(id) })
	for _, name := range k.s.head.Tills {
		k.tillGroup(name, &out, group)
	}
	group("Back office", func(id string) bool { return unitName(id) == "hub" })
	group("", func(id string) bool { return unitName(id) == "host" })
	return out
}

func (k *laneKeeper) tillGroup(name string, out *[]*laneData, group func(string, func(string) bool)) {
	group("Till "+name, func(id string) bool { return id == name })
	for _, d := range k.s.sales {
		if d.Till == name {
			*out = append(*out, &laneData{
				ID: name + "/sales", Name: "sales", Sub: true, Tall: true,
				Bands: []bandData{}, Marks: []markData{}, Ticks: map[string][]int64{},
			})
			break
		}
	}
	group("", func(id string) bool { return unitName(id) == name && !strings.HasSuffix(id, ".cashier") })
	group("", func(id string) bool { return id == name+".cashier" })
}

// fold brings the paper and the cable of a device onto its lane.
func (k *laneKeeper) fold() {
	for _, id := range k.order {
		base, part, ok := strings.Cut(id, "/")
		if !ok {
			continue
		}
		for _, b := range k.lane[id].Bands {
			if part == "cable" && b.Class == "up" {
				continue // the device's power says enough
			}
			k.of(base).Bands = append(k.of(base).Bands, b)
		}
		delete(k.lane, id)
	}
	for _, id := range k.order {
		if l := k.lane[id]; l != nil && l.Sub && len(l.Bands) == 0 && len(l.Marks) == 0 && len(l.Ticks) == 0 {
			delete(k.lane, id)
		}
	}
}

// storm are the stretches in which mains or network were away, joined.
func (s *story) storm() []bandData {
	down := make(map[string]bool)
	var out []bandData
	var open *bandData
	for i := range s.b.Events {
		e := &s.b.Events[i]
		_, _, network := networkLink(e.Who)
		mains := e.Kind == history.KindPower && !strings.Contains(e.Who, ".") && !s.isUnit(e.Who)
		if !(mains || e.Kind == history.KindLink && network) {
			continue
		}
		if e.Kind == history.KindPower && e.On || e.Kind == history.KindLink && e.State == "up" {
			delete(down, e.Who)
		} else {
			down[e.Who] = true
		}
		if len(down) > 0 && open == nil {
			open = &bandData{From: e.T, Class: "storm"}
		}
		if len(down) == 0 && open != nil {
			open.To = e.T
			out, open = append(out, *open), nil
		}
	}
	if open != nil {
		open.To = s.end()
		out = append(out, *open)
	}
	return out
}

func (s *story) isUnit(who string) bool {
	return who == "hub" || who == "host" || contains(s.head.Tills, who)
}
