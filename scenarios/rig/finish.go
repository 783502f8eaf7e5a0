package rig

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"stormrig/fault/disk"
	"stormrig/pos"
	"stormrig/pos/fold"
	"stormrig/pos/journal"
	"stormrig/pos/store"
	"stormrig/pos/vault"
	"stormrig/sim"
	"stormrig/sim/acquirer"
	"stormrig/sim/device"
	"stormrig/sim/history"
)

// finish exports every holder's journal and books into the history.
func (r *Run) finish() error {
	if r.ended {
		return nil
	}
	r.ended = true
	r.openPieces()
	for _, name := range append(slices.Clone(r.tills), unitHub) {
		for _, e := range r.export(name) {
			r.record(history.Event{Kind: history.KindEntry, Who: name, Device: e.key.Device, Inc: e.key.Incarnation, Seq: e.key.Seq,
				Prev: hex.EncodeToString(e.prev[:]), Hash: hex.EncodeToString(e.hash[:]), Payload: e.payload})
		}
		if err := r.books(name); err != nil {
			return err
		}
	}
	for _, name := range r.tills {
		r.vault(name)
	}
	r.search()
	text := ""
	if !r.converged {
		text = "stalled"
	}
	r.record(history.Event{Kind: history.KindAct, Who: "rig", State: "end", Text: text})
	return nil
}

// vault writes down what a till still holds sealed card data of.
func (r *Run) vault(name string) {
	w, ok := r.world.Unit(name).Disk().(disk.World)
	if !ok {
		return
	}
	names, _ := w.List(vault.Dir) // a missing directory is empty
	for _, n := range names {
		if !strings.HasSuffix(n, store.TempSuffix) {
			r.record(history.Event{Kind: history.KindVault, Who: name, Ref: n})
		}
	}
}

// openPieces writes down the paper that still hangs out of a printer.
func (r *Run) openPieces() {
	for _, p := range r.printers() {
		for _, piece := range p.Pieces() {
			if piece.State == device.PieceOpen {
				r.record(history.Event{Kind: history.KindPaper, Who: p.name, Lines: piece.Lines, State: piece.State,
					Job: piece.Job, Number: receiptNumber(piece.Lines)})
			}
		}
	}
}

type namedPrinter struct {
	*device.Printer
	name string
}

func (r *Run) printers() []namedPrinter {
	var out []namedPrinter
	for _, name := range r.world.Names() {
		if p, ok := sim.Inside(r.world.Unit(name)).(*device.Printer); ok {
			out = append(out, namedPrinter{p, name})
		}
	}
	return out
}

// books writes down a holder's shared state as its own fold has it.
func (r *Run) books(name string) error {
	s := r.shared(name)
	if s == nil {
		return nil // stopped: there is no state to speak of
	}
	digest, err := s.Digest()
	if err != nil {
		return fmt.Errorf("digest of %s: %w", name, err)
	}
	r.record(history.Event{Kind: history.KindState, Who: name, Text: digest, Stock: s.OnHand(), Done: int64(len(s.Conflicts()))})
	return nil
}

func (r *Run) shared(name string) *fold.Shared {
	switch u := r.world.Unit(name).(type) {
	case *tillUnit:
		if u.station != nil && u.station.Till().State() != nil {
			return u.station.Till().State().Shared
		}
	case *hubUnit:
		if u.station != nil {
			return u.station.Hub().Shared()
		}
	}
	return nil
}

// export lists the entries on a unit's disk.
func (r *Run) export(name string) []entry {
	w, ok := r.world.Unit(name).Disk().(disk.World)
	if !ok {
		return nil
	}
	var out []entry
	// A damaged chain is exported up to its damage; checkers see the rest
	// missing.
	_ = journal.Walk(w, func(c pos.Chain, f journal.Frame) error {
		out = append(out, entry{pos.Key{Device: c.Device, Incarnation: c.Incarnation, Seq: f.Seq}, f.Prev, f.Hash, slices.Clone(f.Payload)})
		return nil
	})
	return out
}

// History returns the record of the run. It must not be changed.
func (r *Run) History() []history.Event { return r.events }

// Converged tells whether the second act came to rest in time.
func (r *Run) Converged() bool { return r.converged }

// Unfired lists the faults of the plan that did not do what was written.
func (r *Run) Unfired() []string {
	var out []string
	for _, u := range r.picker.Unfired() {
		if !u.Fault.Optional {
			out = append(out, u.Fault.ID+" ("+u.Fault.String()+"): "+u.Why)
		}
	}
	return out
}

// Digest is the hash of everything that happened and of what it came to: every
// delivered event and fired fault, then chain heads, shared folds, the card
// host's ledger and the dots on the paper.
func (r *Run) Digest() string {
	h := sha256.New()
	d := r.world.Digest()
	h.Write(d[:])
	for _, name := range append(slices.Clone(r.tills), unitHub) {
		for _, e := range r.events {
			if e.Kind == history.KindState && e.Who == name {
				h.Write([]byte(name + e.Text))
			}
		}
	}
	host := sim.Inside(r.world.Unit(unitHost)).(*acquirer.Host)
	for _, row := range host.Ledger() {
		fmt.Fprintf(h, "%+v\n", row)
	}
	for _, p := range r.printers() {
		h.Write(binary.BigEndian.AppendUint64(nil, p.Dots()))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Files returns every file on a unit's disk, by path.
func (r *Run) Files(name string) map[string][]byte {
	w, ok := r.world.Unit(name).Disk().(disk.World)
	if !ok {
		return nil
	}
	out := map[string][]byte{}
	for _, dir := range []string{"journal", "archive/journal", "replica", "book", "vault"} {
		names, _ := w.List(dir) // a missing directory is empty
		for _, n := range names {
			if data, err := readFile(w, dir+"/"+n); err == nil && !strings.HasSuffix(n, ".tmp") {
				out[dir+"/"+n] = data
			}
		}
	}
	return out
}
