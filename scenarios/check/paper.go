package check

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

var r5 = Checker{
	ID: "R5", Level: 0, Check: checkR5,
	Title:   "A receipt says what was sold: articles, total, tender, change, tax, date, place",
	Premise: "whole receipt of a known basket that could be read",
}

// checkR5 reads each receipt that nothing disturbed and holds it against the
// basket: against what was handed over, and against the lines of its sale,
// which M3 holds against the catalogue. A till whose paper cannot be read (in
// another language, or laid out in another way) is not judged: what a receipt
// must have on it is learnt from the till's other receipts.
func checkR5(v *View) Result {
	var r Result
	decimals := Decimals(v.Header.Currency)
	for _, u := range v.units {
		var pages []*page
		var knows layout
		for i, p := range u.pieces {
			if p.paper.Number == 0 || !p.taken() || u.disturbed(i) {
				continue
			}
			pg := &page{p, v.wanted(p), read(p.paper.Lines, decimals)}
			if pg.want == nil {
				continue
			}
			knows.learn(pg)
			pages = append(pages, pg)
		}
		for _, pg := range pages {
			if !knows.articles {
				break
			}
			r.Checked++
			text := pg.wrong(&knows)
			if text == "" && pg.stored() && !knows.saysMore(pg) {
				text = "does not say that the card is still to be authorised"
			}
			if text != "" {
				r.fail(Finding{Number: pg.piece.paper.Number, Text: fmt.Sprintf("receipt %d of %s %s", pg.piece.paper.Number, u.name, text)},
					pg.piece.paper)
			}
		}
	}
	if r.Checked == 0 {
		r.Note = "no receipt that could be read"
	}
	return r
}

// wanted is what a receipt must say.
type wanted struct {
	lines  []lineFact // labels and amounts; an amount of -1 is not known
	total  int64      // -1: not known
	cash   int64      // handed over; 0: no cash
	card   int64
	tax    []taxFact
	taxed  bool     // the tax is known
	stored bool     // a card payment of it is to be forwarded
	codes  []string // approval codes of its cards
	key    string
	shown  string     // date and time of the sale; empty: not known
	place  *placeFact // nil: not known
	dates  []string
}

type page struct {
	piece *piece
	want  *wanted
	read  *reading
}

// wanted returns what the paper must say, or nil where nobody knows.
func (v *View) wanted(p *piece) *wanted {
	switch {
	case p.sale != nil:
		return v.wantedOf(p.sale)
	case p.basket == nil || p.basket.rung == nil || p.basket.rung.Number != p.paper.Number || len(p.basket.tendered) == 0:
		return nil
	}
	w := &wanted{total: cond(p.basket.rung.Amount > 0, p.basket.rung.Amount, -1)}
	goods := p.basket.take()
	for i := range v.Header.Articles {
		a := &v.Header.Articles[i]
		for range goods[a.SKU] {
			w.lines = append(w.lines, lineFact{SKU: a.SKU, Label: a.Label, Qty: 1, Price: -1}) // it may have been edited
		}
	}
	handed := last(p.basket.tendered, p.paper.N)
	w.handed(handed)
	return w
}

func (v *View) wantedOf(s *sale) *wanted {
	w := &wanted{lines: s.Lines, tax: s.Tax, taxed: true, key: s.record.key.String()}
	for i := range s.Lines {
		w.total += s.Lines[i].Qty * s.Lines[i].Price
	}
	for i := range s.Tenders {
		if t := &s.Tenders[i]; t.Kind == "cash" {
			w.cash += t.Amount
		} else {
			w.card += t.Amount
			w.stored = w.stored || t.State == "deferred"
			if t.Auth != "" {
				w.codes = append(w.codes, t.Auth)
			}
		}
	}
	if s.basket != nil && len(s.Tenders) == 1 {
		w.handed(last(s.basket.tendered, s.record.at))
	}
	if s.Place != nil && s.Place.Unavailable == "" && s.Place.AccuracyCM > 0 {
		w.place = s.Place
	}
	w.dates = append(w.dates, s.BusinessDate)
	if zone, err := time.LoadLocation(v.Header.Zone); err == nil {
		shown := time.Unix(0, s.record.entry.Wall).In(zone)
		w.dates = append(w.dates, shown.Format("2006-01-02"))
		w.shown = shown.Format("2006-01-02 15:04:05")
	}
	return w
}

