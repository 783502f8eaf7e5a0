package escpos

import "sort"

// Fonts of the printer, numbered as in ESC M.
const (
	FontA = 0 // 12x24 dots
	FontB = 1 // 9x17 dots
)

// CharSize returns the cell of a font in dots.
func CharSize(font int) (w, h int) {
	if font == FontB {
		return 9, 17
	}
	return 12, 24
}

// glyphOf returns the index of a character's glyph; what the font lacks looks
// like a question mark.
func glyphOf(r rune) int {
	if r >= 0x20 && r < 0x7f {
		return int(r - 0x20)
	}
	i := sort.Search(len(glyphRunes), func(i int) bool { return glyphRunes[i] >= r })
	if i < len(glyphRunes) && glyphRunes[i] == r {
		return i
	}
	return '?' - 0x20
}

func glyphRows(font, glyph int) []uint16 {
	if font == FontB {
		return fontB[glyph][:]
	}
	return fontA[glyph][:]
}

// style is how a character looks.
type style struct {
	font    uint8
	under   uint8 // dots
	w, h    uint8 // factors from 1
	bold    bool
	reverse bool
	turned  bool // a quarter turn clockwise
}

// size is the room that a character takes on its line.
func (s style) size() (w, h int) {
	w, h = CharSize(int(s.font))
	if w, h = w*int(s.w), h*int(s.h); s.turned {
		return h, w
	}
	return w, h
}

// canvas is a strip being drawn: rows of stride bytes.
type canvas struct {
	rows   []byte
	stride int
}

// or sets dots from a 32-bit word whose bit 31 is the dot at x. Dots beyond
// the right edge are lost.
func (c canvas) or(x, y int, v uint32) {
	at := x >> 3
	row := c.rows[y*c.stride : (y+1)*c.stride]
	s := uint64(v) << 32 >> (x & 7)
	for ; s != 0 && at < len(row); at++ {
		row[at] |= byte(s >> 56)
		s <<= 8
	}
}

// glyph draws one character with its upper left corner at x, y.
func (c canvas) glyph(x, y int, rows []uint16, s style) {
	cw, _ := CharSize(int(s.font))
	mask := ^uint32(0) << (32 - cw)
	for i, r := range rows {
		v := uint32(r) << 16
		if s.bold {
			v |= v >> 1
		}
		if i >= len(rows)-int(s.under) {
			v = mask
		}
		if s.reverse {
			v = ^v
		}
		if v &= mask; v == 0 {
			continue
		}
		for k := range int(s.h) {
			if s.w == 1 {
				c.or(x, y+i*int(s.h)+k, v)
			} else {
				c.wide(x, y+i*int(s.h)+k, v, cw, int(s.w))
			}
		}
	}
}

// wide draws n dots of v, each w dots wide.
func (c canvas) wide(x, y int, v uint32, n, w int) {
	dots := ^uint32(0) << (32 - w)
	for i := range n {
		if v>>(31-i)&1 == 1 {
			c.or(x+i*w, y, dots)
		}
	}
}

// bars draws element widths, a bar first, as one row; module is the width of
// one. It returns the width in dots.
func (c canvas) bars(x, y int, widths []byte, module int) int {
	start := x
	for i, n := range widths {
		if i%2 == 0 {
			c.run(x, y, int(n)*module)
		}
		x += int(n) * module
	}
	return x - start
}

// run sets n dots of a row.
func (c canvas) run(x, y, n int) {
	for ; n > 32; n -= 32 {
		c.or(x, y, ^uint32(0))
		x += 32
	}
	if n > 0 {
		c.or(x, y, ^uint32(0)<<(32-n))
	}
}

// repeat copies row y into the n-1 rows below it.
func (c canvas) repeat(y, n int) {
	row := c.rows[y*c.stride : (y+1)*c.stride]
	for i := 1; i < n; i++ {
		copy(c.rows[(y+i)*c.stride:], row)
	}
}

// image draws packed rows of widthBytes at x, y; each dot is w by h dots.
func (c canvas) image(x, y int, data []byte, widthBytes, w, h int) {
	for i := 0; (i+1)*widthBytes <= len(data); i++ {
		for j, b := range data[i*widthBytes : (i+1)*widthBytes] {
			if b == 0 {
				continue
			}
			if w == 1 {
				c.or(x+8*j, y+i*h, uint32(b)<<24)
			} else {
				c.wide(x+8*j*w, y+i*h, uint32(b)<<24, 8, w)
			}
		}
		c.repeat(y+i*h, h)
	}
}

// box draws a frame, two dots thick, inside of w by h dots.
func (c canvas) box(x, y, w, h int) {
	for i := 2; i < h-2; i++ {
		if i < 4 || i >= h-4 {
			c.run(x+2, y+i, w-4)
			continue
		}
		c.run(x+2, y+i, 2)
		c.run(x+w-4, y+i, 2)
	}
}

// turn turns rows by half a turn between two columns of dots.
func turn(rows []byte, left, right, stride int) {
	old := append([]byte(nil), rows...)
	height := len(rows) / stride
	for i := range rows {
		rows[i] = 0
	}
	for y := range height {
		for x := left; x < right; x++ {
			if old[y*stride+x/8]>>(7-x%8)&1 == 1 {
				u, v := left+right-1-x, height-1-y
				rows[v*stride+u/8] |= 0x80 >> (u % 8)
			}
		}
	}
}
