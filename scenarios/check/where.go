package check

import (
	"fmt"
	"strings"
)

// Words is what a person reads: the text, and what it does not name itself of
// entry, receipt and basket.
func (f Finding) Words() string {
	if f.Where == "" {
		return f.Text
	}
	return f.Text + " (" + f.Where + ")"
}

// locate completes what a finding is about: an entry's sale has a receipt and a
// basket, a payment a shopper. Whoever reads a finding begins at one of these.
func (v *View) locate(f *Finding) {
	rec := v.records[f.Entry]
	sale, pay := v.saleIn(rec), v.payment[f.Ref]
	if sale == nil && f.Entry == (Key{}) {
		sale = v.saleAmong(f.Events, f.Number)
	}
	if sale != nil {
		f.Entry = sale.record.key
		if f.Number == 0 {
			f.Number = sale.Number
		}
	}
	if f.Basket == 0 {
		f.Basket = v.basketOf(rec, sale, pay)
	}
	f.Where = v.where(f)
}

// saleIn returns the finished sale in an entry, or nil.
func (v *View) saleIn(rec *record) *sale {
	if rec == nil {
		return nil
	}
	for _, s := range v.unitOf(rec.key.Device).sales {
		if s.record == rec {
			return s
		}
	}
	return nil
}

// saleAmong finds the one sale with a receipt number at the unit that a
// finding's events are of: numbers are each till's own.
func (v *View) saleAmong(events []int64, number int64) *sale {
	var found *sale
	if number == 0 || len(events) == 0 || events[0] < 1 || events[0] > int64(len(v.Events)) {
		return nil
	}
	u := v.unit[unitName(v.Events[events[0]-1].Who)]
	if u == nil {
		return nil
	}
	for _, s := range u.sales {
		if s.Number == number {
			if found != nil {
				return nil // the number was used twice: which is meant the text says
			}
			found = s
		}
	}
	return found
}

func (v *View) basketOf(rec *record, s *sale, p *payment) int {
	var b *basket
	switch {
	case s != nil:
		b = s.basket
	case p != nil && p.charged != nil:
		b = p.unit.basketAt(p.charged.at)
	case rec != nil && rec.commit != nil:
		return rec.commit.Basket
	}
	if b == nil {
		return 0
	}
	return b.n
}

// where names what the text does not.
func (v *View) where(f *Finding) string {
	var parts []string
	if key := f.Entry.String(); f.Entry != (Key{}) && !says(f.Text, key) {
		parts = append(parts, "entry "+key)
	}
	if f.Number != 0 && !says(f.Text, fmt.Sprintf("receipt %d", f.Number), fmt.Sprintf("receipt number %d", f.Number), fmt.Sprintf("sale %d", f.Number)) {
		parts = append(parts, fmt.Sprintf("receipt %d", f.Number))
	}
	if f.Ref != "" && !says(f.Text, f.Ref) {
		parts = append(parts, "payment "+f.Ref)
	}
	if f.Basket != 0 && !says(f.Text, fmt.Sprintf("basket %d", f.Basket)) {
		parts = append(parts, fmt.Sprintf("basket %d", f.Basket))
	}
	return strings.Join(parts, ", ")
}

// says tells whether a text names one of these; "receipt 1" is not in "receipt 12".
func says(text string, names ...string) bool {
	for _, name := range names {
		for rest := text; ; {
			_, after, found := strings.Cut(rest, name)
			if !found {
				break
			}
			if after == "" || after[0] < '0' || after[0] > '9' {
				return true
			}
			rest = after
		}
	}
	return false
}
