// Package group lets many callers share the syncs of one journal.
//
// A journal is single-threaded: what decides stays free of goroutines and
// locks. A hub, or a server with many tills on it, puts this in front. There
// is no timer and no goroutine of its own: a caller that finds nothing under
// way commits at once, alone; whoever comes meanwhile gathers, and the first
// of those commits for all of them when the one before is done. So one caller
// pays nothing for the others, and many share one write and one sync.
package group

import (
	"runtime"
	"sync"
)

// Front gathers payloads of concurrent callers into commits. Safe for
// concurrent use.
type Front struct {
	commit func(payloads [][]byte) error

	mu    sync.Mutex
	busy  bool   // somebody commits, or was told to
	crowd bool   // the last commit was of more than one
	open  *round // what gathers meanwhile
	spare *round // of a caller who was alone
}

// round is what goes to the disk together.
type round struct {
	payloads [][]byte
	err      error
	lead     chan struct{} // tells the first of it to commit
	done     chan struct{} // closed when it is durable, or not
}

// NewFront returns a front before commit, which makes all payloads durable in
// their order or says why not. It is never called twice at a time and must not
// keep the slice.
func NewFront(commit func(payloads [][]byte) error) *Front { return &Front{commit: commit} }

// Do returns when payload is durable, or with the error of the commit that it
// was part of.
func (f *Front) Do(payload []byte) error {
	f.mu.Lock()
	r := f.open
	if r == nil {
		r = f.fresh()
		f.open = r
	}
	first := len(r.payloads) == 0
	r.payloads = append(r.payloads, payload)
	lead, crowd := first && !f.busy, f.crowd
	f.busy = f.busy || lead
	f.mu.Unlock()
	switch {
	case lead:
		if crowd {
			f.gather(r)
		}
	case first:
		<-r.lead
		f.gather(r)
	default:
		<-r.done
		return r.err
	}
	return f.run(r)
}

// run commits a round and hands the lead to the next one.
func (f *Front) run(r *round) error {
	f.mu.Lock()
	f.open = nil
	f.mu.Unlock()
	err := f.commit(r.payloads)
	r.err = err
	alone := len(r.payloads) == 1
	if !alone {
		close(r.done) // before the next leader: they are to come with him
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.crowd = !alone
	if f.open != nil {
		f.open.lead <- struct{}{}
	} else {
		f.busy = false
	}
	if alone {
		r.payloads[0], r.payloads = nil, r.payloads[:0]
		f.spare = r
	}
	return err
}

// idleTurns is how many turns of the scheduler may bring nobody before a
// leader goes without those who are not there yet.
const idleTurns = 8

// gather lets those join whom the last commit has just woken, as long as they
// come. Without it who led them is back first and commits alone, while all
// others wait: every other sync would be for one.
func (f *Front) gather(r *round) {
	for had, idle := 1, 0; idle < idleTurns; idle++ {
		runtime.Gosched()
		f.mu.Lock()
		now := len(r.payloads)
		f.mu.Unlock()
		if now > had {
			had, idle = now, -1
		}
	}
}

// fresh returns an empty round.
func (f *Front) fresh() *round {
	if r := f.spare; r != nil {
		f.spare = nil
		return r
	}
	return &round{lead: make(chan struct{}, 1), done: make(chan struct{})}
}
