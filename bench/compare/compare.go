// Package compare holds a benchmark against an older one, by benchstat's
// statistics: medians, and Mann-Whitney's U test of whether they differ.
package compare

import (
	"fmt"
	"math"

	"golang.org/x/perf/benchmath"

	"stormrig/bench/suite"
)

// Change is one engine with so many callers, then and now. What is compared is
// the ratio to the raw line of the same round: a slower machine moves both.
type Change struct {
	Name    string  `json:"name"`
	Callers int     `json:"callers"`
	Then    float64 `json:"then"` // median ratio
	Now     float64 `json:"now"`
	// P is the probability of such a difference by chance.
	P float64 `json:"p"`
	// Differs: P is below 0.05. Worse: it differs, and by more than is
	// tolerated, downwards.
	Differs bool `json:"differs"`
	Worse   bool `json:"worse"`
	// Warnings of the statistics: too few rounds, for one.
	Warnings []string `json:"warnings,omitempty"`
}

// Delta is the change as a share: -0.1 is a tenth slower.
func (c *Change) Delta() float64 {
	if c.Then == 0 {
		return math.NaN()
	}
	return c.Now/c.Then - 1
}

// Against compares what both reports have. tolerated is the loss, as a share,
// up to which nothing is called worse. It is an error when they have nothing
// in common.
func Against(old, now *suite.Report, tolerated float64) ([]Change, error) {
	var out []Change
	for i := range now.Engines {
		n := &now.Engines[i]
		for k := range old.Engines {
			o := &old.Engines[k]
			if o.Name == n.Name && o.Callers == n.Callers {
				out = append(out, compare(o, n, tolerated))
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("compare: the two runs have no engine with as many callers in common")
	}
	return out, nil
}

func compare(o, n *suite.Row, tolerated float64) Change {
	t := benchmath.DefaultThresholds
	a := benchmath.NewSample(append([]float64(nil), o.Rounds...), &t)
	b := benchmath.NewSample(append([]float64(nil), n.Rounds...), &t)
	cmp := benchmath.AssumeNothing.Compare(a, b)
	c := Change{Name: n.Name, Callers: n.Callers, P: cmp.P,
		Then: benchmath.AssumeNothing.Summary(a, 0.95).Center, Now: benchmath.AssumeNothing.Summary(b, 0.95).Center}
	for _, w := range cmp.Warnings {
		c.Warnings = append(c.Warnings, w.Error())
	}
	c.Differs = cmp.P < cmp.Alpha
	c.Worse = c.Differs && c.Delta() < -tolerated
	return c
}

// String says the change as benchstat does.
func (c *Change) String() string {
	delta := "~"
	if c.Differs {
		delta = fmt.Sprintf("%+.1f%%", c.Delta()*100)
	}
	return fmt.Sprintf("%s with %d: %.2f -> %.2f  %s (p=%.3f)", c.Name, c.Callers, c.Then, c.Now, delta, c.P)
}
