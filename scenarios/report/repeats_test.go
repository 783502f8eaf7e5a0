package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/sim/history"
)

// TestTraceBringsRepetitionsToALine: what a till is refused a thousand times
// must not bury what came before.
func TestTraceBringsRepetitionsToALine(t *testing.T) {
	events := []history.Event{{N: 1, Kind: history.KindHeader, Header: &history.Header{Zone: "UTC"}}}
	add := func(e history.Event) {
		e.N, e.T = int64(len(events)+1), int64(len(events))*1e9
		events = append(events, e)
	}
	for range 1000 {
		add(history.Event{Kind: history.KindScan, Who: "phone.scanner", Code: "2000000000572"})
		add(history.Event{Kind: history.KindScreen, Who: "phone.cashier", Text: "REFUSED", Lines: []string{"DISK FULL"}})
	}
	add(history.Event{Kind: history.KindServed, Who: "phone.cashier"})
	var got bytes.Buffer
	require.NoError(t, Trace(&got, events))
	lines := strings.Split(strings.TrimSpace(strings.TrimPrefix(got.String(), traceLegend)), "\n")
	require.Len(t, lines, 5, got.String())
	assert.Equal(t, "   ... 00:33:20.000000: the same 2 lines 999 times more, up to event 2001", lines[3])
	assert.Contains(t, lines[4], "served")
}

// TestRepeatsLoseNothing: written out again, the lines are those that were there.
func TestRepeatsLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.IntRange(0, 2), 0, 60).Draw(t, "lines")
		var again []int
		next := 0
		for _, r := range repeats(len(lines), func(i int) int { return lines[i] }) {
			again = append(again, lines[next:r.first]...)
			for range r.times {
				again = append(again, again[len(again)-r.period:]...)
			}
			next = r.last + 1
			if r.last-r.first+1 != r.period*r.times || r.times < leastTimes-1 {
				t.Fatalf("%+v", r)
			}
		}
		again = append(again, lines[next:]...)
		require.Equal(t, append([]int(nil), lines...), again)
	})
}
