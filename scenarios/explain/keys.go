package explain

import (
	"slices"
	"strings"

	"stormrig/scenarios/spec"
)

// Example is a part of a scenario file that shows the keys of its first one.
type Example struct {
	Key  string // "payment"
	Text string // lines of a file, with the keys that it replaces in another
}

// Examples show every key of a scenario file but those of a fault: 'explain KIND'
// has them.
func Examples() []Example {
	return []Example{
		{"scenario", `scenario: my-day
title: One line for 'list'
story: A few sentences for 'explain'.
seed: 17                             # of a run without --seed
invented: [prices, stock]            # what an import made up
`},
		{"shop", `shop:
  catalogue: boutique                # or a file beside this one, or a map under 'catalogue'
  zone: Asia/Manila
  opens: "2026-07-18 10:00"
  closes: "21:00"                    # of that day; before the opening: of the next
  cutoff: "04:00"                    # sales before it are of the day before
`},
		{"catalogue", `shop: {zone: Asia/Kuwait, opens: "2026-07-18 10:00", closes: "2026-07-18 21:00"}
catalogue:
  catalogue: stall
  currency: KWD
  tax: 5%
  items:
    - {id: tea, name: Tea, price: KWD 0.250, tax: 0%, stock: 90, barcode: "2000000000015"}
    - id: scarf
      name: Silk scarf
      axes: [colour]
      price: KWD 8.900
      variants:
        - {options: [coral], barcode: "2000000000022", stock: 20}
        - {options: [jade], barcode: "2000000000039", price: KWD 9.500, stock: 10}
`},
		{"power", `power:
  mains: [router]                    # dies with the mains
  battery: {phone: 5h, printer: 6h}  # runs on so long; 'printer' is that of every till
weather: [{cut: mains, at: "12:00", for: 30m}]
`},
		{"tills", `tills:
  phone: {devices: [scanner, dongle, printer, location], dongle: terminal-confirm,
          printer: clone, backlog: ask, segment: 8 KiB, keep: 20}
  office: {at: across-town, actor: assistant}
`},
		{"shoppers", `shoppers: {before: 3, storm: 3, after: 2, card: 50%, lines: 1..3, patience: 8m,
           mix: {fan: 5, scarf/jade: 2, belt: 0}}
weather: [{cut: network, at: "14:00", for: 2h}]
`},
		{"sales", `sales:                               # instead of shoppers
  - {at: "10:05", till: phone, pay: card, lines: [scarf/jade, 2 x fan], voided: 1}
  - {at: "10:20", lines: [fan], cancelled: true}    # no sale, so it has no number
  - {at: "10:30", lines: [fan]}                     # this is sale 2
  - {at: "10:40", lines: [fan], invented: true, source: "88", seen-by: card slip, corrections: 1}
`},
		{"payment", `payment:
  caps: {each: PHP 10000.00, total: PHP 150000.00, count: 60, age: 24h}
  declines: {online: 2%, partly: 1%, forwarded: 5%}
  answers: {authorise: {"91": 10%}, forward: {"10": 5%, "91": 20%}, reverse: {"25": 30%}}
  deduplicates: forever
`},
		{"expect", `shoppers: {before: 3}
expect: {rung: 3, dark: 0, conflicts: 0, receivables: 0}
`},
	}
}

// Keys finds each key of a scenario file that has a name, "cutoff" or
// "payment.caps", those in it, and lines of a file that show them.
func Keys(name string) (keys []spec.Key, shown []string) {
	for _, k := range spec.Keys() {
		if k.Path != name && !strings.HasSuffix(k.Path, "."+name) {
			continue
		}
		keys = append(keys, k)
		for _, in := range spec.Keys() {
			if strings.HasPrefix(in.Path, k.Path+".") {
				keys = append(keys, in)
			}
		}
		if e := exampleOf(k.Path); !slices.Contains(shown, e) {
			shown = append(shown, e)
		}
	}
	return keys, shown
}

// exampleOf shows a key: lines of the weather that have it, or the example of the
// map that it is in.
func exampleOf(path string) string {
	top, key, inside := strings.Cut(path, ".")
	if top != "weather" {
		for _, e := range Examples() {
			if e.Key == top {
				return e.Text
			}
		}
		return Examples()[0].Text // the keys at the top
	}
	lines := "weather:\n"
	for _, l := range Lines() {
		if !inside || strings.Contains(l, "{"+key+": ") || strings.Contains(l, ", "+key+": ") {
			lines += "  - " + l + "\n"
		}
	}
	return lines
}

// Lines are lines of weather: those that show when a fault strikes, then those of
// each kind of fault.
func Lines() []string {
	out := slices.Clone(spec.ExampleFaults)
	for _, f := range Faults() {
		for _, l := range f.Write {
			if !slices.Contains(out, l) {
				out = append(out, l)
			}
		}
	}
	return out
}
