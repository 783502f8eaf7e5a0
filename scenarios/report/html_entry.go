package report

import (
	"encoding/json"
	"fmt"
	"strings"

	"stormrig/sim/history"
)

// toldFact is a fact as far as the page says it in words. Facts have many
// shapes: members that several of them share stand here once.
type toldFact struct {
	Number     int64        `json:"number"`
	N          int64        `json:"n"`
	Qty        int64        `json:"qty"`
	SKU        string       `json:"sku"`
	Price      int64        `json:"price"`
	Lines      []toldFact   `json:"lines"`
	Total      int64        `json:"total"`
	Tenders    []tenderFact `json:"tenders"`
	Change     int64        `json:"change"`
	Ref        string       `json:"ref"`
	Amount     int64        `json:"amount"`
	State      string       `json:"state"`
	Reason     string       `json:"reason"`
	Intent     string       `json:"intent"`
	Outcome    string       `json:"outcome"`
	Detail     string       `json:"detail"`
	Settled    bool         `json:"settled"`
	Receivable int64        `json:"receivable"`
	Ack        bool         `json:"acknowledged"`
	Kind       string       `json:"kind"`
	Sales      int64        `json:"sales"`
	Field      string       `json:"field"`
	Target     string       `json:"target"`
	Value      string       `json:"value"`
	What       string       `json:"what"`
	Cause      string       `json:"cause"`
	Lost       string       `json:"lost"`
	Rebuilt    string       `json:"rebuilt"`
}

type toldOrder struct {
	Number int64  `json:"number"`
	Report string `json:"report"`
	Mark   string `json:"mark"`
	Job    int    `json:"job"`
	Ref    string `json:"ref"`
	Kind   string `json:"kind"`
}

// entryWords names an entry, says its facts and what it orders.
func (s *story) entryWords(e *history.Event) string {
	key := fmt.Sprintf("%s/%d/%d", e.Device, e.Inc, e.Seq)
	facts, orders := factNames(e.Payload)
	said := make([]string, 0, len(facts)+1)
	for _, f := range facts {
		said = append(said, s.factWords(e.Device, f))
	}
	if len(orders) > 0 {
		words := make([]string, len(orders))
		for i, o := range orders {
			words[i] = orderWords(o.name, o.body)
		}
		said = append(said, "orders: "+strings.Join(words, ", "))
	}
	if len(said) == 0 {
		return key
	}
	return key + " (" + strings.Join(said, "; ") + ")"
}

// member is a fact or an order: its kind, and what it says.
type member struct {
	name string
	body json.RawMessage
}

// factNames takes a payload apart; what is no entry has nothing.
func factNames(payload []byte) (facts, orders []member) {
	var entry struct {
		Facts   []map[string]json.RawMessage `json:"facts"`
		Intents []map[string]json.RawMessage `json:"intents"`
	}
	if json.Unmarshal(payload, &entry) != nil {
		return nil, nil
	}
	for _, f := range entry.Facts {
		for _, name := range sortedKeys(f) {
			facts = append(facts, member{name, f[name]})
		}
	}
	for _, in := range entry.Intents {
		for _, name := range sortedKeys(in) {
			if name != "id" {
				orders = append(orders, member{name, in[name]})
			}
		}
	}
	return facts, orders
}

func (s *story) factWords(device string, m member) string {
	var f toldFact
	if json.Unmarshal(m.body, &f) != nil {
		return m.name
	}
	switch m.name {
	case "sale":
		return s.saleWords(&f)
	case "line":
		return fmt.Sprintf("line %d: %d × %s at %s", f.N, f.Qty, s.name(f.SKU), s.amount(f.Price))
	case "void":
		return cond(f.N == 0, "cart voided", fmt.Sprintf("line %d voided", f.N))
	case "charge":
		return fmt.Sprintf("charge %s for %s", f.Ref, s.amount(f.Amount))
	case "result":
		return with(f.Ref+" is "+f.State, f.Reason)
	case "reversal":
		return fmt.Sprintf("reversal of %s %s", f.Ref, cond(f.Ack, "acknowledged", "to be sent"))
	case "forward":
		return f.Ref + cond(f.Settled, " forwarded and settled", " not settled") + cond(f.Receivable != 0, ", the customer owes "+s.amount(f.Receivable), "")
	case "note":
		return fmt.Sprintf("%s: %s", s.ordered[device+" "+f.Intent], with(f.Outcome, f.Detail))
	case "report":
		return fmt.Sprintf("%s report: %s, total %s", f.Kind, r2(int(f.Sales), "sale", "sales"), s.amount(f.Total))
	case "exception":
		return fmt.Sprintf("open exception of %s%s", f.Ref, cond(f.Receivable != 0, ": the customer owes "+s.amount(f.Receivable), ""))
	case "edit":
		return fmt.Sprintf("%s of %s set to %s", f.Field, f.Target, s.edited(f.Field, f.Value))
	case "outage":
		return with("outage of "+f.What, f.Cause)
	case "boot":
		return with(with("start", f.Lost), f.Rebuilt)
	}
	return strings.ReplaceAll(m.name, "_", " ")
}

func (s *story) saleWords(f *toldFact) string {
	text := fmt.Sprintf("sale %d, %s, over %s", f.Number, r2(len(f.Lines), "line", "lines"), s.amount(f.Total))
	for _, t := range f.Tenders {
		text += fmt.Sprintf(", %s %s%s", t.Kind, s.amount(t.Amount), cond(t.Ref != "", " ("+t.Ref+")", ""))
	}
	return text + cond(f.Change != 0, ", change "+s.amount(f.Change), "")
}

// edited writes a value as a person does: a price stands in minor units.
func (s *story) edited(field, value string) string {
	var minor int64
	if _, err := fmt.Sscan(value, &minor); field == "price" && err == nil {
		return s.amount(minor)
	}
	return value
}

func orderWords(name string, body []byte) string {
	var o toldOrder
	if json.Unmarshal(body, &o) != nil {
		return name
	}
	switch name {
	case "print":
		what := cond(o.Report != "", "Z of "+o.Report, fmt.Sprintf("receipt %d", o.Number))
		return fmt.Sprintf("print of %s%s as job %d", what, cond(o.Mark != "", " ("+o.Mark+")", ""), o.Job)
	case "kick":
		return fmt.Sprintf("kick of the drawer for sale %d", o.Number)
	case "arm":
		return "card reader to read for " + o.Ref
	case "cancel":
		return "card reader to forget " + o.Ref
	case "host":
		return fmt.Sprintf("card host to %s %s", o.Kind, o.Ref)
	}
	return name
}

// collectOrders remembers what each order was, by device and ID: a note names no more.
func (s *story) collectOrders() {
	s.ordered = make(map[string]string)
	for i := range s.b.Events {
		e := &s.b.Events[i]
		if e.Kind != history.KindCommit {
			continue
		}
		var entry struct {
			Intents []map[string]json.RawMessage `json:"intents"`
		}
		if json.Unmarshal(e.Payload, &entry) != nil {
			continue
		}
		for _, in := range entry.Intents {
			var id string
			_ = json.Unmarshal(in["id"], &id) // an order without one is never noted
			for _, name := range sortedKeys(in) {
				if name != "id" {
					s.ordered[e.Device+" "+id] = orderWords(name, in[name])
				}
			}
		}
	}
}
