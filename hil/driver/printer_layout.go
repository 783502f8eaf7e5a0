package driver

import (
	"strings"
	"unicode/utf8"

	"stormrig/hil/wire/escpos"
	"stormrig/pos"
)

// layout writes a document for the printer, from its first line to its last
// code, without what stands around it (reset, cut, completion).
func (p *PrinterProfile) layout(b *escpos.Builder, doc *pos.Document) {
	for i := range doc.Lines {
		p.line(b, &doc.Lines[i])
	}
	if doc.Barcode != "" {
		p.barcode(b, doc.Barcode)
	}
	if doc.QR != "" {
		p.qr(b, doc.QR)
	}
}

// line writes one line, broken where it is too long. Modes are set for the
// line and taken back after it, so that a line says all about itself.
func (p *PrinterProfile) line(b *escpos.Builder, l *pos.DocLine) {
	columns := p.Columns()
	if l.Rule {
		b.Text(strings.Repeat(p.rule(), columns)).LF()
		return
	}
	if l.Double {
		columns /= 2
		b.Size(2, 2)
	}
	if l.Bold {
		b.Bold(true)
	}
	if l.Align != pos.Left && l.RightText == "" {
		b.Align(int(l.Align))
	}
	text := l.Text
	if l.Else != "" && !b.Prints(text) {
		text = l.Else
	}
	for _, s := range breakLine(text, l.RightText, columns) {
		b.Text(s).LF()
	}
	if l.Align != pos.Left && l.RightText == "" {
		b.Align(int(pos.Left))
	}
	if l.Bold {
		b.Bold(false)
	}
	if l.Double {
		b.Size(1, 1)
	}
}

// rule is what a rule is made of: a drawn line where a code page has one.
func (p *PrinterProfile) rule() string {
	for _, page := range p.Pages {
		if strings.HasPrefix(page.Name, "PC") && page.Name != "PC864" {
			return "─"
		}
	}
	return "-"
}

func (p *PrinterProfile) barcode(b *escpos.Builder, text string) {
	b.Align(int(pos.Centre)).LF()
	o := escpos.Barcode{Height: 64, Module: 2, HRI: true}
	wide := (11*(len(text)+3) + 2 + 20) * o.Module // start, check, stop, quiet zones
	if err := b.Code128(text, o, wide > p.DotsPerLine); err != nil {
		b.Text(text).LF() // a person can still read it
	}
	b.Align(int(pos.Left))
}

// qr writes a code with a line of white on both sides, which is more than its
// quiet zone: what ESC J counts in differs by make.
func (p *PrinterProfile) qr(b *escpos.Builder, text string) {
	b.Align(int(pos.Centre)).LF()
	if err := b.QR(text, p.QRModule, 'M'); err != nil {
		b.Text(text).LF()
	}
	b.LF().Align(int(pos.Left))
}

// breakLine fills lines of so many columns with text, words kept whole where
// they fit, and sets right at the margin of the last one. The blanks that text
// begins with are kept on every line.
func breakLine(text, right string, columns int) []string {
	indent := text[:len(text)-len(strings.TrimLeft(text, " "))]
	if len(indent) > columns/2 {
		indent = indent[:columns/2]
	}
	lines := breakWords(strings.TrimSpace(text), columns-len(indent))
	for i := range lines {
		lines[i] = strings.TrimRight(indent+lines[i], " ")
	}
	if right == "" {
		return lines
	}
	for _, r := range breakWords(right, columns) {
		last := &lines[len(lines)-1]
		gap := columns - utf8.RuneCountInString(*last) - utf8.RuneCountInString(r)
		if gap < 1 && *last != "" {
			lines = append(lines, "")
			last = &lines[len(lines)-1]
			gap = columns - utf8.RuneCountInString(r)
		}
		*last += strings.Repeat(" ", max(gap, 0)) + r
	}
	return lines
}

// breakWords breaks text at blanks into lines of at most columns runes; a
// word longer than a line is broken anywhere. There is always a line.
func breakWords(text string, columns int) []string {
	var lines []string
	line := []rune(nil)
	for _, w := range strings.Fields(text) {
		word := []rune(w)
		if len(line) > 0 && len(line)+1+len(word) <= columns {
			line = append(append(line, ' '), word...)
			continue
		}
		if len(line) > 0 {
			lines = append(lines, string(line))
		}
		for len(word) > columns {
			lines = append(lines, string(word[:columns]))
			word = word[columns:]
		}
		line = word
	}
	return append(lines, string(line))
}
