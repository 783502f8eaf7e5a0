package campaign

import (
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"stormrig/scenarios/check"
	"stormrig/scenarios/coverage"
	"stormrig/scenarios/files"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
)

func TestHunt(t *testing.T) {
	from, _ := strconv.ParseInt(os.Getenv("FROM"), 10, 64)
	n, _ := strconv.ParseInt(os.Getenv("SEEDS"), 10, 64)
	if n == 0 {
		t.Skip("a hunt by hand")
	}
	names := files.Names()
	if s := os.Getenv("SCEN"); s != "" {
		names = strings.Split(s, ",")
	}
	runs, bad := 0, 0
	for seed := from; seed < from+n; seed++ {
		for _, name := range names {
			sc, err := files.Scenario(name)
			if err != nil {
				t.Fatal(err)
			}
			runs++
			if s := hunt(sc, seed); s != "" {
				bad++
				fmt.Printf("%s %d: %s\n", name, seed, s)
			}
		}
	}
	fmt.Println("runs", runs, "bad", bad)
	for _, c := range matrix.Counts() {
		if c.Runs < 5 {
			fmt.Println("cell", c.Runs, c.ID(), c.Name())
		}
	}
}

var matrix coverage.Matrix

func hunt(sc *spec.Scenario, seed int64) (said string) {
	defer func() {
		if r := recover(); r != nil {
			st := string(debug.Stack())
			if i := strings.Index(st, "panic("); i > 0 {
				st = st[i:]
			}
			said = fmt.Sprintf("PANIC %v\n%s", r, st[:min(len(st), 1500)])
		}
	}()
	plan, err := Swarm(sc, seed)
	if err != nil {
		return "PLAN " + err.Error()
	}
	r, err := rig.Start(sc, seed, &plan)
	if err != nil {
		return "START " + err.Error()
	}
	defer r.Close()
	if err := r.Finish(); err != nil {
		return "ERR " + err.Error()
	}
	matrix.Add(r.History())
	v, err := check.NewView(r.History())
	if err != nil {
		return "VIEW " + err.Error()
	}
	var out []string
	for _, c := range check.Run(v) {
		if c.Verdict == check.Violated && !noise(c) {
			out = append(out, c.ID+" "+c.Detail())
		}
	}
	if !r.Converged() {
		out = append(out, "STALLED")
	}
	if len(out) > 0 && os.Getenv("SHOW") != "" {
		for _, f := range r.Faults() {
			out = append(out, fmt.Sprintf("   %s %v %s", f.Fault.String(), f.Fired, f.Why))
		}
	}
	return strings.Join(out, "\n  ")
}

// noise tells a finding that is known to be the checker's own.
func noise(r check.Result) bool {
	if os.Getenv("NOISE") == "" {
		return false
	}
	for _, d := range r.Details {
		if !(r.ID == "J8" && strings.Contains(d.Text, "was without its")) && !(r.ID == "C2" && strings.Contains(d.Text, "was moved by")) {
			return false
		}
	}
	return true
}
