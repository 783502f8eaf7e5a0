// Package seat is what goes over the wire between a till and the place where
// the cashier sits: keys one way, display lines the other. It is stormrig's
// own protocol, so that a cashier is a device like any other and knows nothing
// of the till's types.
//
// Keys: one line a key, "word arg arg" and LF. In an argument a space, a
// backslash and control characters are written as a backslash and two hex
// digits; an empty argument is "\-".
//
// Display: one frame a screen, STX (02h), lines joined by LF, ETX (03h). The
// lines are title, status, tone, prompt, then the body from top to bottom. A
// control character or backslash in a line is written as above. A screen is
// always whole, so a display that was off shows the truth with the next one.
package seat

import (
	"slices"
	"strings"
)

const (
	stx = 0x02
	etx = 0x03
	lf  = '\n'
	cr  = '\r'
)

// Limits of one key line and one frame, in bytes as sent.
const (
	MaxKey   = 1024
	MaxFrame = 16384
)

// Screen is what the display shows.
type Screen struct {
	Title  string
	Lines  []string // body, top to bottom
	Prompt string   // what the till waits for
	Status string   // one line about the till itself
	Tone   string   // sound when it appears: "", "good" or "bad"
}

// Equal says whether two screens show the same.
func (s Screen) Equal(o Screen) bool {
	return s.Title == o.Title && s.Prompt == o.Prompt && s.Status == o.Status &&
		s.Tone == o.Tone && slices.Equal(s.Lines, o.Lines)
}

// Key is one command as pressed.
type Key struct {
	Word string
	Args []string
}

// AppendScreen adds the frame of a screen to dst.
func AppendScreen(dst []byte, s Screen) []byte {
	dst = append(dst, stx)
	dst = appendText(dst, s.Title, false)
	for _, line := range [...]string{s.Status, s.Tone, s.Prompt} {
		dst = appendText(append(dst, lf), line, false)
	}
	for _, line := range s.Lines {
		dst = appendText(append(dst, lf), line, false)
	}
	return append(dst, etx)
}

// AppendKey adds the line of a key to dst.
func AppendKey(dst []byte, k Key) []byte {
	dst = appendWord(dst, k.Word)
	for _, arg := range k.Args {
		dst = appendWord(append(dst, ' '), arg)
	}
	return append(dst, lf)
}

func appendWord(dst []byte, word string) []byte {
	if word == "" {
		return append(dst, `\-`...)
	}
	return appendText(dst, word, true)
}

func appendText(dst []byte, text string, spaces bool) []byte {
	const hexdigits = "0123456789abcdef"
	for i := range len(text) {
		c := text[i]
		if c < 0x20 || c == 0x7F || c == '\\' || c == ' ' && spaces {
			dst = append(dst, '\\', hexdigits[c>>4], hexdigits[c&15])
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

// plain undoes appendText. A backslash without its two digits stays as it is:
// a person at a terminal may type one.
func plain(text string) string {
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	if text == `\-` {
		return ""
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+2 < len(text) {
			hi, ok1 := nibble(text[i+1])
			lo, ok2 := nibble(text[i+2])
			if ok1 && ok2 {
				out = append(out, hi<<4|lo)
				i += 2
				continue
			}
		}
		out = append(out, text[i])
	}
	return string(out)
}

func nibble(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}
