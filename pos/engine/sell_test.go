package engine

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/pos"
)

func TestCash(t *testing.T) {
	d := newDesk(t)
	d.shows("READY / NO SALE YET / SCAN")
	d.do(scan("22")).gives("line scarf").shows("SALE / 1 Scarf /   1 x 790.00 = 790.00 / TOTAL PHP 790.00 / SCAN OR PAY")
	d.do(key("cash 700.00")).gives()
	d.shows("REFUSED / NOT ENOUGH, TOTAL PHP 790.00 / 1 Scarf /   1 x 790.00 = 790.00 / TOTAL PHP 790.00 / SCAN OR PAY")
	d.do(key("cash 790.001")).gives()
	d.do(key("cash 1000.00")).gives("sale 1 of 79000 on 2026-07-18", "drawer", "kick", "print 1 job 1")
	d.shows("DONE / SALE 1 / TOTAL PHP 790.00 / CHANGE PHP 210.00 / NEXT")
	d.do(key("cash 1000.00")).gives() // pressed twice
	d.do(key("look")).shows("READY / LAST SALE 1 / TOTAL PHP 790.00 / CASH / SCAN")
	assert.Equal(t, int64(4), d.st.Stock("scarf"))
}

func TestRefusedScansAreSeen(t *testing.T) {
	d := newDesk(t).do(scan("99")).gives().shows("REFUSED / NOT ON FILE 99 / NO SALE YET / SCAN")
	d.do(scan("22"), scan("99"))
	d.shows("REFUSED / NOT ON FILE 99 / 1 Scarf /   1 x 790.00 = 790.00 / TOTAL PHP 790.00 / SCAN OR PAY")
	d.do(key("item 33"))
	assert.Len(t, d.st.Till().Draft, 2)
	d = charged(t).do(scan("11")).gives()
	d.shows("CARD / AMOUNT PHP 790.00 / CARD PAYMENT UNDER WAY - NOT ADDED 11 / PRESENT CARD")
}

func TestVoid(t *testing.T) {
	d := newDesk(t).do(key("void")).gives()
	d.do(scan("22"), scan("33"), scan("11"))
	for _, wrong := range []string{"void 0", "void 4", "void x", "void -1"} {
		d.do(key(wrong)).gives()
	}
	d.do(key("void 2")).gives("void 2")
	d.do(scan("33")) // position 4: a number is not given twice in a cart
	d.shows("SALE / 1 Scarf /   1 x 790.00 = 790.00 / 3 Beaded sandals 38 gold /   1 x 1290.00 = 1290.00" +
		" / 4 Book /   1 x 5.00 = 5.00 / TOTAL PHP 2085.00 / SCAN OR PAY")
	d.do(key("void")).gives("void 0").shows("READY / NO SALE YET / SCAN")
}

func TestDrawerIsNeverOpenedAgain(t *testing.T) {
	d := newDesk(t).do(scan("22"), key("cash 790.00"))
	require.Contains(t, d.out, "kick")
	d.do(pos.KickFailed{Intent: "1.3.0", Reason: "printer not connected"}, up("printer")).pass(time.Minute)
	for range 3 {
		d.start()
		d.do(up("printer")).pass(time.Minute)
		assert.NotContains(t, d.out, "kick")
	}
}

func TestPrinting(t *testing.T) {
	d := newDesk(t).do(up("printer"), scan("22"), key("cash 790.00"), pos.Kicked{Intent: "1.3.0"})
	// Not a byte of it was sent: the same job, and still the original.
	d.do(pos.DeviceDown{Device: "printer"}, printed(1, pos.OutcomeFailed)).gives()
	d.do(up("printer")).gives("print 1 job 1")
	d.do(printed(1, pos.OutcomeFailed)).gives("print 1 job 1")
	// Some of it was: only a person can tell.
	d.do(printed(1, pos.OutcomeUnknown)).gives().shows("RECEIPT? / SALE 1 / IN THE CUSTOMER'S HAND? / YES OR NO")
	d.do(printed(1, pos.OutcomeUnknown)).gives()
	d.do(key("yes"))
	assert.Contains(t, d.out, "note 1.3.1 told")
	d.do(printed(1, pos.OutcomeDone)).pass(time.Minute).gives() // late, and known already
	d.do(key("copy 1")).gives("copy 1", "print 1 COPY job 2")
	d.do(key("copy 7")).gives()
	assert.Equal(t, "NO RECEIPT 7", d.e.Screen(d.st).Lines[0])
}

