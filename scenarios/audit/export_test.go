package audit_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/audit"
	"stormrig/scenarios/audit/books"
	"stormrig/scenarios/audit/export"
	"stormrig/scenarios/prove"
	"stormrig/scenarios/rig"
	"stormrig/sim/history"
)

func source(name string, text []byte) books.Source {
	return books.Source{Name: name, Again: true, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }}
}

// auditOf audits the exports of a day.
func auditOf(t *testing.T, f *export.Files) *audit.Report {
	t.Helper()
	o := books.Options{Decimals: 2, Zone: f.Zone}
	in := audit.Input{Decimals: 2, Zone: f.Zone, Currency: f.Currency, Cash: &f.Cash}
	var err error
	if bytes.Count(f.Sales, []byte("\n")) > 1 {
		in.Sales, err = books.ReadSales(source("sales.csv", f.Sales), o)
		require.NoError(t, err)
	}
	in.Settlement, err = books.ReadSettlement(source("settlement.csv", f.Settlement), o)
	require.NoError(t, err)
	in.Before, err = books.ReadStock(source("before.csv", f.Before), o)
	require.NoError(t, err)
	in.After, err = books.ReadStock(source("after.csv", f.After), o)
	require.NoError(t, err)
	for _, x := range f.Outages {
		in.Outages = append(in.Outages, audit.Outage{From: x[0], To: x[1]})
	}
	return audit.Run(in)
}

// truth is what a day's exports must show, from the history alone and by
// other means than the audit's: by payment reference.
type truth struct {
	want  []mishap        // each must be found once
	shelf map[string]bool // articles whose count and books differ
	cash  int64           // what the drawer has beyond the books
	jumps bool            // a clock was moved by minutes
	late  map[int64]int   // amounts that reached the host long after their sale
}

type mishap struct {
	kind   string
	amount int64
}

type soldJSON struct {
	Facts []struct {
		Sale *struct {
			Number int64 `json:"number"`
			Total  int64 `json:"total"`
			Lines  []struct {
				SKU   string `json:"sku"`
				Qty   int64  `json:"qty"`
				Price int64  `json:"price"`
			} `json:"lines"`
			Tenders []struct {
				Kind   string `json:"kind"`
				Amount int64  `json:"amount"`
				Ref    string `json:"ref"`
			} `json:"tenders"`
		} `json:"sale"`
	} `json:"facts"`
}

// truthOf reads the books and the host's ledger side by side.
func truthOf(events []history.Event, f *export.Files) truth {
	tr := truth{shelf: make(map[string]bool), late: make(map[int64]int)}
	tenders, amounts := make(map[string]int), make(map[string]int64)
	numbers := make(map[string][]int64)
	sold, booked := make(map[string]int64), int64(0)
	var refs []string
	for i := range events {
		e := &events[i]
		if e.Kind == history.KindClock && max(e.WallTo-e.Wall, e.Wall-e.WallTo) > int64(4*time.Minute) {
			tr.jumps = true
		}
		if e.Kind != history.KindEntry || e.Who != e.Device {
			continue
		}
		var s soldJSON
		if json.Unmarshal(e.Payload, &s) != nil {
			continue
		}
		for _, f := range s.Facts {
			if f.Sale == nil {
				continue
			}
			numbers[e.Device] = append(numbers[e.Device], f.Sale.Number)
			sum := int64(0)
			for _, l := range f.Sale.Lines {
				sold[l.SKU] += l.Qty
				sum += l.Qty * l.Price
			}
			if sum != f.Sale.Total {
				tr.want = append(tr.want, mishap{audit.SumDiffers, f.Sale.Total - sum})
			}
			for _, t := range f.Sale.Tenders {
				if t.Kind == "cash" {
					booked += f.Sale.Total
					continue
				}
				if tenders[t.Ref]++; tenders[t.Ref] == 1 {
					refs = append(refs, t.Ref)
				}
				amounts[t.Ref] = t.Amount
			}
		}
	}
	tr.cash = f.Cash - booked
	tr.payments(events, tenders, amounts, refs)
	tr.numbers(numbers)
	tr.shelves(f, sold)
	return tr
}

