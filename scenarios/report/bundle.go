package report

import (
	"stormrig/fault"
	"stormrig/scenarios/check"
	"stormrig/scenarios/spec"
	"stormrig/sim/history"
)

// Bundle is a finished run with all that a person may want to see of it. It is
// what the evidence folder, the report page and the JSON are written from.
type Bundle struct {
	Result   Result
	Scenario *spec.Scenario // nil when an old history is judged again
	Plan     fault.Plan
	Events   []history.Event
	Checks   []check.Result
	// Papers are the pieces of paper in the order in which they ended.
	Papers []Paper
	// Disks holds the files of each unit's disk at the end: unit, path, bytes.
	Disks map[string]map[string][]byte
	// Taken is the evidence folder that was asked for and is there already, so
	// that another was made; empty where it was free.
	Taken string
	// Line is the command that plays this run again.
	Line string

	led []wrongness // what is violated as it came about, where the events are gone
}

// Slim drops what only an evidence folder needs: a sweep of thousands of runs
// must not keep their histories.
func (b *Bundle) Slim() *Bundle {
	return &Bundle{Result: b.Result, Checks: b.Checks, Line: b.Line, Taken: b.Taken, led: b.wrongs()}
}

// wrongs is what is violated, in the order in which it came about.
func (b *Bundle) wrongs() []wrongness {
	if b.led == nil {
		b.led = wrongs(b.Checks, b.Events)
	}
	return b.led
}

// First names the violated invariant that came about first; empty for none.
func (b *Bundle) First() string {
	if all := b.wrongs(); len(all) > 0 {
		return all[0].result.ID
	}
	return ""
}

// Paper is one piece of paper as dots.
type Paper struct {
	Printer string   // "phone.printer"
	Number  int64    // receipt number, 0 for none
	Event   int64    // N of its paper event, 0 if it has none
	State   string   // "cut", "torn off", "power lost", "open"
	Lines   []string // as text
	PNG     []byte
}

// Result is the JSON object of `run`; see the contract in README. Fields may
// be added, never changed.
type Result struct {
	Schema     int          `json:"schema"` // 1
	Version    string       `json:"version"`
	Command    string       `json:"command"` // "run"
	Scenario   string       `json:"scenario"`
	Rig        string       `json:"rig"`
	Seed       int64        `json:"seed"`
	Digest     string       `json:"digest"`
	Build      Build        `json:"build"`
	Plan       fault.Plan   `json:"plan"`
	Verdict    string       `json:"verdict"`
	Sales      check.Sales  `json:"sales"`
	Owed       Owed         `json:"owed"`
	Cuts       check.Cuts   `json:"cuts"`
	Images     check.Images `json:"images"`
	Invariants []Invariant  `json:"invariants"`
	Faults     []Fault      `json:"faults"`
	Unmet      []string     `json:"unmet,omitempty"`    // what the scenario expects and did not get
	Invented   []string     `json:"invented,omitempty"` // what an import made up: verdicts over it say nothing of the shop
	Replay     *Replay      `json:"replay,omitempty"`   // of a replay only
	NoReturn   *NoReturn    `json:"no_return,omitempty"`

	VirtualSeconds float64 `json:"virtual_seconds"`
	WallSeconds    float64 `json:"wall_seconds"`
	Events         int     `json:"events"`
	Out            string  `json:"out"` // the evidence folder, empty for none
}

// Owed is what customers owe at the end, for goods that they carried out: of
// stored payments that the card host declined later, and of payments that a
// terminal undid.
type Owed struct {
	Payments int   `json:"payments"`
	Amount   int64 `json:"amount"` // in minor units
}

// Build says what was tested by what.
type Build struct {
	Stormrig string `json:"stormrig"`
	Till     string `json:"till"`
}

// Replay is what a replay is held against.
type Replay struct {
	Report     string `json:"report"`  // the folder
	Digest     string `json:"digest"`  // its digest
	Version    string `json:"version"` // what had played it
	Reproduced bool   `json:"reproduced"`
	// Invariant is what a case that was made small must violate again; it has no
	// digest.
	Invariant string `json:"invariant,omitempty"`
}

// Invariant is a checker's word.
type Invariant struct {
	ID      string `json:"id"`
	Verdict string `json:"verdict"`
	Checked int    `json:"checked"`
	Detail  string `json:"detail"`
}

// Fault is a fault of the plan and whether it fired.
type Fault struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Target   string `json:"target"`
	When     string `json:"when"`
	Words    string `json:"words"` // kind, target and when in the words of the shop: its clock, its baskets
	Fired    bool   `json:"fired"`
	Optional bool   `json:"optional,omitempty"` // a run is not blind without it
	Why      string `json:"why,omitempty"`      // why it did not fire, or that nothing came of it
}
