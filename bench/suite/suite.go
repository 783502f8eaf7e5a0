package suite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"stormrig/bench/device"
	"stormrig/bench/engines"
	"stormrig/bench/load"
)

// Options says what is measured, and where.
type Options struct {
	// Dir is an existing directory; all lies in a folder of its own there,
	// which is removed in the end.
	Dir     string
	Engines []string // names; empty: all there are
	Callers []int
	Rounds  int
	Round   time.Duration
	Open    []int // how many sales an open is tried with, ascending
	Seed    uint64
	Peer    Doer // the heavy peers; nil when they are not there
	// FillTo is up to which share a file system is filled before the long
	// run, 0 to 1; Minutes how long that takes. 0: no long run.
	FillTo  float64
	Minutes float64
	// Say tells a person what is under way. May be nil.
	Say func(format string, args ...any)
}

// Doer carries out requests: a load.Host here, a load.Peer elsewhere.
type Doer interface {
	Do(load.Request) load.Reply
}

// entrant is one engine of the contest.
type entrant struct {
	load.Kind
	host Doer
	dir  string
}

// suite is one run of it.
type suite struct {
	Options
	place    device.Place
	root     string
	entrants []entrant
	samples  map[sampleKey][]sample
}

type sampleKey struct {
	name    string
	callers int
}

// sample is one round of one engine.
type sample struct {
	load.Round
	device  device.Counters // what the device did meanwhile
	counted bool
}

func (s *sample) rate() float64 { return float64(s.Sales) / s.Seconds }

// Run measures. The folder that it made is removed also after an error.
func Run(ctx context.Context, o Options) (*Report, error) {
	place, err := device.Of(o.Dir)
	if err != nil {
		return nil, err
	}
	s := &suite{Options: o, place: place, samples: map[sampleKey][]sample{}}
	if s.Say == nil {
		s.Say = func(string, ...any) {}
	}
	if s.root, err = os.MkdirTemp(o.Dir, "stormrig-bench-"); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	defer os.RemoveAll(s.root) // what cannot be removed is seen by its name
	here := load.NewHost(engines.Kinds())
	defer here.Close()
	if err := s.enter(here); err != nil {
		return nil, err
	}
	rep := &Report{Limit: Limit{Place: place, Rounds: o.Rounds, RoundMS: int(o.Round.Milliseconds()), System: system()}}
	s.counters(&rep.Limit)
	if o.Minutes > 0 {
		rep.Fill, err = s.long(ctx)
		return rep, errors.Join(err, s.limit(rep, rep.Fill))
	}
	if err := s.contest(ctx); err != nil {
		return nil, err
	}
	rep.Engines = s.rows()
	if err := s.limit(rep, nil); err != nil {
		return nil, err
	}
	if rep.Open, err = s.openings(ctx); err != nil {
		return nil, err
	}
	attachOpen(rep)
	return rep, nil
}

// enter finds the engines that take part.
func (s *suite) enter(here *load.Host) error {
	var known []string
	for _, host := range []Doer{here, s.Peer} {
		if host == nil {
			continue
		}
		list := host.Do(load.Request{Op: "list"})
		if list.Error != "" {
			return errors.New(list.Error)
		}
		for _, k := range list.Kinds {
			known = append(known, k.Name)
			if len(s.Engines) == 0 || slices.Contains(s.Engines, k.Name) || k.Name == engines.Raw {
				s.entrants = append(s.entrants, entrant{k, host, filepath.Join(s.root, k.Name)})
			}
		}
	}
	for _, name := range s.Engines {
		if !slices.Contains(known, name) {
			return &UnknownError{name, known}
		}
	}
	return nil
}

// UnknownError names an engine that is not there.
type UnknownError struct {
	Name  string
	Known []string
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("there is no engine %s; there are %s", e.Name, strings.Join(e.Known, ", "))
}

// ask passes a request on.
func (e *entrant) ask(r load.Request) (load.Reply, error) {
	r.Engine = e.Name
	if r.Dir == "" {
		r.Dir = e.dir
	}
	out := e.host.Do(r)
	if out.Error != "" {
		return out, fmt.Errorf("bench: %s: %s", e.Name, out.Error)
	}
	return out, nil
}

// contest runs the rounds: all engines with each number of callers, the order
// turned by one each time. The first round, a short one, only warms up.
func (s *suite) contest(ctx context.Context) error {
	for i := range s.entrants {
		if _, err := s.entrants[i].ask(load.Request{Op: "open"}); err != nil {
			return err
		}
	}
	for round := range s.Rounds + 1 {
		if round > 0 {
			s.Say("round %d of %d", round, s.Rounds)
		}
		for _, callers := range s.Callers {
			for i := range s.entrants {
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := s.turn(&s.entrants[(i+round)%len(s.entrants)], callers, round); err != nil {
					return err
				}
			}
		}
	}
	for i := range s.entrants {
		if _, err := s.entrants[i].ask(load.Request{Op: "close"}); err != nil {
			return err
		}
	}
	return nil
}

func (s *suite) turn(e *entrant, callers, round int) error {
	millis := int(s.Round.Milliseconds())
	if round == 0 {
		millis = min(millis, 100)
	}
	before, ok := s.place.Count()
	out, err := e.ask(load.Request{Op: "run", Callers: callers, Millis: millis, Seed: s.Seed + uint64(round)})
	if err != nil || round == 0 {
		return err
	}
	after, _ := s.place.Count()
	smp := sample{Round: *out.Round, counted: ok}
	smp.device = device.Counters{Written: after.Written - before.Written, Flushes: after.Flushes - before.Flushes}
	if before.Flushes < 0 {
		smp.device.Flushes = -1
	}
	key := sampleKey{e.Name, callers}
	s.samples[key] = append(s.samples[key], smp)
	return nil
}

// counters says what the device's counters are worth: whether there are any,
// and what others write while nothing runs.
func (s *suite) counters(l *Limit) {
	before, ok := s.place.Count()
	if !ok {
		l.Counters = "not available: no counters of a block device for " + s.place.Describe()
		return
	}
	l.Counters = "of the device, all that was written meanwhile"
	const idle = time.Second
	time.Sleep(idle)
	after, _ := s.place.Count()
	rate := float64(after.Written-before.Written) / idle.Seconds()
	l.Background = &rate
}

// system names what the figures depend on besides the disk.
func system() string {
	return fmt.Sprintf("%s/%s%s, %d processors, %s", runtime.GOOS, runtime.GOARCH, kernel(), runtime.NumCPU(), runtime.Version())
}
