package report

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	_ "time/tzdata" // the golden trace is in the shop's zone on any machine

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/check/checktest"
	"stormrig/sim/history"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestTraceIsGolden(t *testing.T) {
	var got bytes.Buffer
	require.NoError(t, Trace(&got, checktest.Good()))
	const golden = "testdata/good.trace"
	if *update {
		require.NoError(t, os.WriteFile(golden, got.Bytes(), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), got.String(), "run go test -update if this is meant")
}

func TestTraceOfEveryKind(t *testing.T) {
	events := []history.Event{{N: 1, Kind: history.KindHeader, Header: &history.Header{Currency: "JPY", Zone: "no/such"}}}
	for i, k := range history.Kinds()[1:] { // kinds without what they should carry must not break a trace
		events = append(events, history.Event{N: int64(i) + 2, T: -1, Kind: k.Kind, Text: "words", Amount: -7, Payload: []byte("no json")})
	}
	var got bytes.Buffer
	require.NoError(t, Trace(&got, events))
	lines := strings.Split(strings.TrimSpace(got.String()), "\n")
	assert.Len(t, lines, strings.Count(traceLegend, "\n")+len(events), "one line an event: two are counted, each in a line of its own")
	assert.Contains(t, got.String(), "-7")
	assert.Contains(t, got.String(), "23:59:59.999999-1", "before the day of the opening")
}

func TestTraceTellsOfADevicesTurns(t *testing.T) {
	commit := func(inc uint32, seq uint64, payload string) history.Event {
		return history.Event{Kind: history.KindCommit, Who: "hub", Device: "hub", Inc: inc, Seq: seq, Payload: []byte(payload)}
	}
	events := []history.Event{
		{Kind: history.KindHeader, Header: &history.Header{Currency: "PHP", Zone: "UTC"}},
		commit(1, 1, `{"facts":[]}`),
		{Kind: history.KindSpan, Who: "hub", State: "checkpoint"},
		{Kind: history.KindStarted, Who: "hub", Inc: 1, Done: 1},
		commit(2, 1, `{"clock":"doubtful","facts":[{"boot":{"tail_bytes":7,"before":{"device":"hub","inc":1,"seq":1}}}]}`),
		commit(2, 2, `{"facts":[]}`),
	}
	var got bytes.Buffer
	require.NoError(t, Trace(&got, events))
	for _, want := range []string{
		"= checkpoint  begins\n", "started     incarnation 1, 1 entry found", "! incarnation 2 goes on after hub/1/1: a torn tail of 7 bytes was cut\n",
		"! doubt       on: the clock of hub is doubtful\n", "! doubt       off: the clock of hub is trusted again\n",
	} {
		assert.Contains(t, got.String(), want)
	}
}

func TestMoneyIn(t *testing.T) {
	assert.Equal(t, "1290.00", moneyIn("PHP")(129000))
	assert.Equal(t, "-0.05", moneyIn("PHP")(-5))
	assert.Equal(t, "500", moneyIn("JPY")(500))
	assert.Equal(t, "0.500", moneyIn("KWD")(500))
}

type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestTraceSaysWhyItFailed(t *testing.T) {
	assert.ErrorIs(t, Trace(full{}, checktest.Good()), errFull)
}
