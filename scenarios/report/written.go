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
		return w, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the evidence: %w", err)
	}
	if err := json.Unmarshal(text, &w.Result); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return w, nil
}
