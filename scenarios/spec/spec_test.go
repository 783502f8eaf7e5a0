package spec_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos"
	"stormrig/scenarios/files"
	"stormrig/scenarios/spec"
)

func TestAnErrorShowsThePlace(t *testing.T) {
	text := strings.Replace(right, "unplug: phone.printer", "unplug: phone.pinter", 1)
	_, err := spec.Parse("my/day.yaml", []byte(text), files.Finder(""))
	require.Error(t, err)
	assert.Equal(t, `my/day.yaml:13:14: unplug: nothing here is called "phone.pinter"
   13 |   - {unplug: phone.pinter, during: receipt, of: sale 15, at: 50%}
      |              ^^^^^^^^^^^^
      hint: did you mean phone.printer?`, err.Error())
	var one *spec.Error
	require.True(t, errors.As(err, &one))
	assert.Equal(t, 13, one.Line)
}

// Columns count characters, a CRLF counts once, a byte order mark not at all.
func TestPlacesSurviveOddText(t *testing.T) {
	text := "\ufeff" + strings.ReplaceAll(strings.Replace(right, "seed: 7", "title: \"über café\" # ☂\ncolour: blue", 1), "\n", "\r\n")
	_, err := spec.Parse("d", []byte(text), files.Finder(""))
	var all spec.Errors
	require.True(t, errors.As(err, &all))
	require.Len(t, all, 1)
	assert.Equal(t, []int{3, 1}, []int{all[0].Line, all[0].Column})

	text = strings.Replace(right, "seed: 7", `title: {"ü☂": 1}`, 1)
	_, err = spec.Parse("d", []byte(text), files.Finder(""))
	require.True(t, errors.As(err, &all))
	assert.Equal(t, []int{2, 8}, []int{all[0].Line, all[0].Column})
}

func TestEveryErrorIsReported(t *testing.T) {
	text := strings.NewReplacer("seed: 7", "seed: x", "card: 60%", "card: 60", "[router]", "router").Replace(right)
	_, err := spec.Parse("d", []byte(text), files.Finder(""))
	var all spec.Errors
	require.True(t, errors.As(err, &all))
	require.Len(t, all, 3)
	assert.Less(t, all[0].Line, all[1].Line)
	assert.Less(t, all[1].Line, all[2].Line)
}

func TestWhatARigReads(t *testing.T) {
	s, err := files.Scenario("storm-saturday")
	require.NoError(t, err)
	assert.Equal(t, int64(1), s.Seed)
	assert.Equal(t, 11*time.Hour, s.Shop.Length())
	assert.Equal(t, "04:00", s.Shop.CutoffText())
	assert.Equal(t, 50, s.SaleCount())
	from, to, ok := s.Dark()
	assert.True(t, ok)
	assert.Equal(t, 4*time.Hour+2*time.Minute, from)
	assert.Equal(t, 3*time.Hour, to-from)
	assert.Equal(t, []string{"phone-hub", "phone-host", "assistant-hub"}, s.Links())
	assert.Equal(t, []string{"phone-hub", "phone-host"}, s.ShopLinks())
	assert.Equal(t, []int{29}, s.CardSales(), "storm sale 20 after 9 before: a fault names its approval")
	assert.Equal(t, spec.Power{
		Mains:     []string{"router"},
		Batteries: []spec.Battery{{Who: "phone", Lasts: 5 * time.Hour}, {Who: "phone.printer", Lasts: 6 * time.Hour}, {Who: "phone.dongle", Lasts: 8 * time.Hour}},
	}, s.Power)
	require.Len(t, s.Tills, 2)
	assert.True(t, s.Tills[0].Sells() && s.Tills[0].InShop())
	assert.Equal(t, spec.Till{Name: "assistant", At: "across-town", Actor: spec.ActorAssistant}, s.Tills[1])
	assert.Len(t, s.Shoppers.Mix, len(spec.SKUs(s.Shop.Catalogue)))

	w := s.Weather
	require.Len(t, w, 9)
	assert.Equal(t, "w1", w[0].ID)
	assert.Equal(t, spec.When{Form: spec.InSpan, Span: spec.SpanCommit, Sale: spec.SaleRef{Storm: true, N: 12}, Byte: -1, Share: -1}, w[2].When)
	assert.Equal(t, 21, s.Ordinal(w[2].When.Sale))
	assert.Equal(t, spec.Range{Min: 1, Max: 3}, w[4].Times)
	assert.Equal(t, spec.Drawn, w[4].When.Form)
	assert.Equal(t, spec.Percent(5000), w[5].When.Share)
	assert.Equal(t, "during receipt of storm sale 15, at 50%", w[5].When.String())
	assert.Equal(t, "beaded-sandals/38/gold/abaca", w[6].Target)
	assert.Equal(t, &spec.EditChange{Target: "beaded-sandals/38/gold", By: "assistant", HasPrice: true, Price: 129000}, w[6].Edit)
	assert.Equal(t, "phone", w[7].Edit.By)
	assert.Equal(t, "{drop: phone, times: 1..3, when: drawn}", w[4].Text)
}

