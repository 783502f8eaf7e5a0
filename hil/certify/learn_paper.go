package certify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"stormrig/hil/wire/escpos"
)

// highest is the last number of ESC t that is tried.
const highest = 64

// glyphs tries every number of ESC t, and finds out by what is printed which
// code page it is.
func (l *learner) glyphs() {
	x := l.x
	pages := map[int]string{}
	for n := range highest {
		b := x.builder().Raw(0x1B, 't', byte(n))
		for from := 0x80; from < 0x100; from += 16 {
			b.Text(fmt.Sprintf("P%02d ", n))
			b.Raw(0x1B, 't', byte(n))
			for c := from; c < from+16; c++ {
				b.Raw(byte(c))
			}
			b.LF()
		}
		x.print(b)
		x.settle(3 * time.Second) // no buffer overflows
	}
	a, ok := x.Ask(Question{Prompt: "Which code pages has the printer, by its manual? (number:name, number:name, ...; names: " + strings.Join(escpos.PageNames(), " ") + ")",
		See: pagesSeen})
	if !ok {
		return
	}
	for _, one := range strings.Split(a, ",") {
		var n int
		var name string
		if _, err := fmt.Sscanf(strings.TrimSpace(strings.Replace(one, ":", " ", 1)), "%d %s", &n, &name); err == nil && escpos.KnownPage(name) {
			pages[n] = name
		}
	}
	l.found("pages", pages, fmt.Sprintf("what 0x80 to 0xFF print after ESC t 0 to %d", highest-1))
}

// pagesSeen compares what was printed for each number with the tables. A
// printer that ignores a number keeps the page before it, which is page 0 here:
// each job begins with ESC @.
func pagesSeen(s Scene) string {
	lines := allLines(s)
	var out []string
	for n := range highest {
		var got strings.Builder
		for _, line := range lines {
			if rest, ok := strings.CutPrefix(line, fmt.Sprintf("P%02d ", n)); ok {
				got.WriteString(strings.TrimSpace(rest))
			}
		}
		if name := pageOf(got.String()); name != "" && (n == 0 || got.String() != firstPage(lines)) {
			out = append(out, fmt.Sprintf("%d:%s", n, name))
		}
	}
	return strings.Join(out, ", ")
}

func firstPage(lines []string) string {
	var got strings.Builder
	for _, line := range lines {
		if rest, ok := strings.CutPrefix(line, "P00 "); ok {
			got.WriteString(strings.TrimSpace(rest))
		}
	}
	return got.String()
}

// pageOf names the page whose upper half prints like this.
func pageOf(got string) string {
	for _, name := range escpos.PageNames() {
		var want strings.Builder
		for from := 0x80; from < 0x100; from += 16 {
			var row strings.Builder
			for c := from; c < from+16; c++ {
				row.WriteRune(escpos.PageRune(name, byte(c)))
			}
			want.WriteString(strings.TrimSpace(row.String()))
		}
		if want.String() == got {
			return name
		}
	}
	return ""
}

// codes tries the codes of GS ( k.
func (l *learner) codes() {
	x := l.x
	b := x.builder()
	if err := b.QR("LEARN-QR", 4, 'M'); err != nil {
		return
	}
	x.print(b.LF())
	x.settle(20 * time.Second)
	a, ok := x.Ask(Question{Kind: AsCodes, Prompt: "Scan the QR code that was printed, if there is one.", See: codesSeen([]string{"LEARN-QR"})})
	l.found("qr", ok && a == "LEARN-QR", "a QR code read back")
	var has []string
	for _, c := range []struct {
		name string
		cn   byte
	}{{"pdf417", 48}, {"datamatrix", 54}, {"aztec", 53}} {
		const text = "LEARN"
		x.print(x.builder().Text("CODE "+c.name).LF().Raw(0x1D, '(', 'k', 3+byte(len(text)), 0, c.cn, 80, 48).Raw([]byte(text)...).
			Raw(0x1D, '(', 'k', 3, 0, c.cn, 81, 48).LF())
		x.settle(10 * time.Second)
		a, ok := x.Ask(Question{Kind: AsYesNo, Prompt: "Is there a code below the line CODE " + c.name + "?",
			See: func(s Scene) string { return map[bool]string{true: "yes", false: "no"}[codeBelow(s, "CODE "+c.name)] }})
		if ok && a == "yes" {
			has = append(has, c.name)
		}
	}
	l.found("two-dimensional", has, "codes of GS ( k that were printed")
}

