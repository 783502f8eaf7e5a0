package spec

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// when reads the when-keys of a fault. Exactly one form must be there.
func (b *builder) when(path string, f *FaultFile, out *Fault) {
	w := &out.When
	w.Byte, w.Share = -1, -1
	for _, key := range whenKeys {
		if !b.read(join(path, key)) {
			return
		}
	}
	if f.Times != nil {
		if out.Times = *f.Times; out.Times.Min < 1 || out.Times.Max > 100 {
			b.failAt(path+".times", wrong("from 1 to 100", "times %s", out.Times))
		}
	}
	if f.Of != nil {
		w.Sale = f.Of.Sale
	}
	switch {
	case f.When != "":
		b.drawn(path, f, out)
	case f.During != "":
		b.inSpan(path, f, w)
	case f.Between != nil:
		b.between(path, f, w)
	case f.Of != nil || f.After != nil && f.At == nil:
		b.atMoment(path, f, w)
	case f.At != nil:
		b.atTime(path, f, w)
	case out.Clock != nil && out.Clock.Flat:
		w.Form = Always
	default:
		b.failMissing(path, wrong(`write at: "14:02", during: commit, between: ..., after: ..., or when: drawn`, "%s does not say when", out.Kind))
		return
	}
	if w.Form != InSpan {
		for _, key := range []string{"op", "byte"} {
			b.forbid(path, key, "only with 'during'")
		}
	}
	if out.Clock != nil && out.Clock.Flat {
		b.forbid(path, "for", "a flat battery stays flat")
	}
	if out.Times.Max > 1 && w.Form != Drawn && !(w.Form == InSpan && w.Sale.N == 0) {
		b.failKey(path+".times", wrong("use it with when: drawn, or with during: recovery, checkpoint, pull, settle or rewrite", "this point comes only once"))
	}
}

// forbid refuses a key that does not go with the form.
func (b *builder) forbid(path, key, why string) {
	if _, there := b.keys[join(path, key)]; there {
		b.failKey(join(path, key), errors.New(key+": "+why))
	}
}

func (b *builder) drawn(path string, f *FaultFile, out *Fault) {
	out.When.Form = Drawn
	if err := oneOf("way to say when", f.When, "drawn"); err != nil {
		b.failAt(path+".when", err)
	}
	if out.Kind != Drop {
		b.failAt(path+".when", wrong(`write at: "14:02", or during: ..., or between: ...`, "only a drop can be drawn, not %s", out.Kind))
	} else if _, till := b.s.Till(out.Target); !till {
		b.failAt(path+".drop", wrong("name a till", "a drawn drop strikes a till, not %s", out.Target))
	}
	for _, key := range []string{"at", "during", "of", "between", "after", "op", "byte"} {
		b.forbid(path, key, "not with when: drawn, the seed chooses")
	}
	// A till that is off cannot be struck: wherever they fall, they must fit.
	const shortest, between = 20 * time.Second, time.Minute
	each, open := 2*(max(out.For, shortest)+between), b.s.Shop.Length()
	if fit := int(open / each); b.hours && out.Times.Max > fit {
		b.failAt(path, wrong(fmt.Sprintf("times: %d at most, a shorter 'for', or longer opening hours", fit),
			"%d times off for %s do not fit into the opening hours, %s", out.Times.Max, Duration(max(out.For, shortest)), Duration(open)))
	}
}

func (b *builder) inSpan(path string, f *FaultFile, w *When) {
	w.Form, w.Span = InSpan, f.During
	if err := oneOf("span", w.Span, spans...); err != nil {
		b.failAt(path+".during", err)
		return
	}
	for _, key := range []string{"between", "after"} {
		b.forbid(path, key, "not with 'during'")
	}
	if f.Of != nil && f.Of.Moment != "" {
		b.failAt(path+".of", wrong(fmt.Sprintf("write of: %s", f.Of.Sale), "during %s names a sale, not a moment", w.Span))
	}
	needsSale := w.Span == SpanCommit || w.Span == SpanReceipt
	if needsSale && f.Of == nil {
		b.failMissing(path, wrong("write of: sale 3", "during %s of which sale?", w.Span))
	}
	if f.Of != nil && !needsSale && !w.InMessage() {
		b.failAt(path+".of", wrong(`write at: "14:30" for the first one after a time`, "no sale has a %s of its own", w.Span))
	}
	if w.Span == SpanReceipt && len(printers(b.s)) == 0 && b.sound("tills", path) {
		b.failAt(path+".during", wrong("give a till that sells a printer", "no till has a printer, so there is no receipt"))
	}
	if f.At != nil && f.At.Percent != nil {
		w.Share = *f.At.Percent
	}
	if f.At != nil && f.At.Clock != nil {
		if needsSale {
			b.failAt(path+".at", wrong("write at: 50%", "a %s is found by its sale, not by the time of day", w.Span))
		} else {
			w.At = b.place(path+".at", *f.At.Clock)
		}
	}
	b.place2(path, f, w)
}

