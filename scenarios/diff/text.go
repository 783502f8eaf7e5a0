package diff

import (
	"fmt"
	"io"
	"strings"
	"time"

	"stormrig/sim/history"
)

// width is how much of a value fits a line.
const width = 70

// Text writes a difference for a person.
func Text(w io.Writer, good, bad string, d *Difference) error {
	p := new(strings.Builder)
	fmt.Fprintf(p, "good  %s\nbad   %s\n\n", good, bad)
	if d.Same {
		p.WriteString("The two histories are the same.\n")
		_, err := io.WriteString(w, p.String())
		return err
	}
	table(p, "told differently", d.Header)
	if d.Good == nil && d.Bad == nil {
		fmt.Fprintf(p, "All %d events are the same.\n", d.Common)
	} else {
		d.first(p)
	}
	table(p, "books against truth", d.Books)
	for _, v := range d.Invariants {
		fmt.Fprintf(p, "  %-4s %s -> %s", v.ID, v.Good, v.Bad)
		if v.Detail != "" {
			fmt.Fprintf(p, "  %s", v.Detail)
		}
		p.WriteByte('\n')
	}
	_, err := io.WriteString(w, p.String())
	return err
}

// first tells the first event that differs.
func (d *Difference) first(p *strings.Builder) {
	fmt.Fprintf(p, "The first %d events are the same.\n\nwhat led to it\n", d.Common)
	for i := range d.Led {
		fmt.Fprintf(p, "    %s\n", line(&d.Led[i]))
	}
	p.WriteString("\nfirst difference\n")
	good, bad := both(d.Good, d.Bad)
	side := func(mark, text string, then []history.Event) {
		fmt.Fprintf(p, "  %s %s\n", mark, text)
		for i := range then {
			fmt.Fprintf(p, "      then %s\n", line(&then[i]))
		}
	}
	side("-", good, d.ThenGood)
	side("+", bad, d.ThenBad)
	p.WriteByte('\n')
	if d.Good != nil && d.Bad != nil && d.Good.Who == d.Bad.Who && d.Good.Kind == d.Bad.Kind {
		table(p, "it differs in", d.Fields)
	}
}

func table(p *strings.Builder, title string, list []Pair) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(p, "%s\n", title)
	for _, x := range list {
		good, bad := aligned(x.Good, x.Bad)
		fmt.Fprintf(p, "    %-24s %s -> %s\n", x.What, good, bad)
	}
	p.WriteByte('\n')
}

// aligned cuts two texts to a line's width so that each shows where they part.
func aligned(a, b string) (string, string) {
	x, y := []rune(a), []rune(b)
	same := 0
	for same < min(len(x), len(y)) && x[same] == y[same] {
		same++
	}
	const before = width / 2
	if from := same - before; max(len(x), len(y)) > width && from > 3 {
		return cut("..." + string(x[from:])), cut("..." + string(y[from:]))
	}
	return cut(a), cut(b)
}

func cut(s string) string {
	if r := []rune(s); len(r) > width {
		return string(r[:width-3]) + "..."
	}
	return s
}

// both says two events so that each line shows where they part.
func both(a, b *history.Event) (string, string) {
	const ended = "(the history has ended)"
	switch {
	case a == nil:
		return ended, line(b)
	case b == nil:
		return line(a), ended
	}
	unit := time.Millisecond
	if a.T != b.T && a.T/int64(unit) == b.T/int64(unit) {
		unit = 1
	}
	x, y := aligned(words(a), words(b))
	return head(a, unit) + x, head(b, unit) + y
}

// line says an event in one line.
func line(e *history.Event) string { return cut(head(e, time.Millisecond) + words(e)) }

// head is an event's number and time, and whose it is.
func head(e *history.Event, unit time.Duration) string {
	return fmt.Sprintf("#%d %s %s %s  ", e.N, time.Duration(e.T).Round(unit), e.Who, e.Kind)
}

// words is what an event says.
func words(e *history.Event) string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if e.Basket > 0 {
		add("sale %d", e.Basket)
	}
	for _, s := range []string{e.State, e.Text, e.Ref, e.Code} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if e.Amount != 0 {
		add("%d", e.Amount)
	}
	if e.Number != 0 {
		add("receipt %d", e.Number)
	}
	if e.Device != "" {
		add("%s/%d/%d", e.Device, e.Inc, e.Seq)
	}
	if e.Fault != nil {
		add("%s %s %s", e.Fault.Kind, e.Fault.Target, e.Fault.When)
	}
	if e.Cut != nil {
		add("in %q, %d of %d operations, %s", e.Cut.Span, e.Cut.Ended, e.Cut.Ops, e.Cut.Image)
	}
	if len(e.Payload) > 0 {
		add("%s", e.Payload)
	}
	return strings.Join(parts, " ")
}