// codeBelow tells whether the line after a text is a code.
func codeBelow(s Scene, text string) bool {
	lines := allLines(s)
	i := slices.Index(lines, text)
	return i >= 0 && i+1 < len(lines) && strings.HasPrefix(lines[i+1], "[")
}

// images tries the ways to send an image: each prints a bar of its own height.
func (l *learner) images() {
	x := l.x
	var has []string
	for _, way := range []struct {
		name string
		rows int
		send func(b *escpos.Builder, rows int)
	}{
		{"raster", 24, func(b *escpos.Builder, rows int) {
			b.Raw(0x1D, 'v', '0', 0, 4, 0, byte(rows), 0).Raw(black(4 * rows)...)
		}},
		{"columns", 24, func(b *escpos.Builder, _ int) { b.Raw(0x1B, '*', 33, 32, 0).Raw(black(32 * 3)...).LF() }},
		{"graphics", 40, func(b *escpos.Builder, rows int) {
			n := 10 + 4*rows
			b.Raw(0x1D, '(', 'L', byte(n), byte(n>>8), 48, 112, 48, 1, 1, 49, 32, 0, byte(rows), byte(rows>>8)).Raw(black(4 * rows)...)
			b.Raw(0x1D, '(', 'L', 2, 0, 48, 50)
		}},
	} {
		b := x.builder().Text("BAR " + way.name).LF()
		way.send(b, way.rows)
		x.print(b.LF().Text("BAR end").LF())
		x.resync()
		x.settle(10 * time.Second)
		a, ok := x.Ask(Question{Kind: AsYesNo, Prompt: "Is there a black bar (4 mm wide) between the last lines BAR " + way.name + " and BAR end?",
			See: func(s Scene) string { return map[bool]string{true: "yes", false: "no"}[barSeen(s, way.rows)] }})
		if ok && a == "yes" {
			has = append(has, way.name)
		}
	}
	l.found("images", has, "a black bar sent in each way")
}

func black(n int) []byte { return slices.Repeat([]byte{0xFF}, n) }

// barSeen looks for a black bar, 32 dots wide at the left edge, near the end of
// the paper.
func barSeen(s Scene, rows int) bool {
	if len(s.Sheets) == 0 {
		return false
	}
	sh := s.Sheets[len(s.Sheets)-1]
	wide, run, best := sh.Width/8, 0, 0
	tail := sh.Rows[max(0, len(sh.Rows)-wide*(rows+200)):]
	for i := 0; i+wide <= len(tail); i += wide {
		if string(tail[i:i+4]) == "\xFF\xFF\xFF\xFF" {
			run++
			best = max(best, run)
			continue
		}
		run = 0
	}
	return best >= rows
}

// grain is how exactly a buffer can be counted where nothing holds bytes back.
const grain = 64

// buffer stops the paper and counts what the printer still takes, and what it
// does then.
func (l *learner) buffer() {
	x := l.x
	const lines = 20000
	x.settle(20 * time.Second)
	x.Do(openCover[0], "Open the printer's cover.")
	x.Drain(200 * time.Millisecond)
	job := numbered(new(escpos.Builder), "B", 1, 99)
	var sent int
	flow := "silence"
	for sent < lines*8 && flow == "silence" {
		chunk := job.Bytes()[sent%job.Len() : min(sent%job.Len()+8, job.Len())]
		n := x.Send(chunk, 2*time.Second)
		sent += n
		if n < len(chunk) {
			flow = "hold"
			if x.Options.XOnXOff {
				flow = "xoff"
			}
		}
	}
	x.Do(closeCover[0], closeCover[1])
	x.recover()
	x.resync()
	x.settle(time.Minute)
	l.found("flow", flow, "what happens when more comes than it can keep")
	if flow == "silence" {
		printed := l.ask("How many whole lines 'B 001' to 'B 099' are on the paper in all?", func(s Scene) string { return fmt.Sprint(len(found(s, "B"))) })
		sent = printed * len("B 001\n")
	}
	if flow == "xoff" {
		sent = sent * 16 / 15 // XOFF comes while there is still some room: a sixteenth, say
	}
	if flow != "hold" {
		sent = (sent + grain/2) / grain * grain // counted in lines, or until XOFF was heard
	}
	l.found("buffer", sent, "bytes that it took with the cover open")
}
