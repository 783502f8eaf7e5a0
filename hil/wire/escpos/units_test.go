package escpos

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// rendered draws bytes on a printer of 180 dots to the inch, and says for each
// strip how high it is and where its first and last dots stand across.
func rendered(u Units, bytes string) string {
	r := Renderer{Width: 512, Units: u}
	r.Reset()
	var p Parser
	var out []Strip
	for i := range len(bytes) {
		for _, c := range p.Feed(bytes[i], nil) {
			if c.Kind == Cut {
				out = append(out, Strip{Height: r.InDots(c).A})
				continue
			}
			out = r.Apply(c, out)
		}
	}
	var said []string
	for _, s := range out {
		word := fmt.Sprint(s.Height)
		if first := strings.IndexFunc(bits(s.Rows, 512), func(b rune) bool { return b == '1' }); s.Rows != nil {
			word += fmt.Sprintf("@%d", first/24*24)
		}
		said = append(said, word)
	}
	return strings.Join(said, " ")
}

// bits lays all rows over each other.
func bits(rows []byte, width int) string {
	var b strings.Builder
	for x := range width {
		dark := "0"
		for i := x / 8; i < len(rows); i += width / 8 {
			if rows[i]>>(7-x%8)&1 == 1 {
				dark = "1"
			}
		}
		b.WriteString(dark)
	}
	return b.String()
}

// TM-T88III specification and TM-T88 Information Manual, GS P: x = 180 and y =
// 360 where nothing is set, a part of a dot is dropped, what was set before stays.
func TestMotionUnits(t *testing.T) {
	tm := Units{Dots: 180, X: 180, Y: 360}
	for _, c := range []struct{ name, bytes, dots, epson string }{
		{"ESC J", "\x1bJ\x18", "24", "12"},
		{"half a dot is dropped", "\x1bJ\x19", "25", "12"},
		{"ESC d counts lines", "\x1bd\x02", "60", "60"},
		{"ESC 3", "\x1b3\x64\n", "100", "50"},
		{"ESC 2 takes it back", "\x1b3\x64\x1b2\n", "30", "30"},
		{"GS V feeds beyond the cutter", "\x1dVB\x28", "40", "20"},
		{"GS V where the paper stands", "\x1dV\x01", "-1", "-1"},
		{"the manual's example", "\x1dP\xb4\xb4\x1b3\x1eA\n\x1dP\xb4\x5a\x1b3\x1eA\n", "30@0 30@0", "30@0 60@0"},
		{"what was set before stays", "\x1b3\x64\x1dP\xb4\xb4\n", "100", "50"},
		{"0 is the default", "\x1dP\xb4\xb4\x1dP\x00\x00\x1bJ\x18", "24", "12"},
		{"ESC @ is the default", "\x1dP\xb4\xb4\x1b@\x1bJ\x18", "24", "12"},
		{"ESC $ across", "\x1b$\x48\x00A\n", "30@72", "30@72"},
		{"ESC $ in units of 1/90 inch", "\x1dP\x5a\x00\x1b$\x48\x00A\n", "30@72", "30@144"},
		{"GS L and ESC \\ across", "\x1dP\x5a\x00\x1dL\x18\x00\x1b\\\x18\x00A\n", "30@48", "30@96"},
		{"ESC SP across", "\x1dP\x5a\x00\x1b \x18 A\n", "30@24", "30@48"},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.dots, rendered(Units{}, c.bytes), "a make that counts in dots")
			assert.Equal(t, c.epson, rendered(tm, c.bytes))
		})
	}
}

// On a page distances down it are told in half dots as well, and across and along
// change places where it is written along the paper. White rows below are no part
// of it.
func TestMotionUnitsOnAPage(t *testing.T) {
	tm := Units{Dots: 180, X: 180, Y: 360}
	page := "\x1bL\x1bW\x00\x00\x00\x00\xf0\x00\x90\x01" // 240 by 400 units
	assert.Equal(t, "94@48", rendered(Units{}, page+"\x1d$\x64\x00\x1b$\x30\x00A\x0c"))
	assert.Equal(t, "44@48", rendered(tm, page+"\x1d$\x64\x00\x1b$\x30\x00A\x0c"))
	assert.Equal(t, "118@0", rendered(Units{}, page+"\x1b3\x64A\nB\x0c"), "one line below the other")
	assert.Equal(t, "68@0", rendered(tm, page+"\x1b3\x64A\nB\x0c"))
	// Bottom to top: the line begins at the end of the area, and how far along it is
	// told in half dots; how far down in dots.
	assert.Equal(t, "352@72", rendered(Units{}, page+"\x1bT\x01\x1d$\x64\x00\x1b$\x30\x00A\x0c"))
	assert.Equal(t, "176@72", rendered(tm, page+"\x1bT\x01\x1d$\x64\x00\x1b$\x30\x00A\x0c"))
}
