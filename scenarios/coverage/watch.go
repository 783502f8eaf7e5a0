package coverage

import (
	"bytes"
	"slices"
	"strings"

	"stormrig/sim/history"
)

const (
	day = 24 * 3600e9
	// year1990: a clock before it has lost the time.
	year1990 = 631152000e9
	// together is how soon after another a fault begins of which both are a pair.
	together = 5e9
)

// watch follows all tills through a history.
type watch struct {
	opensAt int64
	tills   []*till
	reached [faultCount][stateCount]bool
	pairs   [faultCount][faultCount]bool // the lower row first
	now     int64
}

// till is what goes wrong at one till and what it does.
type till struct {
	name   string
	on     bool
	faults [faultCount]bool
	was    [faultCount]bool  // at the last look
	began  [faultCount]int64 // when those that are there came
	states [stateCount]bool
	off    map[string]bool // devices without power
	out    map[string]bool // devices without cable
	queue  map[string]bool // stored payments
	span   int             // state of the disk work under way, -1 none
	spanAt int64           // when it began
	cart   bool
	asks   bool              // its card terminal asks the card host, and reverses there by itself
	edits  map[uint64]bool   // own entries with edits that the hub has not got
	links  map[string]string // link trouble in words
}

func newWatch(events []history.Event) *watch {
	w := &watch{}
	if len(events) == 0 || events[0].Header == nil {
		return w
	}
	h := events[0].Header
	w.opensAt = h.OpensAt
	for _, name := range h.Tills {
		w.tills = append(w.tills, &till{name: name, off: map[string]bool{}, out: map[string]bool{}, queue: map[string]bool{},
			edits: map[uint64]bool{}, links: map[string]string{}, span: -1})
	}
	return w
}

func (w *watch) event(e *history.Event) {
	w.now = e.T
	for _, t := range w.tills {
		t.tick(e)
		switch {
		case e.Who == t.name || strings.HasPrefix(e.Who, t.name+".") || strings.HasPrefix(e.Who, t.name+"-"):
			w.own(t, e)
		case e.Who == "hub" || e.Who == "host":
			t.far(e)
		}
		w.mark(t)
	}
}

// mark takes down what goes on now.
func (w *watch) mark(t *till) {
	if !t.on {
		return
	}
	t.states[sIdle] = !t.busy()
	for f := range t.faults {
		if !t.faults[f] {
			continue
		}
		for s := range t.states {
			if t.states[s] {
				w.reached[f][s] = true
			}
		}
		if !t.was[f] {
			t.began[f] = w.now
			w.pair(t, f)
		}
	}
	t.was = t.faults
}

// pair takes down which faults are there when another begins, and began with it.
func (w *watch) pair(t *till, f int) {
	for g := range t.faults {
		if t.was[g] && t.faults[g] && w.now-t.began[g] <= together {
			w.pairs[min(f, g)][max(f, g)] = true
		}
	}
}

// strike takes down a fault that lasts no time.
func (w *watch) strike(t *till, fault int) {
	t.faults[fault] = true
	w.mark(t)
	t.faults[fault], t.was[fault] = false, false
}

func (t *till) busy() bool {
	for s := range t.states {
		if s != sIdle && s != sQueue && s != sEdit && t.states[s] {
			return true
		}
	}
	return t.cart
}

// tick ends disk work whose end nothing tells.
func (t *till) tick(e *history.Event) {
	if t.span != sCheckpoint || e.T <= t.spanAt || e.Who != t.name {
		return
	}
	switch e.Kind { // what others do to the till does not say that it is done
	case history.KindFault, history.KindPower, history.KindCut, history.KindClock, history.KindDisk:
	default:
		t.endSpan()
	}
}

func (t *till) endSpan() {
	if t.span >= 0 {
		t.states[t.span] = false
	}
	t.span = -1
}

// own takes an event of the till, its devices, its people or its links.
func (w *watch) own(t *till, e *history.Event) {
	switch e.Kind {
	case history.KindPower:
		w.power(t, e)
	case history.KindCut:
		w.cut(t, fCut, e.Cut)
	case history.KindDisk:
		w.disk(t, e)
	case history.KindLink:
		t.link(e)
	case history.KindClock:
		w.clock(t, e)
	case history.KindSpan:
		t.begin(e)
	case history.KindCommit, history.KindReplicated, history.KindStarted:
		if e.Who == t.name {
			t.commit(e)
		}
	case history.KindAcknowledged:
		for seq := range t.edits {
			if seq <= e.Seq {
				delete(t.edits, seq)
			}
		}
		t.states[sEdit] = len(t.edits) > 0
	case history.KindProgress:
		t.states[sSync] = e.Done < e.Total
	default:
		t.counter(e)
	}
}

