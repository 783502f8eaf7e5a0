package engines

import (
	"errors"
	"fmt"

	"stormrig/bench/load"
	"stormrig/pos"
	"stormrig/pos/journal"
	"stormrig/pos/journal/group"
	"stormrig/pos/store"
)

// ours is the till's journal as it is, with the counters folded in memory as a
// till folds them, behind the front that a hub puts before it.
type ours struct {
	*timed
	group    *group.Journal
	after    func(payloads [][]byte) // they are folded; may be nil
	counters [load.SKUs]int64
}

func openJournal(dir string) (load.Engine, error) {
	d, err := store.NewDir(dir)
	if err != nil {
		return nil, err
	}
	t := &timed{Dir: d}
	o := journal.OnDisk(journal.Options{Device: "bench"})
	j, r, err := journal.Open(t, o)
	if err != nil {
		return nil, err
	}
	if r.NeedsIncarnation {
		if _, err := j.NewIncarnation(r.Head.Incarnation + 1); err != nil {
			return nil, err
		}
	}
	e := &ours{timed: t}
	e.group = group.NewJournal(j, e.fold)
	return e, nil
}

// fold counts what has become durable.
func (e *ours) fold(payloads [][]byte) {
	for _, p := range payloads {
		s := load.Sale{Record: p}
		for i := range load.Lines {
			sku, change := s.Line(i)
			e.counters[sku] += change
		}
	}
	if e.after != nil {
		e.after(payloads)
	}
}

// Sale implements load.Engine.
func (e *ours) Sale(s *load.Sale) error { return e.group.Append(s.Record) }

// Fill implements load.Engine.
func (e *ours) Fill(n int, next func() *load.Sale) error {
	return e.group.Do(func(j *journal.Journal) error {
		for n > 0 {
			some := make([][]byte, min(n, 1000))
			for i := range some {
				some[i] = append([]byte(nil), next().Record...)
			}
			if _, _, err := j.AppendAll(some...); err != nil {
				return err
			}
			n -= len(some)
		}
		return nil
	})
}

// Last implements load.Engine.
func (e *ours) Last() (count uint64, err error) {
	err = e.group.Do(func(j *journal.Journal) error {
		head, hash := j.Head()
		if head.Seq == 0 {
			return nil
		}
		frames, err := j.Read(head.Incarnation, head.Seq-1, 1)
		if err == nil && (len(frames) != 1 || frames[0].Hash != hash) {
			err = fmt.Errorf("engines: the last entry of %v is not there", head)
		}
		count = total(j.Chains())
		return err
	})
	return count, err
}

func total(chains []pos.Key) (n uint64) {
	for _, k := range chains {
		n += k.Seq
	}
	return n
}

// Close implements load.Engine: it is a stop in order.
func (e *ours) Close() error {
	return e.group.Do(func(j *journal.Journal) error {
		return errors.Join(j.MarkStopped(), j.Close())
	})
}
