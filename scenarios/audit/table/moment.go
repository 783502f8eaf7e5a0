package table

import (
	"errors"
	"strings"
	"time"
)

// Order is the order of day and month in dates that are all numbers.
type Order string

// The orders. Dates that begin with the year, or with dots between their
// parts, need none.
const (
	AnyOrder   Order = ""    // not known
	DayFirst   Order = "dmy" // 31/12/2016
	MonthFirst Order = "mdy" // 12/31/2016
)

// ErrOrder is wrapped by Parse where a date such as 03/04/2016 may be two days.
var ErrOrder = errors.New("nobody knows which is the month")

// Clock reads times. It remembers the last way of writing that fitted.
type Clock struct {
	Zone  *time.Location // of times that name none
	Order Order
	date  string // layouts that fitted last
	clock string
}

var fixedDates = []string{
	"2006-01-02", "2006/01/02", "2006.01.02", "20060102", "02.01.2006", "2.1.2006", "02.01.06",
	"Jan 2, 2006", "2 Jan 2006", "02-Jan-2006", "January 2, 2006", "2 January 2006", "Mon Jan 2 2006",
}

var ordered = map[Order][]string{
	DayFirst:   {"2/1/2006", "2/1/06", "2-1-2006", "2-1-06"},
	MonthFirst: {"1/2/2006", "1/2/06", "1-2-2006", "1-2-06"},
}

var clocks = []string{
	"15:04:05", "15:04", "3:04:05 PM", "3:04 PM", "3:04:05PM", "3:04PM", "15.04.05", "15.04", "150405",
}

// Parse reads a moment from a date and a time of day, or from one text with
// both (clock empty). A date alone is its midnight, and whole is false then.
func (c *Clock) Parse(date, clock string) (at time.Time, whole bool, err error) {
	date, clock = strings.TrimSpace(date), strings.TrimSpace(clock)
	if clock == "" {
		date, clock = divide(date)
	}
	zone := c.Zone
	if zone == nil {
		zone = time.UTC
	}
	if clock != "" {
		clock, zone = cutZone(clock, zone)
	}
	day, err := c.day(date)
	if err != nil {
		return time.Time{}, false, err
	}
	var of time.Duration
	if clock != "" {
		if of, err = c.of(clock); err != nil {
			return time.Time{}, false, err
		}
	}
	y, m, d := day.Date()
	at = time.Date(y, m, d, 0, 0, 0, 0, zone)
	if of > 0 { // through the clock's face: a day with a shift has 23 or 25 hours
		at = time.Date(y, m, d, int(of/time.Hour), int(of/time.Minute)%60, int(of/time.Second)%60, int(of%time.Second), zone)
	}
	if y := at.Year(); y < 1970 || y > 2200 {
		return time.Time{}, false, errors.New("it is not of our time")
	}
	return at, clock != "", nil
}

// divide takes "2016-11-05T14:02:00Z" and "11/5/2016 2:02 PM" apart.
func divide(s string) (date, clock string) {
	if i := strings.IndexByte(s, ':'); i > 0 {
		if j := strings.LastIndexAny(s[:i], " T"); j > 0 {
			return strings.TrimRight(s[:j], " ,"), s[j+1:]
		}
	}
	if i := strings.IndexByte(s, 'T'); i == 8 || i == 10 {
		return s[:i], s[i+1:]
	}
	return s, ""
}

// cutZone takes a zone off the end of a time of day.
func cutZone(s string, zone *time.Location) (string, *time.Location) {
	for _, utc := range []string{"Z", " UTC", " GMT"} {
		if rest, ok := strings.CutSuffix(s, utc); ok {
			return strings.TrimSpace(rest), time.UTC
		}
	}
	i := strings.LastIndexAny(s, "+-")
	if i < 4 {
		return s, zone
	}
	for _, layout := range []string{"-0700", "-07:00", "-07"} {
		if t, err := time.Parse(layout, s[i:]); err == nil {
			_, offset := t.Zone()
			return strings.TrimSpace(s[:i]), time.FixedZone(s[i:], offset)
		}
	}
	return s, zone
}

func (c *Clock) day(s string) (time.Time, error) {
	if c.date != "" {
		if t, err := time.Parse(c.date, s); err == nil {
			return t, nil
		}
	}
	for _, layout := range append(fixedDates[:len(fixedDates):len(fixedDates)], ordered[c.Order]...) {
		if t, err := time.Parse(layout, s); err == nil {
			c.date = layout
			return t, nil
		}
	}
	if c.Order == AnyOrder {
		dmy, mdy := fits(s, DayFirst), fits(s, MonthFirst)
		if dmy || mdy {
			return time.Time{}, ErrOrder
		}
	}
	return time.Time{}, errors.New("it is no date")
}

func fits(s string, o Order) bool {
	for _, layout := range ordered[o] {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}

// Tell says which order a date shows by itself: 31/12/2016 is day first.
func Tell(date string) Order {
	date, _ = divide(strings.TrimSpace(date))
	switch dmy, mdy := fits(date, DayFirst), fits(date, MonthFirst); {
	case dmy && !mdy:
		return DayFirst
	case mdy && !dmy:
		return MonthFirst
	}
	return AnyOrder
}

func (c *Clock) of(s string) (time.Duration, error) {
	s = strings.ToUpper(strings.ReplaceAll(s, "\u202f", " "))
	if i := strings.LastIndexAny(s, ".,"); i > 5 && strings.Count(s, ":") == 2 {
		end := i + 1
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			end++
		}
		s = s[:i] + s[end:] // parts of a second are nothing that a match rests on
	}
	if c.clock != "" {
		if t, err := time.Parse(c.clock, s); err == nil {
			return sinceMidnight(t), nil
		}
	}
	for _, layout := range clocks {
		if t, err := time.Parse(layout, s); err == nil {
			c.clock = layout
			return sinceMidnight(t), nil
		}
	}
	return 0, errors.New("it is no time of day")
}

func sinceMidnight(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second
}
