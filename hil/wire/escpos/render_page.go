package escpos

import (
	"encoding/binary"
	"strings"
)

// maxPage bounds a page in rows: a command may ask for 65535.
const maxPage = 4000

// page is page mode (ESC L): an area that is written to in one of four
// directions, and the sheet that all areas are laid on before it is printed.
//
// What stands where: the first line of text has its top at the top of the
// area; LF moves down by the line spacing; GS $ sets the line on which
// characters and images stand (Epson's reference, page mode). Codes and images
// that were not placed by GS $ stand below what was there.
type page struct {
	x, y, w, h int // the area on the sheet, in dots
	turn       int // 0 left to right, 1 bottom to top, 2 upside down, 3 top to bottom
	in         Renderer
	down       int  // where characters stand, from the top of the area as it is written
	placed     bool // by GS $
	blocks     []pageBlock
	sheet      []byte // rows of the printer's width
	text       []string
}

type pageBlock struct {
	y     int
	strip Strip
}

const pageLine = 24 // dots: the first characters stand here

func (p *page) clone() *page {
	if p == nil {
		return nil
	}
	c := *p
	c.in = p.in.Clone()
	c.blocks = append([]pageBlock(nil), p.blocks...)
	c.sheet = append([]byte(nil), p.sheet...)
	c.text = append([]string(nil), p.text...)
	return &c
}

// begin makes the area anew; the style of characters goes on.
func (p *page) begin(from *Renderer, width int) {
	p.blocks, p.down, p.placed = nil, pageLine, false
	along := p.w
	if p.turn%2 == 1 {
		along = p.h
	}
	in := from.Clone()
	in.page, in.line, in.x = nil, nil, 0
	in.Width = (min(max(along, 8), max(width, maxPage)) + 7) / 8 * 8
	in.area, in.left, in.onPage = along, 0, true
	p.in = in
}

// pageApply takes a command in page mode.
func (r *Renderer) pageApply(c Command, out []Strip) []Strip {
	p := r.page
	switch c.Kind {
	case Init:
		r.Reset()
	case Cancel:
		p.sheet, p.text = nil, nil
		p.begin(&p.in, r.Width)
	case PageMode:
		if c.A == 0 { // ESC S: what was not printed is forgotten
			r.leave()
		}
	case PageArea:
		p.commit(r.Width)
		p.x, p.y = min(word(c.Data), r.Width-8), word(c.Data[2:])
		p.w, p.h = min(word(c.Data[4:]), r.Width-p.x), word(c.Data[6:])
		p.y = min(p.y, maxPage-1)
		p.h = min(p.h, maxPage-p.y)
		p.begin(&p.in, r.Width)
	case MotionUnits:
		r.setUnits(c.A, c.B)
	case PageTurn:
		p.commit(r.Width)
		p.turn = c.A
		p.begin(&p.in, r.Width)
	case PageDown:
		p.endLine()
		p.down, p.placed = c.A, true
	case PageDownBy:
		p.endLine()
		p.down, p.placed = max(p.down+c.A, 0), true
	case PagePrint:
		out = r.printPage(out)
		p.begin(&p.in, r.Width)
	case FormFeed:
		out = r.printPage(out)
		r.leave()
	default:
		p.put(p.in.Apply(c, nil))
		r.Kept, r.download = p.in.Kept, p.in.download
		r.say(p.in.TakeComplaint())
	}
	return out
}

// leave goes back to standard mode with the style as it is.
func (r *Renderer) leave() {
	in := r.page.in
	r.st, r.codePage, r.spacing = in.st, in.codePage, in.spacing
	r.page = nil
}

// endLine sets what waits where the line stands, without moving on.
func (p *page) endLine() {
	if p.in.Pending() {
		s := p.in.flush(0)
		p.blocks = append(p.blocks, pageBlock{p.down - s.Height, s})
	}
}

// put lays strips on the area.
func (p *page) put(strips []Strip) {
	for _, s := range strips {
		switch {
		case s.Kind == StripFeed:
			p.down += s.Height
		case s.Kind == StripLine:
			p.blocks = append(p.blocks, pageBlock{p.down - min(pageLine, s.Height), s})
			p.down += s.Height
		case p.placed:
			p.blocks = append(p.blocks, pageBlock{max(p.down-s.Height, 0), s})
		default:
			p.blocks = append(p.blocks, pageBlock{p.down - pageLine, s})
			p.down += s.Height
		}
		p.down = min(p.down, maxPage)
	}
}

// commit draws the area onto the sheet.
func (p *page) commit(width int) {
	p.endLine()
	for _, b := range p.blocks {
		if b.strip.Text != "" {
			p.text = append(p.text, strings.Split(b.strip.Text, "\n")...)
		}
		for i := range b.strip.Height {
			if b.strip.Rows == nil {
				break
			}
			stride := p.in.Width / 8
			row := b.strip.Rows[i*stride : (i+1)*stride]
			for j, v := range row {
				for k := 0; v != 0; k, v = k+1, v<<1 {
					if v&0x80 != 0 {
						p.dot(j*8+k, b.y+i, width)
					}
				}
			}
		}
	}
	p.blocks = nil
}

// dot sets a dot of the area, as it is written, on the sheet.
func (p *page) dot(u, v, width int) {
	x, y := u, v
	switch p.turn {
	case 1:
		x, y = v, p.h-1-u
	case 2:
		x, y = p.w-1-u, p.h-1-v
	case 3:
		x, y = p.w-1-v, u
	}
	if x < 0 || y < 0 || x >= p.w || y >= p.h {
		return
	}
	x, y = x+p.x, y+p.y
	if x >= width {
		return
	}
	stride := width / 8
	for len(p.sheet) < (y+1)*stride {
		p.sheet = append(p.sheet, make([]byte, stride)...)
	}
	p.sheet[y*stride+x/8] |= 0x80 >> (x % 8)
}

// printPage prints the sheet down to the bottom of its areas.
func (r *Renderer) printPage(out []Strip) []Strip {
	p := r.page
	p.commit(r.Width)
	stride := r.Width / 8
	height := min(p.y+p.h, maxPage)
	if len(p.sheet) > 0 {
		rows := p.sheet[:min(len(p.sheet), height*stride)]
		out = append(out, Strip{Kind: StripImage, Height: len(rows) / stride, Rows: rows, Text: strings.Join(p.text, "\n")})
	}
	p.sheet, p.text = nil, nil
	return out
}

// pageBegin is ESC L.
func (r *Renderer) pageBegin() {
	if r.Pending() { // only at the beginning of a line
		return
	}
	p := &page{w: r.Width, h: 1662} // Epson's default area: the whole width, about 207 mm
	p.begin(r, r.Width)
	r.page = p
}

// word16 reads a little endian number, 0 where data is short.
func word16(b []byte, at int) int {
	if len(b) < at+2 {
		return 0
	}
	return int(binary.LittleEndian.Uint16(b[at:]))
}
