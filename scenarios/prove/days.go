package prove

import (
	"embed"
	"fmt"
	"slices"

	"stormrig/scenarios/files"
	"stormrig/scenarios/spec"
)

// days are small days on which a bug shows that the built-in scenarios have no
// occasion for.
//
//go:embed days/*.yaml
var days embed.FS

// Day returns the scenario of a sabotage: built in, or one of this package's.
func Day(name string) (*spec.Scenario, error) {
	if slices.Contains(files.Names(), name) {
		return files.Scenario(name)
	}
	text, err := days.ReadFile("days/" + name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("prove: there is no day %q: %w", name, err)
	}
	return spec.Parse(name+".yaml", text, files.Finder(""))
}
