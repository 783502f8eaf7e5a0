package till

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/pos"
)

// terminal is a card terminal as it stands around the till: it authorises by
// itself, and what nobody confirmed it voids, confirms or holds. Its line keeps
// what is said in order; when it is lost, all that was on it is lost.
type terminal struct {
	*outside
	confirms bool
	by       string // what it does by itself: "void", "confirm" or "block"
	line     []pos.Event
	ref      string
	outcome  pos.TerminalOutcome // empty: waits for a card, or for its host
	deciding bool
}

// say is on its way to the till; a lost line brings all that it holds when it
// is back.
func (m *terminal) say(ev pos.Event) {
	m.line = append(m.line, ev)
	if m.chance("doubled", 6) {
		m.line = append(m.line, ev)
	}
	if m.chance("line lost", 8) {
		m.lose()
	}
}

// lose takes the line away for a moment.
func (m *terminal) lose() {
	m.line = []pos.Event{pos.DeviceDown{Device: "dongle"}, pos.DeviceUp{Device: "dongle"}}
	m.tell()
}

func (m *terminal) tell() {
	if m.outcome == "" {
		m.say(pos.DongleState{Pending: m.ref})
		return
	}
	m.say(pos.TerminalResult{Ref: m.ref, Outcome: m.outcome, Code: "05", STAN: m.ref, Auth: "A"})
}

// becomes books what came of the payment.
func (m *terminal) becomes(outcome pos.TerminalOutcome) {
	m.outcome = outcome
	r := m.ledger[m.ref]
	if r == nil {
		r = &row{ref: m.ref, kind: "authorise"}
		m.ledger[m.ref] = r
	}
	r.approved = r.approved || outcome.Took()
	r.reversed = outcome == pos.TerminalVoided
}

// alone is what it does by itself: its patience ends, or its power was lost.
func (m *terminal) alone() {
	switch {
	case m.outcome != pos.TerminalApproved || !m.confirms || m.by == "block":
	case m.by == "void":
		m.becomes(pos.TerminalVoided)
	default:
		m.becomes(pos.TerminalSettled)
	}
}

// decide is the word of its host.
func (m *terminal) decide() {
	if !m.deciding {
		return
	}
	m.deciding = false
	if m.chance("declined", 4) {
		m.becomes(pos.TerminalDeclined)
	} else {
		m.becomes(pos.TerminalApproved)
	}
	m.tell()
}

// takes carries out an order; false when it is not the terminal's.
func (m *terminal) takes(e pos.Effect) bool {
	switch e.(type) {
	case pos.Arm, pos.Confirm, pos.Undo: // a cancel its driver keeps
		if m.chance("order lost", 4) {
			m.alone()
			m.lose()
			return true
		}
	}
	switch e := e.(type) {
	case pos.Arm:
		m.arm(e.Ref)
	case pos.Cancel:
		m.cancel(e.Ref)
	case pos.Undo:
		if m.ref == e.Ref && m.outcome.Took() {
			m.becomes(pos.TerminalVoided)
			m.tell()
		} else {
			m.cancel(e.Ref)
		}
	case pos.Confirm:
		if m.ref == e.Ref && m.outcome == pos.TerminalApproved {
			m.becomes(pos.TerminalSettled)
		}
		m.tell()
	case pos.AskDongle:
		m.tell()
	default:
		return false
	}
	return true
}

func (m *terminal) arm(ref string) {
	switch {
	case ref == m.ref:
		m.tell()
	case m.deciding, m.outcome == pos.TerminalApproved && m.confirms:
		m.t.Fatalf("%s is begun while the terminal is busy with %s", ref, m.ref)
	default:
		m.ref, m.outcome = ref, ""
	}
}

func (m *terminal) cancel(ref string) {
	if m.ref == ref && m.outcome == "" && !m.deciding {
		m.becomes(pos.TerminalFailed)
	}
	m.tell()
}

// TestTillWithATerminal is TestTillLosesNothing at a till whose cards a terminal
// takes: each is paid for once, or undone, or owed.
func TestTillWithATerminal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := newRigWith(t, func(r *rig) {
			by := rapid.SampledFrom([]string{"", "void", "confirm", "block"}).Draw(t, "unconfirmed")
			r.cfg.Engine.Terminal, r.cfg.Engine.Confirms = true, by != ""
			r.out.term = &terminal{outside: r.out, confirms: by != "", by: by}
		})
		for range 40 {
			switch r.out.pick("terminal", 8) {
			case 0:
				r.out.term.alone()
			case 1:
				r.out.term.decide()
			default:
				r.step()
			}
		}
		r.settle()
		for _, e := range r.till.state.Exceptions() {
			require.NotZero(t, e.Receivable, "it forgets nothing")
		}
	})
}

// To undo what a terminal took is an outcome, for which room is kept; and while
// there is none at all, the terminal is asked again.
func TestUndoOnAFullDisk(t *testing.T) {
	undoes := func(r Result) bool {
		return slices.ContainsFunc(r.Effects, func(e pos.Effect) bool { _, undo := e.(pos.Undo); return undo })
	}
	b := newBench(t)
	b.config.Engine.Terminal = true
	b.start()
	b.do(pos.DeviceUp{Device: "dongle"})
	b.sell(1)
	b.disk.Faults.Capacity = 1
	for range 100 {
		b.do(pos.Scanned{Code: "22"})
	}
	took := pos.TerminalResult{Ref: "phone-1-7", Outcome: pos.TerminalApproved}
	assert.True(t, undoes(b.do(took)), "what was kept for outcomes is for this")
}
