// Package card is what goes over the wire between a till and a card dongle of
// the *reader* class: one that holds a request (reference, amount) and the
// last card read for it, in a memory of its own, and authorises nothing. It
// also parses track data, and stands in for the encryption that such a reader
// does in its head.
//
// # Link
//
// The framing is that of older payment terminals (ECR17 and its kin): STX,
// payload, ETX, LRC, answered with ACK or NAK. LRC is the XOR of the payload's
// bytes and ETX. Both sides speak at any time; each has one frame under way
// and repeats it until it is acknowledged.
//
//	STX 02  payload  ETX 03  LRC
//	ACK 06  sequence digit  XOR of the two
//	NAK 15
//
// The ACK carries a check of its own because one flipped bit makes an ACK out
// of an STX, and a payload begins with a sequence digit.
//
// A payload is printable ASCII: a sequence digit, a verb, fields and a check,
// with "|" between them. The check is the CRC-16 (polynomial 1021h, start FFFFh)
// of all before its "|", four hex digits. The LRC alone would let two lost
// bytes of the same value pass, and "S-12|129000" arm as "S-1|19000". In a text field "%", "|" and everything outside 21h-7Eh are
// written as "%" and two hex digits; sealed data is hex; numbers are decimal.
// Therefore no payload holds a control character, and a frame with one inside
// is broken. The sequence digit tells a repeat from a new frame: a receiver
// acknowledges both and acts on the first. Opening the link starts it anew.
//
// Verbs and fields:
//
//	till -> reader              reader -> till
//	arm|ref|amount              card|ref|masked|serial|sealed
//	cancel|ref                  removed|ref
//	status                      state|pending|lives
//	vibrate
//	confirm|ref                 result|ref|outcome|masked|code|stan|auth
//	void|ref
//
// confirm, void and result are of a *terminal*, which authorises by itself: an
// arm is answered by a result, with the trace number and the approval code of
// its own request to the host (as an ECR17 payment's answer has them). One with a confirmation step holds an approval
// open until confirm or void; what becomes of one that was open when the power
// went is its profile's (it voids, confirms, or blocks and takes no arm until
// it is told).
//
// status is answered with card (a terminal: result) while the reader holds one,
// else with state; so is what comes too early for a terminal: a cancel, confirm
// or void while its host decides. Its result follows.
package card

import "bytes"

// Bytes of the link.
const (
	stx = 0x02
	etx = 0x03
	ack = 0x06
	nak = 0x15
)

// MaxPayload is the longest payload in bytes; a sealed track takes about 200.
const MaxPayload = 1024

// LRC is the check byte of a payload.
func LRC(payload []byte) byte {
	sum := byte(etx)
	for _, c := range payload {
		sum ^= c
	}
	return sum
}

// AppendFrame adds a frame around payload to dst.
func AppendFrame(dst, payload []byte) []byte {
	dst = append(dst, stx)
	dst = append(dst, payload...)
	return append(dst, etx, LRC(payload))
}

// AppendAck adds the acknowledgement of the frame with this sequence digit.
func AppendAck(dst []byte, seq byte) []byte { return append(dst, ack, seq, ack^seq) }

// AppendNak adds the request to repeat whatever is under way.
func AppendNak(dst []byte) []byte { return append(dst, nak) }

// PieceKind says what a Piece is.
type PieceKind uint8

// The pieces of a stream.
const (
	Frame  PieceKind = iota // Payload holds a payload whose LRC was right
	Acked                   // Seq was acknowledged
	Naked                   // a repeat was asked for
	Broken                  // a frame was begun and not ended well
)

// Piece is what the parser finds in a stream.
type Piece struct {
	Kind    PieceKind
	Seq     byte   // Acked
	Payload []byte // Frame
}

// where the parser is.
type place uint8

const (
	outside place = iota
	inside
	atLRC
	atSeq
	atAckCheck
)

// Parser cuts a stream into pieces and finds its feet again after garbage: an
// STX always begins a frame, except in the place of an LRC that it fits.
type Parser struct {
	buf []byte
	seq byte // of an ACK half received
	at  place
}

// Clone returns a copy with a buffer of its own.
func (p Parser) Clone() Parser {
	p.buf = bytes.Clone(p.buf)
	return p
}

// Reset forgets a frame begun.
func (p *Parser) Reset() { p.buf, p.at = p.buf[:0], outside }

// Idle tells whether nothing is half received.
func (p *Parser) Idle() bool { return p.at == outside }

// Feed takes bytes and returns the pieces that they complete. Payloads belong
// to the caller.
func (p *Parser) Feed(data []byte) []Piece {
	var out []Piece
	for _, c := range data {
		out = p.take(out, c)
	}
	return out
}

func (p *Parser) take(out []Piece, c byte) []Piece {
	switch p.at {
	case inside:
		return p.takeInside(out, c)
	case atLRC:
		p.at = outside
		if c == LRC(p.buf) {
			return append(out, Piece{Kind: Frame, Payload: bytes.Clone(p.buf)})
		}
		// The LRC itself may be what was lost, and this the next frame.
		return p.take(append(out, Piece{Kind: Broken}), c)
	case atSeq:
		if '0' <= c && c <= '9' {
			p.seq, p.at = c, atAckCheck
			return out
		}
		p.at = outside
		return p.take(out, c)
	case atAckCheck:
		p.at = outside
		if c == ack^p.seq {
			return append(out, Piece{Kind: Acked, Seq: p.seq})
		}
		return p.take(out, c)
	}
	switch c {
	case stx:
		p.buf, p.at = p.buf[:0], inside
	case ack:
		p.at = atSeq
	case nak:
		out = append(out, Piece{Kind: Naked})
	}
	return out
}

func (p *Parser) takeInside(out []Piece, c byte) []Piece {
	switch {
	case c == etx:
		p.at = atLRC
	case c < 0x20 || c > 0x7E || len(p.buf) >= MaxPayload:
		p.at = outside
		return p.take(append(out, Piece{Kind: Broken}), c)
	default:
		p.buf = append(p.buf, c)
	}
	return out
}
