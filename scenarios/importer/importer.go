package importer

import (
	"fmt"
	"io"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"stormrig/pos"
	"stormrig/scenarios/spec"
)

// Options says what to make of an export.
type Options struct {
	Name      string         // of the scenario; made from file and date when empty
	Date      string         // "2016-11-05"; may be empty when the file has one day
	Weather   *spec.Scenario // whose weather, tills, power and card rules; nil: fair, one till
	Catalogue *pos.Catalogue // nil: made from the export
	// BuiltIn says that Catalogue can be named in the scenario instead of
	// being written into it, where nothing had to be changed.
	BuiltIn bool
	Zone    string      // IANA name; that of Weather, else UTC, when empty
	Find    spec.Finder // for the check of the result; may be nil
}

// Report says what became of the export.
type Report struct {
	Date         string   `json:"date"`
	Transactions int      `json:"transactions"` // of the day
	Sales        int      `json:"sales"`        // that will be rung
	Cancelled    int      `json:"cancelled"`    // carts of nothing but voided lines or corrections
	Lines        int      `json:"lines"`        // articles of sales
	Voided       int      `json:"voided_lines"` // NONE
	Corrections  int      `json:"corrections"`  // Adjustment
	Returns      int      `json:"returns"`      // negative quantities
	Added        int      `json:"added_sales"`  // made up, because the weather names them
	BestSeller   string   `json:"best_seller"`
	Invented     []string `json:"invented"`
	Notes        []string `json:"notes"` // in plain words
}

// Result is a scenario made from an export.
type Result struct {
	Scenario *spec.Scenario // checked
	YAML     []byte         // the file
	Report   Report
}

// Import reads an export and makes a scenario. name stands in messages. The
// error is a [*spec.Error] with the place, or a [*DateError].
func Import(r io.Reader, name string, o Options) (*Result, error) {
	t, err := open(r, name)
	if err != nil {
		return nil, err
	}
	d, err := readDay(t, o.Date)
	if err != nil {
		return nil, err
	}
	m := newMaker(name, o, d)
	if err := m.stock(); err != nil {
		return nil, err
	}
	if m.shelf.best() == nil {
		return nil, t.wrong(1, 1, 1, "choose another day with --date", "nothing was sold on %s: every transaction is cancelled", d.date)
	}
	if err := m.make(); err != nil {
		return nil, err
	}
	text := append([]byte(m.comment()), m.file.YAML()...)
	s, err := spec.Parse(m.file.Scenario+".yaml", text, o.Find)
	if err != nil {
		return nil, fmt.Errorf("the scenario made from %s is wrong: %w", name, err)
	}
	return &Result{Scenario: s, YAML: text, Report: m.report}, nil
}

// maker turns a day into a document.
type maker struct {
	source string
	o      Options
	day    *day
	shelf  *shelf
	file   *spec.File
	report Report
}

func newMaker(name string, o Options, d *day) *maker {
	currency := pos.Currency("EUR")
	if o.Weather != nil {
		currency = o.Weather.Shop.Catalogue.Currency
	}
	base := slug(strings.TrimSuffix(filepath.Base(name), filepath.Ext(name)))
	if base == "" {
		base = "import"
	}
	if o.Name == "" {
		base := strings.TrimSuffix(strings.TrimSuffix(base, d.date), d.date[:len("2006-01")])
		o.Name = strings.TrimPrefix(strings.TrimSuffix(base, "-")+"-"+d.date, "-")
	}
	return &maker{
		source: filepath.Base(name), o: o, day: d,
		shelf:  newShelf(o.Catalogue, base, currency),
		report: Report{Date: d.date, Transactions: len(d.baskets)},
	}
}

// note adds a remark for the person who imports.
func (m *maker) note(format string, args ...any) {
	m.report.Notes = append(m.report.Notes, fmt.Sprintf(format, args...))
}

// stock finds or makes every article that was sold and reads its prices.
func (m *maker) stock() error {
	n := 0
	for _, b := range m.day.baskets {
		for _, l := range b.lines {
			n++
			w := m.shelf.find(l)
			w.sold += l.qty
			if w.first == 0 {
				w.first = n
			}
			if l.price == "" {
				continue
			}
			p, err := m.shelf.price(l.price)
			if err != nil {
				return m.day.table.wrong(l.row.line, 1, 1, "write it like 2.40", "price: %v", err)
			}
			w.prices[p] += l.qty
		}
	}
	m.shelf.settle()
	m.madeUp()
	return nil
}

// madeUp lists what the export does not say. A catalogue is no record of the
// day either: what was on hand and what was paid is made up from it.
func (m *maker) madeUp() {
	inv := m.shelf.invented
	inv[spec.InventedStock], inv[spec.InventedTax] = true, true
	if !m.day.table.has(colPrice) {
		inv[spec.InventedPrices] = true
	}
	if !m.day.table.has(colBarcode) {
		inv[spec.InventedBarcodes] = true
	}
	if !m.shelf.given {
		inv[spec.InventedCurrency] = true
		of := ""
		if m.o.Weather != nil {
			of = ", that of " + m.o.Weather.Name
		}
		m.note("the currency is not in the export, made up: %s%s; --catalogue sets it", m.shelf.cat.Currency, of)
	}
	var words []string
	for _, w := range []string{spec.InventedPrices, spec.InventedTax, spec.InventedStock, spec.InventedBarcodes} {
		if inv[w] {
			words = append(words, w)
		}
	}
	if m.shelf.given {
		m.note("not in the export, taken from the catalogue %s: %s", m.shelf.cat.Name, strings.Join(words, ", "))
	} else {
		m.note("not in the export, made up: %s", strings.Join(words, ", "))
	}
}

