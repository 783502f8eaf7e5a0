package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"stormrig/bench/compare"
	"stormrig/bench/suite"
)

// benchTable prints a journal benchmark for people. It keeps the first error.
type benchTable struct{ printer }

func (p *benchTable) f(format string, args ...any) { p.line(format+"\n", args...) }

// table prints rows whose cells are separated by tabs, all but the first
// aligned right.
func (p *benchTable) table(rows []string) {
	if p.err != nil || len(rows) < 2 {
		return
	}
	tw := tabwriter.NewWriter(p.w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, r := range rows {
		fmt.Fprintln(tw, r+"\t")
	}
	p.err = tw.Flush()
	p.f("")
}

func (p *benchTable) head(l *suite.Limit) {
	for _, d := range l.Doubts {
		p.f("!!! THIS MAY BE NO DISK: %s", d)
	}
	p.f("%s: %s", l.Place.Dir, l.Place.Describe())
	p.f("%s", l.System)
	p.f("raw append + sync, one caller: %.0f a second, p50 %.0f µs", l.SalesPerSecond, l.P50Micros)
	noise := ""
	if l.Background != nil {
		noise = fmt.Sprintf("; others wrote %.0f kB a second before it began", *l.Background/1000)
	}
	p.f("bytes and syncs a sale: %s%s\n", l.Counters, noise)
}

func (p *benchTable) engines(rep *suite.Report) {
	rows := []string{"engine\tcallers\tsales/s\tlow\thigh\tratio\tof line\tp50 µs\tp99 µs\tp99.9 µs\tbytes\tsyncs\tCPU µs\tallocs\topen ms"}
	callers := 0
	for _, r := range rep.Engines {
		callers = max(callers, r.Callers)
		rows = append(rows, fmt.Sprintf("%s\t%d\t%.0f\t%.0f\t%.0f\t%.2f\t%.2f\t%.0f\t%.0f\t%.0f\t%s\t%s\t%.1f\t%.1f\t%s",
			r.Name, r.Callers, r.SalesPerSecond, r.Low, r.High, r.Ratio, r.OfLine, r.P50, r.P99, r.P999,
			maybe("%.0f", r.Bytes), maybe("%.3f", r.Syncs), r.CPUMicros, r.Allocs, maybe("%.1f", r.OpenMS)))
	}
	p.table(rows)
	if len(rep.Engines) == 0 {
		return
	}
	p.f("median of %d rounds of %d ms; ratio: to one caller's raw append in the same round; of line: to the raw\nappend of as many callers; bytes, syncs, CPU and allocations are for one sale", rep.Limit.Rounds, rep.Limit.RoundMS)
	seen := map[string]bool{}
	for _, r := range rep.Engines {
		if text := strings.TrimSpace(r.Version + "  " + r.Note); text != "" && !seen[r.Name] {
			p.f("  %-20s %s", r.Name, text)
		}
		seen[r.Name] = true
	}
	p.f("")
}

// maybe prints what was available.
func maybe(format string, v *float64) string {
	if v == nil {
		return "n/a"
	}
	return fmt.Sprintf(format, *v)
}

// commits shows where a commit's time goes.
func (p *benchTable) commits(all []suite.Row) {
	rows := []string{"a commit\tcallers\tsales in it\twrite µs\tsync µs\trest µs\tbytes a sale"}
	for _, r := range all {
		if c := r.Parts; c != nil {
			rows = append(rows, fmt.Sprintf("%s\t%d\t%.1f\t%.1f\t%.1f\t%.1f\t%.0f", r.Name, r.Callers, c.Sales, c.Write, c.Sync, c.Rest, c.Bytes))
		}
	}
	p.table(rows)
}

func (p *benchTable) openings(all []suite.Opened) {
	rows := []string{"opened\tsales\tstopped\tms\tlow\thigh\tdisk MB"}
	for _, o := range all {
		rows = append(rows, fmt.Sprintf("%s\t%d\t%s\t%.2f\t%.2f\t%.2f\t%.1f", o.Name, o.Entries, o.HowStopped, o.MS, o.Low, o.High, float64(o.DiskBytes)/1e6))
	}
	p.table(rows)
}

func (p *benchTable) long(all []suite.Window) {
	rows := []string{"one caller\tminute\tsales/s\tp50 µs\tp99 µs\tp99.9 µs\tmost µs\tdisk full"}
	for _, w := range all {
		rows = append(rows, fmt.Sprintf("%s\t%.1f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f%%", w.Name, w.Minute, w.SalesPerSecond, w.P50, w.P99, w.P999, w.Max, w.Full*100))
	}
	p.table(rows)
}

func (p *benchTable) changes(all []compare.Change) {
	rows := []string{"against\tcallers\tratio then\tnow\tchange\tp"}
	for i := range all {
		c := &all[i]
		delta := "~"
		if c.Differs {
			delta = fmt.Sprintf("%+.1f%%", c.Delta()*100)
		}
		if c.Worse {
			delta += " WORSE"
		}
		rows = append(rows, fmt.Sprintf("%s\t%d\t%.2f\t%.2f\t%s\t%.3f", c.Name, c.Callers, c.Then, c.Now, delta, c.P))
	}
	p.table(rows)
	for _, c := range all {
		for _, warning := range c.Warnings {
			p.f("%s with %d: %s", c.Name, c.Callers, warning)
		}
	}
}
