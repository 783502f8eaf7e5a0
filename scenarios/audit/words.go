package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"stormrig/scenarios/audit/books"
	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// Money writes an amount of minor units.
func (r *Report) Money(n int64) string { return money(n, r.Decimals, r.Currency) }

func (a *auditor) money(n int64) string { return money(n, a.Decimals, a.Currency) }

func money(n int64, decimals int, currency string) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	digits := fmt.Sprintf("%0*d", decimals+1, n)
	if decimals > 0 {
		digits = digits[:len(digits)-decimals] + "." + digits[len(digits)-decimals:]
	}
	return strings.TrimSpace(currency + " " + sign + digits)
}

func (a *auditor) saleLine(i int) Evidence {
	s := &a.Sales.List[i]
	at := a.clock(s.At)
	if said, lost := a.lost[i]; lost {
		at = a.clock(said)
	}
	parts := []string{at, "sale " + s.Number}
	if t := a.Sales.Tills[s.Till]; t != "" {
		parts = append(parts, t)
	}
	switch s.State {
	case books.Cancelled:
		parts = append(parts, "cancelled")
	case books.Refunded:
		parts = append(parts, a.money(s.Total), "return")
	default:
		parts = append(parts, a.money(s.Total), tenderWord(s))
	}
	return Evidence{a.Sales.Name, s.Line, strings.Join(parts, ", ")}
}

func tenderWord(s *books.Sale) string {
	switch s.Tender {
	case books.ByCash:
		return "cash"
	case books.ByCard, books.Split:
		word := "card"
		if s.Tender == books.Split {
			word = "cash and card"
		}
		if s.Last4 != "" {
			word += " " + s.Last4
		}
		return word
	case books.ByOther:
		return "another way to pay"
	}
	return "nobody knows how it was paid"
}

func (a *auditor) chargeLine(i int) Evidence {
	c := &a.Settlement.List[i]
	state := map[books.State]string{books.Captured: "charged", books.Declined: "declined", books.Refunded: "given back", books.Reversed: "reversed"}[c.State]
	parts := []string{a.clock(c.At), state + " " + a.money(c.Amount)}
	if c.Last4 != "" {
		parts = append(parts, "card "+c.Last4)
	}
	if c.Ref != "" {
		parts = append(parts, c.Ref)
	}
	return Evidence{a.Settlement.Name, c.Line, strings.Join(parts, ", ")}
}

// cardNumbers tells of whole card numbers in a file. P9 judges it.
func (a *auditor) cardNumbers(f *books.File) {
	if f.Cards == 0 {
		return
	}
	events := []history.Event{
		{N: 1, Kind: history.KindHeader, Who: "audit", Header: &history.Header{Schema: 1, Level: 1}},
		{N: 2, Kind: history.KindScannedForLeaks, Who: "audit", Done: 1, Total: int64(f.Rows)},
		{N: 3, Kind: history.KindLeak, Who: "audit", Text: f.Name, Done: int64(f.Masked[0].Line)},
	}
	v, err := check.NewView(events)
	if err != nil {
		panic(err)
	}
	for _, c := range check.All() {
		if c.ID != "P9" {
			continue
		}
		r := c.Judge(v)
		a.report.Checks = append(a.report.Checks, Check{r.ID, c.Title, r.Verdict, r.Checked})
	}
	m := &mishap{sale: -1, charge: -1, Finding: Finding{
		Kind: CardNumber, Likelihood: 0.9, Invariant: "P9",
		Text: fmt.Sprintf("%s holds %d fields that look like whole card numbers. Only their last four digits were read.", f.Name, f.Cards),
		Do:   "Do not mail this file. Ask who exports card numbers: nobody may keep them (PCI DSS 3.4).",
	}}
	for _, p := range f.Masked {
		m.Evidence = append(m.Evidence, Evidence{f.Name, int32(p.Line), "column " + p.Column})
	}
	a.add(m)
}

// sums tells of sales whose articles do not add up to their total, where those
// of the file otherwise do.
func (a *auditor) sums(results []check.Result, total *Check) {
	if total == nil || !a.Sales.HasLines {
		return
	}
	var wrong []int
	for _, r := range results {
		if r.ID != "M1" {
			continue
		}
		for _, f := range r.Details {
			if s := int(f.Number) - 1; s >= 0 && s < len(a.Sales.List) {
				wrong = append(wrong, s)
			}
		}
	}
	if len(wrong)*10 > total.Checked && len(wrong) > few {
		a.habitOfSums(wrong, total)
		return
	}
	a.report.Checks = append(a.report.Checks, *total)
	for _, s := range wrong {
		x := &a.Sales.List[s]
		var lines int64
		for _, l := range x.Lines {
			lines += l.Amount
		}
		a.add(&mishap{at: x.At, sale: -1, charge: -1, Finding: Finding{
			Kind: SumDiffers, Amount: x.Total - lines, Likelihood: 0.9, Invariant: "M1", Till: a.Sales.Tills[x.Till],
			Text:     fmt.Sprintf("The articles of sale %s are %s, its total is %s.", x.Number, a.money(lines), a.money(x.Total)),
			Do:       "A discount or a tip would be one reason; a line that was lost is another.",
			Evidence: []Evidence{a.saleLine(s)},
		}})
	}
}

