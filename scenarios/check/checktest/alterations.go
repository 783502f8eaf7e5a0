package checktest

import (
	"fmt"
	"slices"
	"strings"

	"stormrig/sim/history"
)

// Alteration changes one recorded fact of a good history so that one checker
// must find it.
type Alteration struct {
	ID   string // the checker
	Name string // what is changed
	// Apply returns an altered copy, or nil when the history has nothing
	// that could be altered so.
	Apply func(events []history.Event) []history.Event
	// Also names the checkers that fail with it, each with the reason.
	Also map[string]string
}

// Alterations returns one for each checker. The hash chains are made good
// again, but for J3 and J4. The slice is made anew for each call.
func Alterations() []Alteration {
	return slices.Concat(journalAlterations(), moneyAlterations(), paperAlterations(), syncAlterations())
}

func journalAlterations() []Alteration {
	return []Alteration{
		{"J1", "an acknowledged cash sale is taken out of the journal", loseSale, map[string]string{
			"J2": "its receipt then printed for a sale that never became durable",
			"R2": "its receipt then has a number that no sale has",
			"S1": "its goods are gone and no entry moved them",
			"M5": "the day's report counts it",
			"Y1": "the books of each replica hold moves that none of its entries made",
		}},
		{"J2", "the first dots of a receipt come before the commit of its sale", printEarly, nil},
		{"J3", "an entry is committed under another hash than it is exported", otherHash, nil},
		{"J4", "an entry's logical clock is changed and its hash is not", staleHash, nil},
		{"J5", "the hub's copy of a sale has another business date", otherCopy, map[string]string{
			"J3": "its key then names two entries",
			"Y1": "the hub then holds an entry as nobody wrote it",
		}},
		{"J7", "an entry opens the drawer and does not state it", dropDrawer, nil},
		{"J8", "a boot entry says nothing of the outage before it", dropOutage, nil},
		{"J9", "a sale's place has neither accuracy nor 'unavailable'", dropPlace, nil},
		{"J10", "a scan leaves no line", dropLine, nil},
		{"A1", "the display blames a reader that is there", blameReader, nil},
		{"C1", "a report covers its range backwards", reverseReport, map[string]string{
			"M5": "what it sums is then outside of its range",
		}},
		{"C2", "an entry after a clock jump does not mention it", dropJump, nil},
		{"C3", "a trusted entry has a hybrid clock that is two hours ahead", pulledAhead, nil},
		{"C4", "a sale is of the day before", dayBefore, map[string]string{
			"R5": "its receipt then bears another date",
		}},
	}
}

func moneyAlterations() []Alteration {
	return []Alteration{
		{"M1", "a sale's total is one more than its lines", wrongTotal, nil},
		{"M3", "a line of a sale has another label than was rung", wrongLabel, map[string]string{
			"R5": "its receipt then names another article",
		}},
		{"M5", "a report has one unit more cash than was taken", moreCash, nil},
		{"P1", "the dongle is armed before the charge is durable", armEarly, nil},
		{"P2", "the host captures once more under another trace number", captureTwice, map[string]string{
			"P3": "the second capture pays for no sale",
		}},
		{"P3", "the host captured one unit more than the tender", captureMore, nil},
		{"P4", "a card is read for another amount than was armed", swipeOther, nil},
		{"P5", "a request is repeated under a fresh trace number", freshSTAN, nil},
		{"P6", "the cap for each stored payment is below one that was stored", lowerCap, nil},
		{"P7", "an approval is journaled under a trace number that the host never saw", approvedOther, nil},
		{"P8", "a stored payment failed when it was forwarded, and nothing is owed", forgetDebt, nil},
		{"P11", "a terminal is told that its approval is good before the sale is durable", confirmEarly, nil},
		{"P12", "a charge has the trace number of the charge before it", sameTrace, nil},
		{"P10", "the card data of a stored payment are gone when it is to be forwarded", loseCard, nil},
		{"P9", "card data is found in a log", leak, nil},
	}
}

func paperAlterations() []Alteration {
	return []Alteration{
		{"R1", "a receipt comes out once more without a mark", printTwice, nil},
		{"R2", "the display gave the sale another number", otherNumber, nil},
		{"R3", "the drawer is kicked twice for one order", kickTwice, nil},
		{"R4", "the receipt after a fault begins with the rest of the one before", residue, nil},
		{"R5", "the tax on a receipt is another", otherTax, nil},
		{"R6", "the printer never completed a job that is noted as done", uncompleted, nil},
	}
}

func syncAlterations() []Alteration {
	return []Alteration{
		{"S1", "a replica has one piece more than there is", oneMore, map[string]string{
			"Y1": "its books then differ from the entries that it holds",
		}},
		{"Y1", "the hub holds an entry twice", holdTwice, map[string]string{
			"J3": "a sequence that occurs twice is not gapless",
		}},
		{"Y2", "the hub acknowledges what it does not hold", acknowledgeMore, nil},
		{"Y3", "a replica ends with another digest", otherDigest, nil},
		{"Y10", "an edit says that it was made over nothing that its till knew", overOther, nil},
		{"Y7", "a progress bar changes its total under way", moveGoal, nil},
	}
}

