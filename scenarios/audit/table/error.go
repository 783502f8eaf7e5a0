package table

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error is one thing that is wrong in a file.
type Error struct {
	File string
	Line int    // from 1; 0 where it is about the whole file
	Text string // the line, shortened, without card numbers; may be empty
	Msg  string
	Hint string // what to do; may be empty
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	b.WriteString(": " + e.Msg)
	if e.Text != "" {
		fmt.Fprintf(&b, "\n%5d | %s", e.Line, e.Text)
	}
	if e.Hint != "" {
		b.WriteString("\n      hint: " + e.Hint)
	}
	return b.String()
}

// shorten makes a record fit on a line of a message.
func shorten(s string) string {
	const most = 160
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}
