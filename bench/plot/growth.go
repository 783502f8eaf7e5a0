package plot

import (
	"fmt"
	"html"
	"io"
	"math"
)

// Line is one line of a chart. Lines of one Colour, from 0, look alike in all
// charts.
type Line struct {
	Name   string
	Colour int
	Points [][2]float64
}

// strong are colours for few lines that are all alike in rank.
var strong = []string{"#7a7f87", "#1f6fb2", "#2a9d5c", "#d62828", "#7b4fb5", "#e07b1a"}

// Chart is lines over one logarithmic axis.
type Chart struct {
	Title, Unit, Axis string
	Lines             []Line
}

// chartHeight is what a chart takes of a picture, title and axis included.
const chartHeight = 450

// SVG writes charts below each other as one picture. Points that are not above
// nothing have no place on it and are left out; so are charts without any.
func SVG(w io.Writer, charts []Chart) error {
	p := &printer{w: w}
	p.f(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 %d" font-family="system-ui,sans-serif" font-size="13"><rect width="960" height="%d" fill="#fff"/>`,
		chartHeight*len(charts), chartHeight*len(charts))
	for i, c := range charts {
		p.f(`<text x="14" y="%d" font-size="17" font-weight="bold" fill="#222">%s</text>`, i*chartHeight+26, html.EscapeString(c.Title))
		c.draw(p, i*chartHeight+36)
	}
	p.f(`</svg>`)
	return p.err
}

// Charts writes charts as a page.
func Charts(w io.Writer, title, text string, charts []Chart) error {
	p := &printer{w: w}
	p.f(`<!doctype html><meta charset="utf-8"><title>%s</title><style>body{font:15px/1.5 system-ui,sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;color:#222}
svg{max-width:100%%;height:auto}</style><h1>%s</h1><p>%s</p>`, html.EscapeString(title), html.EscapeString(title), html.EscapeString(text))
	if p.err != nil {
		return p.err
	}
	return SVG(w, charts)
}

func (c Chart) draw(p *printer, top int) {
	x0, x1, y0, y1 := math.Inf(1), 0.0, math.Inf(1), 0.0
	var all []series
	for _, l := range c.Lines {
		s := series{name: l.Name, colour: strong[l.Colour%len(strong)]}
		for _, pt := range l.Points {
			if pt[0] > 0 && pt[1] > 0 {
				s.points = append(s.points, pt)
				x0, x1, y0, y1 = min(x0, pt[0]), max(x1, pt[0]), min(y0, pt[1]), max(y1, pt[1])
			}
		}
		if len(s.points) > 0 {
			all = append(all, s)
		}
	}
	if len(all) == 0 {
		return
	}
	y0, y1 = decades(y0, y1)
	f := newFrameIn(p, fmt.Sprintf(`y="%d" width="960" height="400" `, top), x0/1.3, x1*1.3, y0, y1, c.Unit)
	ticks := map[float64]bool{}
	for _, s := range all {
		for _, pt := range s.points {
			if !ticks[pt[0]] {
				ticks[pt[0]] = true
				f.tick(pt[0], short(pt[0]))
			}
		}
	}
	f.draw(all)
	f.axis(c.Axis)
}
