package main

import (
	"context"
	"io"

	"stormrig/scenarios/spec"
)

// RunRequest is what 'run' was asked to do.
type RunRequest struct {
	Scenario *spec.Scenario
	Name     string // as typed: for the line that reproduces
	Rig      string // "sim", "process" or "hardware"
	RigFile  string // of the rig hardware
	// From and To are the seeds, both played; equal for one.
	From, To int64
	Many     bool   // --seeds was given: one object a line, then a summary
	JSON     bool   // results as JSON
	JUnit    string // file to write; empty for none
	Evidence string // "full", "failed" or "none"
	Out      string // folder; empty for reports/<scenario>-<seed>/
	Coverage bool   // coverage decides too
	Annotate bool   // runs that do not hold become annotations on Stderr
	IO
}

// ReplayRequest is what 'replay' was asked to do.
type ReplayRequest struct {
	Report string // evidence folder
	Typed  string // what was typed: the folder, or the pack that it was taken out of
	JSON   bool
	Out    string
	IO
}

// IO is where results and progress go.
type IO struct {
	Stdin          io.Reader // answers of a person
	Stdout, Stderr io.Writer
	// Terminal says that a person looks at Stderr: progress is shown.
	Terminal bool
}

// Verdict is a run's word: holds, violated, stalled, unavailable, blind.
type Verdict string

// engines are what plays and judges. One that is nil is not part of this
// build, and the command says so with exit code 4.
type engines struct {
	// Run plays a scenario and prints what came of it. An error is one of
	// the machinery, not of the scenario.
	Run func(context.Context, RunRequest) (Verdict, error)
	// Replay plays the written plan of a report.
	Replay func(context.Context, ReplayRequest) (Verdict, error)
}
