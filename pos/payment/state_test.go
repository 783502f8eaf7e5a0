package payment

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// reach returns every state that can follow s, at any distance.
func reach(s State) map[State]bool {
	seen := map[State]bool{}
	for todo := []State{s}; len(todo) > 0; {
		at := todo[0]
		todo = todo[1:]
		for _, next := range arrows[at] {
			if !seen[next] {
				seen[next] = true
				todo = append(todo, next)
			}
		}
	}
	return seen
}

func TestStatesHangTogether(t *testing.T) {
	assert.Len(t, arrows, len(States()))
	from := reach(Draft)
	for _, s := range States() {
		_, known := arrows[s]
		assert.True(t, known, s)
		assert.True(t, s == Draft || from[s], "%s can be reached", s)
		ends := s.Final()
		for next := range reach(s) {
			ends = ends || next.Final()
		}
		assert.True(t, ends, "%s can end", s)
	}
}

func TestStatesNeverGoBack(t *testing.T) {
	for _, s := range []State{Committed, Forwarding, Settled} {
		for _, undone := range []State{Draft, Declined, Cancelled, Unknown} {
			assert.False(t, reach(s)[undone], "a committed sale is never taken back: %s to %s", s, undone)
		}
	}
	for _, late := range []State{ApprovedOnline, ApprovedSAF, Committed, Settled} {
		assert.False(t, reach(ReversalPending)[late], "a late reply never overwrites a reversal: %s", late)
	}
	assert.False(t, Forwarding.May(Expired), "what was sent may have been taken")
	assert.True(t, Forwarding.May(Committed) && Committed.May(Expired))
	assert.False(t, Unknown.May(ApprovedSAF), "ask first")
	assert.True(t, Draft.May(IntentDurable))
	assert.False(t, Draft.May(AtDongle), "the intent is durable first")
}

// The table in the package comment lists each state once.
func TestStatesAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	for _, s := range States() {
		row := regexp.MustCompile(`(?m)^//\t` + string(s) + ` +`)
		assert.Len(t, row.FindAll(doc, -1), 1, s)
	}
}
