package history

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Writer appends events to a history and numbers them. It is not safe for
// concurrent use: the order of calls is the order of the history.
type Writer struct {
	out  *bufio.Writer
	n    int64
	line bytes.Buffer
	err  error
}

// NewWriter returns a Writer whose first event gets N 1. Call Flush at the end.
func NewWriter(w io.Writer) *Writer {
	return &Writer{out: bufio.NewWriterSize(w, 64<<10)}
}

// Append numbers the event, writes it as one line and returns its N. Payload
// bytes are written exactly as they are, because they are what was hashed; a
// payload that is not JSON on one line is refused and nothing is written. An
// error of the writer below stays for good.
func (w *Writer) Append(e Event) (int64, error) {
	if w.err != nil {
		return 0, w.err
	}
	e.N = w.n + 1
	if err := encodeLine(&w.line, e); err != nil {
		return 0, fmt.Errorf("history event %d (%s): %w", e.N, e.Kind, err)
	}
	if _, err := w.out.Write(w.line.Bytes()); err != nil {
		w.err = fmt.Errorf("history event %d: %w", e.N, err)
		return 0, w.err
	}
	w.n = e.N
	return e.N, nil
}

// Flush hands everything to the writer below.
func (w *Writer) Flush() error {
	if w.err == nil {
		if err := w.out.Flush(); err != nil {
			w.err = fmt.Errorf("history: %w", err)
		}
	}
	return w.err
}

// Write writes a whole history whose events are numbered already.
func Write(w io.Writer, events []Event) error {
	out := bufio.NewWriterSize(w, 64<<10)
	var line bytes.Buffer
	for i := range events {
		if err := encodeLine(&line, events[i]); err != nil {
			return fmt.Errorf("history event %d (%s): %w", events[i].N, events[i].Kind, err)
		}
		if _, err := out.Write(line.Bytes()); err != nil {
			return fmt.Errorf("history: %w", err)
		}
	}
	return out.Flush()
}

// encodeLine writes the event with its payload spliced in at the end:
// encoding/json would compact it and escape <, > and &, and the hash of the
// entry would no longer fit.
func encodeLine(line *bytes.Buffer, e Event) error {
	payload := e.Payload
	if payload != nil && !json.Valid(payload) {
		return errors.New("the payload is not JSON")
	}
	if bytes.ContainsAny(payload, "\r\n") {
		return errors.New("the payload is not on one line")
	}
	e.Payload = nil
	line.Reset()
	enc := json.NewEncoder(line)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(&e); err != nil {
		return err
	}
	if payload != nil {
		line.Truncate(line.Len() - len("}\n"))
		line.WriteString(`,"payload":`)
		line.Write(payload)
		line.WriteString("}\n")
	}
	return nil
}
