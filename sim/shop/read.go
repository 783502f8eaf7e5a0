package shop

import (
	"slices"
	"strconv"
	"strings"
)

// takes looks at a piece of paper: a receipt or report is whole when it has
// its number or date and its total, and was cut.
func (t *turn) takes(piece string) {
	t.hangs, t.tearAt = false, -1
	state, body, _ := strings.Cut(piece, "\n")
	if state != "cut" && state != "torn off" {
		return
	}
	what, total := "", false
	for _, l := range strings.Split(body, "\n") {
		if n, ok := strings.CutPrefix(l, "RECEIPT "); ok {
			what, total = "SALE "+strings.TrimSpace(n), false
		} else if date, ok := strings.CutPrefix(l, "Z REPORT "); ok {
			what, total = "REPORT "+strings.TrimSpace(date), false
		} else if strings.HasPrefix(l, "TOTAL") {
			total = true
		} else if strings.HasSuffix(l, "~") {
			what = "" // a line broke off: not a paper one hands over
		}
	}
	if what != "" && total {
		t.papers[what] = true
	}
	if t.phase == leaving && t.papers[receipt(t.number)] {
		t.think()
	}
}

// receipt is what the till calls the receipt of a sale.
func receipt(number int64) string { return "SALE " + strconv.FormatInt(number, 10) }

// settles reads which sale the display calls not paid, and tells whether that has
// an end now: of three customers one comes back with the money, one is given up,
// and one owes it for ever.
func (t *turn) settles() bool {
	rest, is := strings.CutPrefix(t.screen.Status, "NOT PAID: SALE ")
	if !is {
		return false
	}
	sales, _, _ := strings.Cut(rest, "; ")
	for _, sale := range strings.Split(sales, ", ") {
		n, err := strconv.Atoi(sale)
		if err != nil || t.unpaid[sale] {
			continue
		}
		t.unpaid[sale] = true
		if how := []string{"", "cash", "loss"}[n%3]; how != "" {
			t.tasks = slices.Insert(t.tasks[:len(t.tasks):len(t.tasks)], 0, Task{Word: "settle", Args: []string{sale, how}})
			return true
		}
	}
	return false
}

// surplus reads the number of the line to be taken out when one article is too
// many: the first that is the same as the last one.
func (t *turn) surplus() string {
	var numbers, labels []string
	for i, l := range t.screen.Lines {
		if strings.HasPrefix(l, "  ") && i > 0 {
			number, label, _ := strings.Cut(t.screen.Lines[i-1], " ")
			numbers, labels = append(numbers, number), append(labels, label)
		}
	}
	if len(labels) == 0 {
		return ""
	}
	return numbers[slices.Index(labels, labels[len(labels)-1])]
}

// saleNumber reads "SALE 12" from the body.
func (t *turn) saleNumber(prefix string) int64 {
	for _, l := range t.screen.Lines {
		if rest, ok := strings.CutPrefix(l, prefix); ok {
			n, _ := strconv.ParseInt(rest, 10, 64)
			return n
		}
	}
	return 0
}

// lastSale reads the number of the last sale from READY or DONE.
func (t *turn) lastSale() int64 {
	if n := t.saleNumber("LAST SALE "); n != 0 {
		return n
	}
	return t.saleNumber("SALE ")
}

// money reads "TOTAL PHP 1290.00" as minor units and the number of decimals.
func (t *turn) money(prefix string) (minor int64, decimals int, ok bool) {
	for _, l := range t.screen.Lines {
		rest, found := strings.CutPrefix(l, prefix)
		if !found {
			continue
		}
		_, num, _ := strings.Cut(rest, " ")
		whole, frac, _ := strings.Cut(num, ".")
		n, err := strconv.ParseInt(whole+frac, 10, 64)
		if err == nil {
			return n, len(frac), true
		}
	}
	return 0, 0, false
}

// unit returns how many minor units one unit of the currency has.
func (t *turn) unit() int64 {
	_, decimals, _ := t.money("TOTAL ")
	u := int64(1)
	for range decimals {
		u *= 10
	}
	return u
}

func (t *turn) decimal(minor int64) string {
	u := t.unit()
	if u == 1 {
		return strconv.FormatInt(minor, 10)
	}
	frac := strconv.FormatInt(u+minor%u, 10)[1:]
	return strconv.FormatInt(minor/u, 10) + "." + frac
}

// typed is how a hand writes an amount: with all its decimals, or in a hurry, as
// one that rang articles by mistake is, without zeros that say nothing: "1300" and
// "8.9".
func (t *turn) typed(minor int64) string {
	s := t.decimal(minor)
	if t.basket.Voids == 0 || !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// roundUp is what one hands over: the next banknote.
func roundUp(n, to int64) int64 { return (n + to - 1) / to * to }
