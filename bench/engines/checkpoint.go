package engines

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"stormrig/bench/load"
	"stormrig/pos/book"
	"stormrig/pos/journal"
)

// checkpointEvery is how many sales are made between two checkpoints. A till
// counts entries, of which a sale is several, and then lets two seconds pass;
// that would be no checkpoint in most rounds.
const checkpointEvery = 24

// checkpointed is our journal with a till's book beside it, brought up to date
// all the time: it shows what a sale feels of a checkpoint, hundreds of times
// as often as a till makes one.
type checkpointed struct {
	*ours
	book *book.Book
	due  chan struct{} // one place: a checkpoint that is due is due once
	done sync.WaitGroup
	err  error

	mu      sync.Mutex
	sales   int
	changed map[uint32]int64 // since the last checkpoint
}

func openCheckpointed(dir string) (load.Engine, error) {
	e, err := openJournal(dir)
	if err != nil {
		return nil, err
	}
	c := &checkpointed{ours: e.(*ours), due: make(chan struct{}, 1), changed: map[uint32]int64{}}
	var found book.Found
	c.book, found, err = book.Open(c.Dir, book.Options{})
	if err == nil && found.State != book.Loaded {
		err = c.book.Rebuild(book.Meta{}, nil)
	}
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	c.after = c.note
	c.done.Go(c.work)
	return c, nil
}

// note collects what the next checkpoint has to write.
func (c *checkpointed) note(payloads [][]byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range payloads {
		s := load.Sale{Record: p}
		for i := range load.Lines {
			sku, _ := s.Line(i)
			c.changed[sku] = c.counters[sku]
		}
	}
	if c.sales += len(payloads); c.sales >= checkpointEvery {
		select {
		case c.due <- struct{}{}:
		default:
		}
	}
}

// work makes checkpoints while sales go on.
func (c *checkpointed) work() {
	for range c.due {
		if err := c.checkpoint(); err != nil {
			c.err = err
			return
		}
	}
}

func (c *checkpointed) checkpoint() error {
	var meta book.Meta
	changed := map[uint32]int64{}
	err := c.group.Do(func(j *journal.Journal) error { // the counters stand still
		head, hash := j.Head()
		meta.Applied = []book.ChainMark{{Chain: head.Chain(), Seq: head.Seq, Hash: hash}}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.changed, changed, c.sales = changed, c.changed, 0
		return nil
	})
	if err != nil {
		return err
	}
	var changes []book.Change
	for sku, n := range changed {
		changes = append(changes, book.Change{Key: fmt.Sprintf("stock/%06d", sku), Value: binary.BigEndian.AppendUint64(nil, uint64(n))})
	}
	return c.book.Checkpoint(meta, changes)
}

// Close implements load.Engine.
func (c *checkpointed) Close() error {
	close(c.due)
	c.done.Wait()
	return errors.Join(c.err, c.book.Close(), c.ours.Close())
}
