package books

import (
	"strings"
	"time"

	"stormrig/scenarios/audit/mapping"
	"stormrig/scenarios/audit/table"
)

// ReadSales reads a sales file. An error is a [*table.Error], or one of the
// file system.
func ReadSales(src Source, o Options) (*Sales, error) {
	f, err := open(src, mapping.Sales, o)
	if err != nil {
		return nil, err
	}
	defer f.close.Close()
	r := &salesReader{file: f, out: &Sales{}, open: make(map[int32]int)}
	r.lines = f.bound.Lines || f.bound.Has(mapping.Item) || f.bound.Has(mapping.SKU)
	if err := f.need("what a sale came to", mapping.Total, mapping.LineTotal, mapping.Price, mapping.Card); err != nil && !r.lines {
		return nil, err
	}
	if err := f.need("number or time of a sale", mapping.Number, mapping.Time, mapping.Date); err != nil {
		return nil, err
	}
	if err := f.each(r.line); err != nil {
		return nil, err
	}
	return r.end()
}

// salesReader puts lines together into sales.
type salesReader struct {
	*file
	out    *Sales
	lines  bool // each line is an article
	tills  names
	series names
	skus   names
	open   map[int32]int // by till: the sale under way, where lines are articles
	last   int           // the sale of the line above; -1 none
	had    bool
}

// sameSale is how far the lines of one sale may lie apart.
const sameSale = 15 * time.Minute

func (r *salesReader) line() error {
	number := r.get(mapping.Number)
	at, timed, err := r.moment()
	if err != nil {
		if number == "" && r.get(mapping.Tender) == "" && r.get(mapping.Item) == "" {
			r.out.Skipped++ // a line of sums at the end
			return nil
		}
		return err
	}
	if number == "" && !timed && !(r.lines && r.had) {
		r.out.Skipped++
		return nil
	}
	if timed && r.o.outside(at) {
		r.out.Skipped++
		r.had = false
		return nil
	}
	till := r.tills.of(r.till(number))
	i, goesOn := r.continues(number, till, at, timed)
	if !goesOn {
		if err := r.full(len(r.out.List), "sales"); err != nil {
			return err
		}
		s := Sale{Line: int32(r.Line()), Till: till, Seq: -1, Number: strings.Clone(number)}
		if timed {
			s.At = at.UnixNano()
			r.out.HasTimes = true
			r.follow(s.At)
		}
		r.number(&s)
		r.out.List = append(r.out.List, s)
		i = len(r.out.List) - 1
		r.open[till] = i
	}
	r.last, r.had = i, true
	s := &r.out.List[i]
	s.Last = int32(r.Line())
	if err := r.head(s, goesOn); err != nil {
		return err
	}
	if r.lines {
		return r.article(s)
	}
	return nil
}

// till is the till that a line names: by its column, or by what stands before
// the number where the export says so.
func (r *salesReader) till(number string) string {
	if t := r.get(mapping.Till); t != "" {
		return t
	}
	if r.bound.Split {
		if i := strings.LastIndexByte(number, '-'); i > 0 {
			return number[:i]
		}
	}
	if r.lines && r.had && number == "" {
		return r.tills.list[r.out.List[r.last].Till]
	}
	return ""
}

// continues tells whether the line belongs to a sale that began above: the
// same number at the same till, or none at all.
func (r *salesReader) continues(number string, till int32, at time.Time, timed bool) (int, bool) {
	if !r.lines || !r.had {
		return 0, false
	}
	if number == "" {
		return r.last, !timed
	}
	i, ok := r.open[till]
	if !r.bound.Has(mapping.Till) || !ok {
		i = r.last
	}
	s := &r.out.List[i]
	if s.Number != number {
		return 0, false
	}
	total, given, err := r.amount(mapping.Total)
	if given && err == nil && s.Total != 0 && total != s.Total {
		return 0, false // each line says what its sale came to, and this is another one
	}
	if timed && s.At != 0 {
		d := at.Sub(time.Unix(0, s.At))
		if given && s.Total != 0 && d != 0 {
			return 0, false
		}
		return i, d < sameSale && d > -sameSale
	}
	return i, true
}

// number takes a number apart: what stands before its last digits, and those.
func (r *salesReader) number(s *Sale) {
	text := s.Number
	i := len(text)
	for i > 0 && text[i-1] >= '0' && text[i-1] <= '9' {
		i--
	}
	s.Series = r.series.of(text[:i])
	if digits := text[i:]; len(digits) > 0 && len(digits) <= 15 {
		s.Seq = 0
		for _, c := range digits {
			s.Seq = s.Seq*10 + int64(c-'0')
		}
	}
}

// head reads what concerns the sale and not an article.
func (r *salesReader) head(s *Sale, again bool) error {
	if total, ok, err := r.amount(mapping.Total); err != nil {
		return err
	} else if ok && !(again && s.Total != 0) {
		s.Total = total
	}
	for _, x := range []mapping.Field{mapping.State, mapping.Status} {
		switch r.bound.Word(x, r.get(x)) {
		case mapping.Refunded:
			if s.State == Sold {
				s.State = Refunded
			}
		case mapping.Cancelled:
			s.State = Cancelled
		}
	}
	if four := table.LastFour(r.get(mapping.Last4)); four != "" && s.Last4 == "" {
		s.Last4, r.out.HasLast4 = strings.Clone(four), true
	}
	if ref := r.get(mapping.Ref); ref != "" && s.Ref == "" {
		s.Ref, r.out.HasRef = strings.Clone(ref), true
	}
	return r.tender(s)
}

