package iso

import "time"

// Stamp is a moment as messages carry it: MMDDhhmmss, UTC. It has no year, so
// it names messages and is no time to calculate with.
type Stamp string

const stampLayout = "0102150405"

// StampAt writes a wall clock reading, in nanoseconds since 1970 UTC.
func StampAt(wall int64) Stamp {
	var b [len(stampLayout)]byte
	return Stamp(time.Unix(0, wall).UTC().AppendFormat(b[:0], stampLayout))
}

// date and clock are the parts that fields 13 and 12 carry.
func (s Stamp) date() string  { return string(s[:4]) }
func (s Stamp) clock() string { return string(s[4:]) }

// valid checks the ranges, allowing February 29 in any year.
func (s Stamp) valid() bool {
	if len(s) != len(stampLayout) || !digits(string(s)) {
		return false
	}
	two := func(i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }
	month, day := two(0), two(2)
	if month < 1 || month > 12 || day < 1 || day > daysIn(month) {
		return false
	}
	return two(4) < 24 && two(6) < 60 && two(8) < 60
}

func daysIn(month int) int {
	switch month {
	case 2:
		return 29
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}
