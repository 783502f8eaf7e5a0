package audit_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/audit"
	"stormrig/scenarios/audit/books"
)

// small audits two small files.
func small(t *testing.T, sales, settlement string, change func(*audit.Input)) *audit.Report {
	t.Helper()
	in := audit.Input{Decimals: 2, Currency: "EUR"}
	var err error
	if sales != "" {
		in.Sales, err = books.ReadSales(source("pos.csv", []byte(sales)), books.Options{Decimals: 2})
		require.NoError(t, err)
	}
	if settlement != "" {
		in.Settlement, err = books.ReadSettlement(source("acquirer.csv", []byte(settlement)), books.Options{Decimals: 2})
		require.NoError(t, err)
	}
	if change != nil {
		change(&in)
	}
	return audit.Run(in)
}

const (
	pos = `number,time,till,total,tender,last4
101,2016-11-05 10:01:00,k1,12.90,cash,
102,2016-11-05 10:04:00,k1,8.50,card,1234
103,2016-11-05 10:09:30,k1,20.00,card,9999
105,2016-11-05 10:20:00,k1,5.00,card,7777
106,2016-11-05 10:30:00,k1,5.00,card,7778
`
	acquirer = `time,amount,card,status
2016-11-05 10:04:10,8.50,**** 1234,captured
2016-11-05 10:04:40,8.50,**** 1234,captured
2016-11-05 10:09:40,20.00,4012888888889999,captured
2016-11-05 10:15:00,7.70,**** 5555,captured
2016-11-05 10:20:20,5.00,**** 7777,captured
`
)

// TestTheReport holds what a shopkeeper and a program get.
func TestTheReport(t *testing.T) {
	r := small(t, pos, acquirer, nil)
	require.Len(t, r.Findings, 3, "%v", texts(r))
	lost, twice, never := r.Findings[0], r.Findings[1], r.Findings[2]
	assert.Equal(t, audit.ChargedWithoutSale, lost.Kind)
	assert.Contains(t, lost.Text, "number 104 was never booked")
	assert.Equal(t, []string{"acquirer.csv:5", "pos.csv:4", "pos.csv:5"}, []string{lost.Evidence[0].Where(), lost.Evidence[1].Where(), lost.Evidence[2].Where()})
	assert.Equal(t, audit.ChargedTwice, twice.Kind)
	assert.Equal(t, int64(850), twice.Amount)
	assert.Equal(t, audit.SaleWithoutCharge, never.Kind)
	assert.Equal(t, "P3", never.Invariant)

	text, err := json.Marshal(r)
	require.NoError(t, err)
	for _, want := range []string{`"kind":"charged-twice"`, `"amount":850`, `"likelihood":0.97`, `"file":"acquirer.csv","line":3`, `"cannot_know":[`} {
		assert.Contains(t, string(text), want)
	}
	var plain, page bytes.Buffer
	require.NoError(t, r.WriteText(&plain))
	require.NoError(t, r.WriteHTML(&page))
	for _, out := range []string{plain.String(), page.String()} {
		for _, f := range r.Findings {
			assert.Contains(t, out, f.Text)
			assert.Contains(t, out, f.Do)
			for _, e := range f.Evidence {
				assert.Contains(t, out, e.Where())
			}
		}
		for _, u := range r.Unknown {
			assert.Contains(t, out, strings.SplitN(u, "'", 2)[0])
		}
	}
	assert.Contains(t, page.String(), "Saturday 5 November 2016, 10:01 to 10:30")
	assert.NotContains(t, page.String(), "<script")
	assert.NotContains(t, page.String(), "http:")
	assert.NotContains(t, page.String(), "https:")
}

// TestNothingIsTrusted: what stands in a file is text, whatever it looks like.
func TestNothingIsTrusted(t *testing.T) {
	r := small(t, strings.ReplaceAll(pos, "k1", "<script>alert(1)</script>"), acquirer, nil)
	var page bytes.Buffer
	require.NoError(t, r.WriteHTML(&page))
	assert.NotContains(t, page.String(), "<script>")
	assert.Contains(t, page.String(), "&lt;script&gt;")
}

// TestWhatIsMissingIsSaid: one file alone answers little, and says so.
func TestWhatIsMissingIsSaid(t *testing.T) {
	has := func(r *audit.Report, part string) {
		t.Helper()
		assert.Contains(t, strings.Join(r.Unknown, "\n"), part)
	}
	r := small(t, pos, "", nil)
	has(r, "there is no settlement file")
	has(r, "--cash")
	has(r, "--stock-before")
	require.Len(t, r.Findings, 1, "the number that is missing needs no other file")
	assert.Equal(t, audit.NumberGap, r.Findings[0].Kind)
	r = small(t, "", acquirer, nil)
	has(r, "there is no sales file")
	assert.Empty(t, r.Findings)
	assert.Contains(t, r.Answer(), "nobody can tell")
	r = small(t, "number,time,total\n1,2016-11-05 10:00:00,8.50\n", acquirer, nil)
	has(r, "does not say how a sale was paid")
}

// TestKnownFindingsAreNotToldAgain: what an earlier audit told is its baseline.
func TestKnownFindingsAreNotToldAgain(t *testing.T) {
	first := small(t, pos, acquirer, nil)
	known := map[string]bool{}
	for _, f := range first.Findings {
		known[f.ID] = true
	}
	r := small(t, pos, acquirer, func(in *audit.Input) { in.Known = known })
	assert.Empty(t, r.Findings)
	require.NotEmpty(t, r.Baseline)
	assert.Equal(t, len(first.Findings), r.Baseline[len(r.Baseline)-1].Count)
}
