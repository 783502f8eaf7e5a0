package prove_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos/sabotage"
	"stormrig/scenarios/check"
	"stormrig/scenarios/prove"
	"stormrig/scenarios/rig"
)

// proof is the whole of it, with the last word of its progress; made once.
var proof = func() func() (*prove.Report, prove.Progress, error) {
	var once sync.Once
	var r *prove.Report
	var last prove.Progress
	var err error
	return func() (*prove.Report, prove.Progress, error) {
		once.Do(func() {
			r, err = prove.Run(context.Background(), prove.Job{Workers: 2, Progress: func(p prove.Progress) { last = p }})
		})
		return r, last, err
	}
}()

// TestEverySabotageIsCaught is the whole proof: each bug by the checker meant
// for it, the honest till by none.
func TestEverySabotageIsCaught(t *testing.T) {
	r, last, err := proof()
	require.NoError(t, err)
	for _, s := range r.Sabotages {
		assert.True(t, s.Caught, "%s: %s does not report it in %d seeds of %s; others: %s %s", s.Name, s.By, s.Seeds, s.Day, s.Also, s.Broke)
		assert.NotEmpty(t, s.Detail, s.Name)
	}
	assert.Empty(t, r.Blamed, "an honest till")
	assert.True(t, r.Proven())
	assert.Equal(t, r.Total, r.Caught)
	assert.True(t, last.Control, "the control comes last")
	assert.Equal(t, last.Of, last.Done)
	assert.Equal(t, r.Control.Runs, last.Done)
}

func TestCatalogue(t *testing.T) {
	guarded := map[string]int{}
	seen := map[string]bool{}
	for _, s := range prove.Catalogue() {
		assert.False(t, seen[s.Name], "%s stands twice", s.Name)
		seen[s.Name] = true
		guarded[s.By]++
		assert.NotEmpty(t, s.FieldCase, s.Name)
		assert.Positive(t, s.Seeds, s.Name)
		assert.Contains(t, []string{prove.InCode, prove.AtDisk, prove.AtDriver}, s.Place, s.Name)
		_, err := prove.Day(s.Day)
		assert.NoError(t, err, s.Name)
		inCode := s.Options.Sabotage != sabotage.Set{}
		assert.Equal(t, s.Place == prove.InCode, inCode, s.Name)
		assert.Equal(t, s.Place == prove.AtDisk, s.Options.Disk != nil, s.Name)
		assert.Equal(t, s.Place == prove.AtDriver, s.Options.Drivers != nil, s.Name)
		found, ok := prove.Find(s.Name)
		assert.True(t, ok)
		assert.Equal(t, s.FieldCase, found.FieldCase)
	}
	for _, c := range check.All() {
		assert.Positive(t, guarded[c.ID], "nothing proves that %s would notice", c.ID)
		delete(guarded, c.ID)
	}
	assert.Empty(t, guarded, "checkers that do not exist")
	assert.GreaterOrEqual(t, len(seen), 28)
	_, ok := prove.Find("no-such-bug")
	assert.False(t, ok)
}

// TestProofCanFail: a sabotage that its checker does not see, and an honest
// till that is put in for one, are not caught.
func TestProofCanFail(t *testing.T) {
	missed, _ := prove.Find("drawer-kicked-again")
	missed.Name, missed.By, missed.Seeds = "kick-held-against-place", "J9", 1
	nothing := prove.Sabotage{Name: "nothing", By: "J1", Day: "one-sale", Seeds: 2}
	r, err := prove.Run(context.Background(), prove.Job{Sabotages: []prove.Sabotage{missed, nothing}})
	require.NoError(t, err)
	assert.False(t, r.Proven())
	assert.Zero(t, r.Caught)
	assert.Equal(t, 2, r.Total)
	assert.Equal(t, []int{1, 2}, []int{r.Sabotages[0].Seeds, r.Sabotages[1].Seeds})
	assert.True(t, r.CleanControl)
	assert.Equal(t, 3, r.Control.Runs)
}

// TestControlCanFail: a day whose disk lies makes the honest till lose a sale.
func TestControlCanFail(t *testing.T) {
	s := prove.Sabotage{Name: "nothing", By: "J1", Day: "lying-disk", Seeds: 4}
	r, err := prove.Run(context.Background(), prove.Job{Sabotages: []prove.Sabotage{s}})
	require.NoError(t, err)
	assert.False(t, r.CleanControl)
	require.NotEmpty(t, r.Blamed)
	assert.Contains(t, r.Blamed[0], "J1")
}

func TestUnknownDay(t *testing.T) {
	_, err := prove.Run(context.Background(), prove.Job{Sabotages: []prove.Sabotage{{Name: "x", Day: "no-such-day", Seeds: 1}}})
	assert.ErrorContains(t, err, "no-such-day")
}

func TestInterrupted(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	_, err := prove.Run(ctx, prove.Job{})
	assert.ErrorIs(t, err, context.Canceled)
}

// TestSabotagedWorldsCanBeCopied: shrinking and branching copy worlds, with
// what is wrong in them.
func TestSabotagedWorldsCanBeCopied(t *testing.T) {
	for _, name := range []string{"drawer-opens-on-the-key", "scan-swallowed", "print-before-commit", "two-syncs-swapped", "mark-past-an-unsent-entry"} {
		s, ok := prove.Find(name)
		require.True(t, ok)
		day, err := prove.Day(s.Day)
		require.NoError(t, err)
		r, err := rig.StartWith(day, 1, nil, s.Options)
		require.NoError(t, err)
		for range 400 {
			_, err := r.Step()
			require.NoError(t, err)
		}
		c := r.Clone()
		require.NoError(t, r.Finish())
		require.NoError(t, c.Finish())
		assert.Equal(t, r.Digest(), c.Digest(), name)
		r.Close()
		c.Close()
	}
}

// TestSameSeedSameSabotage: a proof says the same twice, by any number of
// workers.
func TestSameSeedSameSabotage(t *testing.T) {
	list := slices.DeleteFunc(prove.Catalogue(), func(s prove.Sabotage) bool { return s.Day != "unplugged" && s.Day != "silent-host" })
	one, err := prove.Run(context.Background(), prove.Job{Sabotages: list, Workers: 1})
	require.NoError(t, err)
	two, err := prove.Run(context.Background(), prove.Job{Sabotages: list, Workers: 2})
	require.NoError(t, err)
	assert.Equal(t, one, two)
}
