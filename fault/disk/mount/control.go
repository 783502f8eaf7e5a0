package mount

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
)

// ErrLacks: this machine cannot serve a disk.
var ErrLacks = errors.New("a served disk needs Linux, /dev/fuse, and the right to mount (root, or fusermount3 of the package fuse3)")

// Order is one line on the standard input of the process that serves a disk.
// The input's end unmounts and ends it.
type Order struct {
	// Do is "cut-at" (Op operations from now, 1 is the next, 0 takes the order
	// back), "cut", "release"
	// (who waits for the power, or asks for anything before it is back, gets
	// EIO), "power-on", "ail", "ops" or "stop".
	Do string `json:"do"`
	Op int    `json:"op,omitempty"`
	// Seed draws what the disk keeps of what was not synced (power-on).
	Seed  uint64 `json:"seed,omitempty"`
	Lying bool   `json:"lying,omitempty"`
	// EIOSync fails the n-th next sync, EIOWrite the n-th next write.
	EIOSync  int   `json:"eio_sync,omitempty"`
	EIOWrite int   `json:"eio_write,omitempty"`
	Capacity int64 `json:"capacity,omitempty"`
}

// Word is one line on its standard output: an answer to each order, and "cut"
// when the power goes.
type Word struct {
	Say   string `json:"say"`             // ready, ok, cut, on, ops, error
	Where string `json:"where,omitempty"` // cut: inside which operation
	Ops   int    `json:"ops,omitempty"`
	Kept  string `json:"kept,omitempty"` // on: what the disk kept, in words
	Torn  bool   `json:"torn,omitempty"`
	Error string `json:"error,omitempty"`
}

// Child is a disk that another process serves.
type Child struct {
	dir    string
	cmd    *exec.Cmd
	orders io.WriteCloser
	words  chan Word
	// Cuts tells inside which operation the power went; closed at the end.
	Cuts chan string
	once sync.Once
	end  error
}

// Start runs a command line that serves a disk at a directory (`stormrig disk
// DIR`) and returns when that can be used. The disk outlives no caller: its
// process ends with its orders, and is of a group of its own, so that a Ctrl-C
// does not take the disk from under a day that is being stopped.
func Start(cmd *exec.Cmd, dir string) (*Child, error) {
	apart(cmd)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the disk's process: %w", err)
	}
	c := &Child{dir: dir, cmd: cmd, orders: in, words: make(chan Word, 1), Cuts: make(chan string, 1)}
	go c.hear(out)
	if _, err := c.answer(); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrLacks, err), c.Stop())
	}
	return c, nil
}

func (c *Child) hear(out io.Reader) {
	defer close(c.words)
	defer close(c.Cuts)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var w Word
		if err := json.Unmarshal(lines.Bytes(), &w); err != nil {
			w = Word{Say: "error", Error: "the disk's process said: " + lines.Text()}
		}
		if w.Say == "cut" {
			c.Cuts <- w.Where
			continue
		}
		c.words <- w
	}
}

func (c *Child) answer() (Word, error) {
	w, ok := <-c.words
	switch {
	case !ok:
		return w, errors.New("the disk's process has ended")
	case w.Say == "error":
		return w, errors.New(w.Error)
	}
	return w, nil
}

// Do sends an order and returns its answer.
func (c *Child) Do(o Order) (Word, error) {
	if err := json.NewEncoder(c.orders).Encode(o); err != nil {
		return Word{}, fmt.Errorf("the disk's process: %w", err)
	}
	return c.answer()
}

// Stop unmounts and ends the process. What a process that was killed has left is
// taken away.
func (c *Child) Stop() error {
	c.once.Do(func() {
		err := c.orders.Close()
		for range c.words { // what it still says
		}
		c.end = errors.Join(err, c.cmd.Wait(), Clear(c.dir))
	})
	return c.end
}
