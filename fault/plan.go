package fault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Plan is a list of faults as it is written beside a result (plan.json) and
// replayed.
type Plan struct {
	Schema   int     `json:"schema"` // 1
	Scenario string  `json:"scenario"`
	Seed     int64   `json:"seed"`
	Faults   []Fault `json:"faults"`
}

// PlanSchema is the version that Encode writes.
const PlanSchema = 1

// Encode returns the plan as indented JSON; the same plan gives the same
// bytes.
func (p Plan) Encode() ([]byte, error) {
	p.Schema = PlanSchema
	if p.Faults == nil {
		p.Faults = []Fault{}
	}
	b, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding a fault plan: %w", err)
	}
	return append(b, '\n'), nil
}

// ParsePlan reads what Encode wrote. An unknown field, a fault that makes no
// sense and two faults of one id are errors.
func ParsePlan(b []byte) (Plan, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	var p Plan
	if err := dec.Decode(&p); err != nil {
		return Plan{}, fmt.Errorf("reading a fault plan: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Plan{}, errors.New("reading a fault plan: something follows its end")
	}
	if p.Schema != PlanSchema {
		return Plan{}, fmt.Errorf("reading a fault plan: schema %d, this program knows %d", p.Schema, PlanSchema)
	}
	return p, Validate(p.Faults)
}

// Validate checks faults by themselves; whether their targets exist, only a
// world knows.
func Validate(faults []Fault) error {
	ids := make(map[string]bool, len(faults))
	for i, f := range faults {
		if err := f.Validate(); err != nil {
			return fmt.Errorf("fault %d (%q): %w", i+1, f.ID, err)
		}
		if ids[f.ID] {
			return fmt.Errorf("fault %d: a fault before it is called %q too; give each its own id", i+1, f.ID)
		}
		ids[f.ID] = true
	}
	return nil
}

// faultJSON is a Fault as text: durations as "1h2m3.5s", exact to the
// nanosecond.
type faultJSON struct {
	ID       string    `json:"id"`
	Kind     Kind      `json:"kind"`
	Target   string    `json:"target"`
	When     whenJSON  `json:"when"`
	For      lasting   `json:"for,omitzero"`
	Args     *argsJSON `json:"args,omitempty"`
	Optional bool      `json:"optional,omitempty"`
}

type whenJSON struct {
	At *lasting `json:"at,omitempty"`
	*Point
	After lasting `json:"after,omitzero"`
	From  lasting `json:"from,omitzero"`
}

type argsJSON struct {
	Args
	Delay lasting `json:"delay,omitzero"`
	By    lasting `json:"by,omitzero"`
}

// lasting is a duration in JSON.
type lasting time.Duration

// MarshalText writes "1h2m3.5s".
func (d lasting) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads it back exactly.
func (d *lasting) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	*d = lasting(v)
	return err
}

// MarshalJSON writes durations as text and leaves out what is zero.
func (f Fault) MarshalJSON() ([]byte, error) {
	out := faultJSON{ID: f.ID, Kind: f.Kind, Target: f.Target, For: lasting(f.For), Optional: f.Optional}
	if f.When.IsPoint() {
		out.When = whenJSON{Point: &f.When.Point, After: lasting(f.When.Point.After), From: lasting(f.When.Point.From)}
	} else {
		at := lasting(f.When.At)
		out.When = whenJSON{At: &at}
	}
	if f.Args != (Args{}) {
		out.Args = &argsJSON{Args: f.Args, Delay: lasting(f.Args.Delay), By: lasting(f.Args.By)}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (f *Fault) UnmarshalJSON(b []byte) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	var in faultJSON
	if err := dec.Decode(&in); err != nil {
		return err
	}
	*f = Fault{ID: in.ID, Kind: in.Kind, Target: in.Target, For: time.Duration(in.For), Optional: in.Optional}
	switch {
	case in.When.At != nil && in.When.Point != nil:
		return fmt.Errorf("fault %q has a time and a span; take one away", in.ID)
	case in.When.At != nil:
		f.When.At = time.Duration(*in.When.At)
	case in.When.Point != nil:
		f.When.Point = *in.When.Point
		f.When.Point.After, f.When.Point.From = time.Duration(in.When.After), time.Duration(in.When.From)
	default:
		return fmt.Errorf("fault %q has no when: give it a time (at) or a span", in.ID)
	}
	if in.Args != nil {
		f.Args = in.Args.Args
		f.Args.Delay, f.Args.By = time.Duration(in.Args.Delay), time.Duration(in.Args.By)
	}
	return nil
}
