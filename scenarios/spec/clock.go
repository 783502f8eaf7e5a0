package spec

import (
	"fmt"
	"strings"
	"time"
)

// Clock is a time as people at the shop say it: "14:02", "14:02:30", or with
// a date, "2026-07-18 14:02". Without a date it means the day that the shop
// opens, or the night after it when it lies before the opening. Of an hour that
// a night has twice, because summer time ends, it says which: "01:30 second".
type Clock struct {
	Date  string        // "2026-07-18", or empty
	Time  time.Duration // since local midnight
	Which Which
}

// Which of two equal times of a night; empty where there is one.
type Which string

// The two.
const (
	First  Which = "first" // in summer time
	Second Which = "second"
)

// String writes what parse reads.
func (c Clock) String() string {
	s := int64(c.Time / time.Second)
	text := fmt.Sprintf("%02d:%02d", s/3600, s/60%60)
	if s%60 != 0 {
		text += fmt.Sprintf(":%02d", s%60)
	}
	if c.Date != "" {
		text = c.Date + " " + text
	}
	if c.Which != "" {
		text += " " + string(c.Which)
	}
	return text
}

func (c *Clock) parse(s string) error {
	var which Which
	for _, w := range []Which{First, Second} {
		if rest, ok := strings.CutSuffix(s, " "+string(w)); ok {
			s, which = rest, w
		}
	}
	date, clock, ok := strings.Cut(s, " ")
	if !ok {
		date, clock = "", s
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		t, err := time.Parse(layout, clock)
		if err != nil || len(clock) != len(layout) {
			continue
		}
		if date != "" {
			if _, err := time.Parse(time.DateOnly, date); err != nil {
				return wrong(`write it like "2026-07-18 14:02"`, "%q is no date", date)
			}
		}
		midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
		*c = Clock{Date: date, Time: t.Sub(midnight), Which: which}
		return nil
	}
	return wrong(`write it like "14:02", "14:02:30" or "2026-07-18 14:02"`, "%q is not a time of day", s)
}

// in gives the moment that the clock shows in zone on date when it has no
// date of its own. It refuses an hour that a change to summer time skips, and
// one that comes twice where the clock does not say which is meant.
func (c Clock) in(zone *time.Location, date string) (time.Time, error) {
	if c.Date != "" {
		date = c.Date
	}
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return time.Time{}, wrong(`write it like "2026-07-18 14:02"`, "%q has no date", c)
	}
	plain := Clock{Time: c.Time}
	switch all := shown(zone, day.Add(c.Time)); {
	case len(all) == 0:
		return time.Time{}, wrong("choose a time that every clock there shows", "%s does not exist on %s in %s", plain, date, zone)
	case len(all) == 1 && c.Which != "":
		return time.Time{}, wrong(fmt.Sprintf("write %q", plain), "%s comes only once on %s in %s", plain, date, zone)
	case len(all) == 2 && c.Which == "":
		return time.Time{}, wrong(fmt.Sprintf(`write "%s first" (summer time) or "%[1]s second"`, plain), "%s comes twice on %s in %s", plain, date, zone)
	case c.Which == Second:
		return all[1], nil
	default:
		return all[0], nil
	}
}

// shown are the moments in which clocks of a zone show a wall time, given as
// one of UTC: none, one, or the two of an hour that comes again.
func shown(zone *time.Location, wall time.Time) []time.Time {
	var all []time.Time
	for _, about := range []time.Duration{-12 * time.Hour, 12 * time.Hour} { // before and after a change
		_, offset := wall.Add(about).In(zone).Zone()
		t := wall.Add(-time.Duration(offset) * time.Second).In(zone)
		if t.Format(time.DateTime) == wall.Format(time.DateTime) && (len(all) == 0 || !t.Equal(all[0])) {
			all = append(all, t)
		}
	}
	return all
}

// ClockAt is what a clock in t's zone shows at t, with no date but which of two
// equal times it is.
func ClockAt(t time.Time) Clock {
	h, m, s := t.Clock()
	c := Clock{Time: time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second}
	year, month, day := t.Date()
	if all := shown(t.Location(), time.Date(year, month, day, h, m, s, 0, time.UTC)); len(all) == 2 {
		c.Which = First
		if !t.Before(all[1]) {
			c.Which = Second
		}
	}
	return c
}

// At is either a time of day or, inside a span, how far it has come.
type At struct {
	Clock   *Clock
	Percent *Percent
}

func (a At) String() string {
	switch {
	case a.Clock != nil:
		return a.Clock.String()
	case a.Percent != nil:
		return a.Percent.String()
	}
	return ""
}

func (a *At) parse(s string) error {
	if strings.HasSuffix(s, "%") {
		a.Percent = new(Percent)
		return a.Percent.parse(s)
	}
	a.Clock = new(Clock)
	if err := a.Clock.parse(s); err != nil {
		return wrong(`write a time of day ("14:02") or how far it has come ("50%")`, "%q is not a time of day", s)
	}
	return nil
}
