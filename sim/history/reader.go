package history

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxLine is the longest line that Read accepts, in bytes. The largest events
// (the header of a shop of 100,000 articles, 7 MB, and what each holder has of
// them) stay far below it.
const MaxLine = 32 << 20

// ErrHistory is wrapped by every error of Read that is the input's fault.
var ErrHistory = errors.New("not a history")

// Read reads a whole history and is strict about it: the header first and only
// there, N without a gap from 1, known kinds and fields, one object a line.
// Errors carry the line's number. A line is refused once it is longer than
// [MaxLine], before it is read to its end.
func Read(r io.Reader) ([]Event, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	known := make(map[string]bool)
	for _, k := range Kinds() {
		known[k.Kind] = true
	}
	var events []Event
	var buf []byte
	for n := 1; ; n++ {
		line, err := readLine(in, buf[:0])
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("history line %d: %w", n, err)
		}
		if len(line) == 0 && err == io.EOF {
			break
		}
		buf = line
		e, perr := parseLine(line)
		if perr == nil {
			perr = checkEvent(&e, n, known)
		}
		if perr != nil {
			return nil, fmt.Errorf("history line %d: %w: %w", n, ErrHistory, perr)
		}
		events = append(events, e)
		if err == io.EOF {
			break
		}
	}
	if len(events) == 0 {
		return nil, fmt.Errorf("history line 1: %w: it is empty; the first line must be the header", ErrHistory)
	}
	return events, nil
}

// readLine returns the next line without its end, in buf's memory. The error
// is io.EOF when the input ended with it.
func readLine(in *bufio.Reader, buf []byte) ([]byte, error) {
	for {
		part, err := in.ReadSlice('\n')
		if len(buf)+len(part) > MaxLine {
			return nil, fmt.Errorf("%w: longer than %d bytes", ErrHistory, MaxLine)
		}
		buf = append(buf, part...)
		switch {
		case err == nil:
			return bytes.TrimSuffix(buf[:len(buf)-1], []byte("\r")), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return buf, err
		}
	}
}

func parseLine(line []byte) (Event, error) {
	var e Event
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		if err == io.EOF {
			err = errors.New("an empty line")
		}
		return e, err
	}
	if rest := bytes.TrimSpace(line[dec.InputOffset():]); len(rest) > 0 {
		return e, fmt.Errorf("%d bytes follow the event", len(rest))
	}
	return e, nil
}

func checkEvent(e *Event, n int, known map[string]bool) error {
	switch {
	case e.N != int64(n):
		return fmt.Errorf("n is %d where %d comes next", e.N, n)
	case !known[e.Kind]:
		return fmt.Errorf("unknown kind %q", e.Kind)
	case (n == 1) != (e.Kind == KindHeader):
		return fmt.Errorf("kind %q: the header comes first and only there", e.Kind)
	case n == 1 && e.Header == nil:
		return errors.New("the header line carries no header")
	case n == 1 && e.Header.Schema != Schema:
		return fmt.Errorf("schema %d, this program reads %d", e.Header.Schema, Schema)
	case e.Kind == KindCut && e.Cut == nil:
		return errors.New("a cut without its cut object")
	case (e.Kind == KindEntry || e.Kind == KindCommit) && len(e.Payload) == 0:
		return fmt.Errorf("kind %s without a payload", e.Kind)
	}
	return nil
}
