package live

import (
	"encoding/hex"
	"errors"
	"slices"

	"stormrig/hil/pump"
	"stormrig/hil/station"
	"stormrig/pos"
	"stormrig/pos/fold"
	"stormrig/pos/journal"
	"stormrig/sim/device"
	"stormrig/sim/history"
)

// finish writes down what everybody holds at the end.
func (w *World) finish() {
	for _, name := range w.order {
		_ = w.pumps[name].Look(func(h pump.Handler) {
			if d, ok := h.(*device.Printer); ok {
				w.openPieces(name, d)
				for _, piece := range d.Pieces() {
					w.papers = append(w.papers, Paper{name, piece})
				}
			}
		})
	}
	for _, name := range append(slices.Clone(w.parts.Header.Tills), "hub") {
		w.entries(name)
		w.books(name)
	}
	w.takeFiles()
	text := ""
	if !w.Converged() {
		text = "stalled"
	}
	w.act("end", text)
}

// openPieces writes down the paper that still hangs out of a printer.
func (w *World) openPieces(name string, d *device.Printer) {
	for _, piece := range d.Pieces() {
		if piece.State == device.PieceOpen {
			w.note(history.Event{Kind: history.KindPaper, Who: name, Lines: piece.Lines, State: piece.State, Job: piece.Job, Number: receiptNumber(piece.Lines)})
		}
	}
}

// entries exports a holder's journal from its files.
func (w *World) entries(name string) {
	err := journal.Walk(w.disks[name], func(c pos.Chain, f journal.Frame) error {
		w.note(history.Event{Kind: history.KindEntry, Who: name, Device: c.Device, Inc: c.Incarnation, Seq: f.Seq,
			Prev: hex.EncodeToString(f.Prev[:]), Hash: hex.EncodeToString(f.Hash[:]), Payload: slices.Clone(f.Payload)})
		return nil
	})
	if err != nil && !errors.Is(err, journal.ErrDamaged) { // what is behind a damage is missing, and checkers see that
		w.fail(err)
	}
}

// books writes down a holder's shared state as its own fold has it.
func (w *World) books(name string) {
	var shared *fold.Shared
	_ = w.pumps[name].Look(func(h pump.Handler) {
		if t := stationOf(h); t != nil && t.Till().State() != nil {
			shared = t.Till().State().Shared
		}
		if s, ok := h.(*station.Hub); ok && s != nil {
			shared = s.Hub().Shared()
		}
		if shared == nil {
			return
		}
		digest, err := shared.Digest()
		if err != nil {
			w.fail(err)
			return
		}
		w.note(history.Event{Kind: history.KindState, Who: name, Text: digest, Stock: shared.OnHand(), Done: int64(len(shared.Conflicts()))})
	})
}
