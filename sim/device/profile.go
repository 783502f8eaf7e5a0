package device

import (
	"embed"
	"errors"
	"fmt"
	"path"
	"reflect"
	"sort"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

// profileFiles are the profiles that come with stormrig, a file a device:
//
//	profile   its name, which is also the file's
//	title     what it is, for people
//	like      the profile that it differs from; without it all settings stand here
//	grade     what certify has to give it (printers): written down beforehand
//	settings  how it behaves; each key is explained at its field in Go
//	defects   named defects that it has (see Defects)
//	sources   for every setting here, who says so
//
// A source that begins with "assumed" or "made up" means that nobody has said
// so. Manuals are named by section and were not at hand for every line; where
// metal disagrees, metal is right and the file is to be changed.
//
//go:embed profiles
var profileFiles embed.FS

// Classes of device that have profiles.
const (
	ClassPrinter = "printer"
	ClassScanner = "scanner"
	ClassReader  = "reader"
)

// ErrProfile is what every refused profile's error wraps.
var ErrProfile = errors.New("profile")

// Profile is a device as data. T is the settings of its class.
type Profile[T any] struct {
	Name     string            `yaml:"profile"`
	Title    string            `yaml:"title"`
	Like     string            `yaml:"like,omitempty"`
	Grade    string            `yaml:"grade,omitempty"`
	Settings T                 `yaml:"settings"`
	Defects  []string          `yaml:"defects,omitempty"`
	Sources  map[string]string `yaml:"sources"`
}

// ProfileNames lists the profiles of a class that come with stormrig.
func ProfileNames(class string) []string {
	entries, err := profileFiles.ReadDir("profiles/" + class)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		out = append(out, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	sort.Strings(out)
	return out
}

// ParsePrinter reads a profile of a printer; where is for errors.
func ParsePrinter(where string, text []byte) (Profile[PrinterProfile], error) {
	p, err := parseProfile[PrinterProfile](ClassPrinter, where, text)
	if err == nil {
		err = p.Settings.check()
	}
	if err == nil {
		p.Settings.Defects, err = defectsOf(ClassPrinter, p.Defects)
	}
	return p, wrapProfile(where, err)
}

// ParseScanner reads a profile of a scanner.
func ParseScanner(where string, text []byte) (Profile[ScannerProfile], error) {
	p, err := parseProfile[ScannerProfile](ClassScanner, where, text)
	if err == nil {
		p.Settings.Defects, err = defectsOf(ClassScanner, p.Defects)
	}
	if err == nil {
		err = p.Settings.check()
	}
	return p, wrapProfile(where, err)
}

// ParseReader reads a profile of a card reader.
func ParseReader(where string, text []byte) (Profile[ReaderProfile], error) {
	p, err := parseProfile[ReaderProfile](ClassReader, where, text)
	if err == nil {
		p.Settings.Defects, err = defectsOf(ClassReader, p.Defects)
	}
	if err == nil {
		err = p.Settings.check()
	}
	return p, wrapProfile(where, err)
}

// Text returns the file of a profile that comes with stormrig.
func Text(class, name string) ([]byte, error) {
	text, err := profileFiles.ReadFile(path.Join("profiles", class, name+".yaml"))
	if err != nil {
		return nil, fmt.Errorf("%w: there is no %s %q; there are %s", ErrProfile, class, name, strings.Join(ProfileNames(class), ", "))
	}
	return text, nil
}

func wrapProfile(where string, err error) error {
	if err == nil || errors.Is(err, ErrProfile) {
		return err
	}
	return fmt.Errorf("%w %s: %w", ErrProfile, where, err)
}

// parseProfile lays a file over the one that it is like. A key that nobody
// knows, and a setting without a source, are refused.
func parseProfile[T any](class, where string, text []byte) (p Profile[T], err error) {
	var head struct {
		Like string `yaml:"like"`
	}
	if err := yaml.Unmarshal(text, &head); err != nil {
		return p, fmt.Errorf("%w %s: %w", ErrProfile, where, err)
	}
	if head.Like != "" {
		base, err := Text(class, head.Like)
		if err != nil {
			return p, fmt.Errorf("%s: like: %w", where, err)
		}
		under, err := parseProfile[T](class, head.Like, base)
		if err != nil {
			return p, err
		}
		p.Settings = under.Settings
	}
	if err := yaml.UnmarshalWithOptions(text, &p, yaml.Strict()); err != nil {
		return p, fmt.Errorf("%w %s: %w", ErrProfile, where, err)
	}
	var own struct {
		Settings map[string]any `yaml:"settings"`
	}
	if err := yaml.Unmarshal(text, &own); err != nil {
		return p, fmt.Errorf("%w %s: %w", ErrProfile, where, err)
	}
	for _, key := range settingKeys(reflect.TypeOf(p.Settings)) {
		if _, ok := own.Settings[key]; ok && p.Sources[key] == "" {
			return p, fmt.Errorf("%w %s: setting %q has no source: say under 'sources:' who says so, or 'assumed'", ErrProfile, where, key)
		}
	}
	if p.Name == "" {
		return p, fmt.Errorf("%w %s: it has no name ('profile:')", ErrProfile, where)
	}
	return p, nil
}

// settingKeys are the keys of a class's settings, in the order of its fields.
func settingKeys(t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		if tag, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ","); tag != "" && tag != "-" {
			out = append(out, tag)
		}
	}
	return out
}

// builtin reads a profile that comes with stormrig once; a mistake in one is
// ours, and every test would find it.
func builtin[T any](class, name string, parse func(string, []byte) (Profile[T], error)) func() T {
	return sync.OnceValue(func() T {
		text, err := Text(class, name)
		if err != nil {
			panic("device: " + err.Error())
		}
		p, err := parse(name, text)
		if err != nil {
			panic("device: " + err.Error())
		}
		return p.Settings
	})
}

// list reads "name ..., name" for messages.
func list(names []string) string { return strings.Join(names, ", ") }
