package play_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/files"
	"stormrig/scenarios/play"
	"stormrig/scenarios/report"
	"stormrig/sim/history"
)

func job(t *testing.T, name string, seed int64) play.Job {
	t.Helper()
	sc, err := files.Scenario(name)
	require.NoError(t, err)
	return play.Job{Scenario: sc, Seed: seed, Command: "run", Version: "test", Line: "stormrig run " + name, Evidence: play.None}
}

func played(t *testing.T, j play.Job) *report.Bundle {
	t.Helper()
	b, err := play.Play(context.Background(), j)
	require.NoError(t, err)
	return b
}

func TestEvidenceIsComplete(t *testing.T) {
	j := job(t, "after-approved", 3)
	j.Evidence, j.Out = play.Full, filepath.Join(t.TempDir(), "report")
	b := played(t, j)
	assert.Equal(t, j.Out, b.Result.Out)
	for _, name := range []string{
		report.FileHistory, report.FilePlan, report.FileScenario, report.FileResult, report.FileTrace, report.FileJUnit, report.FileReport,
		"disks/phone/journal", "disks/phone/book/book.db", "disks/hub/replica", "receipts",
	} {
		_, err := os.Stat(filepath.Join(j.Out, name))
		assert.NoError(t, err)
	}
	assert.NoDirExists(t, filepath.Join(j.Out, "disks/phone/vault"), "card data leaves the vault in no form")
	receipts, err := filepath.Glob(filepath.Join(j.Out, "receipts", "*.png"))
	require.NoError(t, err)
	assert.Len(t, receipts, len(b.Papers))
	assert.GreaterOrEqual(t, len(receipts), b.Result.Sales.Printed)

	in, err := os.Open(filepath.Join(j.Out, report.FileHistory))
	require.NoError(t, err)
	defer in.Close()
	events, err := history.Read(in)
	require.NoError(t, err)
	assert.Equal(t, len(b.Events), len(events))
}

func TestPapersBelongToTheirEvents(t *testing.T) {
	j := job(t, "printer-drop", 1)
	j.Evidence, j.Out = play.Full, filepath.Join(t.TempDir(), "report")
	b := played(t, j)
	require.NotEmpty(t, b.Papers)
	for _, p := range b.Papers {
		require.Positive(t, p.Event)
		e := b.Events[p.Event-1]
		assert.Equal(t, history.KindPaper, e.Kind)
		assert.Equal(t, p.State, e.State)
		assert.Equal(t, p.Lines, e.Lines)
		assert.NotEmpty(t, p.PNG)
	}
}

func TestNothingIsOverwritten(t *testing.T) {
	j := job(t, "one-sale", 1)
	j.Evidence, j.Out = play.Full, filepath.Join(t.TempDir(), "deep", "report")
	for _, want := range []string{"report", "report-2", "report-3"} {
		assert.Equal(t, want, filepath.Base(played(t, j).Result.Out))
	}
}

func TestEvidenceOfFailedRunsOnly(t *testing.T) {
	j := job(t, "one-sale", 1)
	j.Evidence, j.Out = play.Failed, filepath.Join(t.TempDir(), "report")
	assert.Empty(t, played(t, j).Result.Out)
	assert.NoDirExists(t, j.Out)

	two := 2
	j.Scenario.Expect.Rung = &two
	b := played(t, j)
	assert.Equal(t, "violated", b.Result.Verdict)
	assert.Equal(t, []string{"rung: the scenario expects 2, the day had 1"}, b.Result.Unmet)
	assert.FileExists(t, filepath.Join(b.Result.Out, report.FileHistory))
}

func TestReplayReproduces(t *testing.T) {
	j := job(t, "storm-saturday", 5)
	j.Evidence, j.Out = play.Full, filepath.Join(t.TempDir(), "report")
	first := played(t, j)
	written, err := report.Load(first.Result.Out)
	require.NoError(t, err)

	again, err := play.Again(context.Background(), written, play.Job{Command: "replay", Version: "test", Evidence: play.None})
	require.NoError(t, err)
	assert.Equal(t, first.Result.Digest, again.Result.Digest)
	assert.True(t, again.Result.Replay.Reproduced)

	written.Plan.Faults = written.Plan.Faults[:3] // the plan is played, not the seed
	other, err := play.Again(context.Background(), written, play.Job{Command: "replay", Version: "test", Evidence: play.None})
	require.NoError(t, err)
	assert.NotEqual(t, first.Result.Digest, other.Result.Digest)
	assert.False(t, other.Result.Replay.Reproduced)
	assert.Len(t, other.Result.Faults, 3)
}

func TestWrittenScenarioIsTheScenario(t *testing.T) {
	for _, name := range files.Names() {
		j := job(t, name, 2)
		j.Evidence, j.Out = play.Full, filepath.Join(t.TempDir(), name)
		written, err := report.Load(played(t, j).Result.Out)
		require.NoError(t, err, name)
		assert.Equal(t, int64(2), written.Scenario.Seed)
		assert.Equal(t, j.Scenario.Shop, written.Scenario.Shop, name)
		assert.Equal(t, j.Scenario.Shoppers, written.Scenario.Shoppers, name)
	}
}

func TestEvidenceThatIsNone(t *testing.T) {
	dir := t.TempDir()
	_, err := report.Load(dir)
	assert.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(filepath.Join(dir, report.FilePlan), []byte("{"), 0o600))
	_, err = report.Load(dir)
	assert.ErrorContains(t, err, "reading a fault plan")
}

