package main

import "strings"

// box tells whether a character is drawn by hand.
func box(r rune) bool {
	_, ok := arms(r)
	return ok || r >= 0x2580 && r <= 0x2593 || r == 0x25a0
}

// arms tells how a box character reaches up, right, down and left: 0 not at
// all, 1 with a single line, 2 with a double one.
func arms(r rune) ([4]int, bool) {
	table := "─0101 │1010 ┌0110 ┐0011 └1100 ┘1001 ├1110 ┤1011 ┬0111 ┴1101 ┼1111 " +
		"═0202 ║2020 ╒0210 ╓0120 ╔0220 ╕0012 ╖0021 ╗0022 ╘1200 ╙2100 ╚2200 ╛1002 ╜2001 ╝2002 " +
		"╞1210 ╟2120 ╠2220 ╡1012 ╢2021 ╣2022 ╤0212 ╥0121 ╦0222 ╧1202 ╨2101 ╩2202 ╪1212 ╫2121 ╬2222"
	_, rest, ok := strings.Cut(table, string(r))
	if !ok || r < 0x2500 {
		return [4]int{}, false
	}
	var a [4]int
	for i := range a {
		a[i] = int(rest[i] - '0')
	}
	return a, true
}

func (c cell) drawBox(r rune) []uint16 {
	rows := make([]uint16, c.h)
	dot := func(x, y int) {
		if x >= 0 && x < c.w && y >= 0 && y < c.h {
			rows[y] |= 0x8000 >> x
		}
	}
	if a, ok := arms(r); ok {
		c.lines(a, dot)
		return rows
	}
	for y := range c.h {
		for x := range c.w {
			if c.block(r, x, y) {
				dot(x, y)
			}
		}
	}
	return rows
}

// lines draws the arms from the middle of the cell, two dots thick; double
// lines are two such lines around the middle.
func (c cell) lines(a [4]int, dot func(x, y int)) {
	cx, cy := c.w/2-1, c.h/2-1
	offsets := func(n int) []int {
		return [][]int{nil, {0, 1}, {-2, 3}}[n]
	}
	reach := func(n int) int { return []int{0, 1, 3}[n] } // how far beyond the middle, to close corners
	across, along := max(a[1], a[3]), max(a[0], a[2])
	for _, o := range offsets(a[0]) {
		for y := 0; y <= cy+reach(across); y++ {
			dot(cx+o, y)
		}
	}
	for _, o := range offsets(a[2]) {
		for y := cy - reach(across) + 1; y < c.h; y++ {
			dot(cx+o, y)
		}
	}
	for _, o := range offsets(a[1]) {
		for x := cx - reach(along) + 1; x < c.w; x++ {
			dot(x, cy+o)
		}
	}
	for _, o := range offsets(a[3]) {
		for x := 0; x <= cx+reach(along); x++ {
			dot(x, cy+o)
		}
	}
}

func (c cell) block(r rune, x, y int) bool {
	switch r {
	case 0x2580: // upper half
		return y < c.h/2
	case 0x2584: // lower half
		return y >= c.h/2
	case 0x2588: // full
		return true
	case 0x258c: // left half
		return x < c.w/2
	case 0x2590: // right half
		return x >= c.w/2
	case 0x2591: // light, medium and dark shade
		return x%2 == 0 && y%4 == x/2%2*2
	case 0x2592:
		return (x+y)%2 == 0
	case 0x2593:
		return x%2 == 1 || y%4 != x/2%2*2
	case 0x25a0:
		return x > 1 && x < c.w-2 && y > c.h/3 && y < c.h*3/4
	}
	return false
}
