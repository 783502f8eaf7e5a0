package suite

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"stormrig/bench/engines"
	"stormrig/bench/load"
	"stormrig/pos/journal"
)

// openTries is how often an engine is opened for one figure.
const openTries = 5

// openings fills each engine and opens it, with more and more sales. What is
// opened lies in the page cache: it is the engine that is measured, not a cold
// disk.
func (s *suite) openings(ctx context.Context) ([]Opened, error) {
	var out []Opened
	for i := range s.entrants {
		e := &s.entrants[i]
		if e.Name == engines.RawPrealloc || e.Name == engines.Checkpointed || e.Name == "bbolt-batch" {
			continue // the same files as another's
		}
		dir := filepath.Join(s.root, "open-"+e.Name)
		have := 0
		for _, n := range s.Open {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			s.Say("%s with %d sales", e.Name, n)
			if err := s.fill(e, dir, n-have); err != nil {
				return nil, err
			}
			have = n
			some, err := s.open(e, dir, n)
			if err != nil {
				return nil, err
			}
			out = append(out, some...)
		}
		if err := os.RemoveAll(dir); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *suite) fill(e *entrant, dir string, n int) error {
	for _, r := range []load.Request{{Op: "open"}, {Op: "fill", N: n, Seed: s.Seed}, {Op: "close"}} {
		r.Dir = dir
		if _, err := e.ask(r); err != nil {
			return err
		}
	}
	return nil
}

// open measures after a stop in order; ours also as after a loss of power,
// when it reads everything.
func (s *suite) open(e *entrant, dir string, n int) ([]Opened, error) {
	one := Opened{Name: e.Name, Entries: n, HowStopped: "in order"}
	var err error
	if one.DiskBytes, err = diskUse(dir); err != nil {
		return nil, err
	}
	if err := s.tries(e, dir, &one, func() error { return nil }); err != nil {
		return nil, err
	}
	if e.Name != engines.Journal {
		return []Opened{one}, nil
	}
	killed := one
	killed.HowStopped = "killed"
	err = s.tries(e, dir, &killed, func() error { return os.Remove(filepath.Join(dir, journal.Dir, journal.StoppedName)) })
	return []Opened{one, killed}, err
}

func (s *suite) tries(e *entrant, dir string, o *Opened, before func() error) error {
	var ms []float64
	for range openTries {
		if err := before(); err != nil {
			return err
		}
		out, err := e.ask(load.Request{Op: "open", Dir: dir})
		if err != nil {
			return err
		}
		ms = append(ms, out.OpenMS)
		if _, err := e.ask(load.Request{Op: "close", Dir: dir}); err != nil {
			return err
		}
	}
	o.MS, o.Low, o.High = median(ms), slices.Min(ms), slices.Max(ms)
	return nil
}

// attachOpen gives each row the open time with the most sales.
func attachOpen(rep *Report) {
	for i := range rep.Engines {
		r := &rep.Engines[i]
		for k := range rep.Open {
			if o := &rep.Open[k]; o.Name == r.Name && o.HowStopped == "in order" {
				r.OpenMS = &o.MS
			}
		}
	}
}

// diskUse is what the files below dir take of the disk.
func diskUse(dir string) (sum int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			sum += taken(info)
		}
		return err
	})
	return sum, err
}
