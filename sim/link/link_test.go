package link_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"stormrig/sim"
	"stormrig/sim/link"
)

func TestStateInWords(t *testing.T) {
	for want, s := range map[string]link.State{
		"up":                                    {},
		"down":                                  {Block: link.Both, Noticed: true, Delay: 1},
		"down, unnoticed":                       {Block: link.Both},
		"blocked forth, delay 40ms":             {Block: link.AtoB, Delay: 40 * time.Millisecond},
		"blocked back, loses 20 in 1000":        {Block: link.BtoA, Loss: 20},
		"repeats 1 in 1000, reorders 2 in 1000": {Duplicate: 1, Reorder: 2},
	} {
		assert.Equal(t, want, s.String())
	}
}

// TestSend: whatever the state, a message is lost or travels at least the
// delay, and the number of draws is always the same.
func TestSend(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		permille := rapid.IntRange(0, 1000)
		lasts := rapid.Map(rapid.Int64Range(0, int64(time.Hour)), func(n int64) time.Duration { return time.Duration(n) })
		s := link.State{
			Delay: lasts.Draw(rt, "delay"), Jitter: lasts.Draw(rt, "jitter"), ReorderBy: lasts.Draw(rt, "by"),
			Loss: permille.Draw(rt, "loss"), Duplicate: permille.Draw(rt, "twice"), Reorder: permille.Draw(rt, "reorder"),
			Block: link.Direction(rapid.IntRange(0, 3).Draw(rt, "block")),
		}
		luck := sim.NewStream(rapid.Int64().Draw(rt, "seed"), "x", 0)
		calm := luck
		fate := s.Send(link.AtoB, &luck)
		link.State{}.Send(link.AtoB, &calm)
		assert.Equal(rt, calm, luck)
		if !s.Passes(link.AtoB) {
			assert.Zero(rt, fate.Copies)
		}
		for _, after := range fate.After[:fate.Copies] {
			assert.GreaterOrEqual(rt, after, s.Delay)
		}
	})
}

func TestWithIsWorse(t *testing.T) {
	a := link.State{Delay: 1, Jitter: 2, Loss: 5, Block: link.AtoB}
	b := link.State{Delay: 10, Loss: 3, Duplicate: 7, Reorder: 1, ReorderBy: 4, Block: link.BtoA, Noticed: true}
	want := link.State{Delay: 11, Jitter: 2, Loss: 5, Duplicate: 7, Reorder: 1, ReorderBy: 4, Block: link.Both, Noticed: true}
	assert.Equal(t, want, a.With(b))
	assert.Equal(t, want, b.With(a))
}
