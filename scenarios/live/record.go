package live

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"stormrig/hil/driver"
	"stormrig/hil/pump"
	"stormrig/pos"
	"stormrig/pos/hub"
	"stormrig/pos/journal"
	"stormrig/pos/till"
	"stormrig/scenarios/rig"
	"stormrig/sim/acquirer"
	"stormrig/sim/device"
	"stormrig/sim/history"
)

// recorder writes the history. Watchers call it from the goroutines of all
// pumps; everything below mu waits for nobody.
type recorder struct {
	world *World

	mu        sync.Mutex
	events    []history.Event
	errs      []error
	converged bool
	nextN     int
	lives     map[string]int
	serving   map[string]int    // till: basket on the counter
	scanned   map[string]string // till: code of the last decode
	half      map[string][]byte // till: what the scanner's line has brought of it
	refs      map[string]int    // payment reference: basket
	baskets   map[int]rig.Visit
	receipts  map[int]int     // basket: bytes of its receipt
	brought   map[string]int  // device: bytes that its connection has brought
	sent      map[string]int  // cable: bytes that its host has sent since it was opened
	committed map[string]bool // unit and hash of what is written down as committed
	stopped   map[string]bool // units that were stopped in order before their power went
}

func newRecorder(w *World) *recorder {
	r := &recorder{world: w, nextN: 1, lives: map[string]int{}, serving: map[string]int{}, scanned: map[string]string{},
		half: map[string][]byte{}, refs: map[string]int{}, baskets: map[int]rig.Visit{}, sent: map[string]int{}, brought: map[string]int{}, receipts: map[int]int{}, committed: map[string]bool{}, stopped: map[string]bool{}}
	for _, v := range w.parts.Visits {
		r.nextN = max(r.nextN, v.Basket.N+1)
	}
	return r
}

// record adds an event at the present time; mu is held.
func (r *recorder) record(e history.Event) {
	e.N = int64(len(r.events)) + 1
	e.T = int64(r.world.now())
	if e.Gen == 0 {
		e.Gen = max(r.lives[e.Who], 1)
	}
	r.events = append(r.events, e)
}

// note is record for who does not hold mu.
func (r *recorder) note(e history.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.record(e)
}

func (r *recorder) act(state, text string) {
	r.note(history.Event{Kind: history.KindAct, Who: "rig", State: state, Text: text})
}

func (r *recorder) header() {
	h := r.world.parts.Header
	h.Rig = r.world.options.Rig
	r.note(history.Event{Kind: history.KindHeader, Who: "rig", Header: &h})
}

func (r *recorder) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errs = append(r.errs, err)
}

func (r *recorder) err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return errors.Join(r.errs...)
}

// History is the record so far.
func (r *recorder) History() []history.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.events[:len(r.events):len(r.events)]
}

// life is which life of a unit it is.
func (r *recorder) life(unit string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return max(r.lives[unit], 1)
}

// Converged tells whether the second act came to rest.
func (r *recorder) Converged() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.converged
}

// watch takes what a pump saw.
func (w *World) watch(s pump.Seen) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch s.Kind {
	case pump.Switched:
		w.switched(s)
	case pump.Told:
		w.told(s)
	case pump.Got:
		w.got(s)
	case pump.Sent:
		w.sends(s)
	case pump.Up, pump.Down:
		w.connected(s)
	}
}

func (w *World) switched(s pump.Seen) {
	w.lives[s.Unit] = s.Life
	e := history.Event{Kind: history.KindPower, Who: s.Unit, Gen: s.Life, On: s.On, Text: "switched on"}
	_, computer := w.disks[s.Unit]
	plug := w.plugs[s.Unit]
	ordered := w.stopped[s.Unit] && !s.On
	killed := computer && !ordered && (plug == nil || !plug.dead.Load())
	delete(w.stopped, s.Unit)
	switch {
	case s.On && plug != nil && plug.kept != "":
		e.Text, plug.kept = plug.kept, ""
	case ordered:
		e.Text = "switched off"
	case !s.On && killed:
		e.Text = "process killed"
	case !s.On:
		e.Text = "power cut"
	}
	w.record(e)
	if killed && !s.On {
		w.record(history.Event{Kind: history.KindDisk, Who: s.Unit, Gen: s.Life, State: "killed", Cut: &history.Cut{}})
	}
}

