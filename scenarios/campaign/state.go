package campaign

import (
	"bufio"
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
}

// PlanOf identifies the campaign of some options.
func PlanOf(o Options) Plan {
	p := Plan{Schema: 1, Campaign: true, From: o.From, To: o.To, Shard: o.Shard, Shards: o.Shards, Version: o.Version}
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

// ErrOtherCampaign is returned for a state file of another campaign.
var ErrOtherCampaign = errors.New("the state file is of another campaign")

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
			return runs, end, nil
		}
		if err != nil {
			return nil, 0, err
		}
		if n == 0 {
			var was Plan
			if err := json.Unmarshal(line, &was); err != nil || !was.Campaign {
				return nil, 0, errors.New("it is no state file of a campaign")
			}
			if was.String() != p.String() {
				return nil, 0, fmt.Errorf("%w: %s, not %s", ErrOtherCampaign, was, p)
			}
		} else {
			var run Run
			if err := json.Unmarshal(line, &run); err != nil {
				return nil, 0, fmt.Errorf("line %d: %w", n+1, err)
			}
			runs = append(runs, run)
		}
		end += int64(len(line))
	}
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
