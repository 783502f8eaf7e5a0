package spec

import (
	"fmt"
	"strings"
	"time"
)

// Clock is a time as people at the shop say it: "14:02", "14:02:30", or with
// a date, "2026-07-18 14:02". Without a date it means the day that the shop
// opens, or the night after it when it lies before the opening.
type Clock struct {
	Date string        // "2026-07-18", or empty
	Time time.Duration // since local midnight
}

// String writes what parse reads.
func (c Clock) String() string {
	s := int64(c.Time / time.Second)
	text := fmt.Sprintf("%02d:%02d", s/3600, s/60%60)
	if s%60 != 0 {
		text += fmt.Sprintf(":%02d", s%60)
	}
	if c.Date != "" {
		return c.Date + " " + text
	}
	return text
}

func (c *Clock) parse(s string) error {
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
		*c = Clock{Date: date, Time: t.Sub(midnight)}
		return nil
	}
	return wrong(`write it like "14:02", "14:02:30" or "2026-07-18 14:02"`, "%q is not a time of day", s)
}

// in gives the moment that the clock shows in zone on date when it has no
// date of its own. It refuses an hour that a change to summer time skips.
func (c Clock) in(zone *time.Location, date string) (time.Time, error) {
	if c.Date != "" {
		date = c.Date
	}
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return time.Time{}, wrong(`write it like "2026-07-18 14:02"`, "%q has no date", c)
	}
	s := int(c.Time / time.Second)
	t := time.Date(day.Year(), day.Month(), day.Day(), s/3600, s/60%60, s%60, 0, zone)
	if t.Hour() != s/3600 || t.Minute() != s/60%60 {
		return time.Time{}, wrong("choose a time that every clock there shows", "%s does not exist on %s in %s", Clock{Time: c.Time}, date, zone)
	}
	return t, nil
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
