package load

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"time"
)

// Request is one line to a process of peers.
type Request struct {
	Op      string `json:"op"` // list, open, run, fill, close
	Engine  string `json:"engine,omitempty"`
	Dir     string `json:"dir,omitempty"` // open: of the engine
	Callers int    `json:"callers,omitempty"`
	Millis  int    `json:"millis,omitempty"`
	Seed    uint64 `json:"seed,omitempty"`
	N       int    `json:"n,omitempty"` // fill: how many sales
}

// Reply is the line that answers it.
type Reply struct {
	Error string `json:"error,omitempty"`
	Kinds []Kind `json:"kinds,omitempty"` // list
	Round *Round `json:"round,omitempty"` // run
	// OpenMS is how long open took until the last sale was read; Count is how
	// many sales there are.
	OpenMS float64 `json:"open_ms,omitempty"`
	Count  uint64  `json:"count,omitempty"`
}

// Host keeps engines open and does what requests say. In this process it is
// asked directly, elsewhere by lines.
type Host struct {
	kinds []Kind
	open  map[string]Engine // by directory
}

// NewHost returns a host of these kinds.
func NewHost(kinds []Kind) *Host { return &Host{kinds: kinds, open: map[string]Engine{}} }

// MarshalJSON leaves out what cannot travel.
func (k Kind) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"name": k.Name, "version": k.Version, "note": k.Note})
}

// Do carries out a request. What went wrong is in the reply.
func (h *Host) Do(r Request) Reply {
	out, err := h.do(r)
	if err != nil {
		out.Error = err.Error()
	}
	return out
}

func (h *Host) do(r Request) (Reply, error) {
	if r.Op == "list" {
		return Reply{Kinds: h.kinds}, nil
	}
	dir := filepath.Clean(r.Dir)
	if r.Op == "open" {
		return h.openEngine(r.Engine, dir)
	}
	e, ok := h.open[dir]
	if !ok {
		return Reply{}, fmt.Errorf("load: nothing is open in %s", dir)
	}
	switch r.Op {
	case "run":
		var round Round
		var err error
		// Tags of a profile; the callers' goroutines inherit them.
		tags := pprof.Labels("engine", r.Engine, "callers", strconv.Itoa(r.Callers))
		pprof.Do(context.Background(), tags, func(context.Context) {
			round, err = Run(e, r.Callers, time.Duration(r.Millis)*time.Millisecond, r.Seed)
		})
		return Reply{Round: &round}, err
	case "fill":
		t := newTill(r.Seed, 0)
		return Reply{}, e.Fill(r.N, t.next)
	case "close":
		delete(h.open, dir)
		return Reply{}, e.Close()
	}
	return Reply{}, fmt.Errorf("load: no operation %q", r.Op)
}

func (h *Host) openEngine(name, dir string) (Reply, error) {
	k, err := Find(h.kinds, name)
	if err != nil {
		return Reply{}, err
	}
	began := time.Now()
	e, err := k.Open(dir)
	if err != nil {
		return Reply{}, fmt.Errorf("%s: open: %w", name, err)
	}
	count, err := e.Last()
	took := time.Since(began)
	h.open[dir] = e
	return Reply{OpenMS: float64(took.Nanoseconds()) / 1e6, Count: count}, err
}

// Close closes what is open.
func (h *Host) Close() {
	for dir, e := range h.open { // in any order: nothing is written down of it
		delete(h.open, dir)
		_ = e.Close()
	}
}

// Serve answers requests, one a line, until there are no more.
func Serve(h *Host, in io.Reader, out io.Writer) error {
	defer h.Close()
	lines := bufio.NewScanner(in)
	enc := json.NewEncoder(out)
	for lines.Scan() {
		var r Request
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return fmt.Errorf("load: request: %w", err)
		}
		if err := enc.Encode(h.Do(r)); err != nil {
			return err
		}
	}
	return lines.Err()
}
