package shrink

import (
	"slices"
	"time"
)

// pulled returns where each moment of a day goes when no pause between two of
// times is longer than five minutes. Parts of a minute stay as they were, so
// that what was close to something else stays as close.
func pulled(times []time.Duration) func(time.Duration) time.Duration {
	slices.Sort(times)
	shift := make([]time.Duration, len(times)) // how much earlier each comes
	before, by := time.Duration(0), time.Duration(0)
	for i, t := range times {
		if pause := t - before; pause > most {
			by += (pause - most).Truncate(time.Minute)
		}
		shift[i], before = by, t
	}
	return func(t time.Duration) time.Duration {
		i, found := slices.BinarySearch(times, t)
		if !found {
			i--
		}
		if i < 0 {
			return t
		}
		return t - shift[i]
	}
}
