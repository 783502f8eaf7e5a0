package engine

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"stormrig/pos"
	"stormrig/pos/fold"
)

func (e *Engine) document(st *fold.State, p *pos.PrintOrder) (pos.Document, error) {
	if p.Report != "" {
		return e.reportDocument(st, p)
	}
	sale, ok := st.Sale(p.Number)
	if !ok {
		return pos.Document{}, fmt.Errorf("no sale %d to print", p.Number)
	}
	return e.receipt(&sale, p.Mark), nil
}

func (e *Engine) head(title, mark string) []pos.DocLine {
	lines := []pos.DocLine{{Text: e.cfg.Shop, Align: pos.Centre, Double: true}}
	for _, a := range e.cfg.Address {
		lines = append(lines, pos.DocLine{Text: a, Align: pos.Centre})
	}
	lines = append(lines, pos.DocLine{Rule: true})
	if mark != "" { // above the number: a print that breaks off between the two is no second original
		lines = append(lines, pos.DocLine{Text: "*** " + mark + " ***", Align: pos.Centre, Bold: true})
	}
	return append(lines, pos.DocLine{Text: title, Bold: true})
}

func (e *Engine) receipt(s *fold.OwnSale, mark string) pos.Document {
	money := e.cfg.Currency
	lines := e.head(fmt.Sprintf("RECEIPT %d", s.Number), mark)
	lines = append(lines, pos.DocLine{Text: e.timeLine(s), RightText: e.cfg.Device})
	lines = append(lines, pos.DocLine{Rule: true})
	for _, l := range s.Lines {
		lines = append(lines, pos.DocLine{Text: l.Label, Else: l.SKU, RightText: money.Decimal(l.Total())})
		if l.Qty != 1 {
			lines = append(lines, pos.DocLine{Text: fmt.Sprintf("  %d x %s", l.Qty, money.Decimal(l.Price))})
		}
	}
	lines = append(lines, pos.DocLine{Rule: true},
		pos.DocLine{Text: "TOTAL", RightText: money.Format(s.Total), Bold: true})
	lines = append(lines, e.tenderLines(s)...)
	for _, t := range s.Tax {
		lines = append(lines, pos.DocLine{Text: fmt.Sprintf("incl. VAT %s%%", percent(t.RateBP)), RightText: money.Decimal(t.Tax)})
	}
	lines = append(lines, pos.DocLine{Text: placeLine(s.Place)}, pos.DocLine{Text: e.cfg.Thanks, Align: pos.Centre})
	return pos.Document{Lines: lines,
		QR: fmt.Sprintf("%s %d %s %s %s", s.Key, s.Number, s.BusinessDate, money, money.Decimal(s.Total))}
}

func (e *Engine) timeLine(s *fold.OwnSale) string {
	text := time.Unix(0, s.Wall).In(e.cfg.Zone).Format("2006-01-02 15:04:05")
	if s.Clock == pos.ClockDoubtful {
		text = s.BusinessDate + " time not verified"
	}
	return text
}

func (e *Engine) tenderLines(s *fold.OwnSale) []pos.DocLine {
	var lines []pos.DocLine
	for _, t := range s.Tenders {
		name := "CASH"
		if t.Kind == pos.Card {
			name = "CARD"
			if t.State == pos.Deferred {
				name = "CARD (to be authorised)"
			}
			if t.Auth != "" {
				name += " " + t.Auth
			}
		}
		lines = append(lines, pos.DocLine{Text: name, RightText: e.cfg.Currency.Decimal(t.Amount)})
	}
	if s.Change != 0 {
		lines = append(lines, pos.DocLine{Text: "CHANGE", RightText: e.cfg.Currency.Decimal(s.Change)})
	}
	return lines
}

// percent writes basis points: 1200 is "12", 1250 is "12.5".
func percent(bp int64) string {
	s := fmt.Sprintf("%d.%02d", bp/100, bp%100)
	for s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	if s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	return s
}

func placeLine(p pos.Place) string {
	if p.Unavailable != "" {
		return "PLACE " + p.Unavailable
	}
	return fmt.Sprintf("PLACE %s %s +-%dm", degrees(p.LatE7), degrees(p.LonE7), (p.AccuracyCM+50)/100)
}

func degrees(e7 int64) string {
	sign := ""
	if e7 < 0 {
		sign, e7 = "-", -e7
	}
	return fmt.Sprintf("%s%d.%05d", sign, e7/1e7, e7%1e7/100)
}

func (e *Engine) reportDocument(st *fold.State, p *pos.PrintOrder) (pos.Document, error) {
	r, ok := st.Z(cmp.Or(p.Z, p.Report))
	if !ok {
		return pos.Document{}, fmt.Errorf("no Z report of %s to print", p.Report)
	}
	money := e.cfg.Currency
	lines := e.head("Z REPORT "+r.BusinessDate, p.Mark)
	lines = append(lines, pos.DocLine{Text: "SALES", RightText: fmt.Sprint(r.Sales)},
		pos.DocLine{Text: "TOTAL", RightText: money.Format(r.Total), Bold: true}, pos.DocLine{Rule: true})
	for _, k := range slices.Sorted(maps.Keys(r.ByTender)) {
		lines = append(lines, pos.DocLine{Text: k, RightText: money.Decimal(r.ByTender[k])})
	}
	for _, l := range owedLines(&r) {
		lines = append(lines, pos.DocLine{Text: l.name, RightText: money.Decimal(l.amount)})
	}
	lines = append(lines, pos.DocLine{Rule: true})
	for _, k := range slices.Sorted(maps.Keys(r.ByItem)) {
		lines = append(lines, pos.DocLine{Text: k, RightText: money.Decimal(r.ByItem[k])})
	}
	lines = append(lines, pos.DocLine{Rule: true})
	for _, k := range slices.Sorted(maps.Keys(r.ByVariant)) {
		lines = append(lines, pos.DocLine{Text: k, RightText: fmt.Sprint(r.ByVariant[k])})
	}
	lines = append(lines, pos.DocLine{Text: e.cfg.Thanks, Align: pos.Centre})
	return pos.Document{Lines: lines}, nil
}
