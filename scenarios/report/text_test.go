package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// worst is a run in which everything went wrong, at length.
func worst() *Bundle {
	b := &Bundle{Line: "stormrig run worst --seed 7"}
	r := &b.Result
	r.Scenario, r.Seed, r.Verdict, r.Out, r.Digest = "worst", 7, check.RunViolated, "reports/worst-7", strings.Repeat("0123456789abcdef", 4)
	r.Sales = check.Sales{Rung: 50, Journaled: 48, Hub: 47, Dark: 37, Lost: 2, Duplicated: 1, Walkouts: 3, Rerings: 1, RefusedCards: 2}
	r.Cuts = check.Cuts{Recovery: 1, Checkpoint: 1, Pull: 2, ApprovalToRecord: 3, BeforeWrite: 1, WriteToSync: 4, SyncToEffect: 1, EffectToNote: 1, Idle: 1}
	r.Command, r.NoReturn = "run", &NoReturn{Invariant: "J1", Never: true}
	r.Unmet = []string{"rung: the scenario expects 51, the day had 50", "dark: the scenario expects 38, the day had 37", "conflicts: the scenario expects 1, the day had 0", "receivables: the scenario expects 0, the day had 1"}
	r.Invented, r.Replay = []string{"prices", "tenders"}, &Replay{Digest: "another", Version: "an older one"}
	for i := range 20 {
		r.Faults = append(r.Faults, Fault{ID: fmt.Sprintf("w%d", i), Kind: "drop", Target: "phone", When: "at 37.1 % of the approval of sale 29", Why: strings.Repeat("such spans came: 3; none had this place and lasted ", 3)})
	}
	for _, c := range check.All() {
		res := check.Result{ID: c.ID, Verdict: check.Violated, Checked: 3}
		for range 30 {
			res.Details = append(res.Details, check.Finding{Text: strings.Repeat("basket 3 was acknowledged by the display and is not in the journal ", 5), Events: []int64{1, 2, 3, 4, 5, 6, 7, 8}})
		}
		b.Checks = append(b.Checks, res)
		r.Invariants = append(r.Invariants, Invariant{res.ID, res.Verdict, res.Checked, res.Detail()})
	}
	return b
}

func TestTextFitsAScreen(t *testing.T) {
	var got bytes.Buffer
	require.NoError(t, Text(&got, worst()))
	lines := strings.Split(strings.TrimSpace(got.String()), "\n")
	assert.LessOrEqual(t, len(lines), 38, "the line printed before the run and a blank one are added:\n%s", got.String())
	assert.True(t, strings.HasPrefix(lines[0], "VIOLATED  worst, seed 7: 50 sales"), lines[0])
	assert.True(t, strings.HasPrefix(lines[2], "J1 "), "what is wrong comes first: %s", lines[2])
	assert.Contains(t, got.String(), "[event 1, 2, 3")
	assert.Contains(t, got.String(), "did not fire: w0 drop phone")
	assert.Equal(t, "again     stormrig run worst --seed 7", lines[len(lines)-1])
	for _, line := range lines[1:] {
		assert.LessOrEqual(t, len(line), pageWidth, line)
	}
}

func TestTextOfEachVerdict(t *testing.T) {
	for verdict, want := range map[string]string{
		check.RunHolds:   "HOLDS  fair, seed 1: 1 sale; nothing lost, nothing twice, every capture accounted for\n",
		check.RunStalled: "STALLED  fair, seed 1: 1 sale; tills and hub did not come to rest after the faults had ended\n",
		check.RunBlind:   "BLIND  fair, seed 1: 1 sale; nothing is violated, but 1 fault did not fire: this run proves less than was written\n",
	} {
		b := &Bundle{Result: Result{Scenario: "fair", Seed: 1, Verdict: verdict, Sales: check.Sales{Rung: 1, Captured: 1}, Faults: []Fault{{ID: "w1"}}}}
		var got bytes.Buffer
		require.NoError(t, Text(&got, b))
		assert.True(t, strings.HasPrefix(got.String(), want), got.String())
	}
}

// What customers owe stands beside what was captured: the books are short of it.
func TestTextSaysWhatIsOwed(t *testing.T) {
	b := &Bundle{Events: []history.Event{{Header: &history.Header{Currency: "KWD"}}}}
	var out bytes.Buffer
	require.NoError(t, Text(&out, b))
	assert.NotContains(t, out.String(), "owed")
	b.Result.Sales.Captured, b.Result.Owed = 7, Owed{Payments: 2, Amount: 18999}
	out.Reset()
	require.NoError(t, Text(&out, b))
	assert.Contains(t, out.String(), "cards        7 captured        2 owed (KWD 18.999, by customers who have the goods)\n")
}

