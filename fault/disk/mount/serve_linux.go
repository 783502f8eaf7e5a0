package mount

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"stormrig/fault/disk"
	"stormrig/sim"
)

// Lacks tells what this machine has not that a served disk needs; nil when it
// has it all. It mounts one: who may open /dev/fuse may not always mount.
func Lacks() error {
	dir, err := os.MkdirTemp("", "stormrig-fuse-*")
	if err != nil {
		return err
	}
	defer os.Remove(dir)
	f, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLacks, err)
	}
	s := New(disk.New(disk.PhoneFlash), dir)
	if err := errors.Join(f.Close(), s.Mount()); err != nil {
		return fmt.Errorf("%w: %w", ErrLacks, err)
	}
	return s.Unmount()
}

// Serve mounts a new disk at a directory and carries out orders until they or
// ctx end. It is the whole of the process that serves a disk.
func Serve(ctx context.Context, dir string, orders io.Reader, words io.Writer) error {
	// Who does not listen any more ends us by closing our input, not by a word
	// that cannot be said: the disk would stay mounted.
	signal.Ignore(syscall.SIGPIPE)
	s := New(disk.New(disk.PhoneFlash), dir)
	say := &speaker{to: json.NewEncoder(words)}
	if err := s.Mount(); err != nil {
		say.word(Word{Say: "error", Error: err.Error()})
		return err
	}
	say.word(Word{Say: "ready"})
	lines := make(chan []byte)
	go func() { // a Read of orders may never return: it ends with the process
		defer close(lines)
		for in := bufio.NewScanner(orders); in.Scan(); {
			lines <- bytes.Clone(in.Bytes())
		}
	}()
	for {
		select {
		case where := <-s.WentOut():
			say.word(Word{Say: "cut", Where: where})
		case text, ok := <-lines:
			if len(s.WentOut()) > 0 { // it went before that was ordered
				say.word(Word{Say: "cut", Where: <-s.WentOut()})
			}
			if !ok || !say.answer(s, text) {
				return s.Unmount()
			}
		case <-ctx.Done():
			return s.Unmount()
		}
	}
}

// speaker says words to who has given the orders.
type speaker struct{ to *json.Encoder }

func (s *speaker) word(w Word) {
	_ = s.to.Encode(w)
}

// answer carries out one order; false if it was the last.
func (s *speaker) answer(server *Server, text []byte) bool {
	var o Order
	w := Word{Say: "ok"}
	err := json.Unmarshal(text, &o)
	if err == nil {
		w, err = server.obey(o)
	}
	if err != nil {
		w = Word{Say: "error", Error: err.Error()}
	}
	s.word(w)
	return o.Do != "stop"
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