// TestDigestInAnotherProcess plays seeds in this process and in others with
// one and two processors.
func TestDigestInAnotherProcess(t *testing.T) {
	if os.Getenv("PRINT_DIGEST") != "" {
		os.Stdout.WriteString("digest=" + played(t, job(t, "storm-saturday", 9)).Result.Digest + "\n")
		return
	}
	want := "digest=" + played(t, job(t, "storm-saturday", 9)).Result.Digest
	for _, procs := range []string{"1", "2"} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestDigestInAnotherProcess$")
		cmd.Env = append(os.Environ(), "PRINT_DIGEST=1", "GOMAXPROCS="+procs)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		assert.Contains(t, string(out), want)
	}
}

func many(t *testing.T, ctx context.Context, workers int, to int64, each func(play.Outcome)) {
	t.Helper()
	j := job(t, "one-sale", 0)
	play.Many(ctx, 1, to, workers, func(seed int64) play.Job { j := j; j.Seed = seed; return j }, each)
}

func TestManyInOrder(t *testing.T) {
	digests := func(workers int) (out []string) {
		many(t, context.Background(), workers, 40, func(o play.Outcome) {
			require.NoError(t, o.Err)
			require.Equal(t, int64(len(out)+1), o.Seed)
			out = append(out, o.Bundle.Result.Digest)
		})
		return out
	}
	one, four := digests(1), digests(4)
	assert.Len(t, one, 40)
	assert.Equal(t, one, four)
	slices.Sort(one)
	assert.Len(t, slices.Compact(one), 40, "no two seeds share a digest")
}

func TestManyStopsAndSaysWhatItDid(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var seeds []int64
	many(t, ctx, 2, 1_000_000, func(o play.Outcome) {
		if seeds = append(seeds, o.Seed); len(seeds) == 5 {
			cancel()
		}
	})
	assert.GreaterOrEqual(t, len(seeds), 5)
	assert.Less(t, len(seeds), 20)
	assert.True(t, slices.IsSorted(seeds))
}

func TestCancelledRun(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := play.Play(ctx, job(t, "one-sale", 1))
	assert.ErrorIs(t, err, context.Canceled)
}

// TestPanicKeepsItsHistory: what happened before a machine broke down is on
// the disk, and the error says where and how to play it again.
func TestPanicKeepsItsHistory(t *testing.T) {
	j := job(t, "one-sale", 1)
	j.Evidence, j.Out = play.Full, filepath.Join(t.TempDir(), "report")
	looks := 0
	j.Progress = func(play.Progress) {
		if looks++; looks == 2 {
			panic("a machine broke down")
		}
	}
	_, err := play.Play(context.Background(), j)
	var broke *play.PanicError
	require.True(t, errors.As(err, &broke))
	assert.Equal(t, "a machine broke down", broke.Value)
	assert.ErrorContains(t, err, j.Out)
	assert.ErrorContains(t, err, j.Line)
	assert.FileExists(t, filepath.Join(j.Out, report.FileHistory))
	assert.NoFileExists(t, filepath.Join(j.Out, report.FileResult))
	written, err := report.Load(j.Out)
	require.NoError(t, err, "it can be replayed")
	assert.Empty(t, written.Result.Digest)
}

func TestProgress(t *testing.T) {
	j := job(t, "storm-saturday", 1)
	var all []play.Progress
	j.Progress = func(p play.Progress) { all = append(all, p) }
	b := played(t, j)
	require.Greater(t, len(all), 20)
	end := all[len(all)-1]
	assert.Equal(t, b.Result.Sales.Rung, end.Sales)
	assert.Equal(t, len(b.Result.Faults), end.Planned)
	assert.Equal(t, "end", end.Act)
	assert.True(t, slices.ContainsFunc(all, func(p play.Progress) bool {
		return slices.Contains(p.Down(), "phone-hub") && !slices.Contains(p.Down(), "hub")
	}), "the network was down for hours")
}

// TestWorldsAreFreed: books are files in memory, and a sweep that forgot them
// would end with too many open files.
func TestWorldsAreFreed(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("counts /proc/self/fd")
	}
	open := func() int {
		names, err := os.ReadDir("/proc/self/fd")
		require.NoError(t, err)
		return len(names)
	}
	before := open()
	j := job(t, "after-approved", 0)
	for seed := range int64(60) {
		j.Seed = seed
		played(t, j)
	}
	assert.LessOrEqual(t, open(), before+2)
}

func TestJUnitParses(t *testing.T) {
	b := played(t, job(t, "one-sale", 1))
	var text strings.Builder
	require.NoError(t, report.JUnit(&text, b, b))
	var got struct {
		Tests  int `xml:"tests,attr"`
		Suites []struct {
			Skipped int `xml:"skipped,attr"`
			Cases   []struct {
				Name string `xml:"name,attr"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	require.NoError(t, xml.Unmarshal([]byte(text.String()), &got))
	require.Len(t, got.Suites, 2)
	assert.Len(t, got.Suites[0].Cases, len(b.Checks)+3)
	assert.Equal(t, 2*(len(b.Checks)+3), got.Tests)
	assert.Positive(t, got.Suites[0].Skipped)
}

// TestResultIsTheContract holds the names of the JSON that others' scripts
// read.
func TestResultIsTheContract(t *testing.T) {
	j := job(t, "storm-saturday", 1)
	body, err := json.Marshal(played(t, j).Result)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(body), `{"schema":1,"version":"test","command":"run",`))
	assertContract(t, "testdata/result.names", body)
}

func TestSummaryIsTheContract(t *testing.T) {
	s := report.NewSummary("test")
	s.Add(&played(t, job(t, "one-sale", 1)).Result)
	body, err := json.Marshal(s)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(body), `{"schema":1,"version":"test","command":"run","summary":true,"runs":1,`))
	assertContract(t, "testdata/summary.names", body)
}
