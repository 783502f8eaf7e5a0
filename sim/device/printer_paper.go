package device

import (
	"encoding/binary"
	"fmt"

	"stormrig/hil/wire/escpos"
)

// States of a piece of paper.
const (
	PieceCut       = "cut"
	PieceTorn      = "torn off"
	PiecePowerLost = "power lost" // it hangs on
	PieceOpen      = "open"       // it hangs out at the end
)

// Piece is paper from one cut to the next.
type Piece struct {
	// Lines is what can be read, a line of text or a code ("[QR data]",
	// "[CODE128 data]") each, with blanks for where it stands. A line of
	// which not all rows were printed ends with "~".
	Lines []string
	State string
	// Job is the job that the printer was told it belongs to, 0 if that was
	// not said in time.
	Job int
	// Width is in dots. Strips are the paper itself and must not be changed.
	Width  int
	Strips []escpos.Strip
	// Dots is a hash of the dots of this piece.
	Dots uint64
}

// Rows returns the dots, Width/8 bytes a row.
func (p Piece) Rows() []byte { return escpos.Rows(p.Width, p.Strips) }

// PNG draws the piece.
func (p Piece) PNG() ([]byte, error) { return escpos.PNG(p.Width, p.Rows()) }

// Text is the piece as plain text.
func (p Piece) Text() string {
	s := ""
	for _, l := range p.Lines {
		s += l + "\n"
	}
	return s
}

// paper is what came out of a printer. Strips and finished pieces never
// change, so copies share them.
type paper struct {
	width  int
	pieces []Piece
	strips []escpos.Strip // of what hangs out
	bars   []atBar        // where the tear bar parts it; shared by copies
	dark   bool           // it has dots, behind the last bar
	job    int            // a job that claimed it
	said   int            // strips that it had when power was last lost
	own    uint64         // hash of its dots
	hash   uint64         // hash of all dots
	watch  bool           // keep what is new for whoever watches
	fresh  []escpos.Strip
}

// atBar is a place in what hangs out that was moved to the tear bar: what ends
// there, and the job that it belongs to.
type atBar struct{ strips, job int }

func (p paper) clone() paper {
	p.pieces = p.pieces[:len(p.pieces):len(p.pieces)]
	p.bars = p.bars[:len(p.bars):len(p.bars)]
	p.strips = p.strips[:len(p.strips):len(p.strips)]
	p.fresh = append([]escpos.Strip(nil), p.fresh...)
	return p
}

func (p *paper) blank() bool { return !p.dark }

// begins tells whether s brings the first dots of a piece.
func (p *paper) begins(s escpos.Strip) bool { return !p.dark && darkRows(s.Rows) }

func (p *paper) add(s escpos.Strip) {
	if s.Height == 0 {
		return
	}
	p.dark = p.dark || darkRows(s.Rows)
	p.strips = append(p.strips, s)
	p.own = hashStrip(p.own, s)
	p.hash = hashStrip(p.hash, s)
	if p.watch {
		p.fresh = append(p.fresh, s)
	}
}

// cut takes the piece off at the cutter; the last rows, which the cutter has
// not reached, hang on and begin the next piece.
func (p *paper) cut(behind, job int) (Piece, bool) {
	var left []escpos.Strip
	for behind > 0 && len(p.strips) > 0 {
		s := p.strips[len(p.strips)-1]
		p.strips = p.strips[: len(p.strips)-1 : len(p.strips)-1]
		if s.Height <= behind {
			left = append(left, s)
			behind -= s.Height
			continue
		}
		head, tail := splitStrip(s, s.Height-behind, p.width)
		p.strips, left, behind = append(p.strips, head), append(left, tail), 0
	}
	p.dark, p.own = false, 0
	for _, s := range p.strips {
		p.dark = p.dark || darkRows(s.Rows)
		p.own = hashStrip(p.own, s)
	}
	piece, ok := p.end(PieceCut, job)
	for i := len(left) - 1; i >= 0; i-- {
		p.dark = p.dark || darkRows(left[i].Rows)
		p.strips = append(p.strips, left[i])
		p.own = hashStrip(p.own, left[i])
	}
	return piece, ok
}

// claim notes that a job was finished while the piece hung out.
func (p *paper) claim(job int) {
	if p.dark && job > 0 {
		p.job = job
	}
}

// end takes the piece off. A blank one is scrap and counts as none.
func (p *paper) end(state string, job int) (Piece, bool) {
	piece, ok := p.piece(state, job)
	p.gone()
	if ok {
		p.pieces = append(p.pieces, piece)
	}
	return piece, ok
}

