package spec

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error is one thing that is wrong in a file, with its place.
type Error struct {
	File   string
	Line   int    // from 1
	Column int    // from 1, in characters
	Width  int    // characters to underline, at least 1
	Text   string // the whole line
	Msg    string // what is wrong
	Hint   string // what was meant or what to do; may be empty
}

// Error writes four lines: place and message, the line, a caret, a hint.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: %s", e.File, e.Line, e.Column, e.Msg)
	if e.Line > 0 {
		text := printable(e.Text)
		width := min(max(e.Width, 1), max(utf8.RuneCountInString(text)-e.Column+1, 1))
		fmt.Fprintf(&b, "\n%5d | %s\n      | %s%s", e.Line, text,
			strings.Repeat(" ", max(e.Column-1, 0)), strings.Repeat("^", width))
	}
	if e.Hint != "" {
		fmt.Fprintf(&b, "\n      hint: %s", e.Hint)
	}
	return b.String()
}

// printable keeps what a terminal would obey out of a message, one character
// for one, so that the caret stays where it belongs.
func printable(line string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case !unicode.IsPrint(r):
			return utf8.RuneError
		}
		return r
	}, line)
}

// Errors is everything that is wrong in a file, in the order of its lines.
type Errors []*Error

func (es Errors) Error() string {
	const most = 10
	var lines []string
	for i, e := range es {
		if i == most {
			lines = append(lines, fmt.Sprintf("and %d more", len(es)-most))
			break
		}
		lines = append(lines, e.Error())
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives each error to errors.Is and errors.As.
func (es Errors) Unwrap() []error {
	out := make([]error, len(es))
	for i, e := range es {
		out[i] = e
	}
	return out
}

func (es Errors) sorted() Errors {
	sort.SliceStable(es, func(i, j int) bool {
		if es[i].Line != es[j].Line {
			return es[i].Line < es[j].Line
		}
		return es[i].Column < es[j].Column
	})
	return es
}

// hinted is an error with a separate word on what was meant.
type hinted struct{ msg, hint string }

func (h *hinted) Error() string {
	if h.hint == "" {
		return h.msg
	}
	return h.msg + " (" + h.hint + ")"
}

func wrong(hint, format string, args ...any) error {
	return &hinted{msg: fmt.Sprintf(format, args...), hint: hint}
}

// split takes an error apart into message and hint.
func split(err error) (msg, hint string) {
	var h *hinted
	if errors.As(err, &h) {
		return h.msg, h.hint
	}
	var m interface{ Meant() string }
	if errors.As(err, &m) {
		return err.Error(), m.Meant()
	}
	return err.Error(), ""
}
