package seat

import (
	"bytes"
	"strings"
)

// Keys cuts the seat's bytes into keys; it is the till's side. CR or LF ends
// a line, empty lines are nothing, and a line beyond MaxKey is dropped whole.
type Keys struct {
	line []byte
	over bool
}

// Clone returns a copy with a buffer of its own.
func (p Keys) Clone() Keys {
	p.line = bytes.Clone(p.line)
	return p
}

// Reset forgets a line begun.
func (p *Keys) Reset() { p.line, p.over = p.line[:0], false }

// Feed takes bytes and returns the keys that they complete.
func (p *Keys) Feed(data []byte) []Key {
	var out []Key
	for _, c := range data {
		switch {
		case c == lf || c == cr:
			if k, ok := key(string(p.line)); ok && !p.over {
				out = append(out, k)
			}
			p.Reset()
		case len(p.line) >= MaxKey:
			p.over = true
		default:
			p.line = append(p.line, c)
		}
	}
	return out
}

func key(line string) (Key, bool) {
	words := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
	if len(words) == 0 {
		return Key{}, false
	}
	k := Key{Word: plain(words[0])}
	for _, w := range words[1:] {
		k.Args = append(k.Args, plain(w))
	}
	return k, true
}

// Screens cuts the till's bytes into screens; it is the display's side. Bytes
// outside a frame are skipped, a second STX begins anew, a frame with fewer
// than four lines or beyond MaxFrame is dropped.
type Screens struct {
	frame   []byte
	inside  bool
	tooLong bool
}

// Clone returns a copy with a buffer of its own.
func (p Screens) Clone() Screens {
	p.frame = bytes.Clone(p.frame)
	return p
}

// Reset forgets a frame begun.
func (p *Screens) Reset() { p.frame, p.inside, p.tooLong = p.frame[:0], false, false }

// Feed takes bytes and returns the screens that they complete.
func (p *Screens) Feed(data []byte) []Screen {
	var out []Screen
	for _, c := range data {
		switch {
		case c == stx:
			p.Reset()
			p.inside = true
		case !p.inside:
		case c == etx:
			if s, ok := screen(string(p.frame)); ok && !p.tooLong {
				out = append(out, s)
			}
			p.Reset()
		case len(p.frame) >= MaxFrame:
			p.tooLong = true
		default:
			p.frame = append(p.frame, c)
		}
	}
	return out
}

// head is the number of lines before the body.
const head = 4

func screen(frame string) (Screen, bool) {
	lines := strings.Split(frame, "\n")
	if len(lines) < head {
		return Screen{}, false
	}
	for i, line := range lines {
		lines[i] = plain(line)
	}
	s := Screen{Title: lines[0], Status: lines[1], Tone: lines[2], Prompt: lines[3]}
	if len(lines) > head {
		s.Lines = lines[head:]
	}
	return s, true
}
