package importer_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/files"
	"stormrig/scenarios/importer"
	"stormrig/scenarios/spec"
)

func load(t *testing.T, file string, o importer.Options) *importer.Result {
	t.Helper()
	in, err := os.Open("testdata/" + file)
	require.NoError(t, err)
	defer in.Close()
	o.Find = files.Finder("")
	res, err := importer.Import(in, file, o)
	require.NoError(t, err)
	return res
}

func storm(t *testing.T) *spec.Scenario {
	t.Helper()
	s, err := files.Scenario("storm-saturday")
	require.NoError(t, err)
	return s
}

// What nobody said of money and time is made up, wherever it was taken from.
func TestCurrencyAndZoneAreMadeUpUnlessSaid(t *testing.T) {
	bakery, err := files.Catalogue("bakery")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		o    importer.Options
		made []string // of currency and zone
		note string
	}{
		"nothing said":   {importer.Options{}, []string{"currency", "zone"}, "made up: EUR; --catalogue sets it"},
		"of the weather": {importer.Options{Weather: storm(t)}, []string{"currency", "zone"}, "made up: Asia/Manila, that of storm-saturday; --zone sets it"},
		"a zone":         {importer.Options{Weather: storm(t), Zone: "Europe/London"}, []string{"currency"}, "made up: PHP, that of storm-saturday; --catalogue sets it"},
		"a catalogue":    {importer.Options{Catalogue: bakery}, []string{"zone"}, "made up: UTC; --zone sets it"},
	} {
		c.o.Date = "2026-07-18"
		r := load(t, "bakery.csv", c.o).Report
		var made []string
		for _, what := range r.Invented {
			if what == spec.InventedCurrency || what == spec.InventedZone {
				made = append(made, what)
			}
		}
		assert.Equal(t, c.made, made, name)
		assert.Contains(t, strings.Join(r.Notes, "\n"), c.note, name)
	}
}

func TestAFairDay(t *testing.T) {
	res := load(t, "bakery.csv", importer.Options{Date: "2026-07-18"})
	r, s := res.Report, res.Scenario
	assert.Equal(t, "bakery-2026-07-18", s.Name)
	assert.Equal(t, 11, r.Transactions)
	assert.Equal(t, 9, r.Sales)
	assert.Equal(t, 2, r.Cancelled, "one of only NONE, one of only Adjustment")
	assert.Equal(t, r.Transactions, r.Sales+r.Cancelled, "nothing is dropped")
	assert.Equal(t, 12, r.Lines)
	assert.Equal(t, 2, r.Voided)
	assert.Equal(t, 1, r.Corrections)
	assert.Equal(t, "coffee", r.BestSeller)
	assert.Equal(t, []string{"barcodes", "currency", "prices", "stock", "tax", "tenders", "zone"}, r.Invented)
	assert.Equal(t, r.Invented, s.Invented)

	require.Len(t, s.Sales, 11)
	assert.Equal(t, 9, s.SaleCount())
	first := s.Sales[0]
	assert.Equal(t, "2026-07-18 08:31:05", s.Shop.Opens.Add(first.At).Format(time.DateTime))
	assert.Equal(t, []spec.SaleLine{{SKU: "coffee", Qty: 1}, {SKU: "bread", Qty: 1}}, first.Lines)
	assert.Equal(t, 1, s.Sales[1].Voided)
	assert.True(t, s.Sales[2].Cancelled)
	assert.Equal(t, 1, s.Sales[5].Corrections)
	assert.Equal(t, []string{"coffee", "bread", "olum-polenta", "ellas-kitchen-pouches", "tea"}, spec.SKUs(s.Shop.Catalogue))
}

