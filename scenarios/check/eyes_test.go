package check_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"stormrig/scenarios/check"
	"stormrig/scenarios/check/checktest"
	"stormrig/sim/history"
)

// A checker that says the same without what a device did needs no eyes on it;
// one that says something else has declared them. This holds on the good
// history and on each that is wrong somewhere.
func TestCheckersDeclareTheEyesThatTheyNeed(t *testing.T) {
	histories := [][]history.Event{checktest.Good()}
	for _, a := range checktest.Alterations() {
		histories = append(histories, a.Apply(checktest.Good()))
	}
	for class, kinds := range map[string][]string{
		"printer": {history.KindPrintBegin, history.KindPaper, history.KindComplete, history.KindKick},
		"dongle":  {history.KindArmed, history.KindDisarmed, history.KindSwipe, history.KindTerminal},
		"scanner": {history.KindScan, history.KindDelivered},
	} {
		needs := map[string]bool{}
		for _, seen := range histories {
			unseen := slices.DeleteFunc(slices.Clone(seen), func(e history.Event) bool { return slices.Contains(kinds, e.Kind) })
			blind := judge(t, unseen)
			for i, r := range judge(t, seen) {
				if r.Verdict != blind[i].Verdict || r.Checked != blind[i].Checked {
					needs[r.ID] = true
				}
			}
		}
		for _, c := range check.All() {
			assert.Equal(t, needs[c.ID], slices.Contains(check.Eyes(c.ID), class), "%s and the %s", c.ID, class)
		}
	}
}
