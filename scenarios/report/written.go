package report

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"stormrig/fault"
	"stormrig/scenarios/spec"
)

// Written is what a replay needs of an evidence folder.
type Written struct {
	Path     string
	Scenario *spec.Scenario
	Plan     fault.Plan
	// Result is empty where the run broke off before it was judged.
	Result Result
	// Shrunk is the invariant that a case was made small for, which has no
	// result; empty for the evidence of a run.
	Shrunk string
}

// evidenceError says which file an evidence folder lacks, without the name of
// a system call.
type evidenceError struct {
	path, file string
	err        error
}

func (e *evidenceError) Error() string {
	return fmt.Sprintf("%s is no evidence folder: it has no %s", e.path, e.file)
}

func (e *evidenceError) Unwrap() error { return e.err }

func noEvidence(path, file string, err error) error {
	if os.IsNotExist(err) {
		return &evidenceError{path, file, err}
	}
	return fmt.Errorf("%s is no evidence folder: %w", path, err)
}

// Load reads an evidence folder.
func Load(path string) (*Written, error) {
	w := &Written{Path: path}
	text, err := os.ReadFile(filepath.Join(path, FilePlan))
	if err != nil {
		return nil, noEvidence(path, FilePlan, err)
	}
	if w.Plan, err = fault.ParsePlan(text); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(path, FilePlan), err)
	}
	name := filepath.Join(path, FileScenario)
	if text, err = os.ReadFile(name); err != nil {
		return nil, noEvidence(path, FileScenario, err)
	}
	if w.Scenario, err = spec.Parse(name, text, nil); err != nil {
		return nil, err
	}
	name = filepath.Join(path, FileResult)
	text, err = os.ReadFile(name)
	if os.IsNotExist(err) {
		return w, w.shrunk()
	}
	if err != nil {
		return nil, fmt.Errorf("reading the evidence: %w", err)
	}
	if err := json.Unmarshal(text, &w.Result); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return w, nil
}

// shrunk reads what a case was made small for, where it is one.
func (w *Written) shrunk() error {
	name := filepath.Join(w.Path, FileShrunk)
	text, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the shrunk case: %w", err)
	}
	var told struct {
		Invariant string `json:"invariant"`
	}
	if err := json.Unmarshal(text, &told); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	w.Shrunk = told.Invariant
	return nil
}