func loseSale(events []history.Event) []history.Event {
	s := tell(events)
	for _, k := range s.entries(has("sale")) {
		if cash, number := s.cashSale(k); cash && s.printedOnce(k, number) {
			s.alter(k, everywhere, func(p object) { drop(p, "sale") })
			return s.done()
		}
	}
	return nil
}

func (s *story) payload(k key) object {
	i := s.find(0, func(e *history.Event) bool { return own(e) && keyOf(e) == k })
	return decode(s.events[i].Payload)
}

func (s *story) cashSale(k key) (cash bool, receipt int64) {
	sale := fact(s.payload(k), "sale")
	tenders, _ := sale["tenders"].([]any)
	if len(tenders) != 1 {
		return false, 0
	}
	tender, _ := tenders[0].(object)
	return tender["kind"] == "cash", number(sale["number"])
}

func (s *story) printedOnce(k key, receipt int64) bool {
	return s.find(0, func(e *history.Event) bool { return s.isPaper(e, k.device, receipt) }) >= 0
}

func (s *story) isPaper(e *history.Event, till string, receipt int64) bool {
	return e.Kind == history.KindPaper && e.Number == receipt && e.Who == till+".printer"
}

// printEarly takes the last receipt whose printing nothing else touched.
func printEarly(events []history.Event) []history.Event {
	s := tell(events)
	for commit := len(s.events) - 1; commit >= 0; commit-- {
		e := &s.events[commit]
		if e.Kind != history.KindCommit || fact(decode(e.Payload), "sale") == nil {
			continue
		}
		receipt := number(fact(decode(e.Payload), "sale")["number"])
		begin := s.find(commit, func(b *history.Event) bool {
			return b.Kind == history.KindPrintBegin && b.Who == e.Who+".printer"
		})
		if begin < 0 {
			continue
		}
		paper := s.find(begin, func(p *history.Event) bool { return p.Kind == history.KindPaper && p.Who == s.events[begin].Who })
		disturbed := s.find(commit, func(d *history.Event) bool { return d.Kind == history.KindPower || d.Kind == history.KindLink })
		if paper < 0 || s.events[paper].Number != receipt || disturbed >= 0 && disturbed < paper {
			continue
		}
		s.move(begin, commit)
		return s.done()
	}
	return nil
}

// plain tells of an entry that matters to no checker but those of the chain.
func plain(p object) bool {
	facts, _ := p["facts"].([]any)
	for _, f := range facts {
		o, _ := f.(object)
		if _, note := o["note"]; !note {
			return false
		}
	}
	return len(facts) > 0 && p["intents"] == nil && p["clock"] == nil
}

func otherHash(events []history.Event) []history.Event {
	s := tell(events)
	for _, k := range s.entries(plain) {
		i := s.find(0, func(e *history.Event) bool { return e.Kind == history.KindCommit && keyOf(e) == k })
		if i >= 0 {
			h := []byte(s.events[i].Hash)
			h[0] = "0123456789abcdef"[(slices.Index([]byte("0123456789abcdef"), h[0])+1)%16]
			s.events[i].Hash = string(h)
			return s.done()
		}
	}
	return nil
}

func staleHash(events []history.Event) []history.Event {
	s := tell(events)
	keys := s.entries(plain)
	if len(keys) == 0 {
		return nil
	}
	s.rewrite(keys[len(keys)/2], everywhere, func(p object) { p["hlc"] = number(p["hlc"]) + 1 })
	return s.done()
}

func otherCopy(events []history.Event) []history.Event {
	s := tell(events)
	for _, k := range s.entries(has("sale")) {
		if s.find(0, func(e *history.Event) bool { return at("hub")(e) && keyOf(e) == k }) >= 0 {
			s.alter(k, at("hub"), func(p object) { fact(p, "sale")["business_date"] = "1999-12-31" })
			return s.done()
		}
	}
	return nil
}

// change alters the first own entry that fits, everywhere.
func change(events []history.Event, fits func(object) bool, how func(p object)) []history.Event {
	s := tell(events)
	keys := s.entries(fits)
	if len(keys) == 0 {
		return nil
	}
	s.alter(keys[0], everywhere, how)
	return s.done()
}

func dropOutage(events []history.Event) []history.Event {
	h := events[0].Header
	return change(events, func(p object) bool {
		device, _ := p["device"].(string)
		return h != nil && slices.Contains(h.Tills, device) && fact(p, "boot") != nil && fact(p, "outage") != nil
	}, func(p object) { drop(p, "outage") })
}

func dropDrawer(events []history.Event) []history.Event {
	return change(events, has("drawer"), func(p object) { drop(p, "drawer") })
}

