package audit_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/internal/envtest"
	"stormrig/scenarios/audit"
	"stormrig/scenarios/audit/books"
)

// bakery is the real month, or the test is skipped: the file is no part of the
// repository (package envtest).
func bakery(t *testing.T) [][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "bakery-2016-11.csv"))
	if err != nil {
		envtest.Missing(t, "bakery", "the month is not in ../shared/data/bakery-2016-11.csv, beside the repository")
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	require.NoError(t, err)
	return rows[1:]
}

// baked is one transaction of the month with what was made up for it: two
// tills that share their numbers, prices, tenders, cards.
type baked struct {
	number string
	at     time.Time
	items  []string
	till   string
	card   string // last four; empty: cash
	total  int64
	shift  time.Duration // of its till's clock
	gone   bool          // from the sales file
	twice  bool          // in the sales file
}

func price(item string) int64 {
	n := uint32(0)
	for _, c := range item {
		n = n*31 + uint32(c)
	}
	return 120 + int64(n%60)*5
}

func month(t *testing.T) []*baked {
	var out []*baked
	r := rand.New(rand.NewPCG(2016, 11))
	cards := make([]string, 200) // the same people come every day
	for i := range cards {
		cards[i] = fmt.Sprintf("%04d", r.IntN(10000))
	}
	for _, row := range bakery(t) {
		if n := len(out); n == 0 || out[n-1].number != row[2] {
			at, err := time.Parse("2006-01-02 15:04:05", row[0]+" "+row[1])
			require.NoError(t, err)
			b := &baked{number: row[2], at: at, till: "till" + fmt.Sprint(1+len(out)%2)}
			if r.IntN(100) < 55 {
				b.card = cards[r.IntN(len(cards))]
			}
			out = append(out, b)
		}
		b := out[len(out)-1]
		b.items = append(b.items, row[3])
		if row[3] != "NONE" && row[3] != "Adjustment" {
			b.total += price(row[3])
		}
	}
	return out
}

type hostLine struct {
	at     time.Time
	amount int64
	card   string
	state  string
}

// written writes the month as a till and an acquirer would: semicolons and
// decimal commas on one side, cents and points on the other.
func written(list []*baked, host []hostLine) (sales, settlement []byte) {
	var s, h strings.Builder
	s.WriteString("Bon;Datum;Uhrzeit;Kasse;Artikel;Preis;Zahlungsart;Karte\n")
	euros := func(n int64, mark string) string { return fmt.Sprintf("%d%s%02d", n/100, mark, n%100) }
	var order []*baked
	for i, b := range list {
		if !b.gone {
			order = append(order, b)
		}
		if i >= 4 && list[i-4].twice { // sent again a few sales later
			order = append(order, list[i-4])
		}
	}
	for _, b := range order {
		tender, at := "Bar", b.at.Add(b.shift)
		if b.card != "" {
			tender = "Karte"
		}
		for _, item := range b.items {
			p := price(item)
			if item == "NONE" || item == "Adjustment" {
				p = 0
			}
			fmt.Fprintf(&s, "%s;%s;%s;%s;%s;%s;%s;%s\n", b.number, at.Format("02.01.2006"), at.Format("15:04:05"), b.till, item, euros(p, ","), tender, b.card)
		}
	}
	h.WriteString("time,amount,card,status\n")
	slices.SortStableFunc(host, func(a, b hostLine) int { return a.at.Compare(b.at) })
	for _, l := range host {
		fmt.Fprintf(&h, "%s,%s,**** %s,%s\n", l.at.Format("2006-01-02 15:04:05"), euros(l.amount, "."), l.card, l.state)
	}
	return []byte(s.String()), []byte(h.String())
}

// settled is the invented settlement: every card sale, some seconds later.
func settled(list []*baked) []hostLine {
	r := rand.New(rand.NewPCG(7, 7))
	var out []hostLine
	for _, b := range list {
		if b.card != "" && b.total > 0 {
			out = append(out, hostLine{b.at.Add(time.Duration(5+r.IntN(40)) * time.Second), b.total, b.card, "captured"})
		}
	}
	return out
}

func auditMonth(t *testing.T, list []*baked, host []hostLine, outages ...audit.Outage) *audit.Report {
	t.Helper()
	sales, settlement := written(list, host)
	in := audit.Input{Decimals: 2, Currency: "EUR", Outages: outages}
	var err error
	in.Sales, err = books.ReadSales(source("bakery.csv", sales), books.Options{Decimals: 2})
	require.NoError(t, err)
	in.Settlement, err = books.ReadSettlement(source("acquirer.csv", settlement), books.Options{Decimals: 2})
	require.NoError(t, err)
	return audit.Run(in)
}

