package escpos

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// length returns how many bytes the command in p.buf has in all, as far as
// its bytes so far tell; it grows as they arrive.
func (p *Parser) length() int {
	b := p.buf
	if len(b) < 2 {
		return 2
	}
	if n, ok := fixed[[2]byte{b[0], b[1]}]; ok {
		return 2 + n
	}
	switch {
	case b[1] == '(' && b[0] != dle:
		return lengthWithCount(b) // ESC ( A, GS ( k, GS ( H, FS ( A ...: pL pH data
	case b[0] == esc:
		return lengthESC(b)
	case b[0] == gs:
		return lengthGS(b)
	case b[0] == fs && b[1] == '2':
		return 4 + 72
	case b[0] == fs && b[1] == 'q':
		return lengthNV(b)
	case b[0] == fs && b[1] == 'g': // 1 m a1..a4 nL nH data, or 2 and no data
		if len(b) < 10 {
			return 10
		}
		if b[2] == '2' || b[2] == 2 {
			return 10
		}
		return 10 + int(binary.LittleEndian.Uint16(b[8:]))
	}
	return 2
}

// lengthWithCount: X ( fn pL pH, then as many bytes as p says.
func lengthWithCount(b []byte) int {
	if len(b) < 5 {
		return 5
	}
	return 5 + int(binary.LittleEndian.Uint16(b[3:]))
}

func lengthESC(b []byte) int {
	switch b[1] {
	case '*': // m nL nH: 8 or 24 dots a column
		if len(b) < 5 {
			return 5
		}
		n := int(binary.LittleEndian.Uint16(b[3:]))
		if b[2] >= 32 {
			n *= 3
		}
		return 5 + n
	case 'D': // tab positions up to NUL, at most 32
		if len(b) > 2 && (b[len(b)-1] == nul || len(b) == 2+33) {
			return len(b)
		}
		return len(b) + 1
	case '&': // y c1 c2, then for each character x and y*x bytes
		return lengthUserFont(b)
	}
	return 2
}

func lengthUserFont(b []byte) int {
	if len(b) < 5 {
		return 5
	}
	y, n := int(b[2]), 5
	for c := int(b[3]); c <= int(b[4]); c++ {
		if len(b) <= n {
			return n + 1
		}
		n += 1 + y*int(b[n])
	}
	return n
}

func lengthGS(b []byte) int {
	switch b[1] {
	case 'k':
		return lengthBar(b)
	case 'V': // cut; 65, 66, 97, 98, 103, 104 take a distance
		if len(b) < 3 {
			return 3
		}
		switch b[2] {
		case 65, 66, 97, 98, 103, 104:
			return 4
		}
		return 3
	case 'v': // 0 m xL xH yL yH data
		if len(b) < 3 || b[2] != '0' && b[2] != 0 {
			return 3
		}
		if len(b) < 8 {
			return 8
		}
		return 8 + int(binary.LittleEndian.Uint16(b[4:]))*int(binary.LittleEndian.Uint16(b[6:]))
	case '8': // L p1..p4 data
		if len(b) < 7 {
			return 7
		}
		return 7 + int(binary.LittleEndian.Uint32(b[3:]))
	case '*': // x y data
		if len(b) < 4 {
			return 4
		}
		return 4 + int(b[2])*int(b[3])*8
	case 'g': // 0 or 2, m, nL nH
		return 6
	case 'Q': // 0 m xL xH yL yH data
		if len(b) < 8 {
			return 8
		}
		return 8 + int(binary.LittleEndian.Uint16(b[4:]))*int(binary.LittleEndian.Uint16(b[6:]))
	case 'C':
		return lengthCounter(b)
	case 'D': // 48 67 48 kc1 kc2 b c, then a BMP file, which says how long it is
		if len(b) < 15 {
			return 15
		}
		return 9 + max(int(binary.LittleEndian.Uint32(b[11:])&0xffffff), 6)
	}
	return 2
}

// lengthCounter: GS C 0 n m; GS C 1 aL aH bL bH n r; GS C 2 nL nH; GS C ; and
// five numbers in digits, each with a semicolon behind it.
func lengthCounter(b []byte) int {
	switch {
	case len(b) < 3:
		return 3
	case b[2] == '1' || b[2] == 1:
		return 9
	case b[2] != ';':
		return 5
	case bytes.Count(b[3:], []byte{';'}) == 5:
		return len(b)
	}
	return len(b) + 1
}

// lengthBar: GS k m d.. NUL (function A) or GS k m n d1..dn (function B).
func lengthBar(b []byte) int {
	switch {
	case len(b) < 3:
		return 3
	case b[2] <= 6:
		if len(b) > 3 && (b[len(b)-1] == nul || len(b) == 3+mostBar(b[2])) {
			return len(b)
		}
		return len(b) + 1
	case b[2] >= 65 && b[2] <= 79:
		if len(b) < 4 {
			return 4
		}
		return 4 + int(b[3])
	}
	return 3
}

// mostBar is how much data function A takes of a symbology; what comes then is
// normal data, the NUL as well [the same].
func mostBar(m byte) int {
	return []int{12, 12, 13, 8, 256, 256, 256}[m]
}

// stray tells whether the last byte of an unfinished GS k is none that its
// symbology has: "the printer only feeds paper and processes the following data
// as normal data"; of CODE128 it is said of a first character that selects no
// code set [CSN-A2 manual, in Epson's words, GS k]. ESC D ends, too, at a column
// that is not beyond the one before it, and GS C ; at what is no digit.
func stray(b []byte) bool {
	if len(b) < 4 {
		return false
	}
	m, last := b[2], b[len(b)-1]
	switch [2]byte{b[0], b[1]} {
	case [2]byte{esc, 'D'}:
		return last != nul && last <= b[len(b)-2]
	case [2]byte{gs, 'C'}:
		return m == ';' && last != ';' && (last < '0' || last > '9')
	case [2]byte{gs, 'k'}:
	default:
		return false
	}
	switch {
	case m <= 6:
		return last != nul && strings.IndexByte(barBytes[m], last) < 0
	case m >= 65 && m <= 71:
		return len(b) > 4 && strings.IndexByte(barBytes[m-65], last) < 0
	case m == 72 || m == 73 && len(b) > 5:
		return len(b) > 4 && last > 0x7f
	}
	return m == 73 && len(b) == 5 && last != '{'
}

// barBytes are what the symbologies from UPC-A to CODABAR have [Epson, GS k].
var barBytes = [7]string{digits, digits, digits, digits, digits + "ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./", digits, digits + "ABCDabcd$+-./:"}

const digits = "0123456789"

// lengthNV: FS q n, then n images of xL xH yL yH and x*y*8 bytes.
func lengthNV(b []byte) int {
	if len(b) < 3 {
		return 3
	}
	n := 3
	for i := 0; i < int(b[2]); i++ {
		if len(b) < n+4 {
			return n + 4
		}
		n += 4 + int(binary.LittleEndian.Uint16(b[n:]))*int(binary.LittleEndian.Uint16(b[n+2:]))*8
		if len(b) < n {
			return n
		}
	}
	return n
}
