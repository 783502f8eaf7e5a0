package mount

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"stormrig/fault/disk"
	"stormrig/sim"
)

// Lacks tells what this machine has not that a served disk needs; nil when it
// has it all, but for the right to mount.
func Lacks() error {
	f, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLacks, err)
	}
	return f.Close()
}

// Serve mounts a new disk at a directory and carries out orders until they
// end. It is the whole of the process that serves a disk.
func Serve(dir string, orders io.Reader, words io.Writer) error {
	s := New(disk.New(disk.PhoneFlash), dir)
	say := &speaker{to: json.NewEncoder(words)}
	if err := s.Mount(); err != nil {
		say.word(Word{Say: "error", Error: err.Error()})
		return err
	}
	say.word(Word{Say: "ready"})
	done := make(chan struct{})
	go func() {
		for {
			select {
			case where := <-s.WentOut():
				say.word(Word{Say: "cut", Where: where})
			case <-done:
				return
			}
		}
	}()
	defer close(done)
	lines := bufio.NewScanner(orders)
	for lines.Scan() {
		var o Order
		w := Word{Say: "ok"}
		err := json.Unmarshal(lines.Bytes(), &o)
		if err == nil {
			w, err = s.obey(o)
		}
		if err != nil {
			w = Word{Say: "error", Error: err.Error()}
		}
		say.word(w)
		if o.Do == "stop" {
			break
		}
	}
	return s.Unmount()
}

type speaker struct {
	mu sync.Mutex
	to *json.Encoder
}

func (s *speaker) word(w Word) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.to.Encode(w) // who does not listen any more ends us by closing our input
}

func (s *Server) obey(o Order) (Word, error) {
	switch o.Do {
	case "cut-at":
		if o.Op < 0 {
			return Word{}, fmt.Errorf("cut-at: op %d; 1 is the next operation, 0 takes the order back", o.Op)
		}
		s.CutAt(o.Op)
	case "cut":
		s.CutNow()
	case "release":
		if !s.Release() {
			return Word{}, errors.New("release: the power has not gone")
		}
	case "ail":
		s.Ail(disk.Faults{Lying: o.Lying, EIOSync: o.EIOSync, EIOWrite: o.EIOWrite, Capacity: o.Capacity})
	case "ops":
		return Word{Say: "ops", Ops: s.Ops()}, nil
	case "power-on":
		draw := sim.NewStream(int64(o.Seed), "disk", 0)
		img := s.Image(&draw)
		if err := s.Unmount(); err != nil {
			return Word{}, err
		}
		if err := s.Mount(); err != nil {
			return Word{}, err
		}
		return Word{Say: "on", Kept: img.Words, Torn: img.Torn, Ops: s.Ops()}, nil
	case "stop":
	default:
		return Word{}, fmt.Errorf("there is no order %q", o.Do)
	}
	return Word{Say: "ok"}, nil
}
