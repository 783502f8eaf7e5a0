package check_test

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/check"
	"stormrig/scenarios/check/checktest"
	"stormrig/sim/history"
)

func judge(t testing.TB, events []history.Event) []check.Result {
	t.Helper()
	v, err := check.NewView(events)
	require.NoError(t, err)
	return check.Run(v)
}

func TestGoodHistoryHoldsAndExercisesAll(t *testing.T) {
	events := checktest.Good()
	var text bytes.Buffer
	require.NoError(t, history.Write(&text, events))
	read, err := history.Read(&text)
	require.NoError(t, err, "the synthetic history is a history")
	for _, r := range judge(t, read) {
		assert.Equal(t, check.Holds, r.Verdict, "%s checked %d: %s", r.ID, r.Checked, r.Detail())
	}
}

func TestEachAlterationIsCaught(t *testing.T) {
	altered := make(map[string]bool)
	for _, a := range checktest.Alterations() {
		t.Run(a.ID, func(t *testing.T) {
			altered[a.ID] = true
			events := checktest.Good()
			bad := a.Apply(events)
			require.NotNil(t, bad, "%s: no victim", a.Name)
			assert.True(t, reflect.DeepEqual(checktest.Good(), events), "the original is left alone")
			for _, r := range judge(t, bad) {
				_, also := a.Also[r.ID]
				want := r.ID == a.ID || also
				assert.Equal(t, want, r.Verdict == check.Violated, "%s (%s): %s: %s", r.ID, a.Name, r.Verdict, r.Detail())
			}
		})
	}
	for _, c := range check.All() {
		assert.True(t, altered[c.ID], "%s has no alteration", c.ID)
	}
}
