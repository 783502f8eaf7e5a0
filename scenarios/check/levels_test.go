package check_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/scenarios/check"
	"stormrig/scenarios/check/checktest"
	"stormrig/sim/history"
)

// A POS that exports less is judged on less, and never blamed for it.
func TestLevels(t *testing.T) {
	needs := make(map[string]int)
	for _, c := range check.All() {
		needs[c.ID] = c.Level
		assert.NotEmpty(t, c.Title, c.ID)
		assert.NotEmpty(t, c.Premise, c.ID)
	}
	for level := range 3 {
		for _, r := range judge(t, checktest.GoodAt(level)) {
			if needs[r.ID] > level {
				assert.Equal(t, check.NotExercised, r.Verdict, r.ID)
				assert.Regexp(t, "^needs level [12]$", r.Note)
				continue
			}
			assert.Equal(t, check.Holds, r.Verdict, "level %d, %s: %s", level, r.ID, r.Detail())
		}
	}
}

func TestNothingToCheckIsNotExercised(t *testing.T) {
	head := checktest.Good()[:1]
	for _, r := range judge(t, head) {
		assert.Equal(t, check.NotExercised, r.Verdict, r.ID)
		assert.NotEmpty(t, r.Note, r.ID)
	}
	_, err := check.NewView(nil)
	assert.Error(t, err)
}

func TestLongDayHolds(t *testing.T) {
	for _, r := range judge(t, checktest.Long(120)) {
		assert.NotEqual(t, check.Violated, r.Verdict, "%s: %s", r.ID, r.Detail())
	}
}

func TestRunVerdict(t *testing.T) {
	res := func(id, verdict string) check.Result { return check.Result{ID: id, Verdict: verdict} }
	good := res("J1", check.Holds)
	tests := []struct {
		want      string
		results   []check.Result
		converged bool
		unfired   int
	}{
		{check.RunHolds, []check.Result{good, res("P5", check.NotExercised)}, true, 0},
		{check.RunBlind, []check.Result{good}, true, 1},
		{check.RunStalled, []check.Result{good}, false, 1},
		{check.RunStalled, []check.Result{good, res("Y3", check.Violated)}, false, 0},
		{check.RunViolated, []check.Result{good, res("Y3", check.Violated)}, true, 0},
		{check.RunViolated, []check.Result{res("J1", check.Violated), res("Y3", check.Violated)}, false, 1},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, check.Verdict(tt.results, tt.converged, tt.unfired))
	}
}

func TestStalledRunBlamesOnlyConvergence(t *testing.T) {
	events := append([]history.Event(nil), checktest.Good()...)
	events[len(events)-1].Text = "stalled"
	for _, r := range judge(t, events) {
		switch r.ID {
		case "Y3":
			assert.Equal(t, check.Violated, r.Verdict)
		default:
			assert.Equal(t, check.Holds, r.Verdict, r.ID)
		}
	}
}

func TestStalledRunIsJudgedOnStockWhereAllIsHeld(t *testing.T) {
	events := append([]history.Event(nil), checktest.Good()...)
	events[len(events)-1].Text = "stalled"
	for i := range events { // what the hub has not got may still come
		if e := &events[i]; e.Kind == history.KindEntry && e.Who == "hub" && e.Device == "phone" {
			events = append(events[:i], events[i+1:]...)
			break
		}
	}
	for _, r := range judge(t, events) {
		if r.ID == "S1" {
			assert.Equal(t, check.NotExercised, r.Verdict)
		}
	}
}

func TestFindingAsJSON(t *testing.T) {
	f := check.Finding{Text: "gone", Entry: check.Key{Device: "till/2", Inc: 1, Seq: 57}}
	text, err := json.Marshal(f)
	require.NoError(t, err)
	assert.JSONEq(t, `{"text":"gone","entry":"till/2/1/57"}`, string(text))
	var again check.Finding
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, f, again)
	assert.Error(t, json.Unmarshal([]byte(`{"entry":"57"}`), &again))
	assert.Error(t, json.Unmarshal([]byte(`{"entry":"phone/x/57"}`), &again))
}

// Whatever order, gaps and repetitions a history has, judging it comes to an
// end and gives the same word twice.
func TestJudgingNeverPanics(t *testing.T) {
	good := checktest.Good()
	rapid.Check(t, func(t *rapid.T) {
		events := append([]history.Event(nil), good...)
		for range rapid.IntRange(1, 30).Draw(t, "changes") {
			i := rapid.IntRange(1, len(events)-1).Draw(t, "i")
			j := rapid.IntRange(1, len(events)-1).Draw(t, "j")
			switch rapid.IntRange(0, 3).Draw(t, "how") {
			case 0:
				events[i], events[j] = events[j], events[i]
			case 1:
				events[i] = events[j]
			case 2:
				events[i] = history.Event{Kind: events[i].Kind, Who: events[j].Who}
			case 3:
				events[i].Who, events[i].Basket, events[i].Ref = events[j].Who, events[j].Basket, events[j].Ref
			}
		}
		for i := range events {
			events[i].N = int64(i) + 1
		}
		v, err := check.NewView(events)
		require.NoError(t, err)
		first, count := check.Run(v), check.Count(v)
		v.Stories()
		assert.Equal(t, first, check.Run(v))
		assert.Equal(t, count, check.Count(v))
		all := checktest.Alterations()
		all[rapid.IntRange(0, len(all)-1).Draw(t, "alteration")].Apply(events)
	})
}

// FuzzJudge judges anything that can be read as a history.
func FuzzJudge(f *testing.F) {
	for level := range 3 {
		var text bytes.Buffer
		// The first sales are enough to alter: long seeds make slow fuzzing.
		if err := history.Write(&text, checktest.GoodAt(level)[:50]); err != nil {
			f.Fatal(err)
		}
		f.Add(text.Bytes())
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		events, err := history.Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		v, err := check.NewView(events)
		require.NoError(t, err)
		check.Run(v)
		check.Count(v)
	})
}