func TestReplayInWords(t *testing.T) {
	for want, r := range map[string]Replay{
		"reproduced: the digest is that of the report": {Digest: "a", Reproduced: true},
		"NOT reproduced: another digest; v1 had":       {Digest: "a", Version: "v1"},
		"NOT reproduced: another digest from the same": {Digest: "a", Version: "v2"},
		"the report holds no digest":                   {},
	} {
		var got bytes.Buffer
		require.NoError(t, Text(&got, &Bundle{Result: Result{Version: "v2", Replay: &r}}))
		assert.Contains(t, got.String(), want)
	}
}

func TestJUnitOfTheWorst(t *testing.T) {
	b := worst()
	b.Checks[0].Details[0].Text = "a byte \x00 off the wire, \xff and <tags>"
	var got bytes.Buffer
	require.NoError(t, JUnit(&got, b))
	var suites junitSuites
	require.NoError(t, xml.Unmarshal(got.Bytes(), &suites))
	require.Len(t, suites.Suites, 1)
	s := suites.Suites[0]
	assert.Equal(t, len(b.Checks)+2, s.Failures, "each invariant, the faults, the figures; it did come to rest")
	assert.Equal(t, s.Failures, suites.Failures)
	require.NotNil(t, s.Cases[0].Failure)
	assert.Contains(t, s.Cases[0].Failure.Text, "a byte . off the wire, . and <tags>")
	assert.Contains(t, s.Cases[0].Failure.Text, "and 10 more")
	assert.Contains(t, s.Cases[0].Failure.Text, "again: stormrig run worst --seed 7")
}

func TestBlindAndStalledRunsAreNotGreen(t *testing.T) {
	for verdict, name := range map[string]string{check.RunBlind: "written faults fire", check.RunStalled: "comes to rest"} {
		b := &Bundle{Result: Result{Verdict: verdict}}
		if verdict == check.RunBlind {
			b.Result.Faults = []Fault{{ID: "w1"}, {ID: "w2", Optional: true}}
		}
		s := suite(b)
		assert.Equal(t, 1, s.Failures)
		for _, c := range s.Cases {
			assert.Equal(t, c.Name == name, c.Failure != nil, c.Name)
		}
	}
}

func TestSummaryAddsUp(t *testing.T) {
	s := NewSummary("v")
	r := worst().Result
	s.Add(&r)
	r.Digest, r.Verdict = "other", check.RunBlind
	s.Add(&r)
	s.Add(&r)
	assert.Equal(t, 3, s.Runs)
	assert.Equal(t, Verdicts{Violated: 1, Blind: 2}, s.Verdicts)
	assert.Equal(t, check.RunViolated, s.Verdict())
	assert.Equal(t, 2, s.DistinctDigests)
	assert.Equal(t, 150, s.Sales.Rung)
	assert.Equal(t, 6, s.Sales.RefusedCards)
	assert.Equal(t, check.Cuts{Recovery: 3, Checkpoint: 3, Pull: 6, ApprovalToRecord: 9, BeforeWrite: 3, WriteToSync: 12, SyncToEffect: 3, EffectToNote: 3, Idle: 3}, s.Cuts)
	assert.Equal(t, []string{"no torn disk image", "no reordered disk image"}, s.Untried())
	assert.Equal(t, Exercised{"J1", 3, 3}, s.Exercised[0])

	var got bytes.Buffer
	require.NoError(t, SummaryText(&got, "worst", "stormrig run worst --seeds 1..3", s))
	lines := strings.Split(strings.TrimSpace(got.String()), "\n")
	assert.LessOrEqual(t, len(lines), 40)
	for _, line := range lines {
		assert.LessOrEqual(t, len(line), pageWidth, line)
	}
}

func TestFieldsOfSalesAndCutsAreAll(t *testing.T) {
	var c check.Cuts
	var s check.Sales
	for _, f := range cutFields(&c) {
		*f.n = 1
	}
	for _, f := range salesFields(&s) {
		*f = 1
	}
	assert.NotContains(t, fmt.Sprintf("%+v", c), ":0")
	assert.NotContains(t, fmt.Sprintf("%+v", s), ":0")
}

// TestLinesCallTheProgramAlike: a line that somebody copies must work where the
// one beside it did.
func TestLinesCallTheProgramAlike(t *testing.T) {
	for line, want := range map[string]string{
		"/opt/bin/stormrig run one-sale --seed 7":            "/opt/bin/stormrig",
		"go run stormrig/cmd/stormrig run one-sale --seed 7": "go run stormrig/cmd/stormrig",
		"'/my run/stormrig' replay reports/one-sale-7":       "'/my run/stormrig'",
		"stormrig campaign one-sale --seeds 1..1":            "stormrig",
		"": "stormrig",
	} {
		assert.Equal(t, want, program(line), line)
	}
}
