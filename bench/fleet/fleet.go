// Package fleet measures a hub that many tills call at once, each with a
// night's sales: how long until every till's entries are durable at the hub,
// how evenly that comes about, and what it costs in memory and on the wire.
package fleet

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"stormrig/pos"
	"stormrig/pos/hub"
	"stormrig/pos/journal"
	"stormrig/pos/sync"
)

// Job is one measurement.
type Job struct {
	Tills int
	// Night is one till's entries: payloads of a journal whose device is
	// called Device. Each till gets them under its own name.
	Night  [][]byte
	Device string
	// Hub is a hub that has not started yet, on a disk whose syncs are part of
	// what is measured. The tills' journals are in memory and only read.
	Hub *hub.Hub
	// Now is the wall clock.
	Now func() time.Time
	// Pullers is how many tills then fetch everybody's entries.
	Pullers int
	// Progress hears how many tills are through; may be nil.
	Progress func(done int)
}

// Result is what came of it. Times are seconds.
type Result struct {
	Tills          int     `json:"tills"`
	EntriesPerTill int     `json:"entries_per_till"`
	Entries        int     `json:"entries"`
	Drain          float64 `json:"drain_seconds"` // until every till's entries are durable at the hub
	PerSecond      float64 `json:"entries_per_second"`
	Median         float64 `json:"median_seconds"` // until a till is through
	Slowest        float64 `json:"slowest_seconds"`
	Fairness       float64 `json:"fairness"` // slowest over median
	UpBytes        int64   `json:"up_bytes"` // tills to hub
	DownBytes      int64   `json:"down_bytes"`
	Messages       int     `json:"messages"`
	EntryBytes     int64   `json:"entry_bytes"` // frames of all entries, once
	HubMiB         float64 `json:"hub_mib"`     // heap that the hub holds afterwards
	Pulled         int     `json:"pulled_entries"`
	PullPerSecond  float64 `json:"pulled_entries_per_second"`
}

// till is a client with its journal in memory.
type till struct {
	name   string
	client *sync.Client
	chain  pos.Chain
	frames [][]byte
	total  int
	done   time.Duration
	through,
	pulling bool
	got    map[pos.Chain]uint64
	pulled int
}

// Marks implements sync.Chains.
func (t *till) Marks() []sync.Mark {
	out := []sync.Mark{{Chain: t.chain, Seq: uint64(len(t.frames))}}
	for c, seq := range t.got {
		out = append(out, sync.Mark{Chain: c, Seq: seq})
	}
	sync.SortMarks(out)
	return out
}

// Frames implements sync.Chains.
func (t *till) Frames(c pos.Chain, after uint64, most int) (out []byte, err error) {
	if c != t.chain {
		return nil, nil
	}
	for _, f := range t.frames[min(after, uint64(len(t.frames))):] {
		if len(out) > 0 && len(out)+len(f) > most {
			break
		}
		out = append(out, f...)
	}
	return out, nil
}

// letter is a message on its way to the hub.
type letter struct {
	from *till
	data []byte
}

type run struct {
	job   Job
	tills []*till
	byID  map[string]*till
	queue []letter
	began time.Time
	out   Result
	left  int // tills whose entries are not yet all acknowledged
	push  bool
}

// Run measures once.
func Run(ctx context.Context, job Job) (Result, error) {
	r := &run{job: job, byID: map[string]*till{}, push: true}
	for i := range job.Tills {
		if err := r.equip(i); err != nil {
			return r.out, err
		}
	}
	r.out.Tills, r.out.EntriesPerTill = job.Tills, len(job.Night)
	r.out.Entries = job.Tills * len(job.Night)
	r.began = job.Now()
	before := heap()
	job.Hub.Start(r.now())
	r.left = len(r.tills)
	for _, t := range r.tills {
		r.send(t, t.client.Up(r.mono(), t))
	}
	if err := r.drain(ctx, func() bool { return r.left == 0 }); err != nil {
		return r.out, err
	}
	r.sum()
	r.out.HubMiB = float64(int64(heap()-before)) / (1 << 20)
	return r.out, r.pull(ctx)
}