func TestSalesWrittenOut(t *testing.T) {
	text := strings.Replace(right, shoppers, `sales:
  - {at: "10:05", lines: [fan, 2 x scarf/jade], source: 17}
  - {at: "10:06", cancelled: true, voided: 1}
  - {at: "14:02", lines: [beaded-sandals/38/gold]}
  - {at: "15:00", pay: card, lines: [fan]}
  - {at: "17:02", lines: [fan]}`, 1)
	text = strings.NewReplacer(drop, "between: request and commit, of: storm sale 2", "sale 15", "sale 1").Replace(text)
	s, err := spec.Parse("d", []byte(text), files.Finder(""))
	require.NoError(t, err)
	assert.Equal(t, 4, s.SaleCount())
	assert.Equal(t, spec.Sale{
		N: 1, At: 5 * time.Minute, Till: "phone", Source: "17",
		Lines: []spec.SaleLine{{SKU: "fan", Qty: 1}, {SKU: "scarf/jade", Qty: 2}},
	}, s.Sales[0])
	assert.Equal(t, 0, s.Sales[1].N)
	assert.Equal(t, 3, s.Ordinal(spec.SaleRef{Storm: true, N: 2}), "the first in the dark is sale 2")
	assert.Equal(t, []int{3}, s.CardSales())
	assert.True(t, s.Sales[3].Card)

	_, err = spec.Parse("d", []byte(strings.Replace(text, "storm sale 2", "storm sale 3", 1)), files.Finder(""))
	assert.ErrorContains(t, err, "there is no storm sale 3: 2 sales fall into the storm")
}

// A night shop: times before the opening are those of the next morning.
func TestANightShop(t *testing.T) {
	text := strings.NewReplacer(`"2026-07-18 10:00"`, `"2026-07-18 20:00"`, `"2026-07-18 21:00"`, `"04:00"`,
		`at: "14:02"`, `at: "23:30"`, `at: "15:10"`, `at: "00:10"`).Replace(right)
	s, err := spec.Parse("d", []byte(text), files.Finder(""))
	require.NoError(t, err)
	assert.Equal(t, 8*time.Hour, s.Shop.Length())
	assert.Equal(t, 4*time.Hour+10*time.Minute, s.Weather[3].When.At)
}

// A file written by YAML means the same.
func TestWritingRoundTrips(t *testing.T) {
	for _, name := range files.Names() {
		s, err := files.Scenario(name)
		require.NoError(t, err)
		again, err := spec.Parse("d", s.File.YAML(), files.Finder(""))
		require.NoError(t, err, string(s.File.YAML()))
		again.File, s.File = nil, nil
		assert.Equal(t, s, again)
	}
	for _, name := range files.Catalogues() {
		c, err := files.Catalogue(name)
		require.NoError(t, err)
		again, err := spec.ParseCatalogue("d", spec.Describe(c).YAML())
		require.NoError(t, err)
		assert.Equal(t, c, again)
	}
}

