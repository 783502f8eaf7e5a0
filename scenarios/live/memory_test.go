package live

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/check"
	"stormrig/scenarios/rig"
	"stormrig/sim"
)

// TestUnplugAtEveryByteInMemory does in virtual time what the real lines are
// too slow for: every single byte. Each day branches off just before the
// receipt.
func TestUnplugAtEveryByteInMemory(t *testing.T) {
	t.Parallel()
	// One byte after the other, where a radio would lose whole packets.
	byteByByte := rig.Options{Cable: func(c *sim.Cable) { c.Packet = 0 }}
	before, size := untilReceipt(t, byteByByte)
	defer before.Close()
	require.Greater(t, size, 500)

	var copies sync.Mutex // a copy shares nothing afterwards, but is not made by two at once
	checked := make([]map[string]int, size+1)
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for n := range next {
				copies.Lock()
				day := before.Clone()
				copies.Unlock()
				checked[n] = finishWith(t, day, n)
			}
		})
	}
	for n := range size + 1 {
		next <- n
	}
	close(next)
	workers.Wait()
	for n, c := range checked {
		for _, id := range []string{"R1", "R2", "R3", "J1"} {
			assert.Positive(t, c[id], "%s at byte %d", id, n)
		}
		assert.True(t, c["R4"] > 0 || n < firstDots, "R4 at byte %d", n)
	}
}

// untilReceipt plays a day up to the last event before the receipt of sale 1,
// and says how long that will be.
func untilReceipt(t *testing.T, o rig.Options) (*rig.Run, int) {
	start := func() *rig.Run {
		r, err := rig.StartWith(scenario(t, threeSales), 1, nil, o)
		require.NoError(t, err)
		return r
	}
	scout := start()
	defer scout.Close()
	for {
		more, err := scout.Step()
		require.NoError(t, err)
		require.True(t, more, "the day ended without a receipt")
		for _, o := range scout.Seen() {
			b, ok := o.(sim.TransferBegun)
			if !ok || b.To != "phone.printer" || len(b.Data) < receiptBytes {
				continue
			}
			r := start()
			for r.World().Events() < scout.World().Events()-1 {
				_, err := r.Step()
				require.NoError(t, err)
			}
			return r, len(b.Data)
		}
	}
}

// finishWith plays a day to its end with the plug pulled at byte n, and returns
// how often each checker had something to check.
func finishWith(t *testing.T, day *rig.Run, n int) map[string]int {
	defer day.Close()
	day.Add(unplugAt(n))
	assert.NoError(t, day.Finish(), "byte %d", n)
	assert.True(t, day.Converged(), "byte %d", n)
	assert.Empty(t, day.Unfired(), "byte %d", n)
	view, err := check.NewView(day.History())
	assert.NoError(t, err)
	checked := map[string]int{}
	for _, r := range check.Run(view) {
		checked[r.ID] = r.Checked
		assert.NotEqual(t, check.Violated, r.Verdict, fmt.Sprintf("byte %d: %s: %s", n, r.ID, r.Detail()))
	}
	return checked
}
