package growth

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"stormrig/pos"
	"stormrig/scenarios/spec"
)

// Tills is how many tills sell, in a day of any size.
const Tills = 4

// gap is the time from one basket of the shop to the next.
const gap = 45 * time.Second

// variants is how many colours an article of the made-up catalogue comes in.
const variants = 10

// Size is how large a day is.
type Size struct {
	Sales int `json:"sales"`
	SKUs  int `json:"skus"`
}

// Scene makes the day of a size; the same size makes the same day. SKUs are
// rounded up to tens. The error says that the day does not fit: a scenario is
// open for 48 hours at most.
func Scene(size Size) (*spec.Scenario, error) {
	catalogue, err := spec.ParseCatalogue("growth-catalogue.yaml", Catalogue(size.SKUs))
	if err != nil {
		return nil, fmt.Errorf("the catalogue of a day of %d sales: %w", size.Sales, err)
	}
	s, err := spec.Parse("growth.yaml", day(size), func(string) (*pos.Catalogue, error) { return catalogue, nil })
	if err != nil {
		return nil, fmt.Errorf("a day of %d sales: %w", size.Sales, err)
	}
	return s, nil
}

// Catalogue writes a catalogue file of so many articles.
func Catalogue(skus int) []byte {
	var b bytes.Buffer
	b.WriteString("catalogue: growth\ncurrency: PHP\ntax: 12%\nitems:\n")
	for i := range (skus + variants - 1) / variants {
		fmt.Fprintf(&b, "  - id: thing-%05d\n    name: Thing %d\n    price: PHP %d.00\n    stock: 1000\n    axes: [colour]\n    variants:\n", i, i, 100+i%900)
		for v := range variants {
			fmt.Fprintf(&b, "      - {options: [c%d], barcode: %q}\n", v, spec.EAN13(200, int64(i*variants+v)))
		}
	}
	return b.Bytes()
}

// day writes the scenario file. Half of the sales come before the network is
// cut, a quarter while it is, a quarter after.
func day(size Size) []byte {
	n := size.Sales
	storm, after := n/4, n/4
	before := n - storm - after
	opens := time.Date(2026, 7, 18, 6, 0, 0, 0, time.UTC)
	cut := opens.Add(time.Duration(before)*gap + 14*time.Minute).Truncate(time.Minute)
	back := cut.Add(time.Duration(storm)*gap + 25*time.Minute).Truncate(time.Minute)
	closes := back.Add(time.Duration(after)*gap + 25*time.Minute).Truncate(time.Minute)
	at := func(t time.Time) string { return t.Format("2006-01-02 15:04") }
	var b strings.Builder
	fmt.Fprintf(&b, "scenario: growth-%d-%d\ntitle: A day of %d sales in a shop of %d articles\n", n, size.SKUs, n, size.SKUs)
	fmt.Fprintf(&b, "shop: {catalogue: growth, zone: Asia/Manila, opens: %q, closes: %q}\n", at(opens), at(closes))
	b.WriteString("power: {mains: [router]}\ntills:\n")
	for i := range Tills {
		fmt.Fprintf(&b, "  till-%d: {devices: [scanner, dongle, printer]}\n", i+1)
	}
	fmt.Fprintf(&b, "shoppers: {before: %d, storm: %d, after: %d, card: 50%%, patience: 25m}\n", before, storm, after)
	b.WriteString("payment: {deduplicates: forever}\n")
	if n < 8 {
		return []byte(b.String()) // the fixed cost of a day: no weather either
	}
	fmt.Fprintf(&b, "weather:\n  - {cut: network, at: %q, for: %s}\n", at(cut), spec.Duration(back.Sub(cut)))
	for i, share := range []time.Duration{3, 5, 7} { // eighths of the day: before, inside and after the dark
		fmt.Fprintf(&b, "  - {drop: till-%d, at: %q}\n", i+1, at(opens.Add(closes.Sub(opens)*share/8)))
	}
	fmt.Fprintf(&b, "  - {unplug: till-4.printer, at: %q, for: 2m}\n", at(opens.Add(6*time.Minute)))
	fmt.Fprintf(&b, "  - {edit: thing-00000/c0, by: till-1, price: PHP 120.00, at: %q}\n", at(cut.Add(time.Minute)))
	fmt.Fprintf(&b, "  - {edit: thing-00000/c0, by: till-2, price: PHP 130.00, at: %q}\n", at(cut.Add(2*time.Minute)))
	return []byte(b.String())
}
