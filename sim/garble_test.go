package sim_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/sim"
)

func TestGarbleChangesTheByteOnTheWire(t *testing.T) {
	const sent = "0123456789"
	for k, want := range []string{"1123456789", "0023456789", "0133456789"} {
		for _, packet := range []int{0, 20} {
			t.Run(fmt.Sprintf("byte %d, packets of %d", k, packet), func(t *testing.T) {
				w := pairWorld(t, sim.Cable{PerByte: ms, Latency: 3 * ms, Packet: packet})
				w.RunUntil(20 * ms)
				data := []byte(sent)
				begun := find[sim.TransferBegun](apply(t, w, sim.Act{Unit: "host", Data: data}))[0]
				copied := w.Clone()
				require.NoError(t, w.Schedule(begun.First+time.Duration(k)*begun.Per-1, sim.Garble{Cable: "wire"}))
				seen := w.RunUntil(w.Now() + 100*ms)

				assert.Equal(t, want, string(clerkOf(w, "dev").got))
				assert.Equal(t, k, find[sim.Garbled](seen)[0].Byte)
				assert.Equal(t, sent, string(data), "the sender's own bytes")
				copied.RunUntil(w.Now())
				assert.Equal(t, sent, string(clerkOf(copied, "dev").got), "a copy made before")
				assert.NotEqual(t, copied.Digest(), w.Digest())
			})
		}
	}
}

func TestGarbleOfASilentCableDoesNothing(t *testing.T) {
	w := pairWorld(t, sim.Cable{PerByte: ms})
	w.RunUntil(20 * ms)
	begun := find[sim.TransferBegun](apply(t, w, sim.Act{Unit: "host", Data: []byte("ab")}))[0]
	require.NoError(t, w.Schedule(begun.First+begun.Per, sim.Garble{Cable: "wire"})) // the last byte is there
	seen := w.RunUntil(w.Now() + 100*ms)
	assert.Equal(t, "ab", string(clerkOf(w, "dev").got))
	assert.Empty(t, find[sim.Garbled](seen))
	assert.Error(t, w.Schedule(0, sim.Garble{Cable: "no such"}))
}
