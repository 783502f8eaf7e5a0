// Package plot draws a journal benchmark as one page: SVG by our own code, no
// script, no network.
package plot

import (
	"fmt"
	"html"
	"io"
	"math"
	"slices"
	"strings"

	"stormrig/bench/engines"
	"stormrig/bench/suite"
)

// ours is the colour of our journal, palette that of the others in their order.
const ours = "#d62828"

var palette = []string{"#8a8f98", "#b9bec7", "#f08a4b", "#1f6fb2", "#7fb3d8", "#2a9d5c", "#8dcf9f", "#7b4fb5", "#b08bd9"}

// Page writes the report as HTML with its pictures inside.
func Page(w io.Writer, r *suite.Report) error {
	p := &printer{w: w}
	p.f(`<!doctype html><meta charset="utf-8"><title>stormrig bench journal</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;color:#222}
svg{max-width:100%%;height:auto}.doubt{background:#fbe3e3;border-left:4px solid #d62828;padding:.5em 1em}
p.small{color:#666;font-size:13px}</style><h1>Journals on one disk</h1>`)
	p.f("<p>%s<br>%s</p>", html.EscapeString(r.Limit.Place.Describe()), html.EscapeString(r.Limit.System))
	for _, d := range r.Limit.Doubts {
		p.f(`<p class="doubt"><b>This may be no disk.</b> %s</p>`, html.EscapeString(d))
	}
	for _, g := range pictures(r) {
		p.f("<h2>%s</h2>", html.EscapeString(g.title))
		g.draw(p, r)
	}
	p.f(`<p class="small">%d rounds of %d ms each, in turns; a sale is 300 bytes and three counters, durable before it is acknowledged. Bars reach from the slowest round to the fastest.</p>`,
		r.Limit.Rounds, r.Limit.RoundMS)
	return p.err
}

// picture is one drawing of a report.
type picture struct {
	title string
	draw  func(p *printer, r *suite.Report)
}

// pictures are those that a report has something for.
func pictures(r *suite.Report) (out []picture) {
	if len(r.Engines) > 0 {
		out = append(out,
			picture{fmt.Sprintf("Durable sales a second, as multiples of one caller's raw append and sync (%.0f a second)", r.Limit.SalesPerSecond), Throughput},
			picture{"How long one sale waits", Latency})
	}
	if len(r.Open) > 0 {
		out = append(out, picture{"Until the last sale is read after a start", Opening})
	}
	if len(r.Fill) > 0 {
		out = append(out, picture{"p99.9 over time", Long})
	}
	return out
}