// power: of the till itself it ends all that was in memory; a cut inside disk
// work is told after it.
func (w *watch) power(t *till, e *history.Event) {
	if e.Who != t.name {
		t.off[e.Who] = !e.On
		t.devices()
		return
	}
	if e.On {
		t.on = true
		return
	}
	if e.Text == "process killed" {
		w.strike(t, fKill)
	} else {
		w.strike(t, fCut)
	}
}

// cut: the till is gone, with what it was doing on its disk.
func (w *watch) cut(t *till, fault int, c *history.Cut) {
	if c != nil && t.span >= 0 {
		w.strike(t, fault)
	}
	t.on = false
	t.endSpan()
	for _, s := range []int{sSync, sQuestion, sPull, sCommit, sCheckpoint, sRecovery} {
		t.states[s] = false
	}
	t.faults[fPaper], t.faults[fCover] = false, false
}

func (w *watch) disk(t *till, e *history.Event) {
	if e.Who != t.name {
		return
	}
	if e.State == "killed" {
		w.cut(t, fKill, e.Cut)
	}
	for mode, f := range map[string]int{"eio-write": fWrite, "eio-sync": fSync, "full": fFull, "slow": fSlow} {
		t.faults[f] = (t.faults[f] || e.State == mode) && !e.Heals(mode)
	}
}

func (t *till) link(e *history.Event) {
	if e.Who == t.name+".dongle-host" { // a terminal's own line
		t.faults[fHostLink] = e.State == "down"
		return
	}
	if strings.HasPrefix(e.Who, t.name+".") {
		silent := strings.HasPrefix(e.Text, "mute") || strings.HasPrefix(e.Text, "deaf")
		t.faults[fOneWay] = silent || t.faults[fOneWay] && e.State == "down"
		t.out[e.Who] = e.State == "down" && !silent
		t.devices()
		return
	}
	t.links[e.Who] = e.Text
	t.faults[fRough] = false
	for _, text := range t.links {
		for _, word := range []string{"loses", "repeats", "reorders"} {
			t.faults[fRough] = t.faults[fRough] || strings.Contains(text, word)
		}
	}
	switch e.Who {
	case t.name + "-hub":
		t.faults[fHubLink] = e.State == "down"
	case t.name + "-host":
		t.faults[fHostLink] = e.State == "down"
	}
}

func (t *till) devices() {
	away := func(device string) bool { return t.off[t.name+"."+device] || t.out[t.name+"."+device] }
	t.faults[fPrinter], t.faults[fDongle], t.faults[fScanner] = away("printer"), away("dongle"), away("scanner")
}

func (w *watch) clock(t *till, e *history.Event) {
	if e.Who != t.name {
		return
	}
	w.strike(t, fJump)
	t.faults[f1970] = e.WallTo < year1990
	t.faults[fAhead] = e.WallTo-(w.opensAt+e.T) > day
}

func (t *till) begin(e *history.Event) {
	if e.Who != t.name {
		return
	}
	t.endSpan()
	s := slices.Index([]string{"commit", "pull", "checkpoint", "recovery"}, e.State)
	if s < 0 {
		return
	}
	t.on = true
	t.span, t.spanAt = []int{sCommit, sPull, sCheckpoint, sRecovery}[s], e.T
	t.states[t.span] = true
}

// commit ends disk work; what was decided tells how far things are.
func (t *till) commit(e *history.Event) {
	t.endSpan()
	if e.Kind != history.KindCommit {
		return
	}
	has := func(text string) bool { return bytes.Contains(e.Payload, []byte(text)) }
	switch {
	case has(`{"result":{`):
		t.states[sArmed], t.states[sHost], t.states[sApproved] = false, false, false
	case has(`{"forward":{`):
		t.states[sForward] = false
	}
	if ref := refOf(e.Payload, `{"result":{"ref":"`); ref != "" && has(`"state":"deferred"`) {
		t.queue[ref] = true
	}
	if ref := refOf(e.Payload, `{"forward":{"ref":"`); ref != "" {
		delete(t.queue, ref)
	}
	t.states[sQueue] = len(t.queue) > 0
	if has(`{"reversal":{`) {
		t.states[sReverse] = !has(`"acknowledged":true`)
	}
	// What is ordered is under way, whether the host has heard of it or not.
	t.states[sReverse] = t.states[sReverse] || has(`"host":{"kind":"reverse"`)
	t.states[sForward] = t.states[sForward] || has(`"host":{"kind":"forward"`)
	if has(`{"edit":{`) {
		t.edits[e.Seq] = true
		t.states[sEdit] = true
	}
	if has(`{"report":{`) {
		t.states[sReport] = true
	}
}

// refOf reads the payment's reference that stands behind a member's opening.
func refOf(payload []byte, before string) string {
	_, rest, ok := bytes.Cut(payload, []byte(before))
	if !ok {
		return ""
	}
	ref, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(ref)
}
