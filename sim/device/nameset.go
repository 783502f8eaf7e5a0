package device

import (
	"fmt"
	"slices"
	"strings"
)

// NameSet is a list of names as one value: in a file a list, in memory text
// with blanks between, so that copies of a profile share nothing.
type NameSet string

// Has tells whether a name is in it.
func (s NameSet) Has(name string) bool { return slices.Contains(s.List(), name) }

// List gives the names in the order of the file.
func (s NameSet) List() []string { return strings.Fields(string(s)) }

// UnmarshalYAML reads a list.
func (s *NameSet) UnmarshalYAML(unmarshal func(any) error) error {
	var names []string
	if err := unmarshal(&names); err != nil {
		return err
	}
	*s = NameSet(strings.Join(names, " "))
	return nil
}

// MarshalYAML writes a list.
func (s NameSet) MarshalYAML() (any, error) { return append([]string{}, s.List()...), nil }

func (s NameSet) among(key string, known ...string) error {
	for _, g := range s.List() {
		if !slices.Contains(known, g) {
			return fmt.Errorf("%s: there is no %q; there are %s", key, g, list(known))
		}
	}
	return nil
}
