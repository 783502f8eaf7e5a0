package report

import (
	"fmt"
	"strings"

	"stormrig/sim/history"
)

// judgeSale says in words what became of a sale: what people and paper know,
// and what the books say to it.
func (s *story) judgeSale(d *saleData, dark map[int64]bool) {
	d.Class, d.Money = "good", cond(d.Amount != 0, s.amount(d.Amount), "")
	add := func(class, text string) {
		d.Chips = append(d.Chips, chip{text, class})
		if class == "bad" || class == "warn" && d.Class == "good" {
			d.Class = class
		}
	}
	s.chipsOfPeople(d, add)
	s.chipsOfBooks(d, dark, add)
	s.chipsOfPaper(d, add)
	for _, n := range d.Faults {
		if e := s.event(n); e.Kind == history.KindCut {
			add("warn", "power lost inside")
		} else if e.Kind == history.KindLink && e.State == "down" {
			add("warn", cond(strings.HasPrefix(e.Text, "mute") || strings.HasPrefix(e.Text, "deaf"), "cable bad inside", "unplugged inside"))
		}
	}
	var ids []string
	for _, f := range d.Findings {
		id, _, _ := strings.Cut(f, ":")
		ids = append(ids, id)
	}
	if len(ids) > 0 {
		add("bad", listWords(ids)+" violated")
	}
	if d.rung == nil && d.Class != "bad" {
		d.Class = "away"
	}
}

func (s *story) chipsOfPeople(d *saleData, add func(class, text string)) {
	if d.rung != nil {
		add("good", "accepted")
	}
	for _, n := range d.Events {
		switch s.event(n).Kind {
		case history.KindWalkout:
			add("plain", "walked out")
		case history.KindRering:
			add("plain", "rung again")
		case history.KindRefusedCard:
			add("plain", "card declined")
		}
	}
}

func (s *story) chipsOfBooks(d *saleData, dark map[int64]bool, add func(class, text string)) {
	held, hub := 0, 0
	for _, entry := range d.journaled {
		held += pick(entry.own(), 1, 0)
		hub += pick(contains(entry.Holders, "hub"), 1, 0)
		d.Dark = d.Dark || dark[entry.Commit]
	}
	switch {
	case !s.exported():
	case held == 0 && d.rung != nil:
		add("bad", "not in the journal")
	case held > 1:
		add("warn", fmt.Sprintf("%d times in the journal", held))
	case held == 1:
		add("good", "journaled")
	}
	switch {
	case !s.exported() || held == 0:
	case hub == 0:
		add("bad", "not at the hub")
	default:
		add("good", "at the hub")
	}
	if d.Dark {
		add("plain", "in the dark")
	}
	switch taken := s.takenFor(d); {
	case taken != 0 && d.rung != nil && d.Tender == "card" && taken != d.Amount, taken != 0 && d.rung == nil:
		add("bad", "card host holds "+s.amount(taken))
	case taken != 0:
		add("good", "card taken")
	}
	for _, ref := range sortedKeys(d.refs) {
		if owed := s.owed[ref]; owed != 0 {
			add("warn", "not paid in the end, "+s.amount(owed)+" owed")
		}
	}
}

// takenFor is what the card host keeps of the sale's payments. A reference
// that another shopper used, too, counts where the host's line is this one's.
func (s *story) takenFor(d *saleData) int64 {
	var sum int64
	for ref := range d.refs {
		for _, e := range s.ledger[ref] {
			if e.Basket == 0 || e.Basket == d.Basket {
				sum += ledgerSign(e) * e.Amount
			}
		}
	}
	return sum
}

// ledgerSign is +1 when the host's books took money, -1 when they gave it
// back.
func ledgerSign(e *history.Event) int64 {
	switch e.State {
	case "captured", "settled":
		return 1
	case "reversed":
		return -1
	}
	return 0
}

func (s *story) chipsOfPaper(d *saleData, add func(class, text string)) {
	originals, marked, ruined := 0, 0, 0
	for _, i := range d.Papers {
		switch p := s.b.Papers[i]; {
		case paperMark(p.Lines) != "":
			marked++
		case p.State == "cut" || p.State == "torn off":
			originals++
		default:
			ruined++
		}
	}
	if originals > 0 {
		add("good", "printed")
	}
	if originals > 1 {
		add("bad", fmt.Sprintf("%d originals", originals))
	}
	if marked > 0 {
		add("plain", r2(marked, "marked copy", "marked copies"))
	}
	if ruined > 0 {
		add("warn", "a piece was cut short")
	}
	if d.rung != nil && originals+marked == 0 && len(s.b.Papers) > 0 {
		add("warn", "no receipt")
	}
}
