// Package corpus holds plans that once failed, made small. Each is a folder
// with a scenario, a plan, and the story of how it failed; every test run
// plays all of them, and they must hold. A new one is what 'stormrig shrink'
// writes, put here once its cause is mended.
package corpus

import (
	"embed"
	"fmt"
	"io/fs"
	"path"

	"stormrig/fault"
	"stormrig/scenarios/report"
	"stormrig/scenarios/spec"
)

//go:embed */scenario.yaml */plan.json */story.txt
var folders embed.FS

// Case is one plan that once failed.
type Case struct {
	Name     string
	Story    string // how it failed
	Scenario *spec.Scenario
	Plan     fault.Plan
}

// All reads the corpus, by name.
func All() ([]Case, error) {
	names, err := fs.ReadDir(folders, ".")
	if err != nil {
		return nil, fmt.Errorf("listing the corpus: %w", err)
	}
	var out []Case
	for _, n := range names {
		c, err := read(n.Name())
		if err != nil {
			return nil, fmt.Errorf("corpus %s: %w", n.Name(), err)
		}
		out = append(out, c)
	}
	return out, nil
}

func read(name string) (Case, error) {
	c := Case{Name: name}
	text := func(file string) (body []byte, err error) { return folders.ReadFile(path.Join(name, file)) }
	story, err := text("story.txt")
	if err != nil {
		return c, err
	}
	c.Story = string(story)
	day, err := text(report.FileScenario)
	if err != nil {
		return c, err
	}
	if c.Scenario, err = spec.Parse(name+"/"+report.FileScenario, day, nil); err != nil {
		return c, err
	}
	plan, err := text(report.FilePlan)
	if err != nil {
		return c, err
	}
	c.Plan, err = fault.ParsePlan(plan)
	return c, err
}
