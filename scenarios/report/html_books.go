package report

import (
	"sort"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// stockView holds the books of each replica against what was carried out.
type stockView struct {
	Holders []string
	Journal bool // the journals were exported
	Rows    []stockRow
	Wrong   int
	Moved   int
	Carried int64
	// Unjudged says why S1 was not judged: then a difference proves nothing.
	Unjudged string
	Apart    int // articles that differ and were not judged
	Left     int // articles that nobody touched and that are not listed
}

type stockRow struct {
	SKU, Label           string
	Began, Counted, Left int64
	Carried, Journal     int64
	JournalOff           bool
	Held                 []heldCell
	Moved, Wrong         bool
}

type heldCell struct {
	Who   string
	Qty   int64
	Wrong bool
	Known bool
}

func (s *story) stock() stockView {
	states := s.states()
	v := stockView{Journal: s.exported()}
	for _, e := range states {
		v.Holders = append(v.Holders, e.Who)
	}
	for _, c := range s.b.Checks {
		if c.ID == "S1" && c.Verdict == check.NotExercised && len(states) > 0 {
			v.Unjudged = c.Note
		}
	}
	for _, a := range s.shelves() {
		row := stockRow{SKU: a.SKU, Label: s.name(a.SKU), Began: a.Began, Carried: a.Carried, Counted: a.Counted, Left: a.Left()}
		row.Journal = row.Began + a.Moved
		row.JournalOff = v.Journal && row.Journal != row.Left
		row.Wrong = row.JournalOff
		row.Moved = row.Carried != 0 || row.Counted != 0
		for _, e := range states {
			qty, known := e.Stock[a.SKU]
			wrong := known && qty != row.Left || !known && row.Moved
			row.Held = append(row.Held, heldCell{e.Who, qty, wrong, known})
			row.Wrong = row.Wrong || wrong
		}
		if v.Unjudged != "" && row.Wrong {
			row.forgive()
			v.Apart++
		}
		v.Wrong += pick(row.Wrong, 1, 0)
		v.Moved += pick(row.Moved, 1, 0)
		v.Carried += row.Carried
		v.Rows = append(v.Rows, row)
	}
	v.untouched()
	sort.SliceStable(v.Rows, func(i, j int) bool { return v.Rows[i].Wrong && !v.Rows[j].Wrong })
	return v
}

// forgive takes the blame off a row of a stock that was not judged.
func (r *stockRow) forgive() {
	r.Wrong, r.JournalOff = false, false
	for i := range r.Held {
		r.Held[i].Wrong = false
	}
}

// states are the last words of all holders on their stock.
func (s *story) states() []*history.Event {
	last := make(map[string]*history.Event)
	for i := range s.b.Events {
		if e := &s.b.Events[i]; e.Kind == history.KindState {
			last[e.Who] = e
		}
	}
	out := make([]*history.Event, 0, len(last))
	for _, who := range sortedKeys(last) {
		out = append(out, last[who])
	}
	return out
}

// shelves are what S1 judges: the page must not say another thing.
func (s *story) shelves() []check.Shelf {
	if s.view == nil {
		return nil
	}
	return s.view.Shelves()
}

// sumOwed is what customers owe after the card host declined late what the till
// had taken in the dark, or a terminal undid what was sold, by payment.
func (s *story) sumOwed() map[string]int64 {
	sum := make(map[string]int64)
	for _, entry := range s.entries {
		for _, f := range entry.facts.Facts {
			for _, c := range []*claimFact{f.Forward, f.Exception} {
				if c != nil && c.Receivable != 0 && entry.own() {
					sum[c.Ref] = c.Receivable
				}
			}
		}
	}
	return sum
}

// inventedMoney names what an import made up of the money: amounts, and what
// stands on the paper, say nothing of that shop then.
func (s *story) inventedMoney() string {
	var made []string
	for _, what := range s.head.Invented {
		switch what {
		case "prices", "tenders", "tax", "currency":
			made = append(made, what)
		}
	}
	return listWords(made)
}

// moneyView holds what was paid against what the books say, by tender.
type moneyView struct {
	Currency string
	Rows     []moneyRow
	Invented string
	Hatched  bool
}

type moneyRow struct {
	Tender                       string
	Paid, Journal, Hub, Report   string // "" for what nobody knows
	Host, Owed, Handed           string
	JournalOff, HubOff, HostOff  bool
	ReportOff                    bool
	PaidCount, Journaled, Ledger int
}

type moneySums struct {
	paid, handed, journal, hub, report int64
	host, owed                         int64
	sales, entries, lines              int
	reported                           bool
}

func (s *story) money() moneyView {
	sums := map[string]*moneySums{"cash": {}, "card": {}}
	of := func(tender string) *moneySums {
		if sums[tender] == nil {
			sums[tender] = &moneySums{}
		}
		return sums[tender]
	}
	s.sumPaid(of)
	s.sumJournal(of)
	s.sumHost(of("card"))
	v := moneyView{Currency: s.head.Currency, Invented: s.inventedMoney()}
	v.Hatched = s.inventedMoney() != ""
	total := &moneySums{}
	for _, tender := range []string{"cash", "card"} {
		m := of(tender)
		v.Rows = append(v.Rows, s.moneyRow(tender, m))
		total.add(m)
		delete(sums, tender)
	}
	for _, tender := range sortedKeys(sums) {
		v.Rows = append(v.Rows, s.moneyRow(tender, sums[tender]))
		total.add(sums[tender])
	}
	v.Rows = append(v.Rows, s.moneyRow("all", total))
	return v
}

func (m *moneySums) add(o *moneySums) {
	m.paid, m.journal, m.hub, m.report = m.paid+o.paid, m.journal+o.journal, m.hub+o.hub, m.report+o.report
	m.sales, m.entries = m.sales+o.sales, m.entries+o.entries
	m.reported = m.reported || o.reported
}

func (s *story) sumPaid(of func(string) *moneySums) {
	for _, d := range s.sales {
		if d.rung == nil {
			continue
		}
		m := of(d.Tender)
		m.paid += d.rung.Amount
		m.sales++
	}
	for i := range s.b.Events {
		if e := &s.b.Events[i]; e.Kind == history.KindTendered {
			of(e.State).handed += e.Amount
		}
	}
}

func (s *story) sumJournal(of func(string) *moneySums) {
	for _, entry := range s.entries {
		for _, f := range entry.facts.Facts {
			if f.Sale != nil {
				s.sumTenders(of, entry, f.Sale)
			}
			if f.Report != nil && f.Report.Kind == "Z" && entry.own() {
				for _, tender := range sortedKeys(f.Report.ByTender) {
					of(tender).report += f.Report.ByTender[tender]
				}
				of("cash").reported, of("card").reported = true, true
			}
		}
	}
}

func (s *story) sumTenders(of func(string) *moneySums, entry *entryData, sale *saleFact) {
	for _, t := range sale.Tenders {
		amount, m := t.Amount, of(t.Kind)
		if t.Kind == "cash" {
			amount -= sale.Change
		}
		if entry.own() {
			m.journal += amount
			m.entries++
		}
		if contains(entry.Holders, "hub") {
			m.hub += amount
		}
	}
}

func (s *story) sumHost(m *moneySums) {
	for _, amount := range s.owed {
		m.owed += amount
	}
	for i := range s.b.Events {
		if e := &s.b.Events[i]; e.Kind == history.KindLedger {
			m.host += ledgerSign(e) * e.Amount
			m.lines++
		}
	}
}

func (s *story) moneyRow(tender string, m *moneySums) moneyRow {
	row := moneyRow{Tender: tender, Paid: s.amount(m.paid), PaidCount: m.sales, Journaled: m.entries, Ledger: m.lines}
	if s.exported() {
		row.Journal, row.JournalOff = s.amount(m.journal), m.journal != m.paid
		row.Hub, row.HubOff = s.amount(m.hub), m.hub != m.paid
	}
	if tender == "card" {
		row.Host, row.HostOff = s.amount(m.host), m.host+m.owed != m.paid
		row.Owed = cond(m.owed != 0, s.amount(m.owed), "")
	}
	if m.reported {
		row.Report, row.ReportOff = s.amount(m.report), m.report != m.paid
	}
	if tender == "cash" {
		row.Handed = s.amount(m.handed)
	}
	return row
}
