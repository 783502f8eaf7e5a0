package audit_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/audit"
)

// twoTills is a day of two tills; ahead is how far the second one's clock is
// ahead, zone how far all of the settlement is.
func twoTills(ahead, zone time.Duration) (sales, settlement string) {
	var s, h strings.Builder
	s.WriteString("number,time,till,total,tender,last4\n")
	h.WriteString("time,amount,last4\n")
	at := time.Date(2016, 11, 5, 9, 0, 0, 0, time.UTC)
	for i := range 60 {
		at = at.Add(time.Duration(120+i*7%60) * time.Second)
		till, shown := "till1", at
		if i%2 == 1 {
			till, shown = "till2", at.Add(ahead)
		}
		fmt.Fprintf(&s, "%d,%s,%s,%d.50,card,%04d\n", i+1, shown.Format(time.DateTime), till, 3+i%9, 1000+i*37)
		fmt.Fprintf(&h, "%s,%d.50,%04d\n", at.Add(zone+15*time.Second).Format(time.DateTime), 3+i%9, 1000+i*37)
	}
	return s.String(), h.String()
}

func notes(r *audit.Report) string {
	var out []string
	for _, n := range r.Notes {
		out = append(out, n.Text)
	}
	return strings.Join(out, "\n")
}

func TestClocksOfTills(t *testing.T) {
	sales, settlement := twoTills(192*time.Second, 0)
	r := small(t, sales, settlement, nil)
	assert.Empty(t, r.Findings)
	assert.Contains(t, notes(r), "the clock of till2 is 2 min 57 s ahead of the acquirer's (estimated from 30 pairs)")
	r = small(t, sales, settlement, func(in *audit.Input) { in.Offsets = map[string]time.Duration{"till2": 192 * time.Second} })
	assert.Empty(t, r.Findings)
	assert.Contains(t, notes(r), "till2 is taken to be 3 min 12 s ahead, as given")

	sales, settlement = twoTills(-40*time.Minute, 0)
	r = small(t, sales, settlement, nil)
	require.Len(t, r.Findings, 1, "%v", texts(r))
	assert.Equal(t, audit.ClockDiffers, r.Findings[0].Kind)
	assert.Contains(t, r.Findings[0].Text, "till2 was 40 min 15 s behind the acquirer's")
	assert.Equal(t, "till2", r.Findings[0].Till)
	assert.Equal(t, 60, r.Figures.Matched)
}

func TestATimeZoneIsNoWrongClock(t *testing.T) {
	sales, settlement := twoTills(0, -8*time.Hour)
	r := small(t, sales, settlement, nil)
	assert.Empty(t, r.Findings)
	assert.Contains(t, notes(r), "taken for another time zone")
	assert.Equal(t, 60, r.Figures.Matched)
}

// TestTheDrawerTellsHowItWasPaid: what looks like two losses is one wrong key.
func TestTheDrawerTellsHowItWasPaid(t *testing.T) {
	cash := func(n int64) func(*audit.Input) { return func(in *audit.Input) { in.Cash = &n } }
	asCash := "number,time,total,tender\n1,2016-11-05 10:00:00,12.90,cash\n2,2016-11-05 10:10:00,8.50,cash\n3,2016-11-05 10:20:00,7.00,card\n"
	host := "time,amount\n2016-11-05 10:10:20,8.50\n2016-11-05 10:20:10,7.00\n"
	r := small(t, asCash, host, cash(1290))
	require.Len(t, r.Findings, 1, "%v", texts(r))
	assert.Equal(t, audit.WrongTender, r.Findings[0].Kind)
	assert.Contains(t, r.Findings[0].Text, "it was paid by card")

	asCard := strings.Replace(asCash, "8.50,cash", "8.50,card", 1)
	r = small(t, asCard, "time,amount\n2016-11-05 10:20:10,7.00\n", cash(2140))
	require.Len(t, r.Findings, 1, "%v", texts(r))
	assert.Equal(t, audit.WrongTender, r.Findings[0].Kind)
	assert.Contains(t, r.Findings[0].Text, "it was paid in cash")

	r = small(t, asCash, "", cash(2000))
	require.Len(t, r.Findings, 1)
	assert.Equal(t, audit.CashDifference, r.Findings[0].Kind)
	assert.Equal(t, int64(-140), r.Findings[0].Amount)
}

// TestReturnsAreMatched: money given back is matched like money taken.
func TestReturnsAreMatched(t *testing.T) {
	sales := "number,time,total,tender,status\n1,2016-11-05 10:00:00,12.90,card,sale\n2,2016-11-05 10:30:00,-12.90,card,refund\n"
	r := small(t, sales, "time,amount,status\n2016-11-05 10:00:10,12.90,captured\n2016-11-05 10:30:20,12.90,refund\n", nil)
	assert.Empty(t, r.Findings)
	r = small(t, sales, "time,amount,status\n2016-11-05 10:00:10,12.90,captured\n", nil)
	require.Len(t, r.Findings, 1, "%v", texts(r))
	assert.Equal(t, audit.SaleWithoutCharge, r.Findings[0].Kind)
}