// TestBakeryMonthIsClean: the month as it was has no finding; what is odd about
// it is laid down as its baseline.
func TestBakeryMonthIsClean(t *testing.T) {
	list := month(t)
	r := auditMonth(t, list, settled(list))
	assert.Empty(t, r.Findings)
	want := map[string]int{"number-gaps": 36, "cancelled-carts": 14, "corrections": 1}
	got := map[string]int{}
	for _, n := range r.Baseline {
		got[n.Kind] = n.Count
	}
	assert.Equal(t, want, got)
	assert.Equal(t, r.Figures.Card, r.Figures.Matched)
	assert.Equal(t, len(list)-15, r.Figures.Sales)
}

// faults puts faults into the month, each at a place of its own.
type faults struct {
	list []*baked
	host []hostLine
	r    *rand.Rand
	used map[string]bool
	want map[string]int
}

// pick draws a sale that no other fault has.
func (f *faults) pick(card bool, day string) *baked {
	for {
		b := f.list[200+f.r.IntN(len(f.list)-400)]
		if (b.card != "") == card && b.total > 0 && !f.used[b.number] && (day == "" || b.at.Format("02") == day) {
			f.used[b.number] = true
			return b
		}
	}
}

// of finds the charge of a sale.
func (f *faults) of(b *baked) int {
	return slices.IndexFunc(f.host, func(h hostLine) bool {
		return h.card == b.card && h.amount == b.total && h.at.After(b.at) && h.at.Before(b.at.Add(time.Minute))
	})
}

// seed puts ten in.
func (f *faults) seed() {
	for range 2 { // 1, 2: the sale is gone, its charge stands
		f.pick(true, "").gone = true
		f.want[audit.ChargedWithoutSale]++
	}
	for range 2 { // 3, 4: charged twice
		h := f.host[f.of(f.pick(true, ""))]
		h.at = h.at.Add(70 * time.Second)
		f.host = append(f.host, h)
		f.want[audit.ChargedTwice]++
	}
	i := f.of(f.pick(true, "")) // 5: sold by card, never charged
	f.host = slices.Delete(f.host, i, i+1)
	f.want[audit.SaleWithoutCharge]++
	for i := 700; ; i++ { // 6: three cash sales in a row are gone
		x := f.list[i : i+3]
		if x[0].card+x[1].card+x[2].card == "" && x[0].total*x[1].total*x[2].total > 0 && f.list[i-1].at.Day() == f.list[i+3].at.Day() {
			x[0].gone, x[1].gone, x[2].gone = true, true, true
			f.want[audit.NumberGap]++
			break
		}
	}
	for _, b := range f.list { // 7: one till is an hour ahead from the 20th on
		if b.till == "till2" && b.at.Day() >= 20 {
			b.shift = time.Hour
		}
	}
	f.want[audit.ClockDiffers]++
	f.pick(true, "").twice = true // 8: one sale stands in the books twice
	f.want[audit.SoldTwice]++
	b := f.pick(true, "09") // 9: taken offline, declined the next morning
	i = f.of(b)
	f.host[i].state, f.host[i].at = "declined", b.at.Add(17*time.Hour)
	f.want[audit.DeclinedLate]++
	f.host[f.of(f.pick(true, ""))].amount += 1000 // 10: a wrong amount was charged
	f.want[audit.AmountDiffers]++
}

// TestBakeryMonthWithTenFaults: all are found, each once, and nothing else is
// claimed.
func TestBakeryMonthWithTenFaults(t *testing.T) {
	list := month(t)
	f := &faults{list: list, host: settled(list), r: rand.New(rand.NewPCG(10, 10)), used: map[string]bool{}, want: map[string]int{}}
	f.seed()
	report := auditMonth(t, f.list, f.host)
	got := map[string]int{}
	for _, x := range report.Findings {
		got[x.Kind]++
		assert.NotEmpty(t, x.Evidence, x.Text)
	}
	if !assert.Equal(t, f.want, got) {
		for _, x := range report.Findings {
			t.Log(x.Kind, x.Text, x.Evidence)
		}
	}
	for _, n := range report.Baseline {
		if n.Kind == "number-gaps" {
			assert.Equal(t, 36, n.Count)
		}
	}
}
