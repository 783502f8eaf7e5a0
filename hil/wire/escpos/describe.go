package escpos

import (
	"fmt"
	"strings"
)

// quiet tells whether a command has its whole effect by having none: what it
// sets cannot be seen, neither on paper nor on the wire.
func quiet(b []byte) bool {
	switch [2]byte{b[0], b[1]} {
	case [2]byte{esc, 'U'}, [2]byte{esc, 'c'}, [2]byte{gs, 'b'}: // one direction, sensors and button, smoothing
		return true
	case [2]byte{esc, 'r'}: // the first colour
		return digit(int(b[2])) == 0
	case [2]byte{gs, '('}: // k 49 65: QR model 2
		return len(b) >= 9 && string(b[2:8]) == "k\x04\x00\x31\x41\x32" || len(b) > 2 && (b[2] == 'D' || b[2] == 'K')
	case [2]byte{fs, '('}:
		return len(b) > 2 && b[2] == 'A'
	case [2]byte{fs, '-'}, [2]byte{fs, '!'}, [2]byte{fs, 'S'}, [2]byte{fs, 'W'}: // style of characters that it has none of
		return true
	}
	return false
}

// meanings are the commands that are stepped over whole, and some of other
// languages that hosts send by mistake, by how they begin; the longest is right.
var meanings = [...]struct{ begin, means string }{
	{"\x1br", "a second colour"}, {"\x1bK", "feeds backwards"}, {"\x1be", "feeds lines backwards"},
	{"\x1bM", "a font that it does not have"}, {"\x1ba", "an alignment that there is none of"},
	{"\x1b(A", "buzzer"}, {"\x1b(", "a set-up of the printer"},
	{"\x1b4", "italics, of clones and ESC/P"}, {"\x1b5", "the end of italics, of clones and ESC/P"}, {"\x1bB", "beep, of clones"},
	{"\x1bZ", "QR code, of clones; Epson's is GS ( k"}, {"\x1dZ", "kind of two-dimensional code, of clones"},
	{"\x1bl", "left margin, of ESC/P; Epson's is GS L"}, {"\x1bQ", "right margin, of ESC/P; Epson's is GS W"},
	{"\x1bO", "bottom margin, of ESC/P"}, {"\x1bN", "bottom margin, of ESC/P"}, {"\x1b9", "encoding of Chinese, of clones"},
	{"\x10\x04", "a status that it does not have"}, {"\x10\x14", "power off, buzzer or a status that it does not have"},
	{"\x1b\x1d", "StarPRNT: is the host set to another language?"}, {"\x1b\x1e", "StarPRNT: is the host set to another language?"},
	{"\x1b\x06", "StarPRNT: is the host set to another language?"}, {"\x1b\x07", "StarPRNT: is the host set to another language?"},
	{"\x1c2", "defines a character of two bytes"}, {"\x1c?", "forgets a character of two bytes"},
	{"\x1cg", "memory of the user's"}, {"\x1c(", "a set-up of the paper"},
	{"\x1d(A", "test print"}, {"\x1d(C", "memory of the user's"}, {"\x1d(E", "memory switches"}, {"\x1d(H", "answers of its own accord"},
	{"\x1d(L", "graphics"}, {"\x1d(M", "stored settings"}, {"\x1d(N", "effects of characters"}, {"\x1d(P", "page mode"},
	{"\x1d(Q", "lines and boxes in page mode"}, {"\x1d(k", "two-dimensional codes"},
	{"\x1d(k\x04\x00\x31\x41", "a QR code of another model than 2"}, {"\x1d(", "a set-up of the printer"},
	{"\x1dC", "counter"}, {"\x1dc", "prints the counter"}, {"\x1dD", "a BMP file"}, {"\x1dE", "print quality"}, {"\x1dQ", "an image of lines"},
	{"\x1dg", "maintenance counters"}, {"\x1dj", "status of ink"}, {"\x1dk", "a bar code of a kind that there is none of"},
	{"\x1df", "a font that it does not have"}, {"\x1dV", "a cut of a kind that there is none of"}, {"\x1dv", "a raster image of a kind that there is none of"},
	{"\x1dz", "time to wait for recovery"}, {"\x1dx", "place of a bar code, of clones"},
}

// Describe says in words how a command begins and, if it is known, what it is
// for: what an Unknown or Unsupported one brings in Data.
func Describe(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	var out strings.Builder
	out.WriteString(map[byte]string{esc: "ESC", fs: "FS", gs: "GS", dle: "DLE"}[b[0]])
	number := false
	for i, c := range b[1:min(len(b), 8)] {
		if number = number || i > 0 && b[1] != '('; number || c <= ' ' || c > '~' {
			fmt.Fprintf(&out, " %02Xh", c)
		} else {
			fmt.Fprintf(&out, " %c", c)
			number = i == 1
		}
	}
	if len(b) > 8 {
		out.WriteString(" ...")
	}
	best := ""
	for _, m := range meanings {
		if len(m.begin) > len(best) && strings.HasPrefix(string(b), m.begin) {
			best = m.begin
		}
	}
	for _, m := range meanings {
		if m.begin == best {
			fmt.Fprintf(&out, " (%s)", m.means)
		}
	}
	return out.String()
}
