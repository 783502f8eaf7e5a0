package explore

import "time"

// Tally is what exploring some of the cut points came to.
type Tally struct {
	CutPoints   int64 `json:"cut_points"`
	States      int64 `json:"states"`      // distinct disk images that a till or hub was started on
	Represented int64 `json:"represented"` // those they stand for
	Classes     int64 `json:"classes"`
	Days        int64 `json:"days_finished"`
	Rechecked   int64 `json:"rechecked"`     // members of a class whose day was finished too
	Nested      int64 `json:"nested_states"` // states of recoveries, not among States
	Wire        int64 `json:"wire_points"`   // of the cut points, those between groups of bytes

	Lying     Lies      `json:"lying"`
	Ambiguous Ambiguity `json:"ambiguous"`

	Failures int64     `json:"failures"`
	Failed   []Failure `json:"failed,omitempty"` // the first of them

	Spent Spent `json:"spent"`
}

// Lies counts the states of a disk that was not honest.
type Lies struct {
	States         int64 `json:"states"`
	Harmless       int64 `json:"harmless"` // nothing that was acknowledged is missing
	FoundByTill    int64 `json:"found_by_till"`
	FoundByWitness int64 `json:"found_by_witness"`
	NoWitness      int64 `json:"no_witness"` // nothing outside the disk had heard of it
	Silent         int64 `json:"silent"`     // there was a witness and nobody said anything
}

// Ambiguity counts the commits whose outcome the till could not know.
type Ambiguity struct {
	States int64 `json:"states"`
	EIO    int64 `json:"eio_syncs"`
	Killed int64 `json:"killed"` // of them, after which the process died
	Acks   int64 `json:"hub_acks_lost"`
	Told   int64 `json:"durable_untold"` // power lost between durable and told
	// Stopped: after so many of the failed syncs the unit stopped, said so,
	// and nothing that it had acknowledged was wrong.
	Stopped int64 `json:"stopped"`
}

// Spent is processor time, not deterministic.
type Spent struct {
	States      time.Duration `json:"states_ns"`
	Days        time.Duration `json:"days_ns"`
	Floor       time.Duration `json:"floor_ns"`
	FloorStates int64         `json:"floor_states"` // how many images were also just opened and scanned
}

// Failure is a cut point that something was wrong after.
type Failure struct {
	ID     string `json:"id"`
	Where  string `json:"where"` // the cut point in words
	What   string `json:"what"`
	Replay string `json:"replay,omitempty"` // the command line that does exactly this again
}

// mostFailures is how many failures are kept in full.
const mostFailures = 50

// Add adds another tally.
func (t *Tally) Add(o *Tally) {
	for _, p := range [][2]*int64{
		{&t.CutPoints, &o.CutPoints}, {&t.States, &o.States}, {&t.Represented, &o.Represented}, {&t.Classes, &o.Classes},
		{&t.Days, &o.Days}, {&t.Rechecked, &o.Rechecked}, {&t.Nested, &o.Nested}, {&t.Wire, &o.Wire}, {&t.Failures, &o.Failures},
		{&t.Lying.States, &o.Lying.States}, {&t.Lying.Harmless, &o.Lying.Harmless}, {&t.Lying.FoundByTill, &o.Lying.FoundByTill},
		{&t.Lying.FoundByWitness, &o.Lying.FoundByWitness}, {&t.Lying.NoWitness, &o.Lying.NoWitness}, {&t.Lying.Silent, &o.Lying.Silent},
		{&t.Ambiguous.States, &o.Ambiguous.States}, {&t.Ambiguous.EIO, &o.Ambiguous.EIO}, {&t.Ambiguous.Killed, &o.Ambiguous.Killed}, {&t.Ambiguous.Acks, &o.Ambiguous.Acks},
		{&t.Ambiguous.Told, &o.Ambiguous.Told}, {&t.Ambiguous.Stopped, &o.Ambiguous.Stopped}, {&t.Spent.FloorStates, &o.Spent.FloorStates},
	} {
		*p[0] += *p[1]
	}
	t.Spent.States += o.Spent.States
	t.Spent.Days += o.Spent.Days
	t.Spent.Floor += o.Spent.Floor
	t.Failed = append(t.Failed, o.Failed[:min(len(o.Failed), mostFailures-min(len(t.Failed), mostFailures))]...)
}

func (t *Tally) fail(f Failure) {
	t.Failures++
	if len(t.Failed) < mostFailures {
		t.Failed = append(t.Failed, f)
	}
}
