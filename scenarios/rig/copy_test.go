package rig_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault"
	"stormrig/scenarios/rig"
	"stormrig/sim"
	"stormrig/sim/simtest"
)

const copies = 50

// never is what runs share on purpose, because it never changes once it is
// there or because the first who changes it makes a copy.
func never() simtest.Immutable {
	return append(simtest.Known(),
		// Set up once.
		"*spec.Scenario", "*rig.tillSetup", "*till.Config", "*engine.Config", "*hub.Config", "*fold.Base",
		"rig.Run.tills", "rig.hubUnit.ports", "station.Hub.ports", "acquirer.Host.dialect", "vault.Vault.aead",
		"driver.PrinterProfile.Pages", "device.PrinterProfile.Pages", "escpos.Renderer.Pages",
		// Written once: whoever adds, adds behind the end of a list of its own.
		"rig.Run.Plan", "rig.Run.events", "journal.segment.offs",
		// Replaced, never altered.
		"rig.Run.seen", "rig.Run.scanned", "rig.Run.handling", "rig.Run.hanging", "rig.Run.storing", "rig.Run.unsure",
		"shop.Basket.Items", "driver.Seat.frame", "pos.Screen.Lines", "seat.Screen.Lines",
		"fold.Till.Down", "fold.Till.Draft", "fold.Till.Charge", "*fold.register", "fold.register",
		"pos.Sale.Lines", "pos.Sale.Tax", "pos.Sale.Tenders", "pos.Sale.Moves", "fold.Day.ByTender",
		"pos.Intent.Print", "pos.Intent.Kick", "pos.Intent.Arm", "pos.Intent.Cancel", "pos.Intent.Host",
		"book.Book.db", "engine.Engine.fix", "engine.Engine.card", "pos.Document.Lines", "pos.Fact.Note", "escpos.Strip.Rows", "device.motion.data", "acquirer.answer.data",
		"device.paper.pieces", "device.paper.strips", "card.Message.Sealed", "escpos.Renderer.qrData",
		// Copied by the first who writes: package disk has tests of it.
		"*disk.content", "disk.image.names", "disk.Op.data",
	)
}

func stepped(t *testing.T, r *rig.Run, to int) {
	for r.World().Events() < to {
		more, err := r.Step()
		require.NoError(t, err)
		require.True(t, more)
	}
}

// work plays a run to its end and returns each handling that used a disk: its
// operations and when each began and ended.
func work(t *testing.T, r *rig.Run) []string {
	var all []string
	for !r.Ended() {
		_, err := r.Step()
		require.NoError(t, err)
		for _, o := range r.Seen() {
			if h, ok := o.(sim.Handled); ok {
				all = append(all, fmt.Sprintf("%s %d: %v to %v, out at %v: %v", h.Who, h.N, h.Begin, h.End, h.ActAt, h.Ops))
			}
		}
	}
	return all
}

// TestCopies: at fifty points of the storm a copy goes on to the same end as
// the original, every operation of a disk at the same time; a copy with one more
// fault goes on to another, and neither touches the original.
func TestCopies(t *testing.T) {
	const name, seed = "storm-saturday", 1
	whole, err := rig.Start(scenario(t, name), seed, nil)
	require.NoError(t, err)
	defer whole.Close()
	done := work(t, whole)
	want, hash, events := whole.Digest(), historyHash(t, whole), whole.World().Events()

	r, err := rig.Start(scenario(t, name), seed, nil)
	require.NoError(t, err)
	defer r.Close()
	points := sim.NewStream(seed, "copies", 0)
	gap := events / copies
	for i := range copies {
		at := i*gap + points.Intn(gap)
		stepped(t, r, at)
		here, told := r.World().Events(), len(r.History())

		same := r.Clone()
		require.Equal(t, here, same.World().Events(), "copying runs nothing")
		require.Equal(t, told, len(same.History()))
		rest := work(t, same)
		for n, of := range done[len(done)-len(rest):] {
			require.Equal(t, of, rest[n], "a copy made at event %d", at)
		}
		assert.Equal(t, want, same.Digest(), "a copy made at event %d", at)
		assert.Equal(t, hash, historyHash(t, same), "a copy made at event %d", at)
		same.Close()

		other := r.Clone()
		other.Add(fault.Fault{ID: "one more", Kind: fault.Drop, Target: "phone.printer", When: fault.At(r.World().Now() + 1), For: time.Second})
		require.NoError(t, other.Finish())
		assert.NotEqual(t, want, other.Digest(), "a copy made at event %d, with one more fault", at)
		other.Close()

		require.Equal(t, here, r.World().Events(), "the original stood still")
		require.Equal(t, told, len(r.History()))
	}
	require.NoError(t, r.Finish())
	assert.Equal(t, want, r.Digest(), "the original")
	assert.Equal(t, hash, historyHash(t, r))
}

// TestCopiesShareNothingChangeable walks both and compares their memory.
func TestCopiesShareNothingChangeable(t *testing.T) {
	for _, name := range []string{"storm-saturday", "hub-killed", "after-approved"} {
		r, err := rig.Start(scenario(t, name), 1, nil)
		require.NoError(t, err)
		for _, at := range []int{1, 50, 150, 250, 300, 350, 400, 450, 500, 600, 700, 800, 900, 1000, 1100} {
			stepped(t, r, at)
			c := r.Clone()
			require.Empty(t, simtest.Shared(r, c, never()), "%s, event %d", name, at)
			c.Close()
		}
		r.Close()
	}
}