func TestLateProofAnswersTheQuestion(t *testing.T) {
	d := newDesk(t).do(scan("22"), key("cash 790.00"), printed(1, pos.OutcomeUnknown))
	d.do(printed(1, pos.OutcomeDone)).shows("DONE / SALE 1 / TOTAL PHP 790.00 / CHANGE PHP 0.00 / NEXT")
	d.do(key("no")).gives()
}

func TestEditing(t *testing.T) {
	d := newDesk(t).do(scan("22"), key("edit scarf price 800.00")).gives("edit scarf price 80000")
	d.do(scan("22"))
	d.shows("SALE / 1 Scarf /   1 x 790.00 = 790.00 / 2 Scarf /   1 x 800.00 = 800.00 / TOTAL PHP 1590.00 / SCAN OR PAY")
	d.do(key("edit sandals/38 price 1300")).gives("edit sandals/38/gold price 130000")
	d.do(key("edit sandals name Beach sandals")).gives("edit sandals name Beach sandals")
	for wrong, why := range map[string]string{
		"edit": "EDIT WHAT?", "edit scarf price": "EDIT WHAT?", "edit hat price 5": "HAS NO VARIANT",
		"edit scarf price -5": "NOT A PRICE", "edit scarf price 5.001": "NOT A PRICE", "edit sandals/38/gold name X": "NO ITEM",
		"edit scarf colour red": "NO FIELD colour", "report": "REPORT X OR Z?", "dance": "UNKNOWN KEY DANCE", "cash": "HOW MUCH? cash AMOUNT", "cash x": "NOT AN AMOUNT x",
	} {
		d.do(key(wrong)).gives()
		assert.Contains(t, d.e.Screen(d.st).Lines[0], why, wrong)
	}
}

func TestReports(t *testing.T) {
	d := newDesk(t).do(scan("22"), key("cash 1000.00"), scan("11"), scan("33"), key("cash 1295.00"))
	d.do(key("report x")).gives("report X 2026-07-18: 2 sales, 208500")
	d.do(key("report z")).gives("report Z 2026-07-18: 2 sales, 208500", "print 2026-07-18 job 3")
	z, _ := d.st.Z("2026-07-18")
	assert.Equal(t, map[string]pos.Amount{"cash": 208500}, z.ByTender, "what stayed in the drawer")
	assert.Equal(t, map[string]int64{"scarf": 1, "sandals/38/gold": 1, "book": 1}, z.ByVariant)
	d.do(scan("33"), key("cash 5.00"), key("report x")).gives("report X 2026-07-18: 1 sales, 500")
}

// The first Z could not be printed before the next day's was made: both are.
func TestZThatIsPrintedLate(t *testing.T) {
	d := newDesk(t).do(scan("33"), key("cash 5.00"), key("report z"), printed(2, pos.OutcomeFailed))
	d.pass(24 * time.Hour)
	d.do(scan("22"), key("cash 790.00"), key("report z"), printed(4, pos.OutcomeFailed))
	d.do(up("printer")).gives("print 2026-07-18 job 2", "print 2026-07-19 job 4")
}

// Two Z of one day, and the first could not be printed before the second was
// made: each prints its own figures.
func TestTwoZOfADayAreNotTheSame(t *testing.T) {
	d := newDesk(t).do(scan("33"), key("cash 5.00"), key("report z"), printed(2, pos.OutcomeFailed))
	d.do(scan("22"), key("cash 790.00"), key("report z"))
	for _, o := range d.st.OpenIntents() {
		if o.Print == nil || o.Print.Report == "" {
			continue
		}
		eff, err := d.e.Effect(d.now, d.st, o.Intent, true, nil)
		require.NoError(t, err)
		total := ""
		for _, l := range eff.(pos.Print).Doc.Lines {
			if l.Text == "TOTAL" {
				total = l.RightText
			}
		}
		assert.Equal(t, map[int]string{2: "PHP 5.00", 4: "PHP 790.00"}[o.Print.Job], total)
	}
}

func TestTaxes(t *testing.T) {
	line := func(rate int64, qty int64, price pos.Amount) pos.Line {
		return pos.Line{Qty: qty, Price: price, TaxBP: rate}
	}
	for _, tc := range []struct {
		name  string
		lines []pos.Line
		want  []pos.TaxLine
	}{
		{"none", nil, []pos.TaxLine{}},
		{"12 % of 1290.00", []pos.Line{line(1200, 1, 129000)}, []pos.TaxLine{{RateBP: 1200, Net: 115179, Tax: 13821}}},
		{"on the sum, not on each line", []pos.Line{line(1200, 1, 5), line(1200, 1, 5)}, []pos.TaxLine{{RateBP: 1200, Net: 9, Tax: 1}}},
		{"half up", []pos.Line{line(10000, 1, 1)}, []pos.TaxLine{{RateBP: 10000, Net: 0, Tax: 1}}},
		{"rates apart, sorted", []pos.Line{line(1900, 1, 119), line(0, 2, 50), line(700, 1, 107)},
			[]pos.TaxLine{{RateBP: 0, Net: 100}, {RateBP: 700, Net: 100, Tax: 7}, {RateBP: 1900, Net: 100, Tax: 19}}},
		{"a rate of 12.5 %", []pos.Line{line(1250, 1, 1125)}, []pos.TaxLine{{RateBP: 1250, Net: 1000, Tax: 125}}},
	} {
		assert.Equal(t, tc.want, taxes(tc.lines), tc.name)
	}
}

