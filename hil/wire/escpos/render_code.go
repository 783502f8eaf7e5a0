package escpos

import "fmt"

// block draws a block of w by h dots at its place; pending text goes out
// first.
func (r *Renderer) block(w, h int, kind StripKind, text string, out []Strip, draw func(c canvas, x int)) []Strip {
	if r.Pending() {
		out = append(out, r.flush(r.spacing))
	}
	c := canvas{rows: make([]byte, h*r.Width/8), stride: r.Width / 8}
	if r.onPage { // it stands where the next character would
		draw(c, r.left+r.x)
	} else {
		draw(c, r.offset(w))
	}
	if r.upside && kind == StripCode && !r.onPage { // codes turn with the characters, images do not [TM-T88III, GS k, GS ( k]
		turn(c.rows, r.left, r.left+r.printable(), c.stride)
	}
	return append(out, Strip{Kind: kind, Height: h, Rows: c.rows, Text: text})
}

// bar prints a bar code; one that is wrong or too wide is not printed.
func (r *Renderer) bar(c Command, out []Strip) []Strip {
	if c.B != 0 {
		r.say(fmt.Sprintf("the bar code is not printed: after %q comes a byte that it cannot have; what follows prints as text", c.Data))
		return out
	}
	name, hri, widths, err := barWidths(c.A, c.Data)
	if err != nil {
		r.say("the bar code is not printed: " + err.Error())
		return out
	}
	if r.BadCheck && name == "CODE128" {
		spoilCheck(widths)
	}
	total := 0
	for _, w := range widths {
		total += int(w) * r.barMod
	}
	if total > r.printable() {
		r.say(fmt.Sprintf("%s is not printed: %d dots are wider than the paper", name, total))
		return out
	}
	above, below := 0, 0
	if r.barText&1 != 0 {
		above = lineSpacing
	}
	if r.barText&2 != 0 {
		below = lineSpacing
	}
	text := fmt.Sprintf("[%s %s]", name, hri)
	return r.block(total, above+r.barH+below, StripCode, text, out, func(cv canvas, x int) {
		cv.bars(x, above, widths, r.barMod)
		cv.repeat(above, r.barH)
		if above > 0 {
			r.hri(cv, x, total, 0, hri)
		}
		if below > 0 {
			r.hri(cv, x, total, above+r.barH+lineSpacing-24, hri)
		}
	})
}

// hri writes text under or over bars, centred on them.
func (r *Renderer) hri(cv canvas, x, total, y int, text string) {
	st := style{w: 1, h: 1}
	w, _ := CharSize(r.barFont)
	at := max(x+(total-w*len(text))/2, 0)
	for i := 0; i < len(text) && at+w <= r.Width; i++ {
		cv.glyph(at, y, glyphRows(r.barFont, glyphOf(rune(text[i]))), st)
		at += w
	}
}

// qr prints the stored symbol; one that no version holds or that is too wide
// is not printed. The quiet zone is the caller's matter, as on a printer.
func (r *Renderer) qr(out []Strip) []Strip {
	if len(r.qrData) == 0 {
		return out
	}
	m, err := EncodeQR(r.qrData, r.qrLevel)
	side := m.Size * r.qrModule
	if err != nil || side > r.printable() {
		r.say(fmt.Sprintf("the QR code is not printed: %d bytes, %d dots", len(r.qrData), side))
		return out
	}
	text := fmt.Sprintf("[QR %s]", printableText(r.qrData))
	return r.block(side, side, StripCode, text, out, func(cv canvas, x int) {
		for y := range m.Size {
			row := m.Dark[y*m.Size : (y+1)*m.Size]
			for i := 0; i < m.Size; i++ {
				from := i
				for i < m.Size && row[i] == 1 {
					i++
				}
				cv.run(x+from*r.qrModule, y*r.qrModule, (i-from)*r.qrModule)
			}
			cv.repeat(y*r.qrModule, r.qrModule)
		}
	})
}

// printableText shows data in a line of text.
func printableText(data []byte) string {
	out := make([]byte, len(data))
	for i, b := range data {
		if out[i] = b; b < 0x20 || b > 0x7e {
			out[i] = '.'
		}
	}
	return string(out)
}

// raster prints GS v 0. What is wider than the paper is cut off.
func (r *Renderer) raster(c Command, out []Strip) []Strip {
	w, h := 1+c.A&1, 1+c.A>>1&1
	if c.B == 0 || c.C == 0 {
		return out
	}
	text := fmt.Sprintf("[image %dx%d]", c.B*8, c.C)
	return r.block(min(c.B*8*w, r.printable()), c.C*h, StripImage, text, out, func(cv canvas, x int) {
		cv.image(x, 0, c.Data, c.B, w, h)
	})
}

// columns sets ESC *, a column image, as part of the line: 8 or 24 dots high
// in the data, always 24 dots on paper.
func (r *Renderer) columns(c Command, out []Strip) []Strip {
	per := 1
	if c.A >= 32 {
		per = 3
	}
	if c.B == 0 {
		return out
	}
	scale := 2 - c.A&1 // single density doubles the columns
	stride := (c.B + 7) / 8
	img := make([]byte, stride*8*per)
	for x := range c.B {
		for i := range per {
			for k, b := 0, c.Data[x*per+i]; b != 0; k, b = k+1, b<<1 {
				img[(i*8+k)*stride+x/8] |= b >> 7 << (7 - x%8)
			}
		}
	}
	if r.x+c.B*scale > r.printable() && r.x > 0 {
		out = append(out, r.flush(r.spacing))
	}
	r.line = append(r.line, lineCell{x: r.x, image: img, cols: c.B, w: c.B * scale, h: 24})
	r.x += c.B * scale
	return out
}
