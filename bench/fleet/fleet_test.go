package fleet_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/bench/fleet"
	"stormrig/fault/disk"
	"stormrig/pos"
	"stormrig/pos/fold"
	"stormrig/pos/hub"
)

// ticks is a clock that goes on by a millisecond each time it is looked at.
func ticks() func() time.Time {
	at := time.Date(2026, 7, 18, 21, 0, 0, 0, time.UTC)
	return func() time.Time {
		at = at.Add(time.Millisecond)
		return at
	}
}

func TestAllTillsGetThrough(t *testing.T) {
	var night [][]byte
	for n := range 40 {
		e := pos.Entry{Key: pos.Key{Device: "phone", Incarnation: 1, Seq: uint64(n) + 1}, HLC: uint64(n) + 1}
		p, err := e.Encode()
		require.NoError(t, err)
		night = append(night, p)
	}
	h := newHub(t, disk.New(disk.PhoneFlash))
	r, err := fleet.Run(t.Context(), fleet.Job{Tills: 7, Night: night, Device: "phone", Hub: h, Now: ticks(), Pullers: 2})
	require.NoError(t, err)
	assert.Equal(t, 280, r.Entries)
	assert.GreaterOrEqual(t, r.Pulled, 2*6*40, "two tills fetched what the six others brought, and the hub's own")
	assert.Greater(t, r.UpBytes, r.EntryBytes, "every frame went over the wire")
	assert.GreaterOrEqual(t, r.Fairness, 1.0)
	assert.Positive(t, r.PerSecond)
}

func TestATillThatIsNeverThroughIsSaid(t *testing.T) {
	e := pos.Entry{Key: pos.Key{Device: "phone", Incarnation: 1, Seq: 1}, HLC: 1}
	p, err := e.Encode()
	require.NoError(t, err)
	d := disk.New(disk.PhoneFlash)
	d.Faults.EIOWrite = 1 // the hub cannot keep anything
	h := newHub(t, d)
	_, err = fleet.Run(t.Context(), fleet.Job{Tills: 1, Night: [][]byte{p}, Device: "phone", Hub: h, Now: ticks()})
	assert.ErrorContains(t, err, "not through")
}

func newHub(t *testing.T, d *disk.Disk) *hub.Hub {
	t.Helper()
	base, err := fold.NewBase(pos.Catalogue{})
	require.NoError(t, err)
	h := hub.New(&hub.Config{Device: "hub", Base: base}, d, 1)
	t.Cleanup(h.Close)
	return h
}
