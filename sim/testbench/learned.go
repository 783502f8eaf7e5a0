package testbench

import (
	"bytes"
	"fmt"

	"github.com/goccy/go-yaml"

	"stormrig/hil/certify"
)

// LearnedProfile is what was learned of a printer as a profile file. What the
// wire and the paper do not show is as in the profile that it is like.
func LearnedProfile(name, title, like string, learned []certify.Learned) ([]byte, error) {
	settings, sources := yaml.MapSlice{}, yaml.MapSlice{}
	for _, l := range learned {
		settings = append(settings, yaml.MapItem{Key: l.Key, Value: l.Value})
		sources = append(sources, yaml.MapItem{Key: l.Key, Value: l.How})
	}
	doc := yaml.MapSlice{{Key: "profile", Value: name}, {Key: "title", Value: title}}
	if like != "" {
		doc = append(doc, yaml.MapItem{Key: "like", Value: like})
	}
	doc = append(doc, yaml.MapItem{Key: "settings", Value: settings}, yaml.MapItem{Key: "sources", Value: sources})
	var out bytes.Buffer
	if err := yaml.NewEncoder(&out, yaml.Indent(2)).Encode(doc); err != nil {
		return nil, fmt.Errorf("writing the profile: %w", err)
	}
	return out.Bytes(), nil
}
