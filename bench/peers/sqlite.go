package main

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver sqlite

	"stormrig/bench/load"
	"stormrig/pos/journal/group"
)

// sqlite keeps a table of sales and one of counters. One connection writes.
type sqlite struct {
	db         *sql.DB
	front      *group.Front
	sale, line *sql.Stmt
}

func openSQLite(driver string) func(dir string) (load.Engine, error) {
	return func(dir string) (load.Engine, error) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
		db, err := sql.Open(driver, filepath.Join(dir, "sales.db"))
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(1)
		e := &sqlite{db: db}
		e.front = group.NewFront(e.commit)
		return e, e.prepare()
	}
}

func (e *sqlite) prepare() (err error) {
	for _, q := range []string{
		"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
		"CREATE TABLE IF NOT EXISTS sales (n INTEGER PRIMARY KEY, body BLOB NOT NULL)",
		"CREATE TABLE IF NOT EXISTS stock (sku INTEGER PRIMARY KEY, n INTEGER NOT NULL)",
	} {
		if _, err := e.db.Exec(q); err != nil {
			return err
		}
	}
	if e.sale, err = e.db.Prepare("INSERT INTO sales (body) VALUES (?)"); err != nil {
		return err
	}
	e.line, err = e.db.Prepare("INSERT INTO stock (sku, n) VALUES (?, ?) ON CONFLICT (sku) DO UPDATE SET n = n + excluded.n")
	return err
}

func (e *sqlite) commit(records [][]byte) error {
	tx, err := e.db.Begin()
	if err != nil {
		return err
	}
	sale, line := tx.Stmt(e.sale), tx.Stmt(e.line)
	for _, r := range records {
		if err := insert(sale, line, &load.Sale{Record: r}); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

func insert(sale, line *sql.Stmt, s *load.Sale) error {
	if _, err := sale.Exec(s.Body()); err != nil {
		return err
	}
	for i := range load.Lines {
		sku, change := s.Line(i)
		if _, err := line.Exec(int64(sku), change); err != nil {
			return err
		}
	}
	return nil
}

// Sale implements load.Engine.
func (e *sqlite) Sale(s *load.Sale) error { return e.front.Do(s.Record) }

// Fill implements load.Engine.
func (e *sqlite) Fill(n int, next func() *load.Sale) error {
	for n > 0 {
		some := make([][]byte, min(n, 5000))
		for i := range some {
			some[i] = append([]byte(nil), next().Record...)
		}
		if err := e.commit(some); err != nil {
			return err
		}
		n -= len(some)
	}
	return nil
}

// Last implements load.Engine.
func (e *sqlite) Last() (n uint64, err error) {
	var body []byte
	err = e.db.QueryRow("SELECT n, body FROM sales ORDER BY n DESC LIMIT 1").Scan(&n, &body)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return n, err
}

// Close implements load.Engine.
func (e *sqlite) Close() error {
	return errors.Join(e.sale.Close(), e.line.Close(), e.db.Close())
}
