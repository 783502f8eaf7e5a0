package plot

import (
	"fmt"
	"html"
	"math"
	"slices"

	"stormrig/bench/engines"
	"stormrig/bench/suite"
)

// names returns the engines in their order, each with its colour.
func names(r *suite.Report) ([]string, map[string]string) {
	var out []string
	add := func(n string) {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	for i := range r.Engines {
		add(r.Engines[i].Name)
	}
	for i := range r.Open {
		add(r.Open[i].Name)
	}
	for i := range r.Fill {
		add(r.Fill[i].Name)
	}
	colours := map[string]string{}
	others := 0
	for _, n := range out {
		if n == engines.Journal {
			colours[n] = ours
			continue
		}
		colours[n] = palette[others%len(palette)]
		others++
	}
	return out, colours
}

// decades returns the powers of ten around a range, at least one decade.
func decades(lo, hi float64) (float64, float64) {
	lo = math.Pow(10, math.Floor(math.Log10(max(lo, 1e-6))))
	hi = math.Pow(10, math.Ceil(math.Log10(max(hi, 1e-6))))
	if hi <= lo {
		hi = lo * 10
	}
	return lo, hi
}

// Throughput draws the ratio to the raw line over callers.
func Throughput(p *printer, r *suite.Report) {
	lo, hi, most := math.Inf(1), 0.0, 1.0
	for _, row := range r.Engines {
		lo, hi = min(lo, slices.Min(row.Rounds)), max(hi, slices.Max(row.Rounds))
		most = max(most, float64(row.Callers))
	}
	lo, hi = decades(lo, hi)
	f := newFrame(p, 0.8, most*1.15, lo, hi, "x")
	var all []series
	list, colours := names(r)
	ticks := map[int]bool{}
	for _, n := range list {
		s := series{name: n, colour: colours[n], dashed: n == engines.Raw || n == engines.RawPrealloc}
		for _, row := range r.Engines {
			if row.Name != n {
				continue
			}
			x := float64(row.Callers)
			if !ticks[row.Callers] {
				ticks[row.Callers] = true
				f.tick(x, fmt.Sprint(row.Callers))
			}
			s.points = append(s.points, [2]float64{x, row.Ratio})
			s.bars = append(s.bars, [3]float64{x, slices.Min(row.Rounds), slices.Max(row.Rounds)})
		}
		all = append(all, s)
	}
	f.draw(all)
	f.axis("callers at a time")
}

// Latency draws p50, p99 and p99.9 of one caller, a row an engine.
func Latency(p *printer, r *suite.Report) {
	var rows []suite.Row
	lo, hi := math.Inf(1), 0.0
	for _, row := range r.Engines {
		if row.Callers == r.Engines[0].Callers {
			rows = append(rows, row)
			lo, hi = min(lo, row.P50), max(hi, row.P999)
		}
	}
	lo, hi = decades(lo, hi)
	const left, width, step = 190.0, 700.0, 26.0
	x := func(v float64) float64 { return left + math.Log(max(v, lo)/lo)/math.Log(hi/lo)*width }
	height := step*float64(len(rows)) + 50
	p.f(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 %.0f" font-family="system-ui,sans-serif" font-size="13">`, height)
	for v := lo; v <= hi*1.001; v *= 10 {
		p.f(`<line x1="%.1f" x2="%.1f" y1="5" y2="%.1f" stroke="#e4e4e4"/><text x="%.1f" y="%.1f" text-anchor="middle" fill="#555">%s µs</text>`,
			x(v), x(v), height-38, x(v), height-22, short(v))
	}
	_, colours := names(r)
	for i, row := range rows {
		y := 18 + step*float64(i)
		c := colours[row.Name]
		p.f(`<text x="%.1f" y="%.1f" text-anchor="end" fill="%s">%s</text>`, left-12, y+4, c, html.EscapeString(row.Name))
		p.f(`<line x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f" stroke="%s" stroke-width="2"/>`, x(row.P50), x(row.P999), y, y, c)
		p.f(`<circle cx="%.1f" cy="%.1f" r="6" fill="%s"/><circle cx="%.1f" cy="%.1f" r="4.5" fill="#fff" stroke="%s" stroke-width="2"/><line x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f" stroke="%s" stroke-width="2"/>`,
			x(row.P50), y, c, x(row.P99), y, c, x(row.P999), x(row.P999), y-7, y+7, c)
	}
	p.f(`<text x="%.1f" y="%.1f" fill="#333" text-anchor="middle">one caller: ● p50, ○ p99, | p99.9</text></svg>`, left+width/2, height-4)
}

// Opening draws the time of an open over how many sales there are.
func Opening(p *printer, r *suite.Report) {
	lo, hi, few, most := math.Inf(1), 0.0, math.Inf(1), 1.0
	for _, o := range r.Open {
		lo, hi = min(lo, o.MS), max(hi, o.MS)
		few, most = min(few, float64(o.Entries)), max(most, float64(o.Entries))
	}
	lo, hi = decades(lo, hi)
	f := newFrame(p, few/1.3, most*1.3, lo, hi, " ms")
	list, colours := names(r)
	var all []series
	ticks := map[int]bool{}
	for _, n := range list {
		for _, how := range []string{"in order", "killed"} {
			s := series{name: n, colour: colours[n], dashed: how != "in order"}
			if how != "in order" {
				s.name += ", killed"
			}
			for _, o := range r.Open {
				if o.Name != n || o.HowStopped != how {
					continue
				}
				s.points = append(s.points, [2]float64{float64(o.Entries), o.MS})
				if !ticks[o.Entries] {
					ticks[o.Entries] = true
					f.tick(float64(o.Entries), short(float64(o.Entries)))
				}
			}
			if len(s.points) > 0 {
				all = append(all, s)
			}
		}
	}
	f.draw(all)
	f.axis("sales in it")
}

// Long draws p99.9 of each stretch of a long run.
func Long(p *printer, r *suite.Report) {
	lo, hi, last := math.Inf(1), 0.0, 0.1
	for _, w := range r.Fill {
		lo, hi, last = min(lo, w.P999), max(hi, w.P999), max(last, w.Minute)
	}
	lo, hi = decades(lo, hi)
	f := newFrame(p, 0, last*1.05, lo, hi, " µs")
	f.linearX = true
	list, colours := names(r)
	var all []series
	for _, n := range list {
		s := series{name: n, colour: colours[n]}
		for _, w := range r.Fill {
			if w.Name == n {
				s.points = append(s.points, [2]float64{w.Minute, w.P999})
			}
		}
		all = append(all, s)
	}
	f.draw(all)
	for i := range 6 {
		v := last * float64(i) / 5
		f.tick(v, fmt.Sprintf("%.2g", v))
	}
	f.axis("minutes")
}