func TestUnderTheStorm(t *testing.T) {
	cat, err := files.Catalogue("bakery")
	require.NoError(t, err)
	res := load(t, "bakery.csv", importer.Options{
		Date: "2026-07-18", Weather: storm(t), Catalogue: cat, BuiltIn: true, Zone: "Europe/London",
	})
	s, r := res.Scenario, res.Report
	from, to, ok := s.Dark()
	require.True(t, ok)
	assert.Equal(t, "14:02", s.Shop.Opens.Add(from).Format("15:04"), "the weather keeps its time of day")
	assert.Equal(t, 3*time.Hour, to-from)
	assert.Equal(t, "Europe/London", s.Shop.Zone.String())
	assert.Equal(t, []string{"phone", "assistant"}, []string{s.Tills[0].Name, s.Tills[1].Name})
	assert.Nil(t, s.Expect.Dark, "expected figures are not taken over")
	assert.Equal(t, "bakery", s.File.Shop.Catalogue, "named, not written out")
	assert.Nil(t, s.File.Catalogue)

	// Three real sales fall into the dark; the weather names the twentieth.
	assert.Equal(t, 17, r.Added)
	assert.Equal(t, 9, r.Sales)
	assert.Contains(t, r.Invented, spec.InventedSales)
	dark, added := 0, 0
	for _, sale := range s.Sales {
		if sale.N > 0 && sale.At >= from && sale.At < to {
			dark++
		}
		if sale.Invented {
			added++
			assert.Equal(t, []spec.SaleLine{{SKU: "coffee", Qty: 1}}, sale.Lines)
		}
	}
	assert.Equal(t, 20, dark)
	assert.Equal(t, 17, added)

	edit := s.Weather[6]
	assert.Equal(t, "coffee", edit.Target, "what the shop lacks becomes its best seller")
	assert.Equal(t, "assistant", edit.Edit.By)
	assert.EqualValues(t, 207, edit.Edit.Price, "2.40 times 1290 to 1490")
	assert.EqualValues(t, 191, s.Weather[7].Edit.Price)
}

func TestARichExport(t *testing.T) {
	res := load(t, "rich.csv", importer.Options{})
	r, s := res.Report, res.Scenario
	assert.Equal(t, "rich-2016-11-05", s.Name)
	assert.Equal(t, 1, r.Returns)
	assert.Equal(t, 1, r.Voided)
	assert.NotContains(t, r.Invented, spec.InventedPrices)
	assert.Contains(t, strings.Join(r.Notes, "\n"), `1 sale paid with "voucher"`)
	assert.Contains(t, strings.Join(r.Notes, "\n"), "3 pieces were sold at another price")
	c := s.Shop.Catalogue
	require.Len(t, c.Items, 2)
	assert.Equal(t, "4006381333931", c.Items[0].Variants[0].Barcode)
	assert.EqualValues(t, 210, c.Items[0].Variants[0].Price, "at a tie the lower price")
	assert.EqualValues(t, 310, c.Items[1].Variants[0].Price)
	assert.Equal(t, []spec.SaleLine{{SKU: "latte", Qty: 2}, {SKU: "cake-plain", Qty: 1}}, s.Sales[0].Lines)
	assert.False(t, s.Sales[0].Card)
	assert.True(t, s.Sales[1].Card)
	assert.Equal(t, 1, s.Sales[1].Corrections)
}

func TestTheSameExportGivesTheSameFile(t *testing.T) {
	a := load(t, "bakery.csv", importer.Options{Date: "2026-07-18", Weather: storm(t)})
	for range 5 {
		b := load(t, "bakery.csv", importer.Options{Date: "2026-07-18", Weather: storm(t)})
		require.Equal(t, string(a.YAML), string(b.YAML))
	}
}

// Every built-in weather fits any day.
func TestEveryWeather(t *testing.T) {
	for _, name := range files.Names() {
		w, err := files.Scenario(name)
		require.NoError(t, err)
		res := load(t, "bakery.csv", importer.Options{Date: "2026-07-18", Weather: w})
		assert.Len(t, res.Scenario.Weather, len(w.Weather), name)
		res = load(t, "rich.csv", importer.Options{Weather: w})
		assert.Len(t, res.Scenario.Weather, len(w.Weather), name)
	}
}

// What 'audit export' writes is read: the date before the time, and two tills
// whose numbers are their own.
func TestTheExportOfAnAudit(t *testing.T) {
	const text = `number,time,till,item,quantity,price,total,tender,reference
1,2026-07-18 10:07:44,phone,scarf,1,8.90,8.90,card,phone-1-1
1,2026-07-18T11:00:00,desk,scarf,2,8.90,17.80,cash,
2,2026-07-18 11:05:00,desk,cap,1,5.00,13.90,cash,
2,2026-07-18 11:05:00,desk,scarf,1,8.90,13.90,cash,
`
	res, err := importer.Import(strings.NewReader(text), "sales.csv", importer.Options{})
	require.NoError(t, err)
	assert.Equal(t, []any{"2026-07-18", 3, 3, 4}, []any{res.Report.Date, res.Report.Transactions, res.Report.Sales, res.Report.Lines})
}