// handed lets what the shopper did weigh more than what the till says.
func (w *wanted) handed(e *event) {
	switch {
	case e == nil:
	case e.State == "cash":
		w.cash, w.card = e.Amount, 0
	case w.total >= 0:
		w.cash, w.card = 0, w.total
	}
}

// layout is what the receipts of a till have on them.
type layout struct {
	articles, cash, card, back, tax bool
	// place: of two coordinates one at least is the sale's, in decimal degrees.
	place bool
	// plain are the words on receipts of which nothing is stored: what a
	// receipt of a stored payment says besides is what it says of that.
	plain map[string]bool
}

// stored tells whether the receipt is of a payment that is to be forwarded.
func (p *page) stored() bool { return p.want.stored }

func (k *layout) saysMore(p *page) bool {
	if len(k.plain) == 0 {
		return true
	}
	for word := range p.words() {
		if !k.plain[word] {
			return true
		}
	}
	return false
}

// words are the words on the paper, without names of articles.
func (p *page) words() map[string]bool {
	out := make(map[string]bool)
	for _, line := range p.piece.paper.Lines {
		for _, word := range strings.Fields(line) {
			if strings.IndexFunc(word, unicode.IsDigit) < 0 && strings.IndexFunc(word, unicode.IsLetter) >= 0 {
				out[word] = true
			}
		}
	}
	for i := range p.want.lines {
		for _, word := range strings.Fields(p.want.lines[i].Label) {
			delete(out, word)
		}
	}
	return out
}

func (k *layout) learn(p *page) {
	all := p.read.total != nil && len(p.want.lines) > 0
	for i := range p.want.lines {
		all = all && len(p.named(&p.want.lines[i])) > 0
	}
	k.articles = k.articles || all
	if !p.want.stored {
		if k.plain == nil {
			k.plain = make(map[string]bool)
		}
		for word := range p.words() {
			k.plain[word] = true
		}
	}
	k.cash = k.cash || p.read.cash != nil
	k.card = k.card || p.read.card != nil
	k.back = k.back || p.read.back != nil
	k.tax = k.tax || len(p.read.tax) > 0
	k.place = k.place || p.want.place != nil && p.read.place != nil && p.want.place.agree(p.read.place) > 0
}

// wrong says what the paper says otherwise than it was; empty when nothing.
func (p *page) wrong(knows *layout) string {
	money := p.piece.unit.money
	if text := p.articlesDiffer(money); text != "" {
		return text
	}
	w, r := p.want, p.read
	total := w.total
	switch {
	case r.total == nil:
		return "has no total"
	case total < 0:
		total = *r.total
	case *r.total != total:
		return fmt.Sprintf("has the total %s, it was %s", money(*r.total), money(total))
	}
	for _, t := range []struct {
		what string
		got  *int64
		want int64
		show bool
	}{
		{"in cash", r.cash, w.cash, knows.cash},
		{"by card", r.card, w.card, knows.card},
		{"of change", r.back, max(w.cash+w.card-total, 0), knows.back || r.cash != nil},
	} {
		switch {
		case t.got != nil && *t.got != t.want:
			return fmt.Sprintf("says %s %s, it was %s", money(*t.got), t.what, money(t.want))
		case t.got == nil && t.want != 0 && t.show:
			return fmt.Sprintf("does not say that %s %s was given", money(t.want), t.what)
		}
	}
	if text := p.codeDiffers(); text != "" {
		return text
	}
	if text := p.taxDiffers(knows, money); text != "" {
		return text
	}
	if text := p.datesDiffer(money); text != "" {
		return text
	}
	return p.placeDiffers(knows)
}

