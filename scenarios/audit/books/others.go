package books

import (
	"strings"

	"stormrig/scenarios/audit/mapping"
	"stormrig/scenarios/audit/table"
)

// ReadSettlement reads what an acquirer says.
func ReadSettlement(src Source, o Options) (*Settlement, error) {
	f, err := open(src, mapping.Settlement, o)
	if err != nil {
		return nil, err
	}
	defer f.close.Close()
	if err := f.need("what was charged", mapping.Amount); err != nil {
		return nil, err
	}
	out, tills := &Settlement{}, names{}
	err = f.each(func() error {
		c, ok, err := f.charge(&tills)
		if err != nil || !ok {
			out.Skipped++
			return err
		}
		out.HasTimes = out.HasTimes || c.At != 0
		out.HasLast4 = out.HasLast4 || c.Last4 != ""
		out.HasRef = out.HasRef || c.Ref != ""
		out.HasOrd = out.HasOrd || c.Order != ""
		out.List = append(out.List, c)
		return f.full(len(out.List)-1, "charges")
	})
	if err != nil {
		return nil, err
	}
	out.Tills, out.File = tills.list, f.known()
	return out, nil
}

// charge reads a line; false where it is none, or of another day.
func (f *file) charge(tills *names) (Charge, bool, error) {
	c := Charge{Line: int32(f.Line()), State: Captured}
	amount, ok, err := f.amount(mapping.Amount)
	if err != nil || !ok {
		return c, false, err
	}
	at, timed, err := f.moment()
	if err != nil {
		return c, false, err
	}
	if timed && f.o.outside(at) || !timed && (f.bound.Has(mapping.Time) || f.bound.Has(mapping.Date)) {
		return c, false, nil // another day, or a line of sums
	}
	if timed {
		c.At = at.UnixNano()
		f.follow(c.At)
	}
	c.Amount = amount
	switch f.bound.Word(mapping.State, f.get(mapping.State)) {
	case mapping.Declined:
		c.State = Declined
	case mapping.Reversed:
		c.State = Reversed
	case mapping.Refunded:
		c.State = Refunded
	case mapping.Other, mapping.Cancelled:
		return c, false, nil
	}
	if c.State == Captured && amount < 0 {
		c.State = Refunded
	}
	if (c.State == Refunded || c.State == Reversed) && c.Amount > 0 {
		c.Amount = -c.Amount
	}
	c.Till = tills.of(f.get(mapping.Till))
	c.Last4 = strings.Clone(table.LastFour(f.get(mapping.Last4)))
	c.Ref = strings.Clone(f.get(mapping.Ref))
	c.Order = strings.Clone(f.get(mapping.Order))
	return c, true, nil
}

// ReadStock reads a stock count. An article on several lines is their sum.
func ReadStock(src Source, o Options) (*Stock, error) {
	f, err := open(src, mapping.Stock, o)
	if err != nil {
		return nil, err
	}
	defer f.close.Close()
	if err := f.need("the article", mapping.SKU, mapping.Item); err != nil {
		return nil, err
	}
	if err := f.need("how many there are", mapping.Quantity); err != nil {
		return nil, err
	}
	out, at := &Stock{}, make(map[string]int)
	err = f.each(func() error {
		name := f.article()
		if name == "" {
			return nil
		}
		milli, ok, err := f.quantity("write a number such as 12")
		if err != nil || !ok {
			return err
		}
		price, _, err := f.amount(mapping.Price)
		if err != nil {
			return err
		}
		if i, twice := at[name]; twice {
			out.List[i].Milli += milli
			return nil
		}
		name = strings.Clone(name)
		at[name] = len(out.List)
		out.List = append(out.List, Count{Line: int32(f.Line()), SKU: name, Milli: milli, Price: price})
		return f.full(len(out.List)-1, "articles")
	})
	if err != nil {
		return nil, err
	}
	if len(out.List) == 0 {
		return nil, &table.Error{File: f.Name, Line: 1, Msg: "there is no article in it", Hint: "each line needs an article and how many there are"}
	}
	out.File = f.known()
	return out, nil
}
