package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	playing "stormrig/scenarios/play"
	reports "stormrig/scenarios/report"
)

// progressLine is one line on a terminal that is written over and over. Where
// nobody looks it is quiet.
type progressLine struct {
	out   io.Writer // nil: quiet
	last  time.Time
	shown bool
}

// pause is how long a line stands at least: faster is flicker.
const pause = 80 * time.Millisecond

// erase goes to the beginning of the line and clears it.
const erase = "\r\x1b[K"

func newProgressLine(to IO) *progressLine {
	if !to.Terminal {
		return &progressLine{}
	}
	return &progressLine{out: to.Stderr}
}

func (l *progressLine) due() bool {
	if l.out == nil || time.Since(l.last) < pause {
		return false
	}
	l.last, l.shown = time.Now(), true
	return true
}

func (l *progressLine) run(p playing.Progress) {
	if !l.due() {
		return
	}
	devices := "all devices on"
	if down := p.Down(); len(down) > 0 {
		devices = "down: " + strings.Join(down, " ")
	}
	fmt.Fprintf(l.out, "%s%s  %-5s  %d sales  %d of %d faults  %s", erase, p.Clock.Format("15:04"), p.Act, p.Sales, p.Faults, p.Planned, cutTo(devices, 40))
}

func (l *progressLine) sweep(s *reports.Summary, seeds int64) {
	if !l.due() {
		return
	}
	fmt.Fprintf(l.out, "%s%d of %d seeds: %d hold, %d violated, %d stalled, %d blind", erase, s.Runs, seeds,
		s.Verdicts.Holds, s.Verdicts.Violated, s.Verdicts.Stalled, s.Verdicts.Blind)
}

func cutTo(s string, n int) string {
	if len(s) > n {
		return s[:n-3] + "..."
	}
	return s
}

// clear makes room for a result.
func (l *progressLine) clear() {
	if l.shown {
		fmt.Fprint(l.out, erase)
		l.shown = false
	}
}
