package report

import (
	"fmt"

	"stormrig/scenarios/check"
)

// Summary is the last JSON object of a run over many seeds. Sums are over the
// runs.
type Summary struct {
	Schema          int          `json:"schema"` // 1
	Version         string       `json:"version"`
	Command         string       `json:"command"` // "run"
	Summary         bool         `json:"summary"` // true
	Runs            int          `json:"runs"`
	Verdicts        Verdicts     `json:"verdicts"`
	Sales           check.Sales  `json:"sales"`
	Cuts            check.Cuts   `json:"cuts"`
	Images          check.Images `json:"images"`
	DistinctDigests int          `json:"distinct_digests"`
	// Exercised counts the runs in which each invariant was, by its order.
	Exercised []Exercised `json:"exercised"`
	// Errors counts runs that the machinery could not play to their end; they
	// are not among Runs.
	Errors      int     `json:"errors"`
	Interrupted bool    `json:"interrupted,omitempty"` // not all seeds were played
	WallSeconds float64 `json:"wall_seconds"`
	// Uncovered names what no run tried, where coverage was asked for.
	Uncovered []string `json:"uncovered,omitempty"`

	digests map[string]bool
}

// Verdicts counts runs by verdict.
type Verdicts struct {
	Holds       int `json:"holds"`
	Violated    int `json:"violated"`
	Stalled     int `json:"stalled"`
	Unavailable int `json:"unavailable"`
	Blind       int `json:"blind"`
}

// Exercised says in how many runs an invariant had something to check, and in
// how many it was violated.
type Exercised struct {
	ID       string `json:"id"`
	Runs     int    `json:"runs"`
	Violated int    `json:"violated"`
}

// NewSummary returns an empty one.
func NewSummary(version string) *Summary {
	return &Summary{Schema: 1, Version: version, Command: "run", Summary: true, digests: make(map[string]bool)}
}

// Add counts a run.
func (s *Summary) Add(r *Result) {
	s.Runs++
	s.digests[r.Digest] = true
	s.DistinctDigests = len(s.digests)
	switch r.Verdict {
	case check.RunHolds:
		s.Verdicts.Holds++
	case check.RunViolated:
		s.Verdicts.Violated++
	case check.RunStalled:
		s.Verdicts.Stalled++
	case check.RunBlind:
		s.Verdicts.Blind++
	default:
		s.Verdicts.Unavailable++
	}
	for i, f := range salesFields(&s.Sales) {
		*f += *salesFields(&r.Sales)[i]
	}
	for i, f := range cutFields(&s.Cuts) {
		*f.n += *cutFields(&r.Cuts)[i].n
	}
	s.Images.Torn += r.Images.Torn
	s.Images.Reordered += r.Images.Reordered
	if s.Exercised == nil {
		s.Exercised = make([]Exercised, len(r.Invariants))
	}
	for i, inv := range r.Invariants {
		e := &s.Exercised[i]
		e.ID = inv.ID
		if inv.Verdict != check.NotExercised {
			e.Runs++
		}
		if inv.Verdict == check.Violated {
			e.Violated++
		}
	}
}

func salesFields(s *check.Sales) []*int {
	return []*int{&s.Rung, &s.Journaled, &s.Hub, &s.Dark, &s.Captured, &s.Printed, &s.Lost, &s.Duplicated,
		&s.Walkouts, &s.Rerings, &s.RefusedCards}
}

type cutField struct {
	name string
	n    *int
}

// cutFields lists the cells of cuts with their names in words.
func cutFields(c *check.Cuts) []cutField {
	return []cutField{
		{"recovery", &c.Recovery}, {"checkpoint", &c.Checkpoint}, {"pull", &c.Pull},
		{"approval to record", &c.ApprovalToRecord}, {"before write", &c.BeforeWrite}, {"write to sync", &c.WriteToSync},
		{"sync to effect", &c.SyncToEffect}, {"effect to note", &c.EffectToNote}, {"idle", &c.Idle},
	}
}

// Verdict is the worst of the runs' verdicts.
func (s *Summary) Verdict() string {
	switch v := s.Verdicts; {
	case v.Violated > 0:
		return check.RunViolated
	case v.Stalled > 0:
		return check.RunStalled
	case v.Unavailable > 0:
		return check.RunUnavailable
	case v.Blind > 0:
		return check.RunBlind
	}
	return check.RunHolds
}

// Untried names what no run of the sweep has tried: places of power loss and
// kinds of disk image. It is what --coverage asks for.
func (s *Summary) Untried() []string {
	var out []string
	for _, f := range cutFields(&s.Cuts) {
		if *f.n == 0 {
			out = append(out, fmt.Sprintf("no loss of power in %q", f.name))
		}
	}
	if s.Images.Torn == 0 {
		out = append(out, "no torn disk image")
	}
	if s.Images.Reordered == 0 {
		out = append(out, "no reordered disk image")
	}
	return out
}