func (w *World) told(s pump.Seen) {
	e := history.Event{Who: s.Unit, Gen: s.Life}
	switch v := s.Value.(type) {
	case till.Committed:
		w.commit(s, v.Key, v.Prev, v.Hash, v.Payload)
	case hub.Committed:
		w.commit(s, v.Key, v.Prev, v.Hash, v.Payload)
	case till.Span:
		e.Kind, e.Basket, e.State = history.KindSpan, w.serving[s.Unit], v.Name
	case hub.Span:
		e.Kind, e.State = history.KindSpan, v.Name
	case till.Started:
		e.Kind, e.Done, e.Total, e.Text = history.KindStarted, v.Recovered, v.Folded, strings.Trim(v.Rebuilt+"; "+v.Lost, "; ")
		defer w.inDoubt(s.Unit, s.Life)
	case hub.Started:
		e.Kind, e.Done, e.Total = history.KindStarted, v.Recovered, v.Recovered
	case till.Replicated:
		e.Kind, e.Device, e.Inc, e.Seq = history.KindReplicated, v.Chain.Device, v.Chain.Incarnation, v.Seq
	case hub.Replicated:
		e.Kind, e.Device, e.Inc, e.Seq = history.KindReplicated, v.Chain.Device, v.Chain.Incarnation, v.Seq
	case till.Acknowledged:
		e.Kind, e.Device, e.Inc, e.Seq = history.KindAcknowledged, v.Chain.Device, v.Chain.Incarnation, v.Seq
	case till.Progress:
		e.Kind, e.Ref, e.Done, e.Total = history.KindProgress, v.Session, v.Done, v.Total
	case till.Stopped:
		e.Kind, e.Text, e.Lines = history.KindScreen, "STOPPED", []string{v.Why}
	case hub.Stopped:
		e.Kind, e.Text, e.Lines = history.KindScreen, "STOPPED", []string{v.Why}
	case acquirer.Requested:
		e.Kind, e.Basket, e.STAN, e.Ref, e.Amount, e.State, e.Text = history.KindRequest, w.refs[v.Ref], v.STAN, v.Ref, v.Amount, v.Kind, v.MTI
		if v.Repeat {
			e.State = "repeat"
		}
	case acquirer.Booked:
		e.Kind, e.Basket, e.STAN, e.Ref, e.Amount, e.State, e.Text = history.KindLedger, w.refs[v.Ref], v.STAN, v.Ref, v.Amount, string(v.State), v.Why
	case acquirer.Garbled:
		e.Kind, e.State, e.Text = history.KindRequest, "garbled", v.Why
	case till.Checkpointed:
		e.Kind, e.Done = history.KindCheckpointed, int64(v.Records)
	case driver.HostTrouble, device.Beeped, device.Vibrated, device.Fixed, device.CardForgotten, device.CardGone,
		device.SwipedIdle, device.SwipeFailed, device.SwipeReported:
	default:
		if !w.deviceTold(s) && !w.personTold(s) {
			w.errs = append(w.errs, fmt.Errorf("%s told a %T, which the history has no kind for", s.Unit, s.Value))
		}
	}
	if e.Kind != "" {
		w.record(e)
	}
	w.hosted(s)
}

func (w *World) commit(s pump.Seen, key pos.Key, prev, hash journal.Hash, payload []byte) {
	if w.known(s.Unit, hash) {
		return
	}
	w.record(history.Event{Kind: history.KindCommit, Who: s.Unit, Gen: s.Life, Basket: w.serving[s.Unit], Device: key.Device, Inc: key.Incarnation,
		Seq: key.Seq, Prev: hex.EncodeToString(prev[:]), Hash: hex.EncodeToString(hash[:]), Payload: payload})
	for _, name := range momentsOf(payload) {
		w.moment(name, s.Unit)
	}
}

// deviceTold writes down what a device tells of itself.
func (w *World) deviceTold(s pump.Seen) bool {
	t := tillOf(s.Unit)
	e := history.Event{Who: s.Unit, Gen: s.Life, Basket: w.serving[t]}
	moment := ""
	switch v := s.Value.(type) {
	case device.Scanned:
		e.Kind, e.Code, moment = history.KindScan, v.Code, "scan"
		w.scanned[t], w.half[t] = v.Code, nil
	case device.Armed:
		e.Kind, e.Ref, e.Amount, moment = history.KindArmed, v.Ref, v.Amount, "arm"
	case device.Disarmed:
		e.Kind, e.Ref, e.Text = history.KindDisarmed, v.Ref, v.Why
	case device.Swiped:
		e.Kind, e.Ref, e.Amount, moment = history.KindSwipe, v.Ref, v.Amount, "swipe"
		w.refs[v.Ref] = e.Basket
	case device.Settled:
		e.Kind, e.Ref, e.Amount, e.State, e.Text = history.KindTerminal, v.Ref, v.Amount, v.Outcome, v.By
	case device.Refused:
		w.errs = append(w.errs, fmt.Errorf("%s cannot %s: %s", s.Unit, v.Action, v.Why))
		return true
	case device.PieceBegun:
		e.Kind, moment = history.KindPrintBegin, "print"
	case device.AtBar:
		w.hangs(t)
		return true
	case device.PieceEnded:
		e.Kind, e.Lines, e.State, e.Job, e.Number, moment = history.KindPaper, v.Lines, v.State, v.Job, receiptNumber(v.Lines), "printed"
		w.paperTaken(t, v.State, v.Lines)
	case device.Completed:
		e.Kind, e.Job = history.KindComplete, v.Job
	case device.Kicked:
		e.Kind, moment = history.KindKick, "kick"
	default:
		return false
	}
	w.record(e)
	if moment != "" {
		w.moment(moment, t)
	}
	return true
}

// got writes down scans and keys that reached a till whole.
func (w *World) got(s pump.Seen) {
	if _, computer := w.disks[s.Unit]; !computer {
		w.brought[s.Unit] += len(s.Data)
		return
	}
	basket := w.serving[s.Unit]
	switch s.Port {
	case driver.PortScanner:
		code := w.scanned[s.Unit]
		w.half[s.Unit] = append(w.half[s.Unit], s.Data...)
		if line := w.half[s.Unit]; code != "" && bytes.Contains(line, []byte(code)) && bytes.ContainsAny(line, "\r\n") {
			w.record(history.Event{Kind: history.KindDelivered, Who: s.Unit, Basket: basket, Code: code})
			delete(w.scanned, s.Unit)
			delete(w.half, s.Unit)
		}
	case driver.PortSeat:
		for _, line := range bytes.Split(bytes.TrimSpace(s.Data), []byte("\n")) {
			w.record(history.Event{Kind: history.KindKey, Who: s.Unit, Basket: basket, Text: string(line)})
			w.keyed(s.Unit, string(line))
		}
	}
}

// receiptNumber reads the number from a piece of paper.
func receiptNumber(lines []string) int64 {
	for _, l := range lines {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(l), "RECEIPT "); ok {
			if n, err := strconv.ParseInt(strings.TrimSpace(rest), 10, 64); err == nil {
				return n
			}
		}
	}
	return 0
}