// articlesDiffer compares the articles by name. Where prices are not known
// they must at least add up to the total.
func (p *page) articlesDiffer(money func(int64) string) string {
	var sum int64
	seen := make(map[string]bool)
	known := true
	for i := range p.want.lines {
		label := p.want.lines[i].Label
		if seen[label] {
			continue
		}
		seen[label] = true
		var want []int64
		for j := range p.want.lines {
			if l := &p.want.lines[j]; l.Label == label {
				want = append(want, l.Qty*l.Price)
				known = known && l.Price >= 0
			}
		}
		got := p.named(&p.want.lines[i])
		switch {
		case len(got) == 0:
			return fmt.Sprintf("does not name %q", label)
		case !known && len(got) != len(want):
			return fmt.Sprintf("names %q %d times, it was sold %d times", label, len(got), len(want))
		case known && !sameAmounts(got, want):
			return fmt.Sprintf("has %q at %s, it was sold at %s", label, list(got, money), list(want, money))
		}
		for _, n := range got {
			sum += n
		}
	}
	if !known && p.read.total != nil && *p.read.total != sum {
		return fmt.Sprintf("adds up to %s, its total is %s", money(sum), money(*p.read.total))
	}
	return ""
}

// named returns the amounts behind the name of an article, or behind its SKU where
// a printer may lack letters of the name.
func (p *page) named(l *lineFact) []int64 {
	got := p.read.of(l.Label)
	if len(got) == 0 && strings.ContainsFunc(l.Label, func(c rune) bool { return c > unicode.MaxASCII }) {
		got = p.read.of(l.SKU)
	}
	return got
}

func list(amounts []int64, money func(int64) string) string {
	var out []string
	for _, n := range amounts {
		out = append(out, money(n))
	}
	return strings.Join(out, " and ")
}

func (p *page) taxDiffers(knows *layout, money func(int64) string) string {
	if !p.want.taxed {
		return ""
	}
	for _, t := range p.want.tax {
		got, is := p.read.tax[t.RateBP]
		switch {
		case is && got != t.Tax:
			return fmt.Sprintf("says %s as the tax of %s, it is %s", money(got), Percent(t.RateBP), money(t.Tax))
		case !is && t.Tax != 0 && knows.tax:
			return fmt.Sprintf("does not name the tax of %s", Percent(t.RateBP))
		}
	}
	return ""
}

// datesDiffer holds dates and what a QR code says against the sale.
func (p *page) datesDiffer(money func(int64) string) string {
	w := p.want
	for _, s := range p.read.times {
		switch {
		case len(w.dates) == 0:
		case s.time != "" && w.shown != "" && s.date+" "+s.time != w.shown:
			return fmt.Sprintf("is dated %s %s, the sale was made at %s", s.date, s.time, w.shown)
		case s.time == "" && s.date != w.dates[0] && s.date != w.dates[len(w.dates)-1]:
			return fmt.Sprintf("is of %s, the sale of %s", s.date, w.dates[0])
		}
	}
	for _, words := range p.read.codes {
		for i, word := range words {
			if i == 0 && w.key != "" && strings.Count(word, "/") >= 2 && word != w.key {
				return fmt.Sprintf("has a code of %s, the sale is %s", word, w.key)
			}
			if shaped(word, "0000-00-00") && len(w.dates) > 0 && word != w.dates[0] {
				return fmt.Sprintf("has a code of %s, the sale is of %s", word, w.dates[0])
			}
			if n, ok := minor(word); ok && i == len(words)-1 && w.total >= 0 && strings.ContainsAny(word, ".,") && n != w.total {
				return fmt.Sprintf("has a code of %s, the total is %s", word, money(w.total))
			}
		}
	}
	return ""
}

// codeDiffers finds, where a receipt names the card, a number that is neither
// the approval code nor a masked card.
func (p *page) codeDiffers() string {
	if len(p.want.codes) == 0 {
		return ""
	}
	for _, line := range p.read.all {
		words := strings.Fields(line.words)
		if len(words) < 2 || words[0] != "CARD" {
			continue
		}
		for _, word := range words[1:] {
			if strings.ContainsAny(word, "0123456789") && !strings.ContainsAny(word, "*Xx%") && !slices.Contains(p.want.codes, word) {
				return fmt.Sprintf("names %s beside the card, its approval is %s", word, strings.Join(p.want.codes, " and "))
			}
		}
	}
	return ""
}