// payments holds the ledger against the tenders, reference by reference.
func (tr *truth) payments(events []history.Event, tenders map[string]int, amounts map[string]int64, refs []string) {
	standing, taken, declined := make(map[string]map[string]int64), make(map[string]int64), make(map[string]bool)
	for i := range events {
		e := &events[i]
		if e.Kind != history.KindLedger {
			continue
		}
		if standing[e.Ref] == nil {
			standing[e.Ref] = make(map[string]int64)
			if tenders[e.Ref] == 0 {
				refs = append(refs, e.Ref)
			}
		}
		switch e.State {
		case "captured", "settled":
			standing[e.Ref][e.STAN] = e.Amount
			taken[e.Ref] = e.Amount
		case "reversed":
			delete(standing[e.Ref], e.STAN)
		case "declined":
			declined[e.Ref] = true
		}
	}
	for _, ref := range refs {
		n, sales := len(standing[ref]), tenders[ref]
		switch {
		case sales == 0:
			for range n {
				tr.want = append(tr.want, mishap{audit.ChargedWithoutSale, taken[ref]})
			}
		case n == 0 && declined[ref]:
			tr.want = append(tr.want, mishap{audit.DeclinedLate, amounts[ref]})
		case n == 0:
			tr.want = append(tr.want, mishap{audit.SaleWithoutCharge, amounts[ref]})
		case taken[ref] != amounts[ref]:
			tr.want = append(tr.want, mishap{audit.AmountDiffers, taken[ref] - amounts[ref]})
		}
		if sales > 0 {
			for range n - 1 {
				tr.want = append(tr.want, mishap{audit.ChargedTwice, taken[ref]})
			}
		}
	}
}

// numbers wants each missing and each repeated number.
func (tr *truth) numbers(by map[string][]int64) {
	for _, till := range slices.Sorted(mapKeys(by)) {
		list := slices.Sorted(slices.Values(by[till]))
		for i := 1; i < len(list); i++ {
			switch d := list[i] - list[i-1]; {
			case d == 0:
				tr.want = append(tr.want, mishap{kind: "number twice"})
			case d > 1:
				tr.want = append(tr.want, mishap{kind: audit.NumberGap})
			}
		}
	}
}

func (tr *truth) shelves(f *export.Files, sold map[string]int64) {
	counts := func(text []byte) map[string]int64 {
		out := make(map[string]int64)
		for _, l := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
			sku, n, _ := strings.Cut(l, ",")
			n, _, _ = strings.Cut(n, ",")
			q, _ := strconv.ParseInt(strings.TrimSpace(n), 10, 64)
			out[sku] = q
		}
		return out
	}
	before, after := counts(f.Before), counts(f.After)
	for sku, n := range before {
		if _, known := sold[sku]; known && n-sold[sku] != after[sku] {
			tr.shelf[sku] = true
		}
	}
}

func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// score is the table of found, missed and false.
type score struct{ found, missed, wrong map[string]int }

func newScore() *score {
	return &score{make(map[string]int), make(map[string]int), make(map[string]int)}
}

