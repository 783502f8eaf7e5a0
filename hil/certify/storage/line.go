package storage

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// Line is a writer's connection to its witness.
type Line struct {
	conn   net.Conn
	lines  *bufio.Scanner
	run    string
	within time.Duration // for an answer
}

// answerWithin is how long a witness may take, on whatever line it is: one that
// takes longer has lost its own power, or its network.
const answerWithin = 30 * time.Second

// ErrWitness is what a failure of the witness is, not of the disk.
var ErrWitness = errors.New("the witness")

// Call connects to a witness for a run.
func Call(ctx context.Context, addr, run string) (*Line, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("the witness does not answer (start one on another machine: stormrig witness --listen :7117): %w", err)
	}
	return &Line{conn: c, lines: bufio.NewScanner(c), run: run, within: answerWithin}, nil
}

// Close hangs up.
func (l *Line) Close() error { return l.conn.Close() }

// ask waits for an answer, and hangs up where none comes: nothing is known then
// of what was asked.
func (l *Line) ask(q call) (Held, error) {
	ctx, cancel := context.WithTimeout(context.Background(), l.within)
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			l.conn.Close()
		}
	})
	defer stop()
	h, err := l.talk(q)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return h, fmt.Errorf("%w gives no answer within %s: %w", ErrWitness, l.within, context.DeadlineExceeded)
	}
	return h, err
}

func (l *Line) talk(q call) (Held, error) {
	q.Run = l.run
	p, err := json.Marshal(q)
	if err != nil {
		return Held{}, err
	}
	if _, err := l.conn.Write(append(p, '\n')); err != nil {
		return Held{}, fmt.Errorf("%w: %w", ErrWitness, err)
	}
	if !l.lines.Scan() {
		return Held{}, fmt.Errorf("%w hung up: %w", ErrWitness, errors.Join(l.lines.Err(), io.ErrUnexpectedEOF))
	}
	var a answer
	if err := json.Unmarshal(l.lines.Bytes(), &a); err != nil {
		return Held{}, fmt.Errorf("%w: %w", ErrWitness, err)
	}
	if a.Error != "" {
		return Held{}, fmt.Errorf("%w: %s", ErrWitness, a.Error)
	}
	return a.Held, nil
}
