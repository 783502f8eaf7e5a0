package main

import (
	"encoding/binary"

	"github.com/dgraph-io/badger/v4"

	"stormrig/bench/load"
)

type badgerDB struct {
	db *badger.DB
	counters
}

func openBadger(dir string) (load.Engine, error) {
	db, err := badger.Open(badger.DefaultOptions(dir).WithSyncWrites(true).WithLogger(nil))
	if err != nil {
		return nil, err
	}
	return &badgerDB{db: db}, nil
}

// Sale implements load.Engine. Commits are handed over under the lock, so that
// counters are written in their order; the wait is outside.
func (e *badgerDB) Sale(s *load.Sale) error {
	done := make(chan error, 1)
	e.mu.Lock()
	tx := e.db.NewTransaction(true)
	err := e.next(s, tx.Set)
	if err == nil {
		tx.CommitWith(func(err error) { done <- err })
	} else {
		done <- err
	}
	e.mu.Unlock()
	defer tx.Discard()
	return <-done
}

// Fill implements load.Engine.
func (e *badgerDB) Fill(n int, next func() *load.Sale) error {
	for n > 0 {
		some := min(n, 5000)
		b := e.db.NewWriteBatch()
		for range some {
			if err := e.next(next(), func(k, v []byte) error { return b.Set(k, append([]byte(nil), v...)) }); err != nil {
				b.Cancel()
				return err
			}
		}
		if err := b.Flush(); err != nil {
			return err
		}
		n -= some
	}
	return e.db.Sync()
}

// Last implements load.Engine. It also learns where the numbers go on.
func (e *badgerDB) Last() (uint64, error) {
	err := e.db.View(func(tx *badger.Txn) error {
		o := badger.DefaultIteratorOptions
		o.Reverse, o.PrefetchSize = true, 1
		it := tx.NewIterator(o)
		defer it.Close()
		if it.Seek([]byte{saleKey + 1}); it.ValidForPrefix([]byte{saleKey}) {
			e.n = binary.BigEndian.Uint64(it.Item().Key()[1:])
			return it.Item().Value(func([]byte) error { return nil })
		}
		return nil
	})
	return e.n, err
}

// Close implements load.Engine.
func (e *badgerDB) Close() error { return e.db.Close() }
