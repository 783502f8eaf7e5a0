package books

import (
	"io"
	"time"

	"stormrig/scenarios/audit/mapping"
	"stormrig/scenarios/audit/table"
)

// Source is a file that can be opened, more than once where Again is set.
type Source struct {
	Name  string // as shown
	Open  func() (io.ReadCloser, error)
	Again bool
}

// Options says how to read a file.
type Options struct {
	Mapping  *mapping.Mapping // nil: recognised by its titles
	Zone     *time.Location   // of times that name none; nil is UTC
	Dates    table.Order      // order of day and month where the file leaves it open
	Decimals int              // of the currency
	Mark     byte             // decimal mark; 0 where amounts speak for themselves
	From, To time.Time        // records outside are left out; zero: no bound
}

func (o *Options) outside(at time.Time) bool {
	return !o.From.IsZero() && at.Before(o.From) || !o.To.IsZero() && !at.Before(o.To)
}

// list is the mappings of a kind, the plain one last.
func list(kind string) []*mapping.Mapping {
	var out []*mapping.Mapping
	for _, m := range mapping.All() {
		if m.Kind == kind {
			out = append(out, m)
		}
	}
	return out
}
