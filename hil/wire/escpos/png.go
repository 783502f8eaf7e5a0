package escpos

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
)

// PNG draws rows of paper (packed, width dots each, width a multiple of 8) as
// a one-bit PNG with the margin that no print head reaches around them. The
// file is for people; what decides are the dots.
func PNG(width int, rows []byte) ([]byte, error) {
	stride := width / 8
	if stride == 0 || len(rows)%stride != 0 {
		return nil, fmt.Errorf("escpos: PNG of %d bytes is not whole rows of %d dots", len(rows), width)
	}
	const margin = 32 // dots: 4 mm
	height := len(rows) / stride
	img := image.NewPaletted(image.Rect(0, 0, width+2*margin, height+2*margin),
		color.Palette{color.Gray{0xff}, color.Gray{0x18}})
	for y := range height {
		line := img.Pix[(y+margin)*img.Stride+margin:]
		for i, b := range rows[y*stride : (y+1)*stride] {
			for k := 0; b != 0; k, b = k+1, b<<1 {
				line[i*8+k] = b >> 7
			}
		}
	}
	var buf bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&buf, img); err != nil {
		return nil, fmt.Errorf("escpos: encode PNG: %w", err)
	}
	return buf.Bytes(), nil
}

// Rows joins strips to one block of packed rows, width dots each.
func Rows(width int, strips []Strip) []byte {
	n := 0
	for _, s := range strips {
		n += s.Height
	}
	out := make([]byte, 0, n*width/8)
	for _, s := range strips {
		if s.Rows == nil {
			out = append(out, make([]byte, s.Height*width/8)...)
			continue
		}
		out = append(out, s.Rows...)
	}
	return out
}

// Lines is what can be read on strips: one string a line of text or code,
// blank lines at the end left out.
func Lines(strips []Strip) []string {
	var out []string
	for _, s := range strips {
		if s.Kind != StripFeed {
			out = append(out, strings.Split(s.Text, "\n")...) // a page has many lines
		}
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}

// Print is the short way from bytes to paper, for whoever only wants to see
// what a stream of bytes prints.
func Print(width int, pages []Page, data []byte) []Strip {
	r := Renderer{Width: width, Pages: pages}
	r.Reset()
	var p Parser
	var cmds []Command
	var out []Strip
	for _, b := range data {
		cmds = p.Feed(b, cmds[:0])
		for _, c := range cmds {
			out = r.Apply(c, out)
		}
	}
	if r.Pending() {
		out = append(out, r.flush(r.spacing))
	}
	return out
}