// equip gives a till the night's entries under its own name. Frames are hashed
// anew: each till has a chain of its own.
func (r *run) equip(i int) error {
	t := &till{name: fmt.Sprintf("till-%04d", i), got: map[pos.Chain]uint64{}}
	t.chain = pos.Chain{Device: t.name, Incarnation: 1}
	t.client = sync.NewClient(t.name, uint32(i)+1)
	prev := journal.Genesis(t.chain)
	for n, payload := range r.job.Night {
		own := []byte(strings.ReplaceAll(string(payload), `"`+r.job.Device+`"`, `"`+t.name+`"`))
		f := journal.AppendFrame(nil, uint64(n)+1, 0, prev, own)
		parsed, _, err := journal.ParseFrame(f)
		if err != nil {
			return fmt.Errorf("entry %d: %w", n+1, err)
		}
		prev = parsed.Hash
		t.frames = append(t.frames, f)
		r.out.EntryBytes += int64(len(f))
	}
	t.total = len(t.frames)
	r.tills, r.byID[t.name] = append(r.tills, t), t
	return nil
}

func (r *run) mono() time.Duration { return r.job.Now().Sub(r.began) }
func (r *run) now() pos.Now        { return pos.Now{Mono: r.mono(), Wall: r.job.Now().UnixNano()} }

// send puts a client's messages into the hub's queue. While tills push, pulls
// wait: a night's sales are not worth less than others' news.
func (r *run) send(t *till, o sync.Output) {
	for _, m := range o.Send {
		if m.Type == sync.Pull && r.push {
			continue
		}
		m.From = t.name
		b, err := m.Encode()
		if err != nil {
			continue
		}
		r.queue = append(r.queue, letter{t, b})
		r.out.UpBytes += int64(len(b))
		r.out.Messages++
	}
}

// drain lets the hub handle its queue, message by message, in the order in
// which they came, until done.
func (r *run) drain(ctx context.Context, done func() bool) error {
	for !done() {
		if len(r.queue) == 0 {
			return fmt.Errorf("%d tills are not through and nobody says anything", r.left)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		l := r.queue[0]
		r.queue = r.queue[1:]
		for _, s := range r.job.Hub.Message(r.now(), l.from.name, l.data).Sends {
			if err := r.deliver(s); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) deliver(s hub.Send) error {
	t := r.byID[s.Link]
	m, err := sync.Decode(s.Data)
	if err != nil {
		return err
	}
	r.out.DownBytes += int64(len(s.Data))
	r.out.Messages++
	if m.Type == sync.News && r.push {
		return nil // heard when there is time for it
	}
	o := t.client.Receive(r.mono(), t, m)
	if o.Acked != nil && !t.through && o.Acked.Seq >= uint64(t.total) {
		t.through, t.done = true, r.mono()
		r.left--
		if r.job.Progress != nil {
			r.job.Progress(len(r.tills) - r.left)
		}
	}
	if o.Store != nil && t.pulling {
		r.store(t, o.Store)
	}
	r.send(t, o)
	return nil
}

// store takes a batch at a till that pulls; its disk is not measured.
func (r *run) store(t *till, m *sync.Message) {
	seq := m.Seq - 1
	for rest := m.Frames; len(rest) > 0; {
		f, after, err := journal.ParseFrame(rest)
		if err != nil {
			return
		}
		rest, seq = after, f.Seq
		t.pulled++
	}
	t.got[m.Chain] = seq
	r.send(t, t.client.Stored(r.mono(), t, m.Chain, seq))
}

func (r *run) sum() {
	r.out.Drain = r.mono().Seconds()
	r.out.PerSecond = float64(r.out.Entries) / r.out.Drain
	var done []float64
	for _, t := range r.tills {
		done = append(done, t.done.Seconds())
	}
	slices.Sort(done)
	if n := len(done); n > 0 {
		r.out.Median, r.out.Slowest = done[n/2], done[n-1]
		r.out.Fairness = r.out.Slowest / r.out.Median
	}
}

// pull has some tills fetch everybody's entries.
func (r *run) pull(ctx context.Context) error {
	r.push, r.queue = false, nil
	began := r.mono()
	pullers := r.tills[:min(r.job.Pullers, len(r.tills))]
	for _, t := range pullers {
		t.pulling = true
		t.client.Down()
		r.send(t, t.client.Up(r.mono(), t))
	}
	want := (len(r.tills) - 1) * len(r.job.Night)
	err := r.drain(ctx, func() bool {
		return !slices.ContainsFunc(pullers, func(t *till) bool { return t.pulled < want })
	})
	for _, t := range pullers {
		r.out.Pulled += t.pulled
	}
	if took := (r.mono() - began).Seconds(); took > 0 {
		r.out.PullPerSecond = float64(r.out.Pulled) / took
	}
	return err
}

// heap is what is reachable now.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}
