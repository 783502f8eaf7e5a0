package main

import (
	"strings"
	"time"

	"stormrig/scenarios/audit"
	"stormrig/scenarios/audit/table"
)

// outageFlags reads outages: "14:02-17:05" on the day of the sales file where
// that has one day, "2016-11-05 14:02 - 17:05", "2016-11-05 23:10 - 2016-11-06 01:00".
func outageFlags(list []string, in *audit.Input) ([]audit.Outage, error) {
	var out []audit.Outage
	for _, text := range list {
		o, ok := outage(text, dayOf(in), in.Zone)
		if !ok {
			return nil, usage(`--outage "2016-11-05 14:02 - 17:05"`, "--outage: %q is no time from and to", text)
		}
		if o.From.IsZero() {
			return nil, usage(`--outage "2016-11-05 14:02 - 17:05"`, "--outage: the files have several days; which one is meant by %q?", text)
		}
		out = append(out, o)
	}
	return out, nil
}

// dayOf is the day of the sales, where all are of one; empty otherwise.
func dayOf(in *audit.Input) string {
	day := ""
	if in.Sales == nil {
		return ""
	}
	for i := range in.Sales.List {
		s := &in.Sales.List[i]
		if s.At == 0 {
			continue
		}
		d := s.When().In(in.Zone).Format(time.DateOnly)
		if day != "" && d != day {
			return ""
		}
		day = d
	}
	return day
}

// outage reads one. A zero time says that its day is not known.
func outage(text, day string, zone *time.Location) (audit.Outage, bool) {
	first, second, ok := strings.Cut(text, " - ")
	if !ok {
		i := strings.LastIndexAny(text, "-–")
		if i < 0 {
			return audit.Outage{}, false
		}
		first, second = text[:i], strings.TrimLeft(text[i:], "-–")
	}
	own, from := dateAndTime(first)
	last, to := dateAndTime(second)
	if own == "" {
		own = day
	}
	if last == "" {
		last = own
	}
	clock := table.Clock{Zone: zone}
	if own == "" {
		_, _, err := clock.Parse("2016-11-05", from)
		return audit.Outage{}, err == nil
	}
	a, whole, err := clock.Parse(own, from)
	b, alsoWhole, err2 := clock.Parse(last, to)
	if err != nil || err2 != nil || !whole || !alsoWhole {
		return audit.Outage{}, false
	}
	if b.Before(a) && last == own {
		b = b.AddDate(0, 0, 1) // past midnight
	}
	return audit.Outage{From: a, To: b}, !b.Before(a)
}

func dateAndTime(s string) (date, clock string) {
	s = strings.TrimSpace(s)
	if i := strings.LastIndexAny(s, " T"); i > 0 {
		return strings.TrimSpace(s[:i]), s[i+1:]
	}
	return "", s
}
