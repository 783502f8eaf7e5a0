package sim_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"stormrig/sim"
)

// The clerk says a word every 50 ms.
func TestSlowDeviceSpeaksLaterAndHearsAtOnce(t *testing.T) {
	w := pairWorld(t, sim.Cable{PerByte: ms, Latency: 3 * ms})
	w.RunUntil(20 * ms)
	now := w.Now()
	apply(t, w, sim.Slow{Cable: "wire", By: time.Second, For: 200 * ms})
	told := find[sim.TransferBegun](apply(t, w, sim.Act{Unit: "host", Data: []byte("ab")}))[0]
	assert.Equal(t, now+4*ms, told.First, "what it is told")

	var end time.Duration
	late := 0
	for _, said := range find[sim.TransferBegun](w.RunUntil(now + 3*time.Second)) {
		if said.From != "dev" {
			continue
		}
		assert.Greater(t, said.First, end, "nothing overtakes")
		switch prompt := said.At + 4*ms; {
		case said.At < now+200*ms:
			assert.Equal(t, prompt+time.Second, said.First)
			late++
		case said.At > now+2*time.Second:
			assert.Equal(t, prompt, said.First, "it is over")
		}
		end = said.First + time.Duration(len(said.Data)-1)*said.Per
	}
	assert.Positive(t, late)
	assert.Contains(t, string(hostOf(w).got), "word 3word 4word 5word 6word 7")
}

func TestOverlappingSlownessAddsUp(t *testing.T) {
	w := pairWorld(t, sim.Cable{})
	w.RunUntil(20 * ms)
	apply(t, w, sim.Slow{Cable: "wire", By: time.Second})
	seen := apply(t, w, sim.Slow{Cable: "wire", By: 2 * time.Second})
	assert.Equal(t, 3*time.Second, find[sim.Slowed](seen)[0].By)
	seen = apply(t, w, sim.Prompt{Cable: "wire", By: time.Second})
	assert.Equal(t, 2*time.Second, find[sim.Slowed](seen)[0].By)
	assert.Error(t, w.Schedule(0, sim.Slow{Cable: "no such"}))
}
