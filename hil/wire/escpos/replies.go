package escpos

// ReplyKind names what a printer sent.
type ReplyKind uint8

// The kinds of reply.
const (
	ReplyXOn ReplyKind = iota
	ReplyXOff
	ReplyLive     // answer to DLE EOT: B
	ReplyAuto     // automatic status: Auto
	ReplyComplete // completion: ID
	ReplyCleared  // buffers cleared
	ReplyByte     // answer to GS r, or to GS I below 65: B
	ReplyText     // answer to GS I from 65: Text
	ReplyUnknown  // a byte that is none of these: B
)

// Reply is one answer of a printer.
type Reply struct {
	Kind ReplyKind
	B    byte
	Auto [4]byte
	ID   [4]byte
	Text string
}

// Job returns the job number of a completion; ok is false when its four
// bytes are not digits, and then it answers nothing that was asked.
func (r Reply) Job() (job int, ok bool) { return JobNumber(r.ID[:]) }

// JobNumber reads the bytes of a completion request.
func JobNumber(id []byte) (job int, ok bool) {
	for _, d := range id {
		if d < '0' || d > '9' {
			return 0, false
		}
		job = job*10 + int(d-'0')
	}
	return job, true
}

// maxText bounds the text of a GS I answer.
const maxText = 80

// Replies tells a printer's answers apart, byte by byte. They share one line
// without frames; what makes it possible is that bits 0, 1, 4 and 7 of a first
// byte say what it starts (GS I, GS r 0xx0xxxx; DLE EOT 0xx1xx10; ASB
// 0xx1xx00; XON 11, XOFF 13), and that XON and XOFF may stand inside anything
// [Citizen CT-D150, TM-U295]. The zero value is ready; a copy is a clone.
type Replies struct {
	buf  [4 + maxText]byte
	n    int
	what ReplyKind
}

// Reset forgets half a reply (a new connection).
func (r *Replies) Reset() { r.n = 0 }

// Feed takes one byte and appends the replies that it completes to out.
func (r *Replies) Feed(b byte, out []Reply) []Reply {
	switch {
	case b == XOn:
		return append(out, Reply{Kind: ReplyXOn})
	case b == XOff:
		return append(out, Reply{Kind: ReplyXOff})
	case r.n > 0:
		return r.more(b, out)
	}
	return r.start(b, out)
}

func (r *Replies) start(b byte, out []Reply) []Reply {
	switch {
	case b == 0x37 || b == 0x5f:
		r.begin(ReplyComplete, b)
		if b == 0x5f {
			r.what = ReplyText
		}
		return out
	case b&0x93 == 0x12:
		return append(out, Reply{Kind: ReplyLive, B: b})
	case b&0x93 == 0x10:
		r.begin(ReplyAuto, b)
		return out
	case b&0x90 == 0x00:
		return append(out, Reply{Kind: ReplyByte, B: b})
	}
	return append(out, Reply{Kind: ReplyUnknown, B: b})
}

func (r *Replies) begin(k ReplyKind, b byte) { r.what, r.buf[0], r.n = k, b, 1 }

// more takes a byte inside a reply. A byte that cannot stand there ends the
// half reply, which is dropped, and begins anew.
func (r *Replies) more(b byte, out []Reply) []Reply {
	switch r.what {
	case ReplyAuto:
		if b&0x93 == 0x12 { // a real-time answer slipped in between
			return append(out, Reply{Kind: ReplyLive, B: b})
		}
		if b&0x90 != 0 {
			return r.restart(b, out)
		}
		r.push(b)
		if r.n == 4 {
			r.n = 0
			return append(out, Reply{Kind: ReplyAuto, Auto: [4]byte(r.buf[:4])})
		}
	case ReplyComplete:
		return r.block(b, out)
	case ReplyText:
		if b == nul {
			text := string(r.buf[1:r.n])
			r.n = 0
			return append(out, Reply{Kind: ReplyText, Text: text})
		}
		if b < 0x20 || b > 0x7e || r.n > maxText {
			return r.restart(b, out)
		}
		r.push(b)
	}
	return out
}

// block reads the rest of 37 22 d1..d4 00 or 37 25 00. An id is printable, or
// NUL where NULs completed a half request.
func (r *Replies) block(b byte, out []Reply) []Reply {
	second := r.buf[1]
	switch {
	case r.n == 1 && b != 0x22 && b != 0x25:
		return r.restart(b, out)
	case r.n == 2 && second == 0x25 && b == nul:
		r.n = 0
		return append(out, Reply{Kind: ReplyCleared})
	case r.n == 2 && second == 0x25:
		return r.restart(b, out)
	case r.n == 6 && b == nul:
		r.n = 0
		return append(out, Reply{Kind: ReplyComplete, ID: [4]byte(r.buf[2:6])})
	case r.n == 6, r.n >= 2 && b != nul && (b < 0x20 || b > 0x7e):
		return r.restart(b, out)
	}
	r.push(b)
	return out
}

func (r *Replies) push(b byte) { r.buf[r.n] = b; r.n++ }

func (r *Replies) restart(b byte, out []Reply) []Reply {
	r.n = 0
	return r.start(b, out)
}