func (m *maker) make() error {
	m.file = &spec.File{Scenario: m.o.Name}
	m.file.Title = fmt.Sprintf("%s of %s", m.day.date, m.source)
	m.tills()
	from, to := m.weather()
	m.addMissing()
	m.baskets()
	if err := m.shop(from, to); err != nil {
		return err
	}
	m.story()
	m.report.Notes = append(m.report.Notes, m.shelf.notes...)
	for w := range m.shelf.invented {
		m.report.Invented = append(m.report.Invented, w)
	}
	sort.Strings(m.report.Invented)
	m.file.Invented = m.report.Invented
	return nil
}

// baskets writes the sales and counts what is in them.
func (m *maker) baskets() {
	share, cards, unknown := m.cardShare(), int64(0), map[string]int{}
	for _, b := range m.day.baskets {
		s := spec.SaleFile{At: spec.Clock{Time: b.at}, Voided: b.voided, Corrections: b.corrections + b.returns, Invented: b.invented, Source: b.id}
		for _, l := range b.lines {
			s.Lines = append(s.Lines, spec.Line{Qty: l.qty, Item: m.shelf.find(l).sku})
		}
		m.report.Voided += b.voided
		m.report.Corrections += b.corrections
		m.report.Returns += b.returns
		switch {
		case len(b.lines) == 0:
			s.Cancelled = true
			m.report.Cancelled++
		default:
			if b.invented {
				m.report.Added++
				m.shelf.invented[spec.InventedSales] = true
			} else {
				m.report.Sales++
				m.report.Lines += len(b.lines)
			}
			known := false
			if s.Pay, known = tender(b.tender); !known {
				cards += share
				s.Pay = "cash"
				if cards >= int64(spec.Whole) {
					cards -= int64(spec.Whole)
					s.Pay = "card"
				}
				m.shelf.invented[spec.InventedTenders] = true
				if b.tender != "" {
					unknown[b.tender]++
				}
			}
		}
		m.file.Sales = append(m.file.Sales, s)
	}
	m.unknownTenders(unknown)
}

func (m *maker) unknownTenders(unknown map[string]int) {
	var names []string
	for n := range unknown {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		m.note("%s paid with %q, which no till here takes: made up cash or card", many(unknown[n], "sale"), n)
	}
}

// tender reads how a till's export names cash and cards.
func tender(s string) (string, bool) {
	switch s {
	case "cash", "bar", "efectivo", "coins":
		return "cash", true
	case "card", "credit", "debit", "credit card", "debit card", "visa", "mastercard", "amex", "contactless", "chip":
		return "card", true
	}
	return "", false
}

// shop sets hours and zone so that every basket and all weather lie inside.
func (m *maker) shop(from, to time.Duration) error {
	bs := m.day.baskets
	first, last := min(bs[0].at, from), max(bs[len(bs)-1].at+time.Minute, to)
	opens, closes := first.Truncate(time.Hour), (last + time.Hour - 1).Truncate(time.Hour)
	shop := spec.ShopFile{Zone: m.o.Zone, Opens: spec.Clock{Date: m.day.date, Time: opens}, Closes: spec.Clock{Date: m.day.date, Time: closes}}
	if closes >= 24*time.Hour {
		shop.Closes.Time = 23*time.Hour + 59*time.Minute + 59*time.Second
	}
	if shop.Zone == "" {
		shop.Zone = m.zone()
	}
	m.note("the shop is open from %s to %s: whole hours around the first and the last event", shop.Opens, spec.Clock{Time: shop.Closes.Time})
	if m.o.BuiltIn && !m.shelf.changed {
		shop.Catalogue = m.shelf.cat.Name
	} else {
		m.file.Catalogue = spec.Describe(m.shelf.cat)
	}
	m.file.Shop = shop
	return nil
}

// zone is made up where nobody says it: days, and what the storm cuts in two,
// follow from it.
func (m *maker) zone() string {
	m.shelf.invented[spec.InventedZone] = true
	if m.o.Weather == nil {
		m.note("the time zone is not in the export, made up: UTC; --zone sets it")
		return "UTC"
	}
	zone := m.o.Weather.Shop.Zone.String()
	m.note("the time zone is not in the export, made up: %s, that of %s; --zone sets it", zone, m.o.Weather.Name)
	return zone
}

// story tells in the scenario what was made of what.
func (m *maker) story() {
	r := m.report
	m.report.BestSeller = m.shelf.best().sku
	parts := []string{fmt.Sprintf("%s of %s from %s: %s with %s", many(r.Transactions, "transaction"), r.Date, m.source,
		many(r.Sales, "sale"), many(r.Lines, "line"))}
	for _, c := range []struct {
		n         int
		one, rest string
	}{
		{r.Cancelled, "cancelled cart", ""}, {r.Voided, "voided line", ""}, {r.Corrections, "correction", ""},
		{r.Returns, "return", ", not played"}, {r.Added, "sale", " made up"},
	} {
		if c.n > 0 {
			parts = append(parts, many(c.n, c.one)+c.rest)
		}
	}
	m.file.Story = strings.Join(parts, ", ") + "."
	if m.o.Weather != nil {
		m.file.Story += " The weather is that of " + m.o.Weather.Name + "."
	}
}

// many writes a number with its noun.
func many(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (m *maker) comment() string {
	return "# Made by 'stormrig import' from " + strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, m.source) + ".\n"
}
