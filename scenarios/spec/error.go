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
		before, at, after := e.parts()
		fmt.Fprintf(&b, "\n%5d | %s%s%s\n      | %s%s", e.Line, before, at, after,
			strings.Repeat(" ", cells(before)), strings.Repeat("^", max(cells(at), 1)))
	}
	if e.Hint != "" {
		fmt.Fprintf(&b, "\n      hint: %s", e.Hint)
	}
	return b.String()
}

// parts are what stands before the place, at it and after it, as much as a
// screen's line takes of each.
func (e *Error) parts() (before, at, after string) {
	const least, most = 40, 160
	line := []rune(printable(e.Text))
	from := min(max(e.Column-1, 0), len(line))
	to := min(from+max(e.Width, 1), len(line))
	before, at, after = string(line[:from]), string(line[from:to]), string(line[to:])
	if len(line) <= most {
		return before, at, after
	}
	if from > 2*least {
		before = "..." + string(line[from-least:from])
	}
	if to-from > most/2 {
		at = string(line[from:from+most/2]) + "..."
	}
	if rest := []rune(after); len(rest) > least {
		after = string(rest[:least]) + "..."
	}
	return before, at, after
}

// cells is how many columns of a terminal a text takes.
func cells(text string) (n int) {
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
			n += 2
		default:
			n++
		}
	}
	return n
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
	const most = 20
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
