package device

import "stormrig/hil/wire/escpos"

// spoil alters a command as a bad printer misunderstands it; false drops it.
func (d *Printer) spoil(c *escpos.Command) bool {
	bad := d.Profile.Defects
	switch c.Kind {
	case escpos.Text:
		if bad.Has(WrongGlyph) {
			c.A = wrongGlyph(d.draw.CodePage(), c.A)
		}
	case escpos.CodePage:
		return !bad.Has(PageIgnored)
	case escpos.Bold, escpos.Size, escpos.PrintMode:
		return !bad.Has(BoldIgnored)
	case escpos.Init:
		return !bad.Has(InitKeepsModes)
	case escpos.FeedDots, escpos.FeedLines:
		if bad.Has(FeedsShort) {
			c.A /= 2
		}
	case escpos.BarModule:
		if bad.Has(BarcodeThin) {
			c.A = 1
		}
	case escpos.QRModule:
		if bad.Has(QRModuleIgnored) {
			c.A = 2
		}
	}
	return true
}

// wrongGlyph is the currency sign where the euro is meant.
func wrongGlyph(page string, b int) int {
	switch {
	case page == "WPC1252" && b == 0x80:
		return 0xa4
	case page == "PC858" && b == 0xd5:
		return 0xcf
	}
	return b
}

// narrow lets lines end before the edge.
func (d *Printer) narrow() {
	if d.Profile.Defects.Has(WrapsEarly) {
		d.draw.Apply(escpos.Command{Kind: escpos.AreaWidth, A: d.Profile.DotsPerLine - 4*12}, nil)
	}
}

// spoilStrip alters dots; the strip that came in is not touched.
func (d *Printer) spoilStrip(s escpos.Strip) escpos.Strip {
	bad, stride := d.Profile.Defects, d.Profile.DotsPerLine/8
	if s.Rows == nil {
		return s
	}
	rows := append([]byte(nil), s.Rows...)
	switch {
	case s.Kind == escpos.StripImage && bad.Has(ImageShifted):
		for y := range s.Height {
			row := rows[y*stride : (y+1)*stride]
			copy(row[1:], row[:stride-1])
			row[0] = 0
		}
	case s.Kind == escpos.StripImage && bad.Has(ImageRowsMissing):
		for y := 15; y < s.Height; y += 16 {
			clear(rows[y*stride : (y+1)*stride])
		}
	case s.Kind == escpos.StripCode && bad.Has(QRDamaged) && len(s.Text) > 3 && s.Text[:3] == "[QR":
		clear(rows[:s.Height/3*stride])
	default:
		return s
	}
	s.Rows = rows
	return s
}
