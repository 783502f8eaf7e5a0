package certify

import (
	"fmt"
	"math"
)

// Disk is a class of its own: what is examined is whether it keeps what it has
// acknowledged (package storage does the work).
const Disk Class = "disk"

// The checks of a disk.
const (
	diskKeeps = "disk.acknowledged"
	diskRight = "disk.content"
	diskBound = "disk.cuts"
)

// DiskChecks are the checks of a disk, for a record; they are not run as the
// others are.
func DiskChecks() []Check {
	return []Check{
		{ID: diskKeeps, Title: "What it acknowledged is there after a cut"},
		{ID: diskRight, Title: "What is there is what was written"},
		{ID: diskBound, Title: "Enough cuts to say so"},
	}
}

// DiskResults are the results after some cuts of enough; bound is the chance
// of a loss in one cut that is not refuted at 95 %.
func DiskResults(cuts, enough, lost, wrong int, bound float64) []Result {
	out := []Result{
		{ID: diskKeeps, Verdict: Pass, Measured: lost, Limit: 0, Unit: "sales lost"},
		{ID: diskRight, Verdict: Pass, Measured: wrong, Limit: 0, Unit: "sales wrong"},
		{ID: diskBound, Verdict: Pass, Measured: cuts, Limit: enough, Unit: "cuts",
			Detail: fmt.Sprintf("at 95 %% confidence a cut loses something in less than %.1f %% of the cases", math.Ceil(bound*1000)/10)},
	}
	if lost > 0 {
		out[0].Verdict, out[0].Defects = Fail, []string{"loses what it acknowledged"}
	}
	if wrong > 0 {
		out[1].Verdict, out[1].Defects = Fail, []string{"alters what it holds"}
	}
	if lost+wrong > 0 {
		out[2].Detail = ""
	}
	if cuts < enough && lost+wrong == 0 {
		out[2].Verdict = Incomplete
	}
	for i, c := range DiskChecks() {
		out[i].Title = c.Title
	}
	return out
}
