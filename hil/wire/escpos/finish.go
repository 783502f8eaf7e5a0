package escpos

import (
	"bytes"
	"encoding/binary"
)

// finish turns the complete command in p.buf into a value.
func (p *Parser) finish(out []Command) []Command {
	b := p.buf
	p.buf, p.need, p.scan = nil, 0, nil
	c := Command{Bytes: len(b)}
	switch b[0] {
	case esc:
		finishESC(&c, b)
	case gs:
		finishGS(&c, b)
	case fs:
		finishFS(&c, b)
	}
	switch {
	case c.Kind != Ignored || quiet(b):
	case len(b) == 2 && !known(b):
		c.Kind, c.Data = Unknown, b
	default:
		c.Kind, c.Data = Unsupported, b
	}
	return append(out, c)
}

// known tells whether two bytes start a command that the parser has the
// length of.
func known(b []byte) bool {
	if _, ok := fixed[[2]byte{b[0], b[1]}]; ok {
		return true
	}
	return (&Parser{buf: b}).length() > 2
}

func finishESC(c *Command, b []byte) {
	n := 0
	if len(b) > 2 {
		n = int(b[2])
	}
	switch b[1] {
	case '@':
		c.Kind = Init
	case 't':
		c.Kind, c.A = CodePage, n
	case 'E', 'G':
		c.Kind, c.A = Bold, n&1
	case '-':
		c.Kind, c.A = Underline, min(digit(n), 2)
	case 'M':
		if v := digit(n); v <= 1 {
			c.Kind, c.A = Font, v
		}
	case '!':
		c.Kind, c.A = PrintMode, n
	case 'a':
		if v := digit(n); v <= 2 {
			c.Kind, c.A = Justify, v
		}
	case '2':
		c.Kind, c.A = Spacing, -1
	case '3':
		c.Kind, c.A = Spacing, n
	case 'J':
		c.Kind, c.A = FeedDots, n
	case 'd':
		c.Kind, c.A = FeedLines, n
	case '$':
		c.Kind, c.A = MoveTo, word(b[2:])
	case '*':
		c.Kind, c.A, c.B, c.Data = Columns, n, word(b[3:]), b[5:]
	case 'i':
		c.Kind, c.A = Cut, -1
	case 'm':
		c.Kind, c.A, c.B = Cut, -1, 1
	case 'p':
		c.Kind, c.A, c.B, c.C = Pulse, digit(n)&1, int(b[3]), int(b[4])
	default:
		finishPlace(c, b, n)
	}
}

// finishPlace: where and how characters stand, page mode, old ways to ask.
func finishPlace(c *Command, b []byte, n int) {
	switch b[1] {
	case 'L':
		c.Kind, c.A = PageMode, 1
	case 'S':
		c.Kind = PageMode
	case 0x0c:
		c.Kind = PagePrint
	case 'W':
		c.Kind, c.Data = PageArea, b[2:]
	case 'T':
		c.Kind, c.A = PageTurn, digit(n)&3
	case '\\':
		c.Kind, c.A = MoveBy, int(int16(word(b[2:])))
	case ' ':
		c.Kind, c.A = CharSpace, n
	case '{':
		c.Kind, c.A = UpsideDown, n&1
	case 'D':
		c.Kind, c.Data = Tabs, b[2:]
	case 'R':
		c.Kind, c.A = International, n
	case '=':
		c.Kind, c.A = Select, n
	case 'q':
		c.Kind = Release
	case 'V':
		c.Kind, c.A = Turned, min(digit(n), 1)
	case '%':
		c.Kind, c.A = OwnUse, n&1
	case '&':
		c.Kind, c.Data = OwnDefine, b[2:]
	case '?':
		c.Kind, c.A = OwnForget, n
	case 'u': // the forerunners of GS r
		c.Kind, c.A = Transmit, 2
	case 'v':
		c.Kind, c.A = Transmit, 1
	}
}

func finishFS(c *Command, b []byte) {
	switch b[1] {
	case '&':
		c.Kind, c.A = Kanji, 1
	case '.':
		c.Kind = Kanji
	case 'C':
		c.Kind, c.A = Kanji, 2+min(digit(int(b[2])), 1)
	case 'p':
		c.Kind, c.B, c.C = ImagePrint, int(b[2]), digit(int(b[3]))&3
	case 'q':
		c.Kind, c.Data = ImageDefine, b[2:]
	}
}