func dropPlace(events []history.Event) []history.Event {
	return change(events, has("sale"), func(p object) { fact(p, "sale")["place"] = object{} })
}

// dropLine takes the line of a scan that no power cut excuses.
func dropLine(events []history.Event) []history.Event {
	s := tell(events)
	for _, k := range s.entries(has("line")) {
		i := s.find(0, func(e *history.Event) bool { return e.Kind == history.KindCommit && keyOf(e) == k })
		if i < 0 {
			continue
		}
		t := s.events[i].T
		loss := s.find(i, func(e *history.Event) bool { return e.Kind == history.KindPower && e.Who == k.device && !e.On })
		if loss >= 0 && s.events[loss].T < t+60*second {
			continue
		}
		s.alter(k, everywhere, func(p object) { drop(p, "line") })
		return s.done()
	}
	return nil
}

// blameReader lets the display refuse the card for want of a reader, before
// anything was wrong with one.
func blameReader(events []history.Event) []history.Event {
	s := tell(events)
	for i := range s.events {
		e := s.events[i]
		started := s.last(i, func(b *history.Event) bool {
			return b.Kind == history.KindStarted && b.Who == strings.TrimSuffix(e.Who, ".cashier")
		})
		if e.Kind != history.KindScreen || e.Text != "SALE" || started < 0 || e.T-s.events[started].T <= 60*second {
			continue
		}
		if s.last(i, kind(history.KindFault)) >= 0 {
			return nil
		}
		refused := e
		refused.Text, refused.Lines = "REFUSED", append([]string{"CARD READER NOT CONNECTED - TAKE CASH"}, e.Lines...)
		s.insert(i+1, refused, e)
		return s.done()
	}
	return nil
}

func reverseReport(events []history.Event) []history.Event {
	return change(events, has("report"), func(p object) {
		r := fact(p, "report")
		r["from"], r["to"] = r["to"], r["from"]
	})
}

func dropJump(events []history.Event) []history.Event {
	s := tell(events)
	for i := range s.events {
		c := s.events[i]
		if c.Kind != history.KindClock {
			continue
		}
		j := s.find(i, func(e *history.Event) bool { return e.Kind == history.KindCommit && e.Who == c.Who })
		if j < 0 || fact(decode(s.events[j].Payload), "clock_jump") == nil {
			continue
		}
		s.alter(keyOf(&s.events[j]), everywhere, func(p object) {
			drop(p, "clock_jump")
			delete(p, "clock")
		})
		return s.done()
	}
	return nil
}

func dayBefore(events []history.Event) []history.Event {
	return change(events, func(p object) bool { return fact(p, "sale") != nil && p["clock"] == nil }, func(p object) {
		fact(p, "sale")["business_date"] = "2026-07-17"
	})
}

func wrongTotal(events []history.Event) []history.Event {
	return change(events, has("sale"), func(p object) {
		sale := fact(p, "sale")
		sale["total"] = number(sale["total"]) + 1
	})
}

func moreCash(events []history.Event) []history.Event {
	return change(events, func(p object) bool { return fact(p, "report") != nil && fact(p, "report")["by_tender"] != nil }, func(p object) {
		tenders := fact(p, "report")["by_tender"].(object)
		tenders["cash"] = number(tenders["cash"]) + 1
	})
}

// sameTrace gives the second charge of a till the number of its first.
func sameTrace(events []history.Event) []history.Event {
	s := tell(events)
	keys := s.entries(has("charge"))
	for i := 1; i < len(keys); i++ {
		if keys[i].device != keys[0].device {
			continue
		}
		stan := fact(s.payload(keys[0]), "charge")["stan"]
		s.alter(keys[i], everywhere, func(p object) { fact(p, "charge")["stan"] = stan })
		return s.done()
	}
	return nil
}

// overOther lets an edit claim an entry that is none of its field.
func pulledAhead(events []history.Event) []history.Event {
	trusted := func(p object) bool { return p["clock"] == nil && has("sale")(p) }
	return change(events, trusted, func(p object) {
		p["hlc"] = uint64(number(p["wall"])+7200*second) / 1e6 << 16
	})
}

func overOther(events []history.Event) []history.Event {
	return change(events, has("edit"), func(p object) {
		fact(p, "edit")["replaces"] = []any{object{"device": p["device"], "inc": 1, "seq": 1}}
	})
}

func loseCard(events []history.Event) []history.Event {
	return change(events, has("forward"), func(p object) { fact(p, "forward")["card_lost"] = true })
}

func wrongLabel(events []history.Event) []history.Event {
	return change(events, func(p object) bool { return firstLine(p) != nil }, func(p object) {
		line := firstLine(p)
		line["label"] = fmt.Sprint(line["label"], " (old)")
	})
}

func firstLine(p object) object {
	lines, _ := fact(p, "sale")["lines"].([]any)
	if len(lines) == 0 {
		return nil
	}
	line, _ := lines[0].(object)
	return line
}
