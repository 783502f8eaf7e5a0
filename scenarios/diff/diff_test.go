package diff_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault"
	"stormrig/scenarios/diff"
	"stormrig/scenarios/files"
	"stormrig/scenarios/rig"
	"stormrig/sim"
	"stormrig/sim/history"
)

func played(t *testing.T, more ...fault.Fault) []history.Event {
	t.Helper()
	sc, err := files.Scenario("one-sale")
	require.NoError(t, err)
	plan, err := rig.Plan(sc, 1)
	require.NoError(t, err)
	plan.Faults = append(plan.Faults, more...)
	r, err := rig.Start(sc, 1, &plan)
	require.NoError(t, err)
	defer r.Close()
	require.NoError(t, r.Finish())
	return r.History()
}

func TestSameRunHasNoDifference(t *testing.T) {
	events := played(t)
	d, err := diff.Of(diff.Side{Name: "a", Events: events}, diff.Side{Name: "b", Events: played(t)})
	require.NoError(t, err)
	assert.True(t, d.Same)
	assert.Empty(t, d.Books)
	assert.Empty(t, d.Invariants)
	var out strings.Builder
	require.NoError(t, diff.Text(&out, "a", "b", d))
	assert.Contains(t, out.String(), "are the same")
}

func TestFirstDifferenceIsTheFault(t *testing.T) {
	lie := fault.Fault{ID: "lie", Kind: fault.Disk, Target: "phone", When: fault.At(0), Args: fault.Args{Mode: sim.DiskLie}}
	drop := fault.Fault{ID: "drop", Kind: fault.Drop, Target: "phone", For: time.Second,
		When: fault.On(fault.Point{Span: "done", Basket: 1, After: 100 * time.Millisecond})}
	good, bad := played(t, lie), played(t, lie, drop)
	d, err := diff.Of(diff.Side{Name: "good", Events: good}, diff.Side{Name: "bad", Events: bad})
	require.NoError(t, err)
	require.NotNil(t, d.Bad)
	assert.Equal(t, history.KindFault, d.Bad.Kind)
	assert.Equal(t, "drop", d.Bad.Fault.ID)
	assert.NotEmpty(t, d.Led)
	for i := range d.Led {
		assert.Less(t, d.Led[i].N, d.Bad.N)
	}
	assert.NotEmpty(t, d.ThenBad)
	var ids []string
	for _, v := range d.Invariants {
		ids = append(ids, v.ID)
		if v.ID == "J1" {
			assert.Equal(t, "holds", v.Good)
			assert.Equal(t, "violated", v.Bad)
			assert.NotEmpty(t, v.Detail)
		}
	}
	assert.Contains(t, ids, "J1")
	assert.Contains(t, books(d), "sales lost")

	var out strings.Builder
	require.NoError(t, diff.Text(&out, "good", "bad", d))
	for _, want := range []string{"what led to it", "first difference", "drop phone", "J1   holds -> violated", "sales lost"} {
		assert.Contains(t, out.String(), want)
	}
	body, err := json.Marshal(d)
	require.NoError(t, err)
	assert.Contains(t, string(body), `"common":`)
}

func books(d *diff.Difference) []string {
	var out []string
	for _, p := range d.Books {
		out = append(out, p.What)
	}
	return out
}

func TestAlteredFactIsFound(t *testing.T) {
	good := played(t)
	bad := append([]history.Event(nil), good...)
	at := -1
	for i := range bad {
		if bad[i].Kind == history.KindRung {
			at = i
		}
	}
	require.Positive(t, at)
	bad[at].Amount++
	d, err := diff.Of(diff.Side{Name: "a", Events: good}, diff.Side{Name: "b", Events: bad})
	require.NoError(t, err)
	assert.Equal(t, at, d.Common)
	require.Len(t, d.Fields, 1)
	assert.Equal(t, "amount", d.Fields[0].What)
}

func TestShorterHistoryEnds(t *testing.T) {
	good := played(t)
	d, err := diff.Of(diff.Side{Name: "a", Events: good}, diff.Side{Name: "b", Events: good[:20]})
	require.NoError(t, err)
	assert.NotNil(t, d.Good)
	assert.Nil(t, d.Bad)
	assert.False(t, d.Same)
	_, err = diff.Of(diff.Side{Name: "a", Events: good}, diff.Side{Name: "b"})
	assert.ErrorContains(t, err, "b: a history begins with its header")
}

// A line as long as an entry is cut around the place where the two part.
func TestLongLinesShowWhereTheyPart(t *testing.T) {
	good := played(t)
	bad := append([]history.Event(nil), good...)
	at := -1
	for i := range bad {
		if bad[i].Kind == history.KindCommit && strings.Contains(string(bad[i].Payload), `"sale":`) {
			at = i
		}
	}
	require.Positive(t, at)
	old := `"total":`
	i := strings.LastIndex(string(bad[at].Payload), old)
	require.Greater(t, i, 100, string(bad[at].Payload))
	bad[at].Payload = json.RawMessage(string(bad[at].Payload[:i]) + `"total":9` + string(bad[at].Payload[i+len(old):]))
	d, err := diff.Of(diff.Side{Name: "a", Events: good}, diff.Side{Name: "b", Events: bad})
	require.NoError(t, err)
	require.Len(t, d.Fields, 1)
	assert.Regexp(t, `^payload\.facts\[\d\]\..*total$`, d.Fields[0].What)
	assert.Equal(t, "9"+d.Fields[0].Good, d.Fields[0].Bad)
	var out strings.Builder
	require.NoError(t, diff.Text(&out, "a", "b", d))
	assert.Regexp(t, `  - #\d+ \S+ phone commit  \.\.\..*"total":`+d.Fields[0].Good, out.String())
	assert.Regexp(t, `  \+ #\d+ \S+ phone commit  \.\.\..*"total":9`+d.Fields[0].Good, out.String())
}
