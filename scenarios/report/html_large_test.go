package report

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// busyDay is a day of n cash sales at one till, each with an entry, and a loss
// of power inside the last one.
func busyDay(n int) *Bundle {
	b := &Bundle{Events: []history.Event{{N: 1, Kind: history.KindHeader, Header: &history.Header{
		Scenario: "busy", Level: 0, Tills: []string{"phone"}, Currency: "PHP", Zone: "Asia/Manila"}}}}
	add := func(e history.Event) {
		e.N, e.T = int64(len(b.Events))+1, int64(len(b.Events))*1e9
		b.Events = append(b.Events, e)
	}
	for i := 1; i <= n; i++ {
		add(history.Event{Kind: history.KindBasket, Who: "phone", Basket: i, State: "cash"})
		add(history.Event{Kind: history.KindCommit, Who: "phone", Basket: i, Device: "phone", Inc: 1, Seq: uint64(i), Hash: fmt.Sprint("h", i),
			Payload: json.RawMessage(fmt.Sprintf(`{"facts":[{"sale":{"number":%d,"total":100}}]}`, i))})
		add(history.Event{Kind: history.KindRung, Who: "phone", Basket: i, Number: int64(i), Amount: 100})
		if i == n {
			add(history.Event{Kind: history.KindCut, Who: "phone", State: "power lost"})
		}
		add(history.Event{Kind: history.KindServed, Who: "phone", Basket: i})
	}
	return b
}

// data decodes what a page of the bundle carries, with a day of so many events
// shown whole.
func dataOf(t *testing.T, b *Bundle, whole int) (*story, pageData) {
	t.Helper()
	s := newStory(b)
	s.mostEvents = whole
	s.show = s.chosen()
	text, err := s.data()
	require.NoError(t, err)
	var d pageData
	require.NoError(t, json.Unmarshal(text, &d))
	return s, d
}

func TestLargeDaySaysWhatIsLeftOut(t *testing.T) {
	b := busyDay(600)
	s, d := dataOf(t, b, 1000)
	assert.Len(t, d.Sales, mostSales)
	assert.Len(t, d.Events, len(b.Events), "an event's place is its number")
	assert.Len(t, d.Entries, 600, "and so is an entry's")
	last := d.Sales[len(d.Sales)-1]
	assert.Equal(t, 600, last.Basket, "what something struck is shown, however late it came")
	assert.Equal(t, mostSales-1, d.Sales[len(d.Sales)-2].Basket, "then those that came first")
	for _, sale := range d.Sales {
		for _, n := range sale.Events {
			assert.NotNil(t, d.Events[n-1])
		}
		for _, i := range sale.Entries {
			assert.NotNil(t, d.Entries[i])
		}
	}
	assert.Nil(t, d.Events[b.Events[len(b.Events)-10].N-1], "an event of a sale that is left out")
	assert.Equal(t, 200, s.show.leftSales)
	assert.Contains(t, s.show.words(), "Left out are 200 other sales and 800 events")

	s, d = dataOf(t, b, len(b.Events))
	assert.Len(t, d.Sales, 600)
	assert.Empty(t, s.show.words(), "a day that fits is shown whole")
}

// A page does not grow with the day once the day is large, but for the place
// that each event, entry and sale keeps.
func TestPageOfALargeDayIsBounded(t *testing.T) {
	size := func(n int) float64 {
		s := newStory(busyDay(n))
		s.mostEvents = 1000
		s.show = s.chosen()
		text, err := s.data()
		require.NoError(t, err)
		return float64(len(text))
	}
	a, b, c := size(2000), size(4000), size(8000)
	assert.Less(t, (b-a)/2000, 200.0, "bytes for each sale more")
	assert.InEpsilon(t, 2, (c-b)/(b-a), 0.1)
}

func TestEntryBelongsToTheFirstSaleOfItsPayment(t *testing.T) {
	s := &story{}
	for i, ref := range []string{"b", "a", "b"} {
		s.sales = append(s.sales, &saleData{Basket: i + 1, first: int64(i + 1), refs: map[string]bool{ref: true}})
	}
	entry := func(payload string) *entryData { return &entryData{Payload: payload} }
	find := func(payload string) *saleData { return s.saleOfEntry(entry(payload), nil, s.byRef()) }
	assert.Same(t, s.sales[0], find(`{"x":"a","y":"b"}`))
	assert.Same(t, s.sales[1], find(`{"x":"a"}`))
	assert.Nil(t, find(`{"x":"ab","y":"c`))
}

func TestUntouchedArticlesOfALargeShop(t *testing.T) {
	v := stockView{Moved: 1, Rows: make([]stockRow, mostShelves+2)}
	v.Rows[7].Moved, v.Rows[9].Wrong = true, true
	v.untouched()
	assert.Len(t, v.Rows, 2)
	assert.Equal(t, mostShelves, v.Left)

	v = stockView{Rows: make([]stockRow, mostShelves)}
	v.untouched()
	assert.Len(t, v.Rows, mostShelves)
}

func TestFindingsAreCounted(t *testing.T) {
	s := newStory(busyDay(1))
	v := s.invariantView(check.Result{ID: "J1", Verdict: check.Violated, Details: make([]check.Finding, listedFindings+3)}, check.Checker{})
	assert.Len(t, append(v.Findings, v.More...), listedFindings)
	assert.Equal(t, "3 more findings are not listed.", v.Note)
}
