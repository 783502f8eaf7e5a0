package engine

import (
	"fmt"
	"slices"
	"time"

	"stormrig/pos"
)

// Backlog is what becomes of receipts that waited for a printer which was
// unplugged, off or out of paper, once it is back.
type Backlog string

// The policies. What waited for less than backlogAge is printed in any case:
// its customer still stands there.
const (
	BacklogPrint Backlog = "print" // all are printed at once, oldest first; the zero value, too
	BacklogAsk   Backlog = "ask"   // the seat asks once whether to print them or drop them
	BacklogDrop  Backlog = "drop"  // they are dropped, with a note each
)

// backlogAge is when nobody waits for a receipt any more.
const backlogAge = 5 * time.Minute

// unprinted is an order to print of this life that has no outcome yet.
type unprinted struct {
	id    string
	since time.Duration // it was ordered: the customer waits since then
	sent  bool          // it is with the printer
}

func without(list []unprinted, id string) []unprinted {
	return slices.DeleteFunc(slices.Clone(list), func(u unprinted) bool { return u.id == id })
}

// failed: not a byte of the order was sent. Its intent stays open, so the
// receipt is still the original.
func (t *turn) failed(id string) {
	u := unprinted{id: id, since: t.now.Mono}
	for _, before := range t.unprinted {
		if before.id == id {
			u.since = before.since
		}
	}
	t.unprinted = append(without(t.unprinted, id), u)
	t.printAgain()
}

// printAgain sees to what waits, as soon as the printer can print.
func (t *turn) printAgain() {
	if !t.up["printer"] || t.halted {
		return
	}
	if t.cfg.Sabotage.KickAgain {
		t.kickAgain()
	}
	var keep, old []unprinted
	for _, u := range t.unprinted {
		if _, open := t.st.Open(u.id); !open {
			continue
		}
		switch {
		case u.sent:
		case t.now.Mono-u.since >= backlogAge && (t.cfg.Backlog == BacklogAsk || t.cfg.Backlog == BacklogDrop):
			old = append(old, u)
			continue
		default:
			t.d.Again = append(t.d.Again, u.id)
			u.sent = true
		}
		keep = append(keep, u)
	}
	t.unprinted = keep
	switch {
	case len(old) == 0:
	case t.cfg.Backlog == BacklogDrop:
		t.drop(old, "the till is set to drop it")
	default:
		t.backlog, t.tone = slices.Concat(t.backlog, old), pos.ToneBad
	}
}

// drop gives orders up. Each is an entry's note, and the status line says how
// many; a copy can be printed by hand.
func (t *turn) drop(list []unprinted, why string) {
	for _, u := range list {
		t.noted(u.id, pos.OutcomeDropped, fmt.Sprintf("waited %s for the printer: %s", (t.now.Mono-u.since).Round(time.Second), why))
	}
	t.dropped += len(list)
}

// backlogAnswered: the cashier has said what becomes of what waited.
func (t *turn) backlogAnswered(printThem bool) {
	list := t.backlog
	t.backlog = nil
	t.fresh()
	if !printThem {
		t.drop(list, "the cashier said so")
		return
	}
	for _, u := range list {
		if _, open := t.st.Open(u.id); open {
			u.sent = true
			t.d.Again = append(t.d.Again, u.id)
			t.unprinted = append(without(t.unprinted, u.id), u)
		}
	}
}

func (e *Engine) backlogScreen() pos.Screen {
	s := pos.Screen{Title: pos.TitleBacklog, Prompt: "YES OR NO",
		Lines: []string{fmt.Sprintf("RECEIPTS WAITED: %d", len(e.backlog)), "PRINT THEM NOW?"}}
	if e.refusal != "" {
		s.Lines = append(s.Lines, e.refusal)
	}
	return s
}
