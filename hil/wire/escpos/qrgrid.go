package escpos

// qrGrid places modules. raw holds the unmasked code, fixed marks function
// patterns, out is the masked result of the last apply.
type qrGrid struct {
	n, version      int
	raw, fixed, out []byte
}

func newQRGrid(v int) *qrGrid {
	n := 17 + 4*v
	cells := make([]byte, 3*n*n)
	q := &qrGrid{n: n, version: v, raw: cells[:n*n], fixed: cells[n*n : 2*n*n], out: cells[2*n*n:]}
	for i := range n {
		q.set(6, i, i%2 == 0)
		q.set(i, 6, i%2 == 0)
	}
	q.finder(3, 3)
	q.finder(n-4, 3)
	q.finder(3, n-4)
	centres := qrAlignment(v)
	last := len(centres) - 1
	for i, x := range centres {
		for j, y := range centres {
			if i == 0 && j == 0 || i == 0 && j == last || i == last && j == 0 {
				continue
			}
			q.alignment(x, y)
		}
	}
	q.format(0) // reserves the places
	q.versionBits()
	return q
}

func (q *qrGrid) set(x, y int, dark bool) {
	q.raw[y*q.n+x], q.fixed[y*q.n+x] = flag(dark), 1
}

func (q *qrGrid) finder(cx, cy int) {
	for dy := -4; dy <= 4; dy++ {
		for dx := -4; dx <= 4; dx++ {
			x, y := cx+dx, cy+dy
			if x < 0 || y < 0 || x >= q.n || y >= q.n {
				continue
			}
			d := max(dx, -dx, dy, -dy)
			q.set(x, y, d != 2 && d != 4)
		}
	}
}

func (q *qrGrid) alignment(cx, cy int) {
	for dy := -2; dy <= 2; dy++ {
		for dx := -2; dx <= 2; dx++ {
			q.set(cx+dx, cy+dy, max(dx, -dx, dy, -dy) != 1)
		}
	}
}

// format writes 15 format bits in both places, and the dark module.
func (q *qrGrid) format(bits int) {
	b := func(i int) bool { return bits>>i&1 == 1 }
	for i := range 6 {
		q.set(8, i, b(i))
	}
	q.set(8, 7, b(6))
	q.set(8, 8, b(7))
	q.set(7, 8, b(8))
	for i := 9; i < 15; i++ {
		q.set(14-i, 8, b(i))
	}
	for i := range 8 {
		q.set(q.n-1-i, 8, b(i))
	}
	for i := 8; i < 15; i++ {
		q.set(8, q.n-15+i, b(i))
	}
	q.set(8, q.n-8, true)
}

func (q *qrGrid) versionBits() {
	if q.version < 7 {
		return
	}
	rem := q.version
	for range 12 {
		rem = rem<<1 ^ rem>>11*0x1f25
	}
	bits := q.version<<12 | rem
	for i := range 18 {
		dark := bits>>i&1 == 1
		q.set(q.n-11+i%3, i/3, dark)
		q.set(i/3, q.n-11+i%3, dark)
	}
}

// place fills the codewords in, zigzag from the lower right.
func (q *qrGrid) place(words []byte) {
	i := 0
	for right := q.n - 1; right >= 1; right -= 2 {
		if right == 6 {
			right = 5
		}
		for vert := range q.n {
			y := vert
			if (right+1)&2 == 0 {
				y = q.n - 1 - vert
			}
			for x := right; x >= right-1; x-- {
				if q.fixed[y*q.n+x] == 0 && i < 8*len(words) {
					q.raw[y*q.n+x] = words[i/8] >> (7 - i%8) & 1
					i++
				}
			}
		}
	}
}

// apply writes the format bits for a mask and makes out.
func (q *qrGrid) apply(mask, level int) {
	data := qrFormatLevel[level]<<3 | mask
	rem := data
	for range 10 {
		rem = rem<<1 ^ rem>>9*0x537
	}
	q.format((data<<10 | rem) ^ 0x5412)
	// Every mask repeats after twelve modules both ways.
	var tile [12][12]byte
	for i := range 144 {
		tile[i/12][i%12] = flag(qrMasked(mask, i%12, i/12))
	}
	for y := range q.n {
		row := &tile[y%12]
		raw, fixed, out := q.raw[y*q.n:(y+1)*q.n], q.fixed[y*q.n:(y+1)*q.n], q.out[y*q.n:(y+1)*q.n]
		for x, k := 0, 0; x < len(raw); x++ {
			out[x] = raw[x] ^ row[k]&^fixed[x]
			if k++; k == 12 {
				k = 0
			}
		}
	}
}

func qrMasked(mask, x, y int) bool {
	switch mask {
	case 0:
		return (x+y)&1 == 0
	case 1:
		return y&1 == 0
	case 2:
		return x%3 == 0
	case 3:
		return (x+y)%3 == 0
	case 4:
		return (x/3+y/2)&1 == 0
	case 5:
		return x*y%2+x*y%3 == 0
	case 6:
		return (x*y%2+x*y%3)&1 == 0
	}
	return ((x+y)&1+x*y%3)&1 == 0
}

// penalty rates out by the four rules of the standard.
func (q *qrGrid) penalty() int {
	n, p, dark := q.n, 0, 0
	for i := range n {
		p += qrRuns(q.out[i*n:], 1, n) + qrRuns(q.out[i:], n, n)
	}
	for y := range n {
		row, above := q.out[y*n:y*n+n], q.out[max(y-1, 0)*n:][:n]
		dark += int(row[0])
		for x := 1; x < n; x++ {
			dark += int(row[x])
			// Four alike sum to 0 or 4: a two by two block.
			if sum := row[x] + row[x-1] + above[x] + above[x-1]; y > 0 && sum&3 == 0 {
				p += 3
			}
		}
	}
	off := max(dark*20-n*n*10, n*n*10-dark*20)
	return p + ((off+n*n-1)/(n*n)-1)*10
}

// qrRuns rates one row or column: runs of five and more, and what looks like
// a finder (1:1:3:1:1 with four light modules on a side).
func qrRuns(cells []byte, step, n int) int {
	p, window := 0, uint32(0)
	run, last := 0, cells[0]
	for i, at := 0, 0; i < n; i, at = i+1, at+step {
		v := cells[at]
		if v == last {
			run++
		} else {
			if run >= 5 {
				p += run - 2
			}
			last, run = v, 1
		}
		window = window<<1&0x7ff | uint32(v)
		if i >= 10 && (window == 0x05d || window == 0x5d0) {
			p += 40
		}
	}
	if run >= 5 {
		p += run - 2
	}
	return p
}