func (p *paper) gone() { p.strips, p.bars, p.dark, p.job, p.said, p.own = nil, nil, false, 0, 0, 0 }

// toBar parts what hangs out at the tear bar; false where that is blank paper.
func (p *paper) toBar(job int) bool {
	if !p.dark {
		return false
	}
	p.bars = append(p.bars, atBar{len(p.strips), job})
	p.dark, p.job, p.said = false, 0, len(p.strips)
	return true
}

// tear takes off what hangs out: a piece from bar to bar.
func (p *paper) tear(job int) []Piece {
	before := len(p.pieces)
	from := 0
	for _, b := range p.bars {
		p.pieces = append(p.pieces, p.part(PieceTorn, b.job, from, b.strips))
		from = b.strips
	}
	if p.dark {
		if p.job != 0 {
			job = p.job
		}
		p.pieces = append(p.pieces, p.part(PieceTorn, job, from, len(p.strips)))
	}
	p.gone()
	return p.pieces[before:]
}

// part is the paper between two strips.
func (p *paper) part(state string, job, from, to int) Piece {
	strips := p.strips[from:to:to]
	piece := Piece{Lines: escpos.Lines(strips), State: state, Job: job, Width: p.width, Strips: strips}
	for _, s := range strips {
		piece.Dots = hashStrip(piece.Dots, s)
	}
	return piece
}

// interrupted is the piece as it hangs when power goes; ok is false when
// nothing was printed on it since it was last said.
func (p *paper) interrupted(job int) (Piece, bool) {
	if len(p.strips) == p.said || !p.dark {
		return Piece{}, false
	}
	p.said = len(p.strips)
	if p.job == 0 {
		p.job = job
	}
	from := 0
	if n := len(p.bars); n > 0 {
		from = p.bars[n-1].strips
	}
	return p.part(PiecePowerLost, p.job, from, len(p.strips)), true
}

func (p *paper) hanging() (Piece, bool) { return p.piece(PieceOpen, p.job) }

func (p *paper) piece(state string, job int) (Piece, bool) {
	if !p.dark && p.bars == nil {
		return Piece{}, false
	}
	if p.job != 0 {
		job = p.job
	}
	strips := p.strips[:len(p.strips):len(p.strips)]
	return Piece{Lines: escpos.Lines(strips), State: state, Job: job, Width: p.width, Strips: strips, Dots: p.own}, true
}

func (p *paper) all() []Piece {
	out := p.pieces[:len(p.pieces):len(p.pieces)]
	if h, ok := p.hanging(); ok {
		out = append(out, h)
	}
	return out
}

// splitStrip divides a strip after n rows. The first part can be read as the
// text with "~" behind it if it has dots; the rest is a "~".
func splitStrip(s escpos.Strip, n, width int) (head, rest escpos.Strip) {
	head, rest = s, s
	head.Height, rest.Height = n, s.Height-n
	if s.Rows == nil {
		return head, rest
	}
	head.Rows, rest.Rows = s.Rows[:n*width/8], s.Rows[n*width/8:]
	switch {
	case !darkRows(head.Rows):
		head.Kind, head.Rows, head.Text = escpos.StripFeed, nil, ""
	case darkRows(rest.Rows):
		head.Text, rest.Text = s.Text+"~", "~"
	default:
		rest.Kind, rest.Rows, rest.Text = escpos.StripFeed, nil, ""
	}
	return head, rest
}

func darkRows(rows []byte) bool {
	for len(rows) >= 8 {
		if binary.LittleEndian.Uint64(rows) != 0 {
			return true
		}
		rows = rows[8:]
	}
	for _, b := range rows {
		if b != 0 {
			return true
		}
	}
	return false
}

// hashStrip mixes a strip into a running hash, eight bytes at a time.
func hashStrip(h uint64, s escpos.Strip) uint64 {
	mix := func(h, v uint64) uint64 {
		h = (h ^ v) * 0x9e3779b97f4a7c15
		return h ^ h>>29
	}
	h = mix(h, uint64(s.Height)<<1|1)
	rows := s.Rows
	for ; len(rows) >= 8; rows = rows[8:] {
		h = mix(h, binary.LittleEndian.Uint64(rows))
	}
	for _, b := range rows {
		h = mix(h, uint64(b))
	}
	return h
}

// String is for logs.
func (p Piece) String() string {
	return fmt.Sprintf("%d lines, %s, job %d", len(p.Lines), p.State, p.Job)
}
