// Package files holds the built-in scenarios and catalogues.
package files

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"stormrig/pos"
	"stormrig/scenarios/spec"
)

//go:embed *.yaml catalogues/*.yaml
var embedded embed.FS

// ErrUnknown says that a name is neither built in nor a file.
var ErrUnknown = errors.New("neither built in nor a file")

// Names lists the built-in scenarios, sorted.
func Names() []string { return names(".") }

// Catalogues lists the built-in catalogues, sorted.
func Catalogues() []string { return names("catalogues") }

func names(dir string) []string {
	entries, err := fs.ReadDir(embedded, dir)
	if err != nil {
		panic(err) // the folder is part of the program
	}
	var out []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".yaml"); ok {
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out
}

// Text returns the file of a built-in scenario as it is.
func Text(name string) ([]byte, error) { return embedded.ReadFile(name + ".yaml") }

// Scenario returns a scenario: a built-in name, or the path of a file. A name
// without a dot and a slash is looked for among the built-in ones first. The
// error is [ErrUnknown], [spec.Errors] or one of the file system.
func Scenario(name string) (*spec.Scenario, error) {
	if !looksLikePath(name) {
		if text, err := Text(name); err == nil {
			return spec.Parse(name+".yaml", text, Finder(""))
		}
	}
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, unknown("scenario", name, Names())
	}
	if err != nil {
		return nil, err // it names the file
	}
	return spec.Parse(name, text, Finder(filepath.Dir(name)))
}

// Catalogue returns a catalogue: a built-in name, or the path of a file.
func Catalogue(name string) (*pos.Catalogue, error) { return Finder("")(name) }

// Finder finds catalogues: built-in ones, and files relative to dir.
func Finder(dir string) spec.Finder {
	return func(name string) (*pos.Catalogue, error) {
		if !looksLikePath(name) {
			if text, err := embedded.ReadFile("catalogues/" + name + ".yaml"); err == nil {
				return spec.ParseCatalogue(name+".yaml", text)
			}
		}
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, unknown("catalogue", name, Catalogues())
		}
		if err != nil {
			return nil, fmt.Errorf("reading a catalogue: %w", err)
		}
		return spec.ParseCatalogue(path, text)
	}
}

func unknown(what, name string, known []string) error {
	hint := "built in: " + strings.Join(known, ", ")
	if near := spec.Near(name, known); near != "" {
		hint = "did you mean " + near + "?"
	}
	return &UnknownError{What: what, Name: name, Hint: hint}
}

// UnknownError is an [ErrUnknown] that says what was meant.
type UnknownError struct{ What, Name, Hint string }

func (e *UnknownError) Error() string {
	return fmt.Sprintf("there is no %s %q: %v", e.What, e.Name, ErrUnknown)
}

// Meant says what was meant, or what there is.
func (e *UnknownError) Meant() string { return e.Hint }

// Unwrap makes it an ErrUnknown.
func (e *UnknownError) Unwrap() error { return ErrUnknown }

func looksLikePath(name string) bool { return strings.ContainsAny(name, `./\`) }