// Net and tax are what was paid, and the tax of the net is the tax.
func TestTaxLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.Int64Range(0, 10000).Draw(t, "rate")
		gross := pos.Amount(rapid.Int64Range(0, 1e12).Draw(t, "gross"))
		got := taxes([]pos.Line{{Qty: 1, Price: gross, TaxBP: rate}})[0]
		assert.Equal(t, gross, got.Net+got.Tax)
		off := int64(got.Tax)*10000 - int64(got.Net)*rate
		assert.LessOrEqual(t, 2*max(off, -off), 10000+rate, "to the nearest unit")
	})
}

func TestBusinessDate(t *testing.T) {
	for _, tc := range []struct {
		zone, utc string
		cutoff    time.Duration
		want      string
	}{
		{"Asia/Manila", "2026-07-18T06:00:00Z", 4 * time.Hour, "2026-07-18"},
		{"Asia/Manila", "2026-07-18T19:59:59Z", 4 * time.Hour, "2026-07-18"}, // 03:59:59 the next day
		{"Asia/Manila", "2026-07-18T20:00:00Z", 4 * time.Hour, "2026-07-19"}, // 04:00:00
		{"Asia/Manila", "2026-07-18T16:00:00Z", 0, "2026-07-19"},             // midnight
		{"Asia/Manila", "2026-12-31T19:00:00Z", 4 * time.Hour, "2026-12-31"}, // over the year
		// Spring: 02:00 becomes 03:00 on 29 March 2026; the cut-off at 04:00 is 02:00 UTC.
		{"Europe/Berlin", "2026-03-29T01:59:59Z", 4 * time.Hour, "2026-03-28"},
		{"Europe/Berlin", "2026-03-29T02:00:00Z", 4 * time.Hour, "2026-03-29"},
		// The cut-off lies in the hour that does not exist: 01:59 is before it, 03:00 after.
		{"Europe/Berlin", "2026-03-29T00:59:59Z", 150 * time.Minute, "2026-03-28"},
		{"Europe/Berlin", "2026-03-29T01:00:00Z", 150 * time.Minute, "2026-03-29"},
		// Autumn: 02:00 to 03:00 comes twice on 25 October 2026; 04:00 is 03:00 UTC.
		{"Europe/Berlin", "2026-10-25T00:30:00Z", 4 * time.Hour, "2026-10-24"},
		{"Europe/Berlin", "2026-10-25T01:30:00Z", 4 * time.Hour, "2026-10-24"},
		{"Europe/Berlin", "2026-10-25T02:59:59Z", 4 * time.Hour, "2026-10-24"},
		{"Europe/Berlin", "2026-10-25T03:00:00Z", 4 * time.Hour, "2026-10-25"},
		{"Asia/Kathmandu", "2026-07-18T18:14:59Z", 0, "2026-07-18"}, // +05:45
		{"Asia/Kathmandu", "2026-07-18T18:15:00Z", 0, "2026-07-19"},
		{"Pacific/Kiritimati", "2026-07-18T10:00:00Z", 0, "2026-07-19"}, // +14
	} {
		zone, err := time.LoadLocation(tc.zone)
		require.NoError(t, err)
		at, err := time.Parse(time.RFC3339, tc.utc)
		require.NoError(t, err)
		d := newDesk(t)
		cfg := *d.cfg
		cfg.Zone, cfg.Cutoff = zone, tc.cutoff
		tn := &turn{Engine: New(&cfg), now: pos.Now{Wall: at.UnixNano()}, st: d.st, d: &Decision{}}
		assert.Equal(t, tc.want, tn.businessDate(), "%s in %s, cut-off %s", tc.utc, tc.zone, tc.cutoff)
	}
}

