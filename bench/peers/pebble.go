package main

import (
	"encoding/binary"
	"errors"
	"sync"

	"github.com/cockroachdb/pebble/v2"

	"stormrig/bench/load"
)

// Keys: 's' and the number of a sale, 'c' and the SKU of a counter.
const (
	saleKey    = 's'
	counterKey = 'c'
)

// counters are the read side of a counter: an engine without transactions
// needs someone who knows the last value. The order of writes is that of this
// lock.
type counters struct {
	mu sync.Mutex
	n  uint64
	of [load.SKUs]int64
}

// next numbers a sale and returns its pairs of keys and values.
func (c *counters) next(s *load.Sale, put func(key, value []byte) error) error {
	c.n++
	if err := put(binary.BigEndian.AppendUint64([]byte{saleKey}, c.n), s.Body()); err != nil {
		return err
	}
	for i := range load.Lines {
		sku, change := s.Line(i)
		c.of[sku] += change
		key := binary.BigEndian.AppendUint32([]byte{counterKey}, sku)
		if err := put(key, binary.BigEndian.AppendUint64(nil, uint64(c.of[sku]))); err != nil {
			return err
		}
	}
	return nil
}

type pebbleDB struct {
	db *pebble.DB
	counters
}

// silent keeps pebble's own log out of the answers.
type silent struct{}

func (silent) Infof(string, ...any)  {}
func (silent) Errorf(string, ...any) {}
func (silent) Fatalf(f string, a ...any) {
	panic(f)
}

func openPebble(dir string) (load.Engine, error) {
	db, err := pebble.Open(dir, &pebble.Options{Logger: silent{}})
	if err != nil {
		return nil, err
	}
	return &pebbleDB{db: db}, nil
}

// Sale implements load.Engine. The batch is put together and handed over
// under the lock, so that counters are written in their order; the wait for
// the sync is outside.
func (e *pebbleDB) Sale(s *load.Sale) error {
	b := e.db.NewBatch()
	e.mu.Lock()
	err := e.next(s, func(k, v []byte) error { return b.Set(k, v, nil) })
	if err == nil {
		err = e.db.ApplyNoSyncWait(b, pebble.Sync)
	}
	e.mu.Unlock()
	if err != nil {
		return errors.Join(err, b.Close())
	}
	return errors.Join(b.SyncWait(), b.Close())
}

// Fill implements load.Engine.
func (e *pebbleDB) Fill(n int, next func() *load.Sale) error {
	for n > 0 {
		some := min(n, 5000)
		b := e.db.NewBatch()
		for range some {
			if err := e.next(next(), func(k, v []byte) error { return b.Set(k, v, nil) }); err != nil {
				return err
			}
		}
		if err := b.Commit(pebble.Sync); err != nil {
			return err
		}
		n -= some
	}
	return nil
}

// Last implements load.Engine. It also learns where the numbers go on.
func (e *pebbleDB) Last() (uint64, error) {
	it, err := e.db.NewIter(&pebble.IterOptions{LowerBound: []byte{saleKey}, UpperBound: []byte{saleKey + 1}})
	if err != nil {
		return 0, err
	}
	if it.Last() {
		e.n = binary.BigEndian.Uint64(it.Key()[1:])
	}
	return e.n, it.Close()
}

// Close implements load.Engine.
func (e *pebbleDB) Close() error { return e.db.Close() }
