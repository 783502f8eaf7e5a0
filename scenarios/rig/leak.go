package rig

import (
	"bytes"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"stormrig/fault/disk"
	"stormrig/pos/store"
	"stormrig/sim"
	"stormrig/sim/history"
)

// leakScan looks for the day's card numbers in clear, as digits and as packed
// decimals: on the disks, in crash images, in messages, on screens and paper.
// What it reports is place and offset, never a digit.
type leakScan struct {
	cards  map[string]bool // numbers of the day's cards
	hits   []leakHit
	places int
}

type leakHit struct {
	place  string
	offset int
}

// card adds the number of a shopper's card to what is looked for.
func (l *leakScan) card(track string) {
	pan, _, ok := strings.Cut(strings.TrimPrefix(track, ";"), "=")
	if !ok {
		return
	}
	if l.cards == nil {
		l.cards = map[string]bool{}
	}
	l.cards[pan] = true
}

func (l *leakScan) clone() leakScan {
	return leakScan{cards: maps.Clone(l.cards), hits: slices.Clone(l.hits), places: l.places}
}

// prefixes of all test cards that shoppers carry: what is searched first, so
// that a scan is one pass and not one a card.
// The card that is always declined is looked for as digits only: packed it is
// 40 00 00 00 00 00 00 02, which a checksum and a sequence number can be, too.
var prefixes = [][]byte{[]byte("424242"), []byte("400000"), {0x42, 0x42, 0x42}}

// scan looks through one place.
func (l *leakScan) scan(place string, data []byte) {
	l.places++
	for _, prefix := range prefixes {
		for from := 0; ; {
			i := bytes.Index(data[from:], prefix)
			if i < 0 {
				break
			}
			at := from + i
			if l.cards[clear(data[at:], prefix)] {
				l.hits = append(l.hits, leakHit{place, at})
			}
			from = at + 1
		}
	}
}

// clear reads a card number at the beginning of data.
func clear(data, prefix []byte) string {
	if prefix[0] >= '0' && prefix[0] <= '9' && prefix[1] >= '0' && prefix[1] <= '9' && len(prefix) == 6 {
		return string(data[:min(len(data), 16)])
	}
	return hex.EncodeToString(data[:min(len(data), 8)])
}

// wire looks through what travels to and from host and hub.
func (l *leakScan) wire(o sim.Delivered) {
	if strings.HasSuffix(o.Wire, "-host") || strings.HasSuffix(o.Wire, "-hub") {
		l.scan("message on "+o.Wire, o.Data)
	}
}

// disk looks through every file of a unit's disk.
func (l *leakScan) disk(u sim.Unit, place string) {
	w, ok := u.Disk().(disk.World)
	if !ok {
		return
	}
	for _, dir := range []string{"journal", "replica", "book", "vault"} {
		names, err := w.List(dir)
		if err != nil {
			continue
		}
		for _, name := range names {
			if data, err := readFile(w, dir+"/"+name); err == nil {
				l.scan(place+" "+dir+"/"+name, data)
			}
		}
	}
}

func readFile(f store.FS, name string) ([]byte, error) {
	h, err := f.Open(name)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	size, err := h.Size()
	if err != nil {
		return nil, err
	}
	data := make([]byte, size)
	n, err := h.ReadAt(data, 0)
	if n == len(data) {
		err = nil
	}
	return data, err
}

// search looks through all places at the end of a run and writes down what it
// found.
func (r *Run) search() {
	for _, name := range append([]string{unitHub}, r.tills...) {
		r.leaks.disk(r.world.Unit(name), "disk of "+name)
	}
	for i := range r.events {
		e := &r.events[i]
		switch e.Kind {
		case history.KindPaper, history.KindScreen:
			r.leaks.scan(e.Kind+" of "+e.Who, []byte(strings.Join(e.Lines, "\n")))
		}
	}
	for _, h := range r.leaks.hits {
		r.record(history.Event{Kind: history.KindLeak, Who: "rig", Text: h.place, Done: int64(h.offset)})
	}
	r.record(history.Event{Kind: history.KindScannedForLeaks, Who: "rig", Done: int64(len(r.leaks.cards)), Total: int64(r.leaks.places)})
}
