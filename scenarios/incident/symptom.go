package incident

import (
	"fmt"
	"strconv"
	"strings"

	"stormrig/scenarios/check"
	"stormrig/scenarios/spec"
	"stormrig/sim/history"
)

// Symptom is something that a shop can see, and the invariant that says it
// must not be.
type Symptom struct {
	Name      string // "charged, not journaled"
	Invariant string
	Text      string // what a shopkeeper would say
	// fits tells whether a finding of the checker is this symptom; nil: all are.
	fits func(check.Finding) bool
}

// Symptoms lists them, one or two for each invariant that a shop can see.
func Symptoms() []Symptom {
	numbered := func(f check.Finding) bool { return f.Number != 0 }
	bare := func(f check.Finding) bool { return f.Number == 0 }
	return []Symptom{
		{"charged, not journaled", "P3", "the card slip is there, the sale is not in the books", bare},
		{"journaled, not charged", "P3", "the sale says card, the acquirer knows nothing", numbered},
		{"charged twice", "P2", "the customer's statement has it two times", nil},
		{"sold, not journaled", "J1", "the till said DONE, the sale is not in the books", nil},
		{"printed, not journaled", "J2", "there is a receipt and no sale, or the drawer opened for none", nil},
		{"number twice", "J3", "one number stands for two sales, or one is missing", nil},
		{"sale changed afterwards", "J5", "a finished sale is not what it was", nil},
		{"outage not noted", "J8", "the power was gone and the till says nothing of it", nil},
		{"scan not taken", "J10", "the scanner beeped and there is no line", nil},
		{"sum wrong", "M1", "the receipt does not add up", nil},
		{"price wrong", "M3", "it cost something else than the display showed", nil},
		{"wrong amount on the reader", "P4", "the next customer got the amount of the one before", nil},
		{"charged again", "P5", "the card was asked for a second time while the first was open", nil},
		{"stock wrong", "S1", "the shelf and the books differ", nil},
		{"two receipts", "R1", "there are two originals of one sale", nil},
		{"wrong number on the receipt", "R2", "the paper bears another number than the books", nil},
		{"drawer opened again", "R3", "the drawer opened by itself", nil},
		{"receipt with a rest of another", "R4", "a receipt begins with another one's end", nil},
		{"counted twice", "Y1", "the office has a sale two times", nil},
		{"not at the office", "Y3", "the till has a sale that the office never got", nil},
		{"said done too early", "Y7", "the till said that all was sent, and it was not", nil},
		{"wrong day", "C4", "a sale is in another day's report", nil},
	}
}

// Looked is a symptom as a ticket names it: of a sale, or of any.
type Looked struct {
	Symptom
	Sale string // number as the export has it; empty: any
}

func (l Looked) String() string {
	if l.Sale == "" {
		return l.Name
	}
	return "sale " + l.Sale + " " + l.Name
}

// ParseSymptom reads "sale 12 charged, not journaled", "charged twice".
func ParseSymptom(text string) (Looked, error) {
	var l Looked
	rest := strings.Join(strings.Fields(strings.ToLower(text)), " ")
	if words := strings.Fields(rest); len(words) > 2 && words[0] == "sale" {
		l.Sale = strings.TrimRight(words[1], ":,")
		rest = strings.Join(words[2:], " ")
	} else if len(words) > 2 && words[0] == "disputed" {
		l.Sale = "disputed-" + strings.TrimRight(words[1], ":,")
		rest = strings.Join(words[2:], " ")
	}
	rest = strings.TrimPrefix(rest, "is ")
	var names []string
	for _, s := range Symptoms() {
		if s.Name == rest || strings.EqualFold(s.Invariant, rest) {
			l.Symptom = s
			return l, nil
		}
		names = append(names, s.Name)
	}
	if near := spec.Near(rest, names); near != "" {
		return l, fmt.Errorf("there is no symptom %q; did you mean %q?", rest, near)
	}
	return l, fmt.Errorf("there is no symptom %q; there are: %s", rest, strings.Join(names, "; "))
}

// basketOf finds the basket that a ticket means, by its number in the export;
// 0 where any sale will do.
func (l Looked) basketOf(sc *spec.Scenario) (int, error) {
	if l.Sale == "" {
		return 0, nil
	}
	for _, s := range sc.Sales {
		if s.Source == l.Sale && s.N > 0 {
			return s.N, nil
		}
	}
	if n, err := strconv.Atoi(l.Sale); err == nil && n > 0 && n <= sc.SaleCount() && sc.Sales[0].Source == "" {
		return n, nil
	}
	return 0, fmt.Errorf("the day has no sale %s", l.Sale)
}

// shows tells whether a history shows the symptom, and in what words.
func (l Looked) shows(events []history.Event, basket int) (string, bool, error) {
	v, err := check.NewView(events)
	if err != nil {
		return "", false, err
	}
	for _, c := range check.All() {
		if c.ID != l.Invariant {
			continue
		}
		for _, f := range c.Judge(v).Details {
			if (l.fits == nil || l.fits(f)) && (basket == 0 || concerns(events, f, basket)) {
				return f.Text, true, nil
			}
		}
	}
	return "", false, nil
}

// concerns tells whether a finding is about a basket: it says so, or its
// payment, its number or its events are that basket's.
func concerns(events []history.Event, f check.Finding, basket int) bool {
	if f.Basket != 0 {
		return f.Basket == basket
	}
	for i := range events {
		e := &events[i]
		switch {
		case e.Basket != basket:
		case f.Ref != "" && e.Ref == f.Ref && (e.Kind == history.KindSwipe || e.Kind == history.KindLedger):
			return true
		case f.Number != 0 && e.Number == f.Number && e.Kind == history.KindRung:
			return true
		}
	}
	for _, n := range f.Events {
		if n > 0 && int(n) <= len(events) && events[n-1].Basket == basket {
			return true
		}
	}
	return false
}
