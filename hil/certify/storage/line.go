package storage

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
)

// Line is a writer's connection to its witness.
type Line struct {
	conn  net.Conn
	lines *bufio.Scanner
	run   string
}

// Call connects to a witness for a run.
func Call(ctx context.Context, addr, run string) (*Line, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("the witness does not answer (start one on another machine: stormrig witness --listen :7117): %w", err)
	}
	return &Line{conn: c, lines: bufio.NewScanner(c), run: run}, nil
}

// Close hangs up.
func (l *Line) Close() error { return l.conn.Close() }

func (l *Line) ask(q call) (Held, error) {
	q.Run = l.run
	p, err := json.Marshal(q)
	if err != nil {
		return Held{}, err
	}
	if _, err := l.conn.Write(append(p, '\n')); err != nil {
		return Held{}, fmt.Errorf("the witness: %w", err)
	}
	if !l.lines.Scan() {
		return Held{}, fmt.Errorf("the witness hung up: %w", errors.Join(l.lines.Err(), io.ErrUnexpectedEOF))
	}
	var a answer
	if err := json.Unmarshal(l.lines.Bytes(), &a); err != nil {
		return Held{}, fmt.Errorf("the witness: %w", err)
	}
	if a.Error != "" {
		return Held{}, fmt.Errorf("the witness: %s", a.Error)
	}
	return a.Held, nil
}
