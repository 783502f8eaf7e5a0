package escpos

// Parser decodes bytes into commands, one byte at a time. It never fails:
// what it does not know is dropped or is text, by the same rules as on a
// printer:
//
//   - NUL and the other control bytes that mean nothing are ignored;
//   - ESC, FS or GS with an unknown second byte: both are dropped, what
//     follows is text;
//   - DLE that starts no real-time command is dropped alone;
//   - a command waits for its parameters for ever: whatever comes next is
//     taken for them; but a bar code ends at a byte that it cannot have, which
//     is text again (stray).
//
// The zero value is ready. Copy it with Clone.
type Parser struct {
	// LiveInData makes real-time commands act inside other commands' data
	// too, where their bytes stay part of the data. Models differ (TM-U295,
	// 7193).
	LiveInData bool

	buf  []byte // the unfinished command
	need int    // its length as far as known; 0 in ground state
	scan []byte // an unfinished real-time command inside data
}

// maxLive is the length of the longest real-time command (DLE DC4 8).
const maxLive = 10

// Clone returns a copy that shares nothing changeable.
func (p *Parser) Clone() Parser {
	c := *p
	c.buf = append([]byte(nil), p.buf...)
	c.scan = append([]byte(nil), p.scan...)
	return c
}

// Idle tells whether the parser is between commands.
func (p *Parser) Idle() bool { return len(p.buf) == 0 }

// Held returns how many bytes of an unfinished command the parser holds.
func (p *Parser) Held() int { return len(p.buf) }

// Reset forgets an unfinished command (power loss, clear).
func (p *Parser) Reset() { p.buf, p.need, p.scan = nil, 0, nil }

// Feed takes one byte and appends the commands that it completes to out, at
// most three. Data of a returned command belongs to the caller.
func (p *Parser) Feed(b byte, out []Command) []Command {
	if p.LiveInData && len(p.buf) > 0 && p.buf[0] != dle {
		out = p.feedScan(b, out)
	} else {
		p.scan = nil
	}
	if len(p.buf) == 0 {
		return p.ground(b, out)
	}
	p.buf = append(p.buf, b)
	if p.buf[0] == dle {
		return p.live(out)
	}
	if stray(p.buf) {
		p.buf = p.buf[:len(p.buf)-1]
		out = p.finish(out)
		out[len(out)-1].B = 1
		return p.Feed(b, out)
	}
	if len(p.buf) < p.need {
		return out
	}
	if p.need = p.length(); len(p.buf) < p.need {
		return out
	}
	return p.finish(out)
}

// feedScan looks for real-time commands inside another command's data.
func (p *Parser) feedScan(b byte, out []Command) []Command {
	if len(p.scan) == 0 && b != dle {
		return out
	}
	p.scan = append(p.scan, b)
	c, n := parseLive(p.scan)
	switch {
	case n < 0 && b == dle:
		p.scan = append(p.scan[:0], b)
	case n < 0:
		p.scan = p.scan[:0]
	case n > 0:
		c.Bytes = 0 // the bytes are counted with the data
		p.scan = p.scan[:0]
		return append(out, c)
	}
	return out
}

func (p *Parser) ground(b byte, out []Command) []Command {
	switch {
	case b == esc || b == gs || b == fs || b == dle:
		p.buf, p.need = append(p.buf, b), 2
		return out
	case b == lf:
		return append(out, Command{Kind: LineFeed, Bytes: 1})
	case b == cr:
		return append(out, Command{Kind: Return, Bytes: 1})
	case b == ht:
		return append(out, Command{Kind: Tab, Bytes: 1})
	case b == ff:
		return append(out, Command{Kind: FormFeed, Bytes: 1})
	case b == can:
		return append(out, Command{Kind: Cancel, Bytes: 1})
	case b < 0x20 || b == 0x7f:
		return append(out, Command{Kind: Ignored, Bytes: 1})
	}
	return append(out, Command{Kind: Text, A: int(b), Bytes: 1})
}

// live handles a sequence that began with DLE in ground state.
func (p *Parser) live(out []Command) []Command {
	c, n := parseLive(p.buf)
	if n == 0 {
		return out
	}
	held := p.buf
	p.buf, p.need = nil, 0
	if n > 0 {
		if c.Kind == Ignored {
			c.Kind, c.Data = Unsupported, held
		}
		return append(out, c)
	}
	// No real-time command: DLE is dropped and the rest is read again.
	out = append(out, Command{Kind: Ignored, Bytes: 1})
	for _, b := range held[1:] {
		out = p.Feed(b, out)
	}
	return out
}

// parseLive reads a real-time command. n is its length, 0 when more bytes are
// needed, -1 when s cannot become one.
func parseLive(s []byte) (c Command, n int) {
	if len(s) < 2 {
		return c, 0
	}
	want := 3
	switch s[1] {
	case eot:
		if len(s) < 3 {
			return c, 0
		}
		if s[2] == 7 || s[2] == 8 || s[2] == 18 { // ink, MICR, peeler: one more byte
			want = 4
		}
	case enq:
	case dc4:
		if len(s) < 3 {
			return c, 0
		}
		switch s[2] {
		case 1, 2: // a pulse; power off
			want = 5
		case 3: // buzzer
			want = 8
		case 7: // status
			want = 4
		case 8:
			want = maxLive
		default:
			return c, -1
		}
	default:
		return c, -1
	}
	if len(s) < want {
		return c, 0
	}
	c.Bytes = want
	switch {
	case s[1] == eot && (s[2] >= 1 && s[2] <= 5 || s[2] == 7):
		c.Kind, c.A = LiveStatus, int(s[2])
	case s[1] == enq && (s[2] == 1 || s[2] == 2):
		c.Kind, c.A = LiveEnquiry, int(s[2])
	case s[1] == dc4 && s[2] == 1 && s[3] <= 1 && s[4] >= 1 && s[4] <= 8:
		c.Kind, c.A, c.B = LivePulse, int(s[3]), int(s[4])
	case s[1] == dc4 && s[2] == 8 && string(s[3:]) == clearKey:
		c.Kind = LiveClear
	default:
		c.Kind = Ignored
	}
	return c, want
}

// clearKey guards DLE DC4 8 against arriving by chance.
const clearKey = "\x01\x03\x14\x01\x06\x02\x08"
