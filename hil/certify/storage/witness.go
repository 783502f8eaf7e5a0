package storage

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
)

// Held is what a witness knows of one examination.
type Held struct {
	// Acks is the last acknowledged sale of each incarnation of the journal,
	// in the order in which they began.
	Acks []Ack `json:"acks"`
	// Lives counts how often the writer has started. One that did not stop in
	// order ended in a cut if the disk failed under it, or the machine has
	// started anew since then; otherwise the writer was killed, which says
	// nothing of a disk.
	Lives  int    `json:"lives"`
	Cuts   int    `json:"cuts"`
	Kills  int    `json:"kills"`
	Open   bool   `json:"open"`   // a life has begun and not ended in order
	Failed bool   `json:"failed"` // and the disk has failed in it
	Boot   string `json:"boot"`   // the start of the machine in which it began
	// Lost, Wrong and Torn sum up what the starts found.
	Lost  int `json:"lost"`
	Wrong int `json:"wrong"`
	Torn  int `json:"torn"`
}

// Ack is the last acknowledged entry of an incarnation.
type Ack struct {
	Incarnation uint32 `json:"incarnation"`
	Seq         uint64 `json:"seq"`
	Hash        string `json:"hash"` // hex, of the journal's chain
}

// call is what a writer sends, a JSON object a line; each is answered by what
// the witness holds then, or an error.
type call struct {
	Run   string   `json:"run"`
	Do    string   `json:"do"` // begin, ack, found, failed, end, look
	Boot  string   `json:"boot,omitempty"`
	Ack   *Ack     `json:"ack,omitempty"`
	Finds *Finding `json:"found,omitempty"`
}

type answer struct {
	Held  Held   `json:"held"`
	Error string `json:"error,omitempty"`
}

// Witness holds acknowledgements for writers on other machines. It is useful
// only where the cut does not reach it.
type Witness struct {
	mu   sync.Mutex
	runs map[string]*Held
	file string // kept here, too; "": in memory only
}

// NewWitness returns a witness; with a file it knows what an earlier one held.
func NewWitness(file string) (*Witness, error) {
	w := &Witness{runs: map[string]*Held{}, file: file}
	if file == "" {
		return w, nil
	}
	p, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return w, nil
	}
	if err == nil {
		err = json.Unmarshal(p, &w.runs)
	}
	if err != nil {
		return nil, fmt.Errorf("what the witness held before: %s: %w", file, err)
	}
	return w, nil
}

// Serve answers until ctx ends.
func (w *Witness) Serve(ctx context.Context, l net.Listener) error {
	var all sync.WaitGroup
	defer all.Wait()
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	for {
		c, err := l.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the witness: %w", err)
		}
		all.Go(func() {
			done := context.AfterFunc(ctx, func() { c.Close() })
			defer done()
			defer c.Close()
			w.talk(c)
		})
	}
}

// talk answers one writer until it hangs up.
func (w *Witness) talk(c io.ReadWriter) {
	lines := bufio.NewScanner(c)
	to := json.NewEncoder(c)
	for lines.Scan() {
		var q call
		var a answer
		err := json.Unmarshal(lines.Bytes(), &q)
		if err == nil {
			a.Held, err = w.take(q)
		}
		if err != nil {
			a.Error = err.Error()
		}
		if to.Encode(a) != nil {
			return
		}
	}
}

func (w *Witness) take(q call) (Held, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	h := w.runs[q.Run]
	if h == nil {
		h = &Held{}
		w.runs[q.Run] = h
	}
	switch q.Do {
	case "begin":
		h.begin(q.Boot)
	case "failed":
		h.Failed = true
	case "end":
		h.Open = false
	case "ack":
		if q.Ack == nil {
			return *h, errors.New("an ack without its entry")
		}
		h.ack(*q.Ack)
		return *h, nil // kept with the next begin or end: the witness does not lose its power
	case "found":
		if q.Finds == nil {
			return *h, errors.New("a finding without words")
		}
		h.Lost, h.Wrong, h.Torn = h.Lost+q.Finds.Lost, h.Wrong+q.Finds.Wrong, h.Torn+q.Finds.Torn
		if q.Finds.Bad() {
			h.Acks = nil // counted: not to be counted at every start
		}
	case "look":
	default:
		return *h, fmt.Errorf("a witness has no %q", q.Do)
	}
	return *h, w.keep()
}

// begin counts a life, and how the one before has ended.
func (h *Held) begin(boot string) {
	switch anew := boot != h.Boot && boot != "" && h.Boot != ""; {
	case h.Open && (h.Failed || anew):
		h.Cuts++
	case h.Open:
		h.Kills++
	}
	h.Lives, h.Open, h.Failed, h.Boot = h.Lives+1, true, false, boot
}

func (h *Held) ack(a Ack) {
	if n := len(h.Acks); n > 0 && h.Acks[n-1].Incarnation == a.Incarnation {
		h.Acks[n-1] = a
		return
	}
	h.Acks = append(h.Acks, a)
}

func (w *Witness) keep() error {
	if w.file == "" {
		return nil
	}
	p, err := json.Marshal(w.runs)
	if err != nil {
		return err
	}
	if err := os.WriteFile(w.file+".new", p, 0o644); err != nil {
		return fmt.Errorf("what the witness holds: %w", err)
	}
	return os.Rename(w.file+".new", w.file)
}