// rounded is the largest difference that is taken for rounding, in minor units.
const rounded = 5

// habitOfSums judges an export in which many sales do not add up: rounding is
// a finding, one for all of them; whatever is larger stands apart by design.
func (a *auditor) habitOfSums(wrong []int, total *Check) {
	sum := int64(0)
	var evidence []Evidence
	for _, s := range wrong {
		x := &a.Sales.List[s]
		diff := x.Total
		for _, l := range x.Lines {
			diff -= l.Amount
		}
		if diff > rounded || diff < -rounded {
			a.report.Unknown = append(a.report.Unknown, "whether articles add up to totals: in this export they do not for many sales (tax, discounts or tips stand apart)")
			return
		}
		sum += diff
		if len(evidence) < 10 {
			evidence = append(evidence, a.saleLine(s))
		}
	}
	a.report.Checks = append(a.report.Checks, *total)
	a.add(&mishap{sale: -1, charge: -1, Finding: Finding{
		Kind: SumDiffers, Amount: sum, Likelihood: 0.95, Invariant: "M1",
		Text:     fmt.Sprintf("The totals of %d sales are not the sums of their articles; they differ by at most %s, without a line that says so.", len(wrong), a.money(rounded)),
		Do:       "If cash is rounded, the till must write a line for it. Ask who made the till.",
		Evidence: evidence,
	}})
}

// unknowns says what the files cannot show.
func (a *auditor) unknowns() {
	say := func(when bool, text string) {
		if when {
			a.report.Unknown = append(a.report.Unknown, text)
		}
	}
	s := a.Sales
	say(s == nil, "what was sold: there is no sales file")
	say(a.Settlement == nil, "whether cards were charged for what was sold, twice, or for nothing: there is no settlement file")
	say(s != nil && !s.HasTender, "which sales were paid by card: the sales file does not say how a sale was paid, so a sale without a charge may have been paid in cash")
	say(s != nil && !s.HasNumbers, "whether a sale is missing in the books without a trace: the sales have no numbers")
	say(s != nil && a.Settlement != nil && !s.HasTimes, "which charge belongs to which sale where no number joins them: the sales have no time")
	say(s != nil && a.Settlement != nil && s.HasTimes && !(s.HasRef && a.Settlement.HasRef) && !(s.HasLast4 && a.Settlement.HasLast4),
		"whether two payments of the same amount within minutes were exchanged: the files share neither a reference nor the last four digits of cards")
	say(a.Cash == nil, "whether cash is missing: the drawer's count is not given (--cash, --float)")
	say(a.Cash != nil && a.Float == nil, "what was in the drawer before: it is taken to have been empty (--float)")
	say(a.Cash != nil && s != nil && !s.HasTender, "whether cash is missing: the sales file does not say what was paid in cash")
	say(a.Before == nil || a.After == nil, "whether goods are missing: there are not two stock counts (--stock-before, --stock-after)")
	say(a.Before != nil && a.After != nil && (s == nil || !s.HasLines), "whether goods are missing: the sales file does not say which articles were sold")
	say(true, "cash that was taken and never booked, and never counted: no file shows it")
}

// finish sorts findings, gives them identities and takes out what is known.
func (a *auditor) finish() {
	r := a.report
	known := 0
	for _, m := range a.mishaps {
		if m.gone {
			continue
		}
		f := m.Finding
		if m.at != 0 {
			f.At = time.Unix(0, m.at).In(a.Zone)
		}
		f.ID = identity(&f)
		if a.Known[f.ID] {
			known++
			continue
		}
		r.Findings = append(r.Findings, f)
	}
	sorted(r.Findings)
	if known > 0 {
		a.baseline("known", known, fmt.Sprintf("%d findings are known from an earlier audit", known))
	}
}

// identity names a mishap by what it is about, not by where it stands.
func identity(f *Finding) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s|%d|%d", f.Kind, f.Amount, f.At.Unix())
	for _, e := range f.Evidence {
		fmt.Fprintf(h, "|%s", e.Text)
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}
