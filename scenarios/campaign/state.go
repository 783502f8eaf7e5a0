package campaign

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Plan identifies a campaign: a state file is of one, and goes on with no
// other.
type Plan struct {
	Schema    int      `json:"schema"` // 1
	Campaign  bool     `json:"campaign"`
	Scenarios []string `json:"scenarios"`
	From      int64    `json:"from"`
	To        int64    `json:"to"`
	Shard     int      `json:"shard"`
	Shards    int      `json:"shards"`
	Version   string   `json:"version"`
	// Build tells programs apart that go by the same version: what another one
	// has played says nothing of this one.
	Build string `json:"build"`
}

// PlanOf identifies the campaign of some options.
func PlanOf(o Options) Plan {
	p := Plan{Schema: 1, Campaign: true, From: o.From, To: o.To, Shard: o.Shard, Shards: o.Shards, Version: o.Version, Build: o.Build}
	for _, s := range o.Scenarios {
		p.Scenarios = append(p.Scenarios, s.Name)
	}
	return p
}

func (p Plan) String() string {
	text := fmt.Sprintf("seeds %d..%d of %s by %s", p.From, p.To, strings.Join(p.Scenarios, ", "), p.Version)
	if p.Shards > 1 {
		text += fmt.Sprintf(", shard %d/%d", p.Shard, p.Shards)
	}
	return text
}

// What may be the matter with a state file: it is of another campaign, another
// build of the program has written it, or it is none.
var (
	ErrOtherCampaign = errors.New("the state file is of another campaign")
	ErrOtherBuild    = errors.New("another build of the program has written the state file")
	ErrNoState       = errors.New("it is no state file of a campaign")
)

// State is a state file: one line a run, appended as they end.
type State struct{ file *os.File }

// OpenState opens a state file, or makes one, and returns the runs in it. A
// last line that was cut short is dropped: its run is played again.
func OpenState(name string, p Plan) (*State, []Run, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, nil, fmt.Errorf("opening the campaign's state: %w", err)
	}
	runs, end, err := readState(f, p)
	if err == nil {
		err = f.Truncate(end)
	}
	if err == nil {
		_, err = f.Seek(end, io.SeekStart)
	}
	s := &State{f}
	if err == nil && end == 0 {
		err = s.line(p)
	}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%s: %w", name, err), f.Close())
	}
	return s, runs, nil
}

// readState reads whole lines; end is where the last of them ends.
func readState(f io.Reader, p Plan) (runs []Run, end int64, err error) {
	r := bufio.NewReader(f)
	for n := 0; ; n++ {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			if n == 0 && !p.begins(line) {
				return nil, 0, ErrNoState // and whoever's it is, it stays as it is
			}
			return runs, end, nil
		}
		if err != nil {
			return nil, 0, err
		}
		if n == 0 {
			if err := p.goesOn(line); err != nil {
				return nil, 0, err
			}
		} else {
			var run Run
			if err := json.Unmarshal(line, &run); err != nil {
				return nil, 0, fmt.Errorf("%w: line %d: %w", ErrNoState, n+1, err)
			}
			runs = append(runs, run)
		}
		end += int64(len(line))
	}
}

// goesOn tells whether the campaign goes on where the one of a first line was.
func (p Plan) goesOn(line []byte) error {
	var was Plan
	switch err := json.Unmarshal(line, &was); {
	case err != nil || !was.Campaign:
		return ErrNoState
	case was.String() != p.String():
		return fmt.Errorf("%w: %s, not %s", ErrOtherCampaign, was, p)
	case was.Build != p.Build:
		return fmt.Errorf("%w: both call themselves %s", ErrOtherBuild, p.Version)
	}
	return nil
}

// begins tells whether a line may be the plan's own, cut short.
func (p Plan) begins(line []byte) bool {
	body, err := json.Marshal(p)
	return err == nil && bytes.HasPrefix(body, line)
}

// Add appends a run.
func (s *State) Add(r Run) error { return s.line(r) }

func (s *State) line(v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("writing the campaign's state: %w", err)
	}
	if _, err := s.file.Write(append(body, '\n')); err != nil {
		return fmt.Errorf("writing the campaign's state: %w", err)
	}
	return nil
}

// Close closes the file.
func (s *State) Close() error { return s.file.Close() }
