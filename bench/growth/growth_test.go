package growth

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/play"
	"stormrig/scenarios/report"
)

func TestExponent(t *testing.T) {
	over := func(f func(float64) float64, sizes ...float64) (out [][2]float64) {
		for _, x := range sizes {
			out = append(out, [2]float64{x, f(x)})
		}
		return out
	}
	for _, tc := range []struct {
		name string
		f    func(float64) float64
		want float64
	}{
		{"with the work, over a fixed cost", func(x float64) float64 { return 5 + 2*(x-1) }, 1},
		{"with its square", func(x float64) float64 { return 5 + (x-1)*(x-1) }, 2},
		{"not at all", func(float64) float64 { return 7 }, 0},
		{"it shrinks", func(x float64) float64 { return 1 / x }, 0},
		{"less than the noise of a process", func(x float64) float64 { return 20 + x*x/1e7 }, 0},
	} {
		points := over(tc.f, 1, 37, 370, 3700)
		assert.InDelta(t, tc.want, Exponent(points, points[0][1]), 0.001, tc.name)
	}
	noisy := func(x float64) float64 { return 100 + x/10 } // 103 at 37: that is no slope
	assert.Zero(t, Exponent(over(noisy, 1, 37, 370), 100))
	late := [][2]float64{{100, 8}, {1000, 7}, {10_000, 9}, {100_000, 54}}
	assert.InDelta(t, 1.06, Exponent(late, 8), 0.01, "9 is 12 at most, so that this is the least that it can be")
	peak := [][2]float64{{100, 39}, {1000, 43}, {10_000, 96}, {100_000, 959}}
	assert.InDelta(t, 1.05, Exponent(peak, 22), 0.06, "a peak is no sum: the process's own floor")
	assert.False(t, math.IsNaN(Exponent([][2]float64{{1, 1}, {1, 9}, {1, 9}}, 1)))
}

func TestCurvesSayWhatIsWorse(t *testing.T) {
	o := Options{Sales: []int{37, 370}, SKUs: []int{100, 1000}, Tasks: []string{Run, Explore}}
	cost := func(task string, sales, skus int, cpu float64, counts map[string]int64) Cost {
		return Cost{Task: task, Size: Size{sales, skus}, CPU: cpu, Counts: counts}
	}
	states := func(states, us int64) map[string]int64 {
		return map[string]int64{"states": states, "steps": 10, "states_us": us}
	}
	curves := Curves([]Cost{
		cost(Run, 1, 100, 1, nil), cost(Run, 37, 100, 37*37, nil), cost(Run, 370, 100, 370*370, nil), cost(Run, 37, 1000, 1, nil),
		cost(Explore, 1, 100, 1, states(100, 100)), cost(Explore, 37, 100, 9, states(200, 7400)), cost(Explore, 370, 100, 9, states(400, 148000)),
	}, o)
	require.Len(t, curves, 3, "an axis of two sizes has no slope")
	assert.Equal(t, []string{Run, Explore, Explore}, []string{curves[0].Task, curves[1].Task, curves[2].Task})
	assert.InDelta(t, 2, curves[0].Exponent, 0.05)
	assert.True(t, curves[0].Worse())
	assert.Equal(t, State, curves[1].Of)
	assert.False(t, curves[1].Worse(), "a state costs what its start must read")
	assert.Equal(t, States, curves[2].Of)
	assert.True(t, curves[2].Worse(), "states a step must not grow at all")
}

// Days of every size fit, hold, and are the same each time.
func TestScene(t *testing.T) {
	for _, size := range []Size{{1, 10}, {8, 10}, {37, 100}, {3700, 20}} {
		s, err := Scene(size)
		require.NoError(t, err)
		assert.Equal(t, size.Sales, s.SaleCount())
		assert.Len(t, s.Selling(), Tills)
	}
	_, err := Scene(Size{5000, 10})
	assert.ErrorContains(t, err, "the shop is open for", "more would need another till")
}

// Counts in place of times: what a sale adds to the world's events, to the
// history, to the premises of the checkers and to the page is the same on a day
// four times as long. A loop over the day for each sale shows elsewhere, in
// bench growth; what is written for each sale shows here.
func TestASaleAddsAsMuchToALargerDay(t *testing.T) {
	perSale := func(sales int) map[string]float64 {
		dir := t.TempDir()
		job := Job{Size: Size{sales, 50}, Dir: dir, CPU: func() time.Duration { return 0 }}
		b, _, err := played(context.Background(), job, play.Full)
		require.NoError(t, err)
		premises := 0
		for _, c := range b.Checks {
			premises += c.Checked
		}
		out := map[string]float64{"steps": float64(b.Result.Events), "events": float64(len(b.Events)), "premises": float64(premises)}
		for name, glob := range map[string]string{
			"history": report.FileHistory, "page": report.FileReport, "trace": report.FileTrace, "books": filepath.Join("disks", "*", "book", "*"),
			"journals": filepath.Join("disks", "*", "journal", "*"),
		} {
			out[name] = size(t, filepath.Join(b.Result.Out, glob))
		}
		return out
	}
	least, small, large := perSale(12), perSale(36), perSale(108)
	for name := range small {
		early, late := (small[name]-least[name])/24, (large[name]-small[name])/72
		assert.LessOrEqual(t, late, early*1.15, "%s: a sale adds %.0f on a longer day, %.0f on a shorter one", name, late, early)
	}
}

// size sums the bytes of the files that a pattern names.
func size(t *testing.T, pattern string) (sum float64) {
	t.Helper()
	names, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, names, pattern)
	for _, name := range names {
		info, err := os.Stat(name)
		require.NoError(t, err)
		sum += float64(info.Size())
	}
	return sum
}
