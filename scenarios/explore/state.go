package explore

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// header is the first line of a state file.
type header struct {
	Schema   int    `json:"schema"`
	Scenario string `json:"scenario"`
	Seed     int64  `json:"seed"`
	Depth    int    `json:"depth"`
	Tasks    int    `json:"tasks"`  // of the whole scenario
	Digest   string `json:"digest"` // of the day without a cut
	DiskOnly bool   `json:"disk_only,omitempty"`
}

// line is every other line: a task that ended, or a session.
type line struct {
	Task    *int          `json:"task,omitempty"`
	Tally   *Tally        `json:"tally,omitempty"`
	Session time.Duration `json:"session_ns,omitempty"`
}

// state is what was explored so far, in memory and in its file.
type state struct {
	head header
	done map[int]bool
	sum  Tally
	wall time.Duration // of earlier sessions
	file *os.File      // nil: kept nowhere
}

// ErrOther says that a state file is of something else.
var ErrOther = errors.New("the state file is of another scenario, seed, depth or till")

// openState finds what an earlier session did. A last line that is cut short
// is dropped: its task is explored again.
func openState(name string, head header) (*state, error) {
	s := &state{head: head, done: map[int]bool{}}
	if name == "" {
		return s, nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return nil, fmt.Errorf("state of exploring: %w", err)
	}
	whole, err := s.read(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if s.file, err = os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		return nil, fmt.Errorf("state of exploring: %w", err)
	}
	if err = s.file.Truncate(whole); err == nil {
		_, err = s.file.Seek(whole, 0)
	}
	if err == nil && whole == 0 {
		err = s.write(head)
	}
	return s, err
}

// read takes the lines of a file and returns how many bytes of it are whole.
func (s *state) read(name string) (int64, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return 0, err
	}
	var whole int64
	scan := bufio.NewReader(bytes.NewReader(data))
	for first := true; ; first = false {
		text, err := scan.ReadBytes('\n')
		if err != nil {
			return whole, nil
		}
		if first {
			var h header
			if err := json.Unmarshal(text, &h); err != nil {
				return 0, fmt.Errorf("%s is no state of exploring: %w", name, err)
			}
			if s.head != (header{}) && h != s.head {
				return 0, fmt.Errorf("%s: %w (it says %s, seed %d, depth %d)", name, ErrOther, h.Scenario, h.Seed, h.Depth)
			}
			s.head = h
		} else {
			var l line
			if json.Unmarshal(text, &l) != nil {
				return whole, nil
			}
			s.take(l)
		}
		whole += int64(len(text))
	}
}

func (s *state) take(l line) {
	s.wall += l.Session
	if l.Task != nil && l.Tally != nil && !s.done[*l.Task] {
		s.done[*l.Task] = true
		s.sum.Add(l.Tally)
	}
}

func (s *state) has(n int) bool { return s.done[n] }

func (s *state) add(n int, t Tally) error {
	s.take(line{Task: &n, Tally: &t})
	return s.write(line{Task: &n, Tally: &t})
}

func (s *state) write(v any) error {
	if s.file == nil {
		return nil
	}
	b, err := json.Marshal(v)
	if err == nil {
		_, err = s.file.Write(append(b, '\n'))
	}
	if err != nil {
		return fmt.Errorf("state of exploring: %w", err)
	}
	return nil
}

func (s *state) close(wall time.Duration) error {
	s.wall += wall
	if s.file == nil {
		return nil
	}
	return errors.Join(s.write(line{Session: wall}), s.file.Close())
}
