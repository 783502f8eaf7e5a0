package explain

import (
	"fmt"
	"strings"

	"stormrig/scenarios/spec"
)

// ScenarioFormat explains the scenario file.
func ScenarioFormat() string {
	var b strings.Builder
	b.WriteString(scenarioFormat)
	b.WriteString("\nFAULTS: one map each; the first key names the fault and whom it strikes.\n\n")
	for _, k := range spec.Kinds() {
		fmt.Fprintf(&b, "  %-11s takes %s\n", k, strings.Join(k.Keys(), ", "))
	}
	for _, f := range Faults() {
		if len(f.Modes) == 0 {
			continue
		}
		how := "one of these"
		if f.Kind == spec.Network {
			how = "one or more of these"
		}
		fmt.Fprintf(&b, "\n  %s, %s:\n", f.Kind, how)
		for _, m := range f.Modes {
			fmt.Fprintf(&b, "    %-26s %s\n", m.Write, clipped(m.Does))
		}
	}
	b.WriteString("\nWHEN: exactly one way.\n\n")
	b.WriteString(whenFormat)
	b.WriteString("\nMOMENTS of a sale, in order (charge to record make it pay by card, kick in cash):\n\n  ")
	for i, m := range spec.Moments() {
		if i == 8 {
			b.WriteString("\n  ")
		}
		b.WriteString(string(m) + " ")
	}
	b.WriteString("\n\nEXAMPLES\n\n")
	for _, l := range spec.ExampleFaults {
		fmt.Fprintf(&b, "  - %s\n", l)
	}
	b.WriteString("\n'stormrig explain KEY' says what a key is and shows it: cutoff, payment.caps, during.\n" +
		"'stormrig explain scenario --schema' prints the JSON Schema for an editor.\n")
	return b.String()
}

// clipped ends a text at its first colon or semicolon: 'explain KIND' has all.
func clipped(text string) string {
	if i := strings.IndexAny(text, ":;"); i > 0 {
		return text[:i]
	}
	return text
}

const scenarioFormat = `A scenario file is YAML: a shop, its wiring, a day of shoppers, the weather.

  scenario: my-day                 # a name
  title: One line                  # for 'list'
  story: A few sentences           # for 'explain'
  seed: 1                          # the default seed
  shop: {catalogue: boutique, zone: Asia/Manila,
         opens: "2026-07-18 10:00", closes: "2026-07-18 21:00", cutoff: "04:00"}
  power: {mains: [router], battery: {phone: 5h, dongle: 8h, printer: 6h}}
  tills:
    phone: {devices: [scanner, dongle, printer, location]}
    assistant: {at: across-town}   # no scanner: edits only
  shoppers: {before: 9, storm: 37, after: 4, card: 60%, lines: 1..3,
             patience: 10m, mix: {beaded-sandals: 3}}
  payment: {caps: {each: PHP 10000.00, total: PHP 150000.00, count: 60, age: 24h},
            declines: {online: 2%, forwarded: 1%}, deduplicates: forever,
            answers: {forward: {"10": 5%, "91": 20%}, reverse: {"25": 30%}}}
  weather:
    - {cut: network, at: "14:02", for: 3h}
  expect: {rung: 50, dark: 37, conflicts: 1, receivables: 0}

Instead of shoppers, baskets can be written out; 'stormrig import' does so:

  sales:
    - {at: "10:05", till: phone, pay: card, lines: [scarf/jade, 2 x fan]}

A sale may also say voided: 2 (lines rung and taken out again) or cancelled: true
(the whole cart was given up: no sale, it does not count in 'sale 3').

Answers are response codes that the card host gives to a share of its requests:
10 (a part is taken), 08 (taken, on a condition), 06 (booked or not, it does not
say), 19, 91 and 96 (nothing yet, ask again), 30 (the message is not understood),
to a reversal also 25 (nothing to undo) and 94 (undone before), where that is true.

A till's printer is a tm-p80, unless it says printer: tm-t20, tm-p60 (a tear bar:
the cashier tears off), or clone, a cheap one with a tear bar that confirms no
print and opens the drawer only in the order of its buffer. Its card reader is a
reader, unless it says dongle: swiper (told no amount, remembers nothing), terminal
or one of its kin, which ask the card host themselves.

A till may say backlog: ask or drop: what becomes of receipts that waited five
minutes or more for a printer that was away or stopped, once it is back. Without
it all are printed at once. Each one that is dropped is an entry of the journal,
and can be printed as a copy.

A till may say segment: 8 KiB and keep: 20: its journal begins a new file so often,
and all but the newest 20 of its entries that the hub holds move to its archive.

Everything carries its unit: 3h, 500ms, 60%, 64 KB, PHP 1290.00. Times of day
are local; a time before the opening means the night after, and a date may stand
before it: "2026-07-19 00:30". When summer time ends an hour comes twice: "01:30
first" and "01:30 second". A shop is open for 48 hours at most, and somebody
comes: 1 to 5000 shoppers, or sales. A storm is the first {cut: network} of both
directions that has a time of day; a storm sale is one while it lasts. The
catalogue is a built-in one, a file, or a map under 'catalogue' ('stormrig
explain catalogue' has its format).

A till without a scanner sells nothing. Where anybody may pay by card, every till
that sells needs a dongle; printer and location may be left out. A dongle is a
reader, for which the till asks the card host, unless the till says
dongle: terminal (it asks by itself, over the link phone.dongle-host) or
terminal-confirm (its approval waits 30 s for the till's word; without it it gives
the money back), terminal-confirm-stands (takes it for good) or
terminal-confirm-blocks (holds it and takes no other card). What hangs on
the mains dies with it, what has a battery serves until that is empty, and what
stands in neither list never loses its power but by a drop.
`

const whenFormat = `  at: "14:02"                                  a time of day
  during: commit, of: sale 3                   inside of it, where the seed wants
  during: commit, of: sale 3, op: 1, byte: 11  byte 11 of its first disk operation
  during: receipt, of: sale 3, at: 50%         or byte: 211
  during: reply, of: sale 3, at: 50%           inside the card host's answer, or a
                                               request to it; or byte: 40
  during: recovery, at: "14:30", times: 1..3   the first ones after a time; also
                                               checkpoint, pull, rewrite and settle
                                               (the end of a stored payment)
  between: approval and record, of: sale 3     between two moments of a sale
  of: approval of sale 2                       at a moment
  after: 0s..5s, of: done of sale 2            so long after it, drawn
  when: drawn, times: 1..3                     the seed chooses (drop of a till)

A fault that the day gives no occasion to is written out as not fired, with the
reason, and the run is blind (exit code 6). A drawn one aims only at what the day
surely has: a sale that is served, work that surely comes, or a quiet moment.
`

// CatalogueFormat explains the catalogue file.
const CatalogueFormat = `A catalogue file is YAML: what a shop sells.

  catalogue: boutique
  currency: PHP
  tax: 12%                         # contained in prices; an item may have its own
  items:
    - {id: fan, name: Hand fan, price: PHP 185.75, stock: 100, barcode: "2000000000015"}
    - id: scarf
      name: Silk scarf
      price: PHP 890.00            # of variants without their own
      stock: 40
      axes: [colour]
      variants:
        - {options: [coral], barcode: "2000000000022"}
        - {options: [jade], barcode: "2000000000039", price: PHP 950.00, stock: 10}

A variant is named by its item and its options: scarf/jade. Barcodes are
EAN-13, EAN-8 or UPC-A with a right check digit.

'stormrig explain catalogue --schema' prints the JSON Schema for an editor.
`
