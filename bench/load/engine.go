package load

import (
	"fmt"
	"runtime/debug"
	"strings"
	"time"
)

// Engine is one way to keep sales. Sale is called by many at a time.
type Engine interface {
	// Sale returns when the sale and its counters are durable.
	Sale(s *Sale) error
	// Fill adds n sales as fast as it can; when it has returned all are
	// durable.
	Fill(n int, next func() *Sale) error
	// Last reads the newest sale back and returns how many there are.
	Last() (count uint64, err error)
	Close() error
}

// Parts is where the time of commits went, of an engine whose files are in our
// hands.
type Parts struct {
	Write time.Duration `json:"write_ns"`
	Sync  time.Duration `json:"sync_ns"`
	Syncs int64         `json:"syncs"`
	Bytes int64         `json:"bytes"` // that were written, room taken by zeros included
}

// Timed is an engine that knows its parts, since it was opened.
type Timed interface{ Parts() Parts }

// Kind is an engine that can be opened.
type Kind struct {
	Name    string
	Version string // of the library; empty for our own
	// Note is what a reader must know to be fair to it.
	Note string
	// Open opens what lies in a directory of its own, or begins it.
	Open func(dir string) (Engine, error)
}

// Find returns the kind with a name.
func Find(kinds []Kind, name string) (Kind, error) {
	var names []string
	for _, k := range kinds {
		if k.Name == name {
			return k, nil
		}
		names = append(names, k.Name)
	}
	return Kind{}, fmt.Errorf("load: no engine %q; there are %s", name, strings.Join(names, ", "))
}

// VersionOf returns the version of a module that this program was built with.
func VersionOf(module string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, m := range info.Deps {
		if m.Path == module {
			return m.Version
		}
	}
	return ""
}
