package escpos

// Where the next character of a line goes, and characters that a printer does
// not have of its own: those that the host defines, and those that lie on their
// backs.

// setTabs is ESC D. A position counts from the left margin in columns of the
// style of the moment, and stays where it is when the style changes; without
// any, HT is ignored [Citizen iDP-3420 and HPRT TP80K manuals, ESC D].
func (r *Renderer) setTabs(columns []byte) {
	w, _ := r.st.size()
	r.tabs = make([]int, 0, len(columns))
	for _, n := range columns {
		r.tabs = append(r.tabs, int(n)*(w+r.charGap*int(r.st.w)))
	}
}

// tab is HT: on to the next position, which may lie beyond the line's end, so
// that what follows stands on the next line.
func (r *Renderer) tab() {
	if r.tabs == nil {
		const every = 8 * 12 // columns of font A
		r.x = (r.x/every + 1) * every
		return
	}
	for _, at := range r.tabs {
		if at > r.x {
			r.x = at
			return
		}
	}
}

// moveTo is ESC $ and ESC \\: a place that is not on the line is ignored
// [Epson, TM-T88III specification, ESC $].
func (r *Renderer) moveTo(x int) {
	if x >= 0 && x <= r.printable() {
		r.x = x
	}
}

// lineStart is GS T: what waits is printed, or forgotten.
func (r *Renderer) lineStart(prints bool, out []Strip) []Strip {
	if prints && r.Pending() {
		out = append(out, r.flush(r.spacing))
	}
	r.line, r.x = r.line[:0], 0
	return out
}

// ownGlyph is a character that the host has defined, in one font.
type ownGlyph struct {
	font, code byte
	rows       []uint16
}

// ownMode is ESC %, ESC & and ESC ?.
func (r *Renderer) ownMode(c Command) {
	switch c.Kind {
	case OwnUse:
		r.ownUse = c.A == 1
	case OwnForget:
		r.ownKeep(byte(c.A), nil)
	case OwnDefine:
		if len(c.Data) < 3 {
			return
		}
		y, at := int(c.Data[0]), 3
		for code := int(c.Data[1]); code <= int(c.Data[2]) && at < len(c.Data); code++ {
			x := int(c.Data[at])
			if at+1+x*y > len(c.Data) {
				return
			}
			r.ownKeep(byte(code), ownColumns(int(r.st.font), y, c.Data[at+1:at+1+x*y]))
			at += 1 + x*y
		}
	}
}

// ownColumns turns columns of y bytes, the topmost bit first, into rows.
func ownColumns(font, y int, data []byte) []uint16 {
	w, h := CharSize(font)
	rows := make([]uint16, h)
	for i := 0; y > 0 && i < min(len(data)/y, w); i++ {
		for j := range min(h, 8*y) {
			if data[i*y+j/8]>>(7-j%8)&1 == 1 {
				rows[j] |= 0x8000 >> i
			}
		}
	}
	return rows
}

// ownKeep puts rows in the place of what the host has defined for a code; nil
// forgets it. The old list stays as it is: copies of the renderer share it.
func (r *Renderer) ownKeep(code byte, rows []uint16) {
	kept := make([]ownGlyph, 0, len(r.own)+1)
	for _, g := range r.own {
		if g.font != r.st.font || g.code != code {
			kept = append(kept, g)
		}
	}
	if rows != nil {
		kept = append(kept, ownGlyph{r.st.font, code, rows})
	}
	r.own = kept
}

// ownRows is what prints for a code by the host's definition, nil if nothing.
func (r *Renderer) ownRows(code byte) []uint16 {
	if !r.ownUse {
		return nil
	}
	for _, g := range r.own {
		if g.font == r.st.font && g.code == code {
			return g.rows
		}
	}
	return nil
}

// character draws one, upright or a quarter turn clockwise. What lies is not
// underlined, and what makes it wide or high does so before it is turned
// [Epson, ESC V].
func (c canvas) character(x, y int, rows []uint16, s style) {
	if !s.turned {
		c.glyph(x, y, rows, s)
		return
	}
	s.turned, s.under = false, 0
	w, h := s.size()
	up := canvas{rows: make([]byte, h*((w+7)/8)), stride: (w + 7) / 8}
	up.glyph(0, 0, rows, s)
	for i := range h {
		for j := range w {
			if up.rows[i*up.stride+j/8]>>(7-j%8)&1 == 1 {
				c.run(x+h-1-i, y+j, 1)
			}
		}
	}
}

// leads tells whether a byte is the first one of a character of two: after FS &
// those of GB18030, Big5 and KS C 5601; those of Shift JIS need no FS &.
func (r *Renderer) leads(b byte) bool {
	if r.shiftJIS {
		return b >= 0x81 && b <= 0x9f || b >= 0xe0 && b <= 0xfc
	}
	return r.kanji && b >= 0x81 && b <= 0xfe
}