func finishGS(c *Command, b []byte) {
	n := 0
	if len(b) > 2 {
		n = int(b[2])
	}
	switch b[1] {
	case '!':
		c.Kind, c.A, c.B = Size, n>>4&7+1, n&7+1
	case 'B':
		c.Kind, c.A = Reverse, n&1
	case 'L':
		c.Kind, c.A = LeftMargin, word(b[2:])
	case 'W':
		c.Kind, c.A = AreaWidth, word(b[2:])
	case 'P':
		c.Kind, c.A, c.B = MotionUnits, n, int(b[3])
	case 'h':
		c.Kind, c.A = BarHeight, n
	case 'w':
		c.Kind, c.A = BarModule, n
	case 'H':
		c.Kind, c.A = BarText, digit(n)&3
	case 'a':
		c.Kind, c.A = AutoStatus, n
	case 'r':
		c.Kind, c.A = Transmit, digit(n)
	case 'I':
		c.Kind, c.A = Identify, n
	case 'V':
		finishCut(c, b)
	case 'k':
		finishBar(c, b)
	case 'v':
		if len(b) >= 8 {
			c.Kind, c.A, c.B, c.C, c.Data = Raster, digit(int(b[3]))&3, word(b[4:]), word(b[6:]), b[8:]
		}
	case '(':
		finishGroup(c, b)
	case '8':
		if len(b) >= 9 && b[2] == 'L' {
			c.Kind, c.A, c.Data = Graphics, int(b[8]), b[9:]
		}
	case '$':
		c.Kind, c.A = PageDown, word(b[2:])
	case '\\':
		c.Kind, c.A = PageDownBy, int(int16(word(b[2:])))
	case '*':
		c.Kind, c.A, c.Data = ImageDefine, 1, b[2:]
	case '/':
		c.Kind, c.A, c.C = ImagePrint, 1, digit(n)&3
	case 'f':
		if v := digit(n); v <= 1 {
			c.Kind, c.A = BarFont, v
		}
	case 'T':
		c.Kind, c.A = LineStart, digit(n)&1
	case ':':
		c.Kind = MacroMark
	case '^':
		c.Kind, c.A, c.B, c.C = MacroRun, n, int(b[3]), int(b[4])&1
	}
}

func finishCut(c *Command, b []byte) {
	switch b[2] {
	case 0, '0':
		c.Kind, c.A = Cut, -1
	case 1, '1':
		c.Kind, c.A, c.B = Cut, -1, 1
	case 65, 97, 103: // 97 cuts when the place has come to the cutter, 103 goes back behind the cut
		c.Kind, c.A = Cut, int(b[3])
	case 66, 98, 104:
		c.Kind, c.A, c.B = Cut, int(b[3]), 1
	}
}

// finishBar maps function A's numbers to function B's.
func finishBar(c *Command, b []byte) {
	switch {
	case b[2] <= 6:
		c.Kind, c.A, c.Data = Bar, int(b[2])+65, bytes.TrimSuffix(b[3:], []byte{nul})
	case b[2] >= 65 && b[2] <= 79:
		c.Kind, c.A, c.Data = Bar, int(b[2]), b[4:]
	}
}

// finishGroup: GS ( k (QR, cn 49) and GS ( H (completion).
func finishGroup(c *Command, b []byte) {
	d := b[5:]
	switch {
	case b[2] == 'k' && len(d) >= 3 && d[0] == 49:
		switch d[1] {
		case 67:
			c.Kind, c.A = QRModule, int(d[2])
		case 69:
			c.Kind, c.A = QRLevel, int(d[2])
		case 80:
			if d[2] == '0' {
				c.Kind, c.Data = QRStore, d[3:]
			}
		case 81:
			if d[2] == '0' {
				c.Kind = QRPrint
			}
		}
	case b[2] == 'k' && len(d) >= 2 && d[0] != 49:
		c.Kind, c.A, c.B, c.Data = Symbol, int(d[0]), int(d[1]), d[2:]
	case b[2] == 'L' && len(d) >= 2:
		c.Kind, c.A, c.Data = Graphics, int(d[1]), d[2:]
	case b[2] == 'H' && len(d) == 6 && d[0] == '0' && d[1] == '0':
		c.Kind, c.Data = Complete, d[2:]
	}
}

// digit reads a parameter that may be a number or its ASCII digit.
func digit(n int) int {
	if n >= '0' && n <= '9' {
		return n - '0'
	}
	return n
}

func word(b []byte) int { return int(binary.LittleEndian.Uint16(b)) }
