package spec

import (
	"errors"
	"fmt"
	"time"

	"stormrig/pos"
)

// sales checks the baskets written out and numbers them.
func (b *builder) sales() {
	n := 0
	var last time.Duration
	for i := range b.f.Sales {
		path := fmt.Sprintf("sales[%d]", i)
		s := b.sale(path, &b.f.Sales[i])
		if b.hours && b.sound(path+".at") {
			if s.At < last {
				b.failAt(path+".at", wrong("write the baskets in the order of time", "%s is before the basket above", b.f.Sales[i].At))
			}
			last = s.At
		}
		if !s.Cancelled {
			n++
			s.N = n
		}
		b.s.Sales = append(b.s.Sales, s)
	}
	if n == 0 && b.sound("sales") {
		b.failAt("sales", errors.New("every basket is cancelled: nothing is sold"))
	}
}

func (b *builder) sale(path string, f *SaleFile) Sale {
	s := Sale{
		At: b.place(path+".at", f.At), Till: f.Till, Voided: f.Voided, Corrections: f.Corrections,
		Cancelled: f.Cancelled, Invented: f.Invented, Source: f.Source,
	}
	var selling []string
	for _, t := range b.s.Selling() {
		selling = append(selling, t.Name)
	}
	if s.Till == "" && len(selling) > 0 {
		s.Till = selling[0]
	} else if b.misnamed || len(selling) == 0 {
	} else if err := oneOf("selling till", s.Till, selling...); err != nil {
		b.failAt(path+".till", err)
	}
	switch f.Pay {
	case "", "cash":
	case "card":
		s.Card = true
		if t, _ := b.s.Till(s.Till); !t.Has(Dongle) {
			b.failAt(path+".pay", wrong("give it a dongle", "a card, but %s has no dongle", s.Till))
		}
	default:
		b.failAt(path+".pay", oneOf("tender", f.Pay, "cash", "card"))
	}
	if len(f.Lines) == 0 && !f.Cancelled {
		b.failMissing(path, wrong("write lines: [...], or cancelled: true", "a sale without lines"))
	}
	for j, l := range f.Lines {
		sku, err := b.resolve(l.Item)
		if err != nil && b.read(path+".lines") {
			b.failAt(fmt.Sprintf("%s.lines[%d]", path, j), err)
		}
		s.Lines = append(s.Lines, SaleLine{SKU: sku, Qty: l.Qty})
	}
	return s
}

// resolve is [Resolve] for many baskets: in a large catalogue each look takes
// long, so that one at an article's full name is answered from a list, and each
// other is made once.
func (b *builder) resolve(path string) (string, error) {
	if b.s.Shop.Catalogue == nil || !b.sound("catalogue") {
		return path, nil
	}
	if b.known == nil {
		b.known = make(map[string]string)
		for _, sku := range SKUs(b.s.Shop.Catalogue) {
			b.known[sku] = sku
		}
	}
	if sku, ok := b.known[path]; ok {
		return sku, nil
	}
	sku, err := Resolve(b.s.Shop.Catalogue, path)
	if err == nil {
		b.known[path] = sku
	}
	return sku, err
}

// Resolve finds the one variant that a path names, and says what was meant
// when there is none.
func Resolve(c *pos.Catalogue, path string) (string, error) {
	sku, err := c.Resolve(path)
	if err == nil {
		return sku, nil
	}
	known := paths(SKUs(c))
	for _, k := range known {
		if k == path {
			return "", wrong("name one of them", "%s", err.Error())
		}
	}
	if n := Near(path, known); n != "" {
		return "", wrong("did you mean "+n+"?", "%s", err.Error())
	}
	return "", wrong("its articles: "+listed(itemIDs(c)), "%s", err.Error())
}