func (r *salesReader) tender(s *Sale) error {
	card, byCard, err := r.amount(mapping.Card)
	if err != nil {
		return err
	}
	cash, byCash, err := r.amount(mapping.Cash)
	if err != nil {
		return err
	}
	if byCard || byCash {
		s.Card, s.Cash = s.Card+card, s.Cash+cash
		r.out.HasTender = true
		return nil
	}
	text := r.get(mapping.Tender)
	if text == "" {
		return nil
	}
	r.out.HasTender = true
	t := Unknown
	for _, part := range strings.FieldsFunc(text, func(c rune) bool { return c == '+' || c == '/' || c == '|' || c == ',' || c == ';' }) {
		switch r.bound.Word(mapping.Tender, part) {
		case mapping.ByCash:
			t = joined(t, ByCash)
		case mapping.ByCard:
			t = joined(t, ByCard)
		case mapping.ByOther:
			t = joined(t, ByOther)
		default:
			t = joined(t, guess(part))
		}
	}
	s.Tender = joined(s.Tender, t)
	paid, said, err := r.amount(mapping.Paid)
	switch {
	case err != nil || !said:
	case t == ByCard:
		s.Card += paid
	case t == ByCash:
		s.Cash += paid
	}
	return err
}

// guess reads what an export says in more words: "Visa **** 1234", "Cash drawer".
func guess(s string) Tender {
	s = strings.ToLower(s)
	for _, w := range []string{"gift", "voucher", "gutschein"} {
		if strings.Contains(s, w) {
			return ByOther
		}
	}
	for _, w := range []string{"card", "visa", "master", "amex", "debit", "credit", "karte"} {
		if strings.Contains(s, w) {
			return ByCard
		}
	}
	if strings.Contains(s, "cash") || strings.Contains(s, "bar ") {
		return ByCash
	}
	return ByOther
}

func joined(a, b Tender) Tender {
	switch {
	case a == Unknown, a == b:
		return b
	case b == Unknown:
		return a
	}
	return Split
}

// article reads the article of a line.
func (r *salesReader) article(s *Sale) error {
	name := r.file.article()
	switch strings.ToLower(name) {
	case "":
		return nil
	case "none", "void", "voided":
		s.Voided++
		return nil
	case "adjustment", "correction":
		s.Corrected++
		return nil
	}
	milli, given, err := r.quantity("write a number such as 2")
	if err != nil {
		return err
	}
	if !given {
		milli = 1000
	}
	sku := r.skus.of(name)
	for len(r.out.Prices) <= int(sku) {
		r.out.Prices = append(r.out.Prices, 0)
	}
	l := Line{SKU: sku, Milli: milli}
	price, priced, err := r.amount(mapping.Price)
	if err != nil {
		return err
	}
	if priced {
		l.Amount = price * milli / 1000
		r.out.Prices[sku] = price
	}
	if sum, ok, err := r.amount(mapping.LineTotal); err != nil {
		return err
	} else if ok {
		l.Amount = sum
		if milli != 0 && !priced {
			r.out.Prices[sku] = sum * 1000 / milli
		}
	}
	s.Lines = append(s.Lines, l)
	r.out.HasLines = true
	return nil
}

// end completes the sales: totals from lines, cash and card from tenders.
func (r *salesReader) end() (*Sales, error) {
	out := r.out
	if len(out.List) == 0 {
		return nil, &table.Error{File: r.Name, Line: 1, Msg: "there is no sale in it", Hint: "export a period with sales, or mend --from and --to"}
	}
	for i := range out.List {
		s := &out.List[i]
		if !r.bound.Has(mapping.Total) {
			for _, l := range s.Lines {
				s.Total += l.Amount
			}
			if s.Total == 0 && s.Card+s.Cash != 0 {
				s.Total = s.Card + s.Cash
			}
		}
		if r.lines && len(s.Lines) == 0 && s.Total == 0 && s.Card+s.Cash == 0 {
			s.State = Cancelled // a cart of nothing but voided lines or corrections
		}
		if s.State == Refunded && s.Total > 0 {
			s.Total, s.Card, s.Cash = -s.Total, -s.Card, -s.Cash
			for j := range s.Lines {
				s.Lines[j].Milli = -max(s.Lines[j].Milli, -s.Lines[j].Milli)
			}
		}
		if s.Total < 0 && s.State == Sold {
			s.State = Refunded
		}
		s.pay()
		out.HasNumbers = out.HasNumbers || s.Seq >= 0
	}
	out.Tills, out.Series, out.SKUs = r.tills.list, r.series.list, r.skus.list
	out.HasTills = len(out.Tills) > 1
	out.File = r.known()
	return out, nil
}

func (s *Sale) pay() {
	switch {
	case s.Card != 0 && s.Cash != 0:
		s.Tender = Split
	case s.Card != 0:
		s.Tender = ByCard
	case s.Cash != 0:
		s.Tender = ByCash
	case s.Tender == ByCard:
		s.Card = s.Total
	case s.Tender == ByCash:
		s.Cash = s.Total
	}
}
