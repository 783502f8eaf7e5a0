package campaign

import (
	"cmp"
	"regexp"
	"slices"
	"time"

	"stormrig/scenarios/check"
	"stormrig/scenarios/coverage"
	"stormrig/scenarios/shrink"
)

// Summary is what a campaign came to. Fields may be added to its JSON, never
// changed.
type Summary struct {
	Schema          int            `json:"schema"` // 1
	Version         string         `json:"version"`
	Command         string         `json:"command"` // "campaign"
	Summary         bool           `json:"summary"` // true
	Verdict         string         `json:"verdict"` // holds, violated, stalled, blind, broken
	Runs            int            `json:"runs"`
	Planned         int            `json:"planned"`
	Holds           int            `json:"holds"`
	New             int            `json:"new"`    // runs with a failure that is not known
	Known           int            `json:"known"`  // runs with known failures only
	Broken          int            `json:"broken"` // runs in which a machine broke down
	Sales           int            `json:"sales"`
	Faults          int            `json:"faults"` // fired
	DistinctDigests int            `json:"distinct_digests"`
	Groups          []Group        `json:"groups"`            // of new failures, most runs first
	Fixed           []string       `json:"fixed,omitempty"`   // baseline entries that no run met
	Expired         []string       `json:"expired,omitempty"` // baseline entries past their day
	Canary          Canary         `json:"canary"`
	Coverage        Covered        `json:"coverage"`
	Evidence        string         `json:"evidence,omitempty"` // folder of the first new failure
	Shrunk          *shrink.Told   `json:"shrunk,omitempty"`   // the first new failure, made small
	Interrupted     bool           `json:"interrupted,omitempty"`
	WallSeconds     float64        `json:"wall_seconds"`
	First           *Seed          `json:"-"` // the first run with a new failure
	FirstInvariant  string         `json:"-"` // what it violates
	Verdicts        map[string]int `json:"verdicts"`

	program string // as it was called
}

// Group is failures that look alike.
type Group struct {
	Invariant string `json:"invariant"`
	Detail    string `json:"detail"` // of the first, in full
	Runs      int    `json:"runs"`
	Scenario  string `json:"scenario"` // of the first
	Seed      int64  `json:"seed"`
	Again     string `json:"again"`

	shape string
	last  Seed
}

// Covered is the matrix in short.
type Covered struct {
	Cells      int      `json:"cells"` // that can be
	Reached    int      `json:"reached"`
	Missing    []string `json:"missing"`
	Impossible int      `json:"impossible"`
	Pairs      int      `json:"pairs"`           // of faults, see coverage.Pair
	PairsMet   int      `json:"pairs_reached"`   // by any run
	Wrong      []string `json:"wrong,omitempty"` // reached though said to be impossible
	Rare       int      `json:"rare"`            // reached by fewer than 3 runs: more seeds would reach more
	Asked      bool     `json:"asked"`           // it decides the verdict
}

// A cell that no run reached says something only where no other is nearly as
// rare: in leastRuns runs or more, of which at least leastHits came to every cell
// that was reached. One that is as likely as the rarest of those would be missed
// in one campaign of twenty (e^-3); where some were reached less often, more
// seeds reach more.
const (
	leastRuns = 1000
	leastHits = 3
)

// Summarise counts the runs of a campaign.
func Summarise(o Options, runs []Run, base *Baseline, today time.Time) *Summary {
	s := &Summary{Schema: 1, Version: o.Version, Command: "campaign", Summary: true, Runs: len(runs), Planned: o.Total(),
		Groups: []Group{}, Verdicts: map[string]int{}, program: o.program()}
	if base == nil {
		base = new(Baseline)
	}
	met := make([]bool, len(base.Known))
	digests := make(map[string]bool)
	var m coverage.Matrix
	for _, r := range runs {
		s.Sales, s.Faults = s.Sales+r.Sales, s.Faults+r.Faults
		s.Verdicts[r.Verdict]++
		digests[r.Digest] = true
		m.AddBits(r.Cells)
		m.AddPairBits(r.Pairs)
		s.judge(r, base, met, today)
	}
	for i := range s.Groups {
		s.Groups[i].Again = o.line(Seed{s.Groups[i].Scenario, s.Groups[i].Seed})
	}
	s.DistinctDigests = len(digests)
	slices.SortStableFunc(s.Groups, func(a, b Group) int { return cmp.Compare(b.Runs, a.Runs) })
	for i := range base.Known {
		switch k := &base.Known[i]; {
		case k.expired(today):
			s.Expired = append(s.Expired, k.String())
		case !met[i]:
			s.Fixed = append(s.Fixed, k.String())
		}
	}
	s.covered(&m, len(runs))
	return s
}

