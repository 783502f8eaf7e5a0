package engine

import (
	"slices"
	"strconv"

	"stormrig/pos"
)

// Marks of prints that are not the original.
const (
	markCopy      = "COPY"
	markDuplicate = "POSSIBLE DUPLICATE"
)

// print orders a receipt.
func (t *turn) print(number int64, mark string) {
	if t.cfg.NoPrinter {
		return
	}
	t.orderPrint(pos.PrintOrder{Number: number, Mark: mark, Job: t.job()})
}

func (t *turn) orderPrint(p pos.PrintOrder) {
	id := t.order(pos.Intent{Print: &p})
	t.unprinted = append(t.unprinted[:len(t.unprinted):len(t.unprinted)], unprinted{id: id, since: t.now.Mono, sent: true})
}

// job gives the next completion id: four digits, and never the id of a job
// whose end is still open.
func (t *turn) job() int {
	last := t.st.Till().Job
	for _, in := range t.d.Intents {
		if in.Print != nil {
			last = in.Print.Job
		}
	}
	return last%9999 + 1
}

// printEnded takes what the printer driver knows. Done is proof, failed is
// proof of the contrary; in between only a person can tell.
func (t *turn) printEnded(ev pos.PrintEnded) {
	for _, o := range t.st.OpenIntents() {
		if o.Print == nil || o.Print.Job != ev.Job || t.knows(o.ID) {
			continue
		}
		switch ev.Outcome {
		case pos.OutcomeDone:
			t.noted(o.ID, pos.OutcomeDone, "")
			t.unprinted = without(t.unprinted, o.ID)
			t.ask = slices.DeleteFunc(slices.Clone(t.ask), func(id string) bool { return id == o.ID })
		case pos.OutcomeFailed:
			t.failed(o.ID)
		default:
			t.unprinted = without(t.unprinted, o.ID)
			t.question(o.ID)
		}
		return
	}
}

func (t *turn) question(intent string) {
	if !slices.Contains(t.ask, intent) {
		t.ask = append(t.ask[:len(t.ask):len(t.ask)], intent)
		t.tone = pos.ToneBad
	}
}

func (t *turn) reprint(p *pos.PrintOrder, mark string) {
	again := *p
	again.Mark, again.Job = mark, t.job()
	if t.cfg.Sabotage.DuplicateOfLatest {
		again.Number = t.st.Till().Number
	}
	t.orderPrint(again)
}

// answered: the cashier has looked at the paper.
func (t *turn) answered(inHand bool) {
	switch {
	case t.charge() != nil || len(t.ask)+len(t.backlog) == 0: // no question is on the display
		t.refuse("NOTHING WAS ASKED")
		return
	case len(t.ask) == 0:
		t.backlogAnswered(inHand)
		return
	}
	id := t.ask[0]
	t.ask = slices.Clone(t.ask[1:])
	o, open := t.st.Open(id)
	if !open || t.knows(id) {
		return
	}
	t.fresh()
	if inHand {
		t.fact(pos.Fact{Note: &pos.Note{Intent: id, Outcome: pos.OutcomeTold, Detail: "in the customer's hand"}})
		return
	}
	t.fact(pos.Fact{Note: &pos.Note{Intent: id, Outcome: pos.OutcomeCopied}})
	t.reprint(o.Print, markDuplicate)
}

func (t *turn) copyOf(arg string) {
	n, err := strconv.ParseInt(arg, 10, 64)
	if _, ok := t.st.Sale(n); err != nil || !ok {
		t.refuse("NO RECEIPT " + arg)
		return
	}
	t.fact(pos.Fact{Copy: &pos.Copy{Number: n, Reason: "seat"}})
	t.print(n, markCopy)
	t.message = []string{"COPY OF RECEIPT " + arg}
}
