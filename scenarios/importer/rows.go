package importer

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"stormrig/scenarios/spec"
)

// line is one line of the export that is about an article.
type line struct {
	item    string
	qty     int64
	price   string // as written; empty when there is none
	barcode string
	row     place
}

// place is where a line stands, for errors found later.
type place struct{ line int }

// basket is one transaction of the chosen day.
type basket struct {
	id          string
	at          time.Duration // since midnight
	order       int           // position in the export
	tender      string
	lines       []line
	voided      int
	corrections int
	returns     int
	invented    bool
}

// day is what the export holds of the chosen day.
type day struct {
	date    string
	baskets []*basket
	table   *table
}

// readDay collects the baskets of one day. Lines of other days are read, so
// that damage in them is found too.
func readDay(t *table, want string) (*day, error) {
	d := &day{table: t}
	count := map[string]map[string]bool{} // date -> transactions
	all := map[string]map[string]*basket{}
	order := 0
	for {
		more, err := t.next()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		date, at, err := t.moment()
		if err != nil {
			return nil, err
		}
		id := t.field(colTransaction)
		if id == "" {
			return nil, t.bad(colTransaction, "every line needs the number of its transaction", "it is empty")
		}
		if count[date] == nil {
			count[date], all[date] = map[string]bool{}, map[string]*basket{}
		}
		if till := t.field(colTill); till != "" {
			id = till + "/" + id // each till counts for itself
		}
		count[date][id] = true
		b := all[date][id]
		if b == nil {
			order++
			b = &basket{id: id, at: at, order: order}
			all[date][id] = b
		}
		if err := b.add(t); err != nil {
			return nil, err
		}
	}
	date, err := choose(t, count, want)
	if err != nil {
		return nil, err
	}
	d.date = date
	for _, b := range all[date] {
		d.baskets = append(d.baskets, b)
	}
	d.sort()
	return d, nil
}

func (d *day) sort() {
	sort.Slice(d.baskets, func(i, j int) bool {
		a, b := d.baskets[i], d.baskets[j]
		if a.at != b.at {
			return a.at < b.at
		}
		return a.order < b.order
	})
}

// choose finds the day that is meant.
func choose(t *table, count map[string]map[string]bool, want string) (string, error) {
	var dates []string
	for d := range count {
		dates = append(dates, d)
	}
	sort.Strings(dates)
	var list []string
	for _, d := range dates {
		list = append(list, fmt.Sprintf("%s (%d)", d, len(count[d])))
	}
	switch {
	case len(dates) == 0:
		return "", t.wrong(1, 1, 1, "", "there is no line below the header")
	case want == "" && len(dates) == 1:
		return dates[0], nil
	case want == "":
		return "", &DateError{File: t.name, Days: list}
	case count[want] == nil:
		return "", &DateError{File: t.name, Want: want, Days: list}
	}
	return want, nil
}

// DateError says that the day is not clear, and which there are.
type DateError struct {
	File string
	Want string   // the day asked for; empty when none was
	Days []string // "2016-11-05 (119)": with the number of transactions
}

func (e *DateError) Error() string {
	days := strings.Join(e.Days, ", ")
	if e.Want != "" {
		return fmt.Sprintf("%s has nothing on %s; days (and transactions): %s", e.File, e.Want, days)
	}
	return fmt.Sprintf("%s has %d days, choose one with --date; days (and transactions): %s", e.File, len(e.Days), days)
}

var timeLayouts = []string{"15:04:05", "15:04", "3:04 PM", "3:04:05 PM", "15:04:05.000"}

// moment reads date and time of the current line.
func (t *table) moment() (date string, at time.Duration, err error) {
	text, clock := t.field(colDate), t.field(colTime)
	if !t.has(colDate) { // "2016-11-05 14:02"
		i := strings.IndexAny(clock, " T")
		if i < 0 {
			return "", 0, t.bad(colTime, "add a column date, or write it like 2016-11-05 14:02", "%q has no date, and there is no column date", clock)
		}
		text, clock = clock[:i], clock[i+1:]
	}
	for _, layout := range []string{time.DateOnly, "2006/01/02", "02.01.2006"} {
		if d, err := time.Parse(layout, text); err == nil {
			date = d.Format(time.DateOnly)
		}
	}
	if date == "" {
		return "", 0, t.bad(t.dated(), "write it like 2016-11-05; with slashes nobody knows which is the month", "%q is no date", text)
	}
	for _, layout := range timeLayouts {
		if c, err := time.Parse(layout, strings.ToUpper(clock)); err == nil {
			return date, time.Duration(c.Hour())*time.Hour + time.Duration(c.Minute())*time.Minute + time.Duration(c.Second())*time.Second, nil
		}
	}
	return "", 0, t.bad(colTime, "write it like 14:02 or 14:02:30", "%q is no time of day", clock)
}

// dated is the column in which the date stands.
func (t *table) dated() int {
	if t.has(colDate) {
		return colDate
	}
	return colTime
}

// add takes the current line into its basket.
func (b *basket) add(t *table) error {
	if tender := strings.ToLower(t.field(colTender)); b.tender == "" {
		b.tender = tender
	}
	item := t.field(colItem)
	switch strings.ToLower(item) {
	case "":
		return t.bad(colItem, "a voided line is NONE, a correction Adjustment", "it is empty")
	case "none", "void", "voided":
		b.voided++
		return nil
	case "adjustment", "correction":
		b.corrections++
		return nil
	}
	if len(item) > 100 || strings.ContainsFunc(item, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return t.bad(colItem, "", "the name is longer than 100 bytes, or has control characters")
	}
	qty, err := t.quantity()
	switch {
	case err != nil:
		return err
	case qty < 0:
		b.returns++
		return nil
	case qty == 0:
		b.voided++
		return nil
	}
	n, _ := t.csv.FieldPos(t.col[colItem])
	b.lines = append(b.lines, line{item: item, qty: qty, price: t.field(colPrice), barcode: t.field(colBarcode), row: place{n}})
	return nil
}

func (t *table) quantity() (int64, error) {
	text := t.field(colQuantity)
	if text == "" {
		return 1, nil
	}
	whole, frac, _ := strings.Cut(strings.Replace(text, ",", ".", 1), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return 0, t.bad(colQuantity, "write a whole number", "%q is no quantity", text)
	}
	if strings.Trim(frac, "0") != "" {
		return 0, t.bad(colQuantity, "weighed goods cannot be imported; write pieces", "%q is not a whole number", text)
	}
	if n > spec.MaxQty || n < -spec.MaxQty {
		return 0, t.bad(colQuantity, "", "%q is more than %d pieces", text, spec.MaxQty)
	}
	return n, nil
}
