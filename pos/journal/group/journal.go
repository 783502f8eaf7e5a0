package group

import (
	"errors"
	"sync"

	"stormrig/pos"
	"stormrig/pos/journal"
)

// Journal is a journal that many may append to at a time.
type Journal struct {
	front *Front
	mu    sync.Mutex // held while j works
	j     *journal.Journal
	after func(payloads [][]byte)
}

// NewJournal puts a front before j, which from now on must be used through it.
// after is given what became durable, in its order, before anyone is told; it
// is never called twice at a time and keeps nothing. May be nil.
func NewJournal(j *journal.Journal, after func(payloads [][]byte)) *Journal {
	g := &Journal{j: j, after: after}
	g.front = NewFront(g.commit)
	return g
}

// commit makes a round durable. After a commit whose fate is unknown it goes
// into a new segment; when that fails the journal has stopped.
func (g *Journal) commit(payloads [][]byte) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, _, err := g.j.AppendAll(payloads...)
	if errors.Is(err, journal.ErrUnknown) {
		err = g.j.Rewrite()
	}
	if err == nil && g.after != nil {
		g.after(payloads)
	}
	return err
}

// Append returns when payload is durable as an entry of its own. After an
// error it may be in the journal and may not; see journal.Append.
func (g *Journal) Append(payload []byte) error { return g.front.Do(payload) }

// Head returns the last durable entry; others may have followed since.
func (g *Journal) Head() pos.Key {
	g.mu.Lock()
	defer g.mu.Unlock()
	k, _ := g.j.Head()
	return k
}

// Do runs something on the journal while nobody appends.
func (g *Journal) Do(work func(j *journal.Journal) error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return work(g.j)
}