// place2 reads where in the span: operation and byte, or a share.
func (b *builder) place2(path string, f *FaultFile, w *When) {
	inBytes := w.Span == SpanReceipt || w.InMessage()
	if f.Op != nil {
		w.Op = *f.Op
		if w.Op < 1 {
			b.failAt(path+".op", errors.New("operations count from 1"))
		}
		if inBytes {
			b.failKey(path+".op", wrong("write byte: 211 or at: 50%", "a %s has no disk operations", w.Span))
		}
	}
	if f.Byte != nil {
		w.Byte = *f.Byte
		if w.Op == 0 && !inBytes {
			b.failKey(path+".byte", wrong("write op: 2 with it", "byte of which operation?"))
		}
	}
	if w.Share >= 0 && (f.Op != nil || f.Byte != nil) {
		b.failAt(path+".at", wrong("write one of them", "a share, and an operation or byte"))
	}
}

func (b *builder) between(path string, f *FaultFile, w *When) {
	w.Form, w.From, w.To = InBetween, f.Between.From, f.Between.To
	for _, key := range []string{"at", "after"} {
		b.forbid(path, key, "not with 'between'")
	}
	switch {
	case f.Of == nil:
		b.failMissing(path, wrong("write of: sale 3", "between %s of which sale?", f.Between))
	case f.Of.Moment != "":
		b.failAt(path+".of", wrong(fmt.Sprintf("write of: %s", f.Of.Sale), "between names a sale, not a moment"))
	}
}

func (b *builder) atMoment(path string, f *FaultFile, w *When) {
	w.Form = AtMoment
	b.forbid(path, "at", "not with 'of' or 'after'")
	if f.After != nil {
		w.After = *f.After
	}
	switch {
	case f.Of == nil:
		b.failMissing(path, wrong("write of: approval of sale 2", "after what?"))
	case f.Of.Moment == "":
		b.failAt(path+".of", wrong(fmt.Sprintf("write of: done of %s, or during: commit", f.Of.Sale), "which moment of %s?", f.Of.Sale))
	default:
		w.Moment = f.Of.Moment
	}
}

func (b *builder) atTime(path string, f *FaultFile, w *When) {
	w.Form = AtTime
	if f.After != nil {
		w.After = *f.After
	}
	if f.At.Percent != nil {
		b.failAt(path+".at", wrong("write during: receipt, of: sale 3 with it", "%s of what?", f.At))
		return
	}
	w.At = b.place(path+".at", *f.At.Clock)
}

// points checks, once the day is known, that each sale that a fault names
// exists and can have the moment.
func (b *builder) points() {
	all, storm := b.s.SaleCount(), b.s.stormCount()
	knownAll, knownStorm := b.knownSales()
	for i := range b.f.Weather {
		of, path := b.f.Weather[i].Of, fmt.Sprintf("weather[%d].of", i)
		switch {
		case of == nil:
		case of.Sale.Storm && of.Sale.N > storm && knownStorm:
			b.failAt(path, wrong(b.unnumbered(), "there is no %s: %d sales fall into the storm", of.Sale, storm))
		case !of.Sale.Storm && of.Sale.N > all && knownAll:
			b.failAt(path, wrong(b.unnumbered(), "there is no %s: the day has %d", of.Sale, all))
		case b.sound("tills", "sales", "weather"):
			b.tender(path, b.s.Weather[i].When)
		}
	}
	if cards := b.s.CardSales(); len(cards) > 0 && b.sound("tills", "weather") {
		b.cardsNeedADongle("weather", true)
		b.payByCard(cards)
	}
}

// tender refuses a point that the sale cannot have because of what it is paid
// with, or because nothing is printed.
func (b *builder) tender(path string, w When) {
	n := b.s.Ordinal(w.Sale)
	paid := slices.IndexFunc(b.s.Sales, func(s Sale) bool { return s.N == n && s.Card })
	switch {
	case len(printers(b.s)) == 0 && (w.Moment.onPaper() || w.From.onPaper() || w.To.onPaper()):
		b.failAt(path, wrong("give a till that sells a printer; the drawer hangs on it", "no till has a printer, so nothing is printed"))
	case w.NamesCash() && (paid >= 0 || slices.Contains(b.s.CardSales(), n)):
		b.failAt(path, wrong("name a sale that is paid in cash", "%s is paid by card, which kicks no drawer", w.Sale))
	}
}

// knownSales tells whether the number of sales is known, and that of those in
// the storm.
func (b *builder) knownSales() (all, storm bool) {
	all, storm = b.sound("shoppers") && b.read("sales") && b.s.SaleCount() > 0, b.knownDark()
	for i := range b.f.Sales {
		path := fmt.Sprintf("sales[%d]", i)
		all, storm = all && b.read(path+".cancelled"), storm && b.sound(path+".at")
	}
	return all, all && storm
}

// unnumbered explains why a day may have fewer sales than baskets.
func (b *builder) unnumbered() string {
	for _, s := range b.s.Sales {
		if s.Cancelled {
			return "baskets with cancelled: true are no sales and have no number"
		}
	}
	return ""
}

// payByCard lets the baskets pay by card whose fault names a moment that only
// a card payment has.
func (b *builder) payByCard(cards []int) {
	for i := range b.s.Sales {
		for _, n := range cards {
			if b.s.Sales[i].N == n {
				b.s.Sales[i].Card = true
			}
		}
	}
}
