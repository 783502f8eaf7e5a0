package engines

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"stormrig/bench/load"
	"stormrig/pos/journal/group"
)

var (
	sales  = []byte("sales")
	stocks = []byte("stock")
)

// boltDB keeps sales by number and counters by SKU.
type boltDB struct {
	db    *bolt.DB
	front *group.Front
	batch bool
}

func openBolt(batch bool) func(dir string) (load.Engine, error) {
	return func(dir string) (load.Engine, error) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
		o := *bolt.DefaultOptions
		o.FreelistType = bolt.FreelistMapType
		db, err := bolt.Open(filepath.Join(dir, "bolt.db"), 0o600, &o)
		if err != nil {
			return nil, err
		}
		there := false
		err = db.View(func(tx *bolt.Tx) error { there = tx.Bucket(stocks) != nil; return nil })
		if err == nil && !there {
			err = db.Update(func(tx *bolt.Tx) error {
				_, err1 := tx.CreateBucketIfNotExists(sales)
				_, err2 := tx.CreateBucketIfNotExists(stocks)
				return errors.Join(err1, err2)
			})
		}
		e := &boltDB{db: db, batch: batch}
		e.front = group.NewFront(e.commit)
		return e, err
	}
}

func (e *boltDB) commit(records [][]byte) error {
	return e.db.Update(func(tx *bolt.Tx) error {
		for _, r := range records {
			if err := put(tx, &load.Sale{Record: r}); err != nil {
				return err
			}
		}
		return nil
	})
}

// put is a sale and its counters in a transaction.
func put(tx *bolt.Tx, s *load.Sale) error {
	b := tx.Bucket(sales)
	b.FillPercent = 1 // keys come in order
	n, err := b.NextSequence()
	if err != nil {
		return err
	}
	if err := b.Put(binary.BigEndian.AppendUint64(nil, n), s.Body()); err != nil {
		return err
	}
	st := tx.Bucket(stocks)
	for i := range load.Lines {
		sku, change := s.Line(i)
		key := binary.BigEndian.AppendUint32(nil, sku)
		if old := st.Get(key); old != nil {
			change += int64(binary.BigEndian.Uint64(old))
		}
		if err := st.Put(key, binary.BigEndian.AppendUint64(nil, uint64(change))); err != nil {
			return err
		}
	}
	return nil
}

// Sale implements load.Engine.
func (e *boltDB) Sale(s *load.Sale) error {
	if e.batch {
		return e.db.Batch(func(tx *bolt.Tx) error { return put(tx, s) })
	}
	return e.front.Do(s.Record)
}

// Fill implements load.Engine.
func (e *boltDB) Fill(n int, next func() *load.Sale) error {
	for n > 0 {
		some := min(n, 5000)
		err := e.db.Update(func(tx *bolt.Tx) error {
			for range some {
				if err := put(tx, next()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		n -= some
	}
	return nil
}

// Last implements load.Engine.
func (e *boltDB) Last() (count uint64, err error) {
	err = e.db.View(func(tx *bolt.Tx) error {
		if k, _ := tx.Bucket(sales).Cursor().Last(); k != nil {
			count = binary.BigEndian.Uint64(k)
		}
		return nil
	})
	return count, err
}

// Close implements load.Engine.
func (e *boltDB) Close() error { return e.db.Close() }
