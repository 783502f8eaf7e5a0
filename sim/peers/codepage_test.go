package peers_test

import (
	"fmt"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"

	"stormrig/hil/wire/escpos"
)

// Each byte of each code page means the same to codepage-encoder.
func TestCodePagesAgree(t *testing.T) {
	t.Parallel()
	p := node(t, "encoder.mjs")
	differ := map[string][]string{}
	for _, name := range sortedPages() {
		page := pageNames[name]
		var runes []rune
		var bytes []byte
		for b := 0x80; b < 0x100; b++ {
			if r := escpos.PageRune(page, byte(b)); r != unicode.ReplacementChar && !unicode.IsControl(r) {
				runes, bytes = append(runes, r), append(bytes, byte(b))
			}
		}
		var theirs []byte
		p.call(map[string]any{"op": "bytes", "text": string(runes), "page": name}, &theirs)
		if !assert.Len(t, theirs, len(bytes), name) {
			continue
		}
		for i, b := range bytes {
			if theirs[i] != b {
				differ[page] = append(differ[page], fmt.Sprintf("%02x %U %02x", b, runes[i], theirs[i]))
			}
		}
	}
	assert.Equal(t, map[string][]string{
		// Control codes: a printer takes these for commands or drops them, and
		// 09h moves to a tab. The bytes that print the signs are ours.
		"Katakana": {"a0 U+00A0 ff", "e8 U+2660 06", "e9 U+2665 03", "ea U+2666 04", "eb U+2663 05", "ec U+2022 07", "ed U+25CB 09"},
		"PC775":    {"f4 U+00B6 14", "f5 U+00A7 15"},
		"PC850":    {"f4 U+00B6 14", "f5 U+00A7 15"},
		"PC852":    {"f5 U+00A7 15"},
		"PC855":    {"fd U+00A7 15"},
		"PC857":    {"f4 U+00B6 14", "f5 U+00A7 15"},
		"PC858":    {"f4 U+00B6 14", "f5 U+00A7 15"},
		"PC863":    {"86 U+00B6 14", "8f U+00A7 15"},
		"PC869":    {"f5 U+00A7 15"},
		// Theirs has the signs of an older table, divide and plus-minus.
		"PC1125": {"fa U+00B7 3f", "fb U+221A 3f"},
		// WHATWG's table has a point there, Microsoft's has nothing.
		"WPC1255": {"ca U+05BA 3f"},
	}, differ, "byte, our character, their byte for it")
}
