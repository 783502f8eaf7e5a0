package till

import (
	"errors"
	"time"

	"stormrig/pos"
	"stormrig/pos/journal"
	"stormrig/pos/store"
	"stormrig/pos/sync"
)

// lookAgain is how long a till that stopped for want of room waits before it
// looks whether there is some.
const lookAgain = 10 * time.Second

// mostMissed is how many events of devices and links a stopped till keeps for
// when it goes on; more than that in one stop is a device that rattles.
const mostMissed = 1000

// errNeedsLife: a chain of this life was begun, and another one would be needed.
var errNeedsLife = errors.New("a second new chain in one life: switch the till off and on")

// stop ends selling: for good, or until there is room on the disk again. What is
// durable is still handed to the hub.
func (t *Till) stop(now pos.Now, r *Result, headline string, cause error) {
	advice := "SWITCH OFF AND ON - IF THIS COMES BACK THE DISK MUST BE REPLACED"
	t.againAt = -1
	switch {
	case errors.Is(cause, journal.ErrDamaged):
		headline, advice = "JOURNAL DAMAGED - STOP SELLING, KEEP THE DISK", "THE DISK IS EVIDENCE: DO NOT ERASE IT, START ON ANOTHER ONE"
	case store.IsFull(cause) && !errors.Is(cause, errNeedsLife):
		headline, advice = "DISK FULL - NO SALES", "MAKE ROOM: THE TILL THEN GOES ON BY ITSELF"
		t.againAt = now.Mono + lookAgain
	}
	t.engine.Stop(headline, advice, cause.Error())
	t.client.PushOnly(true)
	r.tell(Stopped{Why: cause.Error()})
}

// handleStopped is Handle of a till that does not sell.
func (t *Till) handleStopped(now pos.Now, ev pos.Event, r *Result) {
	switch ev := ev.(type) {
	case pos.HubMessage:
		if m, err := sync.Decode(ev.Data); err == nil && t.readable() {
			t.exchange(now, t.client.Receive(now.Mono, t.chains(), m), r)
		}
	case pos.Tick:
		t.tickStopped(now, r)
	case pos.Scanned, pos.Pressed: // the display says that nothing is taken
	case pos.Located:
		t.engine.Located(now, ev)
	default:
		if t.readable() {
			t.hubLink(now, ev, r)
		}
		if len(t.missed) < mostMissed {
			t.missed = append(t.missed[:len(t.missed):len(t.missed)], ev)
		}
	}
}

func (t *Till) tickStopped(now pos.Now, r *Result) {
	if t.againAt >= 0 && now.Mono >= t.againAt {
		t.goOn(now, r)
		return
	}
	if at := t.client.Wake(); at >= 0 && now.Mono >= at && t.readable() {
		t.exchange(now, t.client.Tick(now.Mono, t.chains()), r)
	}
}

// readable tells whether there are chains that the hub can be told of.
func (t *Till) readable() bool { return t.journal != nil && t.replica != nil }

// goOn starts anew in the same life, when the disk has room for it, and then
// learns what devices and links have said meanwhile.
func (t *Till) goOn(now pos.Now, r *Result) {
	t.Close()
	missed := t.missed
	t.engine, t.missed, t.shown, t.late, t.restarted = t.engine.Anew(), nil, nil, nil, true
	t.journal, t.replica, t.checkpointAt = nil, nil, -1
	t.client.PushOnly(false)
	t.begin(now, r)
	for _, ev := range missed {
		if t.engine.Stopped() {
			t.handleStopped(now, ev, r)
			continue
		}
		t.decide(now, ev, r)
	}
	if !t.engine.Stopped() {
		t.exchange(now, t.client.Appended(now.Mono, t.chains()), r)
	}
}

// wakeStopped is Wake of a till that does not sell.
func (t *Till) wakeStopped() time.Duration {
	first := t.againAt
	if at := t.client.Wake(); t.readable() && at >= 0 && (first < 0 || at < first) {
		first = at
	}
	return first
}