func TestSchemaKnowsEveryKey(t *testing.T) {
	text, err := spec.Schema()
	require.NoError(t, err)
	var schema struct {
		Properties map[string]struct {
			Items struct {
				Properties map[string]any
				OneOf      []any
			}
		}
		Required []string
	}
	require.NoError(t, json.Unmarshal(text, &schema))
	assert.Equal(t, []string{"scenario", "shop", "tills"}, schema.Required)
	fault := schema.Properties["weather"].Items
	assert.Len(t, fault.OneOf, len(spec.Kinds()))
	for _, k := range spec.Kinds() {
		assert.Contains(t, fault.Properties, string(k))
		for _, key := range k.Keys() {
			assert.Contains(t, fault.Properties, key)
		}
	}
	assert.NotContains(t, string(text), `"null"`)
	_, err = spec.CatalogueSchema()
	assert.NoError(t, err)
}

func TestTheBoutique(t *testing.T) {
	c, err := files.Catalogue("boutique")
	require.NoError(t, err)
	assert.Equal(t, pos.Currency("PHP"), c.Currency)
	sku, err := c.Resolve("beaded-sandals/38/gold")
	require.NoError(t, err)
	assert.Equal(t, "beaded-sandals/38/gold/abaca", sku)
	for _, it := range c.Items {
		assert.Equal(t, int64(1200), it.TaxBP)
		for _, v := range it.Variants {
			assert.NoError(t, spec.CheckBarcode(v.Barcode))
			assert.Equal(t, byte('2'), v.Barcode[0], "the shop's own range")
		}
	}
}

// A time that is known only roughly is a time and how long after it the fault
// may strike; the file keeps both.
func TestAWindowOfTime(t *testing.T) {
	text := `scenario: rough
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "18:00"}
power: {mains: [router]}
tills:
  phone: {devices: [scanner]}
sales:
  - {at: "10:10", lines: [scarf/jade], seen-by: card slip}
weather:
  - {cut: mains, at: "14:02:30", after: 0s..30s, for: 10m}
`
	s, err := spec.Parse("rough.yaml", []byte(text), files.Finder(""))
	require.NoError(t, err)
	w := s.Weather[0].When
	assert.Equal(t, spec.AtTime, w.Form)
	assert.Equal(t, 4*time.Hour+150*time.Second, w.At)
	assert.EqualValues(t, 30*time.Second, w.After.Max)
	assert.Equal(t, "card slip", s.File.Sales[0].SeenBy)
	again, err := spec.Parse("again.yaml", s.File.YAML(), files.Finder(""))
	require.NoError(t, err)
	assert.Equal(t, w, again.Weather[0].When)
}

// A terminal has a line of its own to the card host, and the till has none.
func TestTerminalsAskTheHostThemselves(t *testing.T) {
	text := strings.Replace(right, "location]}", "location], dongle: terminal-confirm-blocks}", 1)
	s, err := spec.Parse("day.yaml", []byte(text), files.Finder(""))
	require.NoError(t, err)
	assert.Equal(t, []string{"phone-hub", "phone.dongle-host", "assistant-hub"}, s.Links())
	phone, _ := s.Till("phone")
	assert.True(t, phone.Terminal() && phone.Confirms())
	assert.Equal(t, spec.DongleBlocks, phone.Dongle)
	_, err = spec.Parse("day.yaml", []byte(strings.Replace(text, "unplug: phone.printer, during: receipt, of: sale 15, at: 50%", `cut: phone-host, at: "11:00", for: 1m`, 1)), files.Finder(""))
	require.ErrorContains(t, err, `cut: nothing here is called "phone-host"`)
	assert.ErrorContains(t, err, "write phone.dongle-host")
}