// Picture writes the report's drawings below each other as one SVG.
func Picture(w io.Writer, r *suite.Report) error {
	p := &printer{w: w}
	all := pictures(r)
	p.f(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 %[1]d" font-family="system-ui,sans-serif" font-size="13"><rect width="960" height="%[1]d" fill="#fff"/>`, chartHeight*len(all))
	for i, g := range all {
		p.f(`<text x="14" y="%d" font-size="17" font-weight="bold" fill="#222">%s</text><svg y="%d" width="960" height="400">`, i*chartHeight+26, html.EscapeString(g.title), i*chartHeight+36)
		g.draw(p, r)
		p.f(`</svg>`)
	}
	p.f(`</svg>`)
	return p.err
}

// printer keeps the first error of many small writes.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) f(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// frame is a drawing with logarithmic axes.
type frame struct {
	*printer
	left, top, width, height float64
	x0, x1, y0, y1           float64 // of the data
	linearX                  bool
}

func (f *frame) x(v float64) float64 {
	if f.linearX {
		return f.left + (v-f.x0)/(f.x1-f.x0)*f.width
	}
	return f.left + math.Log(v/f.x0)/math.Log(f.x1/f.x0)*f.width
}

func (f *frame) y(v float64) float64 {
	return f.top + f.height - math.Log(max(v, f.y0)/f.y0)/math.Log(f.y1/f.y0)*f.height
}

// newFrame begins an SVG with lines at powers of ten (and 2 and 5 of them where
// there is room) of y.
func newFrame(p *printer, x0, x1, y0, y1 float64, unit string) *frame {
	return newFrameIn(p, "", x0, x1, y0, y1, unit)
}

// newFrameIn is newFrame with attributes of a place in another picture.
func newFrameIn(p *printer, place string, x0, x1, y0, y1 float64, unit string) *frame {
	f := &frame{printer: p, left: 70, top: 15, width: 650, height: 330, x0: x0, x1: x1, y0: y0, y1: y1}
	p.f(`<svg xmlns="http://www.w3.org/2000/svg" %sviewBox="0 0 960 400" font-family="system-ui,sans-serif" font-size="13">`, place)
	steps := []float64{1, 2, 5}
	if math.Log10(y1/y0) > 3 {
		steps = steps[:1]
	}
	for e := math.Floor(math.Log10(y0)); e <= math.Ceil(math.Log10(y1)); e++ {
		for _, s := range steps {
			v := s * math.Pow(10, e)
			if v < y0*0.999 || v > y1*1.001 {
				continue
			}
			p.f(`<line x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f" stroke="#e4e4e4"/><text x="%.1f" y="%.1f" text-anchor="end" fill="#555">%s</text>`,
				f.left, f.left+f.width, f.y(v), f.y(v), f.left-8, f.y(v)+4, label(v, unit))
		}
	}
	return f
}

// label writes a number with its unit; ratios in full.
func label(v float64, unit string) string {
	if unit == "x" {
		return fmt.Sprintf("%g×", v)
	}
	return short(v) + unit
}

// short writes a number as people say it.
func short(v float64) string {
	switch {
	case v >= 1e6:
		return fmt.Sprintf("%gM", v/1e6)
	case v >= 1e3:
		return fmt.Sprintf("%gk", v/1e3)
	}
	return fmt.Sprintf("%g", v)
}

// tick writes a label below the x axis.
func (f *frame) tick(v float64, label string) {
	f.f(`<text x="%.1f" y="%.1f" text-anchor="middle" fill="#555">%s</text>`, f.x(v), f.top+f.height+20, html.EscapeString(label))
}

// axis names the x axis and ends the drawing.
func (f *frame) axis(label string) {
	f.f(`<text x="%.1f" y="%.1f" text-anchor="middle" fill="#333">%s</text></svg>`, f.left+f.width/2, f.top+f.height+42, html.EscapeString(label))
}

// series is one line of a drawing.
type series struct {
	name, colour string
	points       [][2]float64
	bars         [][3]float64 // x, from, to
	dashed       bool
}

// draw draws the lines and writes each one's name at its end, apart from each
// other.
func (f *frame) draw(all []series) {
	type end struct {
		y float64
		s series
	}
	var ends []end
	for _, s := range all {
		var path strings.Builder
		for i, pt := range s.points {
			fmt.Fprintf(&path, "%c%.1f %.1f", "ML"[min(i, 1)], f.x(pt[0]), f.y(pt[1]))
		}
		width, dash := 1.8, ""
		if s.name == engines.Journal {
			width = 3.2
		}
		if s.dashed {
			dash = ` stroke-dasharray="6 4"`
		}
		for _, b := range s.bars {
			f.f(`<line x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f" stroke="%s" stroke-opacity=".35" stroke-width="5"/>`, f.x(b[0]), f.x(b[0]), f.y(b[1]), f.y(b[2]), s.colour)
		}
		f.f(`<path d="%s" fill="none" stroke="%s" stroke-width="%.1f"%s/>`, path.String(), s.colour, width, dash)
		for _, pt := range s.points {
			f.f(`<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`, f.x(pt[0]), f.y(pt[1]), s.colour)
		}
		if n := len(s.points); n > 0 {
			ends = append(ends, end{f.y(s.points[n-1][1]), s})
		}
	}
	slices.SortStableFunc(ends, func(a, b end) int { return int(math.Copysign(1, a.y-b.y)) })
	at := -100.0
	for _, e := range ends {
		at = max(e.y+4, at+16)
		bold := ""
		if e.s.name == engines.Journal {
			bold = ` font-weight="bold"`
		}
		f.f(`<text x="%.1f" y="%.1f" fill="%s"%s>%s</text>`, f.left+f.width+14, at, e.s.colour, bold, html.EscapeString(e.s.name))
	}
}
