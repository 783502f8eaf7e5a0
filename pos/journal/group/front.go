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
	lead := first && !f.busy
	f.busy = f.busy || lead
	f.mu.Unlock()
	switch {
	case lead:
	case first:
		<-r.lead
		// Those whom the last commit has just woken come back at once; one
		// turn of the scheduler lets them join instead of waiting a round.
		runtime.Gosched()
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
	f.mu.Lock()
	if f.open != nil {
		f.open.lead <- struct{}{}
	} else {
		f.busy = false
	}
	alone := len(r.payloads) == 1
	if alone {
		r.payloads[0], r.payloads = nil, r.payloads[:0]
		f.spare = r
	}
	f.mu.Unlock()
	if !alone {
		close(r.done)
	}
	return err
}

// fresh returns an empty round.
func (f *Front) fresh() *round {
	if r := f.spare; r != nil {
		f.spare = nil
		return r
	}
	return &round{lead: make(chan struct{}, 1), done: make(chan struct{})}
}
