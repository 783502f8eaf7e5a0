package engine

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"stormrig/pos"
	"stormrig/pos/fold"
)

// settleHint is what closes an open exception.
const settleHint = "settle SALE cash|bank|loss"

// settleUp lists what is not paid, or closes one of it: the customer came back
// with cash, the bank has it after all, or it is written off. The sale and the
// exception stay as they are.
func (t *turn) settleUp(args []string) {
	open := t.st.Exceptions()
	switch {
	case len(open) == 0:
		t.refuse("NOTHING TO SETTLE")
		return
	case len(args) == 0:
		t.message = []string{settleHint}
		for _, x := range open {
			t.message = append(t.message, fmt.Sprintf("%s OWES %s: %s", owes(x), t.cfg.Currency.Format(x.Receivable), x.Reason))
		}
		return
	}
	i := slices.IndexFunc(open, func(x fold.OpenException) bool {
		return x.Ref == args[0] || x.Number > 0 && strconv.FormatInt(x.Number, 10) == args[0]
	})
	how := pos.SettleBy(strings.Join(args[1:], " "))
	switch {
	case i < 0:
		t.refuse("NOT OPEN " + args[0])
		return
	case how != pos.SettledCash && how != pos.SettledBank && how != pos.SettledLoss:
		t.refuse("SETTLED HOW? " + settleHint)
		return
	case how == pos.SettledCash && open[i].Receivable == 0:
		t.refuse("NO AMOUNT IS OWED FOR " + owes(open[i]) + " - bank OR loss")
		return
	}
	x := open[i]
	t.fact(pos.Fact{Settlement: &pos.Settlement{Ref: x.Ref, Number: x.Number, Of: x.Key, How: how, Amount: x.Receivable}})
	if how == pos.SettledCash {
		t.openDrawer("settlement of sale", x.Number)
	}
	t.message = []string{owes(x) + " SETTLED: " + strings.ToUpper(string(how)), t.cfg.Currency.Format(x.Receivable)}
	t.tone = pos.ToneGood
}

// owes names what is not paid: a sale, or a payment that has none.
func owes(x fold.OpenException) string {
	if x.Number == 0 {
		return "PAYMENT " + x.Ref
	}
	return "SALE " + strconv.FormatInt(x.Number, 10)
}

// notPaid names the sales whose payment a person has to settle, and the payments
// without a sale of which only the bank can tell.
func notPaid(list []fold.OpenException) string {
	var sales, payments, words []string
	for _, x := range list {
		if x.Number == 0 {
			payments = append(payments, x.Ref)
		} else {
			sales = append(sales, strconv.FormatInt(x.Number, 10))
		}
	}
	if len(sales) > 0 {
		words = append(words, "NOT PAID: SALE "+strings.Join(sales, ", "))
	}
	if len(payments) > 0 {
		words = append(words, "ASK THE BANK: "+strings.Join(payments, ", "))
	}
	return strings.Join(words, "; ")
}

// named is an amount of a report.
type named struct {
	name   string
	amount pos.Amount
}

// owedLines are what a report says of money that came later, or not yet.
func owedLines(r *pos.Report) []named {
	var out []named
	for _, how := range slices.Sorted(maps.Keys(r.Settled)) {
		out = append(out, named{"SETTLED " + strings.ToUpper(string(how)), r.Settled[how]})
	}
	if r.Owed != 0 {
		out = append(out, named{"OWED", r.Owed})
	}
	return out
}