// judge counts one run.
func (s *Summary) judge(r Run, base *Baseline, met []bool, today time.Time) {
	if r.Verdict == check.RunHolds {
		s.Holds++
		return
	}
	if r.Verdict == shrink.Broken {
		s.Broken++
	}
	failures := r.Failures
	if len(failures) == 0 { // stalled or blind without a finding
		failures = []Failure{{r.Verdict, "the run is " + r.Verdict}}
	}
	isNew, first := false, ""
	for _, f := range failures {
		known := false
		for i := range base.Known {
			if k := &base.Known[i]; !k.expired(today) && k.matches(r.Scenario, f) {
				known, met[i] = true, true
			}
		}
		if !known {
			if !isNew {
				first = f.Invariant
			}
			isNew = true
			s.group(r, f)
		}
	}
	if !isNew {
		s.Known++
		return
	}
	s.New++
	if s.First == nil {
		s.First, s.FirstInvariant = &Seed{r.Scenario, r.Seed}, first
	}
}

var number = regexp.MustCompile(`[0-9]+`)

// group puts failures together whose words are the same but for the numbers.
func (s *Summary) group(r Run, f Failure) {
	shape := f.Invariant + " " + number.ReplaceAllString(f.Detail, "#")
	for i := range s.Groups {
		if g := &s.Groups[i]; g.shape == shape {
			if last := (Seed{r.Scenario, r.Seed}); g.last != last { // once a run
				g.Runs, g.last = g.Runs+1, last
			}
			return
		}
	}
	s.Groups = append(s.Groups, Group{Invariant: f.Invariant, Detail: f.Detail, Runs: 1, Scenario: r.Scenario, Seed: r.Seed,
		shape: shape, last: Seed{r.Scenario, r.Seed}})
}

func (s *Summary) covered(m *coverage.Matrix, runs int) {
	c := &s.Coverage
	c.Missing = []string{}
	for _, x := range m.Counts() {
		switch {
		case x.Impossible != "" && x.Runs == 0:
			c.Impossible++
		case x.Impossible != "":
			c.Wrong = append(c.Wrong, x.Name())
		default:
			c.Cells++
			if x.Runs > 0 {
				c.Reached++
				if x.Runs < leastHits {
					c.Rare++
				}
			} else {
				c.Missing = append(c.Missing, x.Name())
			}
		}
	}
	for _, p := range m.Pairs() {
		c.Pairs++
		if p.Runs > 0 {
			c.PairsMet++
		}
	}
	c.Asked = runs >= leastRuns && c.Rare == 0
}

// Decide gives the verdict: a new failure outweighs a blind canary, and that
// a cell that was not reached.
func (s *Summary) Decide() string {
	s.Verdict = check.RunHolds
	violated := false
	for _, g := range s.Groups {
		violated = violated || g.Invariant != "Y3" && g.Invariant != check.RunStalled
	}
	switch {
	case s.Broken > 0 && s.New > 0 && slices.ContainsFunc(s.Groups, func(g Group) bool { return g.Invariant == shrink.Broken }):
		s.Verdict = shrink.Broken
	case s.New > 0 && violated:
		s.Verdict = check.RunViolated
	case s.New > 0:
		s.Verdict = check.RunStalled
	case !s.Canary.Red, s.Coverage.Asked && len(s.Coverage.Missing) > 0:
		s.Verdict = check.RunBlind
	}
	return s.Verdict
}