func (s *score) String() string {
	kinds := make(map[string]bool)
	for _, m := range []map[string]int{s.found, s.missed, s.wrong} {
		for k := range m {
			kinds[k] = true
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-22s %6s %6s %6s\n", "kind", "found", "missed", "false")
	for _, k := range slices.Sorted(mapKeys(kinds)) {
		fmt.Fprintf(&b, "%-22s %6d %6d %6d\n", k, s.found[k], s.missed[k], s.wrong[k])
	}
	return b.String()
}

// answers lists by which kinds of finding a mishap may be told: a mishap is
// one finding, so what tells of a lost sale by its charge need not tell of its
// number again.
var answers = map[string][]string{
	audit.ChargedWithoutSale: {audit.ChargedWithoutSale, audit.ChargedTwice, audit.WrongTender},
	audit.ChargedTwice:       {audit.ChargedTwice, audit.ChargedWithoutSale},
	audit.SaleWithoutCharge:  {audit.SaleWithoutCharge, audit.WrongTender, audit.DeclinedLate, audit.SoldTwice},
	audit.DeclinedLate:       {audit.DeclinedLate, audit.SaleWithoutCharge},
	audit.AmountDiffers:      {audit.AmountDiffers},
	"number twice":           {audit.NumberReused, audit.SoldTwice},
}

// hold compares a report with the truth and returns what is missed and what
// is claimed in vain.
func (s *score) hold(r *audit.Report, tr truth) (missed, wrong []string) {
	used := make([]bool, len(r.Findings))
	slices.SortStableFunc(tr.want, func(a, b mishap) int { return cmp.Compare(rank(a.kind), rank(b.kind)) })
	for _, w := range tr.want {
		if w.kind == audit.NumberGap || w.kind == audit.SumDiffers { // several may stand in one finding
			if tells(r, func(_ audit.Evidence, f audit.Finding) bool {
				return f.Kind == w.kind || w.kind == audit.NumberGap && strings.Contains(f.Text, "missing") && strings.Contains(strings.ToLower(f.Text), "number")
			}) {
				s.found[w.kind]++
				continue
			}
			s.missed[w.kind]++
			missed = append(missed, w.kind)
			continue
		}
		i := slices.IndexFunc(r.Findings, func(f audit.Finding) bool {
			return !used[slices.IndexFunc(r.Findings, func(g audit.Finding) bool { return g.ID == f.ID })] &&
				slices.Contains(answers[w.kind], f.Kind) && (f.Amount == w.amount || w.amount == 0)
		})
		if i < 0 {
			s.missed[w.kind]++
			missed = append(missed, fmt.Sprintf("%s %d", w.kind, w.amount))
			continue
		}
		used[i] = true
		s.found[w.kind]++
	}
	for sku := range tr.shelf {
		if tells(r, func(e audit.Evidence, _ audit.Finding) bool { return strings.HasPrefix(e.Text, sku+":") }) {
			s.found["shelf differs"]++
		} else {
			s.missed["shelf differs"]++
			missed = append(missed, "shelf of "+sku)
		}
	}
	if tr.cash != 0 {
		if tells(r, func(e audit.Evidence, _ audit.Finding) bool { return e.File == "drawer" }) {
			s.found["drawer differs"]++
		} else {
			s.missed["drawer differs"]++
			missed = append(missed, fmt.Sprintf("drawer by %d", tr.cash))
		}
	}
	for i, f := range r.Findings {
		if !used[i] && !tr.backs(f) {
			s.wrong[f.Kind]++
			wrong = append(wrong, f.Kind+": "+f.Text)
		}
	}
	return missed, wrong
}

func rank(kind string) int {
	return slices.Index([]string{audit.SumDiffers, audit.AmountDiffers, audit.ChargedTwice, audit.DeclinedLate, audit.ChargedWithoutSale, audit.SaleWithoutCharge}, kind)
}

func tells(r *audit.Report, is func(audit.Evidence, audit.Finding) bool) bool {
	for _, f := range r.Findings {
		for _, e := range f.Evidence {
			if is(e, f) {
				return true
			}
		}
	}
	return false
}

// backs tells whether something true lies behind a finding that is none of the
// wanted ones.
func (tr truth) backs(f audit.Finding) bool {
	switch f.Kind {
	case audit.StockDifference:
		return len(tr.shelf) > 0
	case audit.CashDifference:
		return tr.cash != 0
	case audit.UnrecordedSale:
		return len(tr.shelf) > 0
	case audit.NumberGap:
		return slices.ContainsFunc(tr.want, func(m mishap) bool { return m.kind == audit.NumberGap })
	case audit.SumDiffers:
		return slices.ContainsFunc(tr.want, func(m mishap) bool { return m.kind == audit.SumDiffers })
	case audit.ClockDiffers:
		return tr.jumps
	case audit.LateForward:
		return tr.late[f.Amount] > 0
	}
	return false
}

// lateOf finds payments that the host took more than ten minutes after the
// card was read.
func (tr *truth) lateOf(events []history.Event) {
	swiped := make(map[string]int64)
	for i := range events {
		e := &events[i]
		switch {
		case e.Kind == history.KindSwipe:
			swiped[e.Ref] = e.T
		case e.Kind == history.KindLedger && (e.State == "captured" || e.State == "settled") && e.T-swiped[e.Ref] > int64(9*time.Minute):
			tr.late[e.Amount]++
		}
	}
}

// day is one run whose exports are audited.
type day struct {
	name string
	s    prove.Sabotage
	seed int64
	hurt *damage // what is done to the exports; nil: nothing
}

// planted are the bugs whose days are exported: those of prove's catalogue that
// can leave a trace in books, settlement, stock or drawer, and some that do not.
// They are named here so that a new bug there does not change which days these
// are.
var planted = []string{
	"order-gone-when-unplugged", "no-directory-sync", "damage-taken-for-torn-tail", "print-before-commit", "reused-numbers",
	"sale-written-again", "outage-unsaid", "scan-swallowed", "total-rounded-in-silence", "repriced-at-payment", "armed-before-commit",
	"forward-renumbered", "not-found-is-not-charged", "reversal-given-up", "decision-in-two-frames", "stale-amount-on-the-dongle",
	"blind-retry", "caps-one-by-one", "count-of-the-last-writer", "receipt-not-marked-copy", "drawer-kicked-again", "applied-twice",
	"sent-taken-for-acknowledged", "hub-acknowledges-too-early", "two-syncs-swapped", "clock-as-order", "clock-jump-unsaid", "dst-hour-twice",
}

// days lists n days, mixed: every planted bug in turn with its seeds, days of a
// lying disk, honest tills on the same days and in the storm, and storms whose
// exports were damaged.
func days(t *testing.T, n int) []day {
	t.Helper()
	var list []prove.Sabotage
	for _, name := range planted {
		s, ok := prove.Find(name)
		require.True(t, ok, "prove has no %s any more", name)
		list = append(list, s)
	}
	var out []day
	for i := 0; len(out) < n; i++ {
		s := list[i%len(list)]
		seed := int64(i/len(list)) + 1
		switch i % 8 {
		case 7:
			x := damages()[i/8%len(damages())]
			out = append(out, day{"storm-saturday where " + x.name, prove.Sabotage{Day: "storm-saturday"}, int64(i), &x})
		case 6:
			out = append(out, day{"honest storm-saturday", prove.Sabotage{Day: "storm-saturday"}, int64(i), nil})
		case 5:
			out = append(out, day{"honest " + s.Day, prove.Sabotage{Day: s.Day}, seed, nil})
		case 4:
			out = append(out, day{"lying-disk", prove.Sabotage{Day: "lying-disk"}, int64(i), nil})
		default:
			out = append(out, day{s.Name, s, seed, nil})
		}
	}
	return out
}

// TestSabotagedDaysAudited exports and audits days whose truth is known.
// STORMRIG_AUDIT_DAYS says how many; 200 is the full table.
func TestSabotagedDaysAudited(t *testing.T) {
	n := 40
	if text := os.Getenv("STORMRIG_AUDIT_DAYS"); text != "" {
		var err error
		n, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	total := newScore()
	clean := 0
	for i, d := range days(t, n) {
		events := play(t, d)
		if events == nil {
			continue
		}
		f, err := export.From(events, export.Options{References: i%7%2 == 0 || d.hurt != nil})
		require.NoError(t, err)
		if bytes.Count(f.Sales, []byte("\n")) < 2 {
			continue
		}
		tr := truthOf(events, f)
		tr.lateOf(events)
		if d.hurt != nil && !hurt(f, &tr, *d.hurt, i) {
			continue
		}
		r := auditOf(t, f)
		missed, wrong := total.hold(r, tr)
		if len(missed)+len(wrong) > 0 {
			t.Errorf("%s, seed %d, references %v: missed %q, claimed in vain %q", d.name, d.seed, i%7%2 == 0, missed, wrong)
		}
		if len(tr.want)+len(tr.shelf) == 0 && tr.cash == 0 && len(r.Findings) == 0 {
			clean++
		}
	}
	t.Logf("%d days, %d of them clean and without a finding\n%s", n, clean, total)
	assert.Positive(t, clean, "some days must be clean")
	for _, kind := range []string{audit.ChargedWithoutSale, audit.SaleWithoutCharge, audit.DeclinedLate, "shelf differs"} {
		assert.Positive(t, total.found[kind], "the days have no %s: nothing was shown", kind)
	}
}

// play runs a day; nil where the sabotage broke the till down.
func play(t *testing.T, d day) (events []history.Event) {
	t.Helper()
	sc, err := prove.Day(d.s.Day)
	require.NoError(t, err)
	defer func() {
		if v := recover(); v != nil {
			events = nil
		}
	}()
	r, err := rig.StartWith(sc, d.seed, nil, d.s.Options)
	require.NoError(t, err)
	defer r.Close()
	if err := r.Finish(); err != nil {
		return nil
	}
	return slices.Clone(r.History())
}
