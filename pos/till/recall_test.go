package till

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk"
	"stormrig/pos"
	"stormrig/pos/hub"
)

// withHub lets till and hub talk until neither has more to say; it returns what
// else the till let out.
func (b *bench) withHub(h *hub.Hub, r Result) (left []pos.Effect) {
	for effects := r.Effects; len(effects) > 0; effects = effects[1:] {
		m, ok := effects[0].(pos.SendHub)
		if !ok {
			left = append(left, effects[0])
			continue
		}
		for _, s := range h.Message(b.now, "phone", m.Data).Sends {
			effects = append(effects, b.do(pos.HubMessage{Data: s.Data}).Effects...)
		}
	}
	return left
}

// atTheHub is a till with a terminal that has sold by card, and whose disk was
// replaced after all of it had gone to the hub. It is back at work, and its
// terminal says what came of the sale's payment, phone-1-1.
func atTheHub(t *testing.T, outcome pos.TerminalOutcome) (*bench, *hub.Hub, []pos.Effect) {
	b := newBench(t)
	b.config.Engine.Terminal, b.config.Engine.Confirms = true, true
	h := hub.New(&hub.Config{Device: "hub", Base: b.config.Base}, disk.New(disk.PhoneFlash), 1)
	h.Start(b.now)
	b.start()
	b.do(pos.DeviceUp{Device: "dongle"}, pos.Scanned{Code: "22"}, pos.Pressed{Word: "card"},
		pos.TerminalResult{Ref: "phone-1-1", Outcome: pos.TerminalApproved, Code: "00"})
	for range 60 { // the sale is not in the first batch that the hub gives
		b.sell(1)
	}
	b.withHub(h, b.do(pos.LinkUp{Link: "hub"}))
	b.disk = disk.New(disk.PhoneFlash)
	b.start()
	require.Zero(t, b.till.State().Till().Number)
	left := b.withHub(h, b.do(pos.DeviceUp{Device: "dongle"}, pos.TerminalResult{Ref: "phone-1-1", Outcome: outcome}))
	return b, h, left
}

// A till whose disk was replaced asks the hub before it undoes what it has never
// heard of.
func TestSaleOfAReplacedDisk(t *testing.T) {
	for outcome, want := range map[pos.TerminalOutcome]pos.Effect{
		pos.TerminalApproved: pos.Confirm{Ref: "phone-1-1"},
		pos.TerminalSettled:  nil,
		pos.TerminalVoided:   nil,
	} {
		b, h, left := atTheHub(t, outcome)
		assert.NotContains(t, left, pos.Undo{Ref: "phone-1-1"})
		assert.Contains(t, b.till.engine.Screen(b.till.state).Status, "CARD TERMINAL HOLDS phone-1-1: ASKING THE HUB")
		left = b.withHub(h, b.do(pos.LinkUp{Link: "hub"}))
		assert.NotContains(t, left, pos.Undo{Ref: "phone-1-1"})
		if want != nil {
			assert.Contains(t, left, want)
		}
		assert.NotContains(t, b.till.engine.Screen(b.till.state).Status, "ASKING")
		owed := len(b.till.state.Receivables()) > 0
		assert.Equal(t, outcome == pos.TerminalVoided, owed, outcome)
		left = b.withHub(h, b.do(pos.TerminalResult{Ref: "phone-1-1", Outcome: pos.TerminalSettled})) // and says it again
		assert.NotContains(t, left, pos.Undo{Ref: "phone-1-1"})
	}
}

// What the hub does not hold either was never sold, and nobody waits for a hub that
// is not there when a person says so.
func TestPaymentOfAReplacedDiskThatNobodySold(t *testing.T) {
	b, h, _ := atTheHub(t, pos.TerminalSettled)
	b.withHub(h, b.do(pos.LinkUp{Link: "hub"}))
	left := b.withHub(h, b.do(pos.TerminalResult{Ref: "phone-1-2", Outcome: pos.TerminalApproved}))
	assert.Contains(t, left, pos.Undo{Ref: "phone-1-2"})

	b, _, _ = atTheHub(t, pos.TerminalApproved)
	assert.Contains(t, b.till.engine.Screen(b.till.state).Status, "OFFLINE")
	b.config.NoHub = true
	b.start()
	assert.Contains(t, b.do(pos.TerminalResult{Ref: "phone-1-1", Outcome: pos.TerminalApproved}).Effects, pos.Undo{Ref: "phone-1-1"})
	b.config.Engine.Terminal = false
	b.sell(1)
	assert.Empty(t, b.till.engine.Screen(b.till.state).Status, "nothing waits for a hub that the shop has not")

	b, _, _ = atTheHub(t, pos.TerminalApproved)
	assert.Contains(t, b.do(pos.Pressed{Word: "void", Args: []string{"phone-1-1"}}).Effects, pos.Undo{Ref: "phone-1-1"})
}