// The jump is noticed by the very event that sells.
func TestBusinessDateUnderAClockThatJumps(t *testing.T) {
	for _, wall := range []time.Time{
		time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		d := newDesk(t).do(scan("33"))
		d.now.Wall = wall.UnixNano()
		d.do(key("cash 5.00"))
		require.Len(t, d.out, 5, "clock jump, sale, drawer, kick, print")
		assert.True(t, strings.HasPrefix(d.out[0], "clock "))
		assert.Equal(t, "sale 1 of 500 on 2026-07-18", d.out[1])
		s, _ := d.st.Sale(1)
		assert.Equal(t, pos.ClockDoubtful, s.Clock)
		d.do(scan("33"), key("cash 5.00"))
		assert.Equal(t, "sale 2 of 500 on 2026-07-18", d.out[0])
	}
}

func TestFullDiskRefusesAndKeepsWhatItKnew(t *testing.T) {
	d := newDesk(t).do(scan("22"), key("cash 790.00"), printed(1, pos.OutcomeUnknown))
	d.full = true
	d.do(key("no"))
	d.full = false
	d.shows("RECEIPT? / SALE 1 / IN THE CUSTOMER'S HAND? / DISK FULL / YES OR NO")
	d.do(key("no")).gives("note 1.3.1 copied", "print 1 POSSIBLE DUPLICATE job 2")

	d = newDesk(t).do(scan("22"))
	d.full = true
	d.do(key("cash 790.00"))
	d.full = false
	d.shows("REFUSED / DISK FULL / 1 Scarf /   1 x 790.00 = 790.00 / TOTAL PHP 790.00 / SCAN OR PAY")
	d.do(key("cash 790.00")).gives("sale 1 of 79000 on 2026-07-18", "drawer", "kick", "print 1 job 1")
}

// A jump of the clock needs an entry; without room for one, what devices say must
// not be lost with it.
func TestJumpWaitsForRoom(t *testing.T) {
	d := newDesk(t)
	d.full = true
	d.now.Wall += int64(time.Hour)
	paper := pos.PrinterState{PaperOut: true}
	d.do(paper, paper) // taken back, and once more by itself
	assert.True(t, d.e.printer.PaperOut)
	d.pass(time.Minute)
	d.full = false
	dec := d.e.Decide(d.now, d.st, d.next(), scan("11"))
	require.Len(t, dec.Facts, 2)
	require.NotNil(t, dec.Facts[0].ClockJump)
	assert.Equal(t, int64(time.Hour), dec.Facts[0].ClockJump.To-dec.Facts[0].ClockJump.From)
	d.carryOut(dec)
	assert.Len(t, d.e.Decide(d.now, d.st, d.next(), scan("11")).Facts, 1, "once")
}

func TestStoppedEngineWantsNothing(t *testing.T) {
	d := charged(t)
	require.GreaterOrEqual(t, d.e.Wake(), time.Duration(0))
	d.e.Stop("DISK FAULT", "why")
	assert.Negative(t, d.e.Wake())
	d.shows("STOPPED / DISK FAULT / why / -")
}

func TestAnOutcomeIsNotedOnce(t *testing.T) {
	d := newDesk(t).do(scan("22"), key("cash 790.00"))
	d.do(pos.Kicked{Intent: "1.3.0"}, pos.Kicked{Intent: "1.3.0"}, pos.KickFailed{Intent: "1.3.0"})
	d.pass(noteWait).gives("note 1.3.0 done")
	d.do(pos.Kicked{Intent: "1.3.0"}).pass(time.Minute).gives()
}

// A copy decides the same, and the original does not notice.
func TestClone(t *testing.T) {
	d := charged(t, hostUp, up("printer"))
	c := d.e.Clone()
	st := d.st.Clone()
	for _, ev := range []pos.Event{swipe("phone-1-1"), pos.DeviceDown{Device: "printer"}, pos.LinkDown{Link: "host"}, scan("11")} {
		c.Decide(d.now, st, d.next(), ev)
	}
	assert.True(t, d.e.up["printer"] && d.e.up["host"])
	d.do(swipe("phone-1-1")).gives("note 1.3.0 done", "authorise 000001")
}

// What a disk lost leaves its number to nobody (pos.Boot.Number): a report goes on
// behind the gap.
func TestReportOverALostNumber(t *testing.T) {
	d := newDesk(t).do(scan("33"), key("cash 5.00"), printed(1, pos.OutcomeDone)).pass(noteWait)
	d.e = New(d.cfg)
	d.carryOut(d.e.Start(d.now, d.st, d.next(), pos.Boot{Number: 3}))
	d.do(scan("33"), key("cash 5.00"), key("report x")).gives("report X 2026-07-18: 2 sales, 1000")
	assert.EqualValues(t, 4, d.st.Till().Number)
}
