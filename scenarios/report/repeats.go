package report

import "fmt"

// A till that has no room refuses the same scan a thousand times: what is said
// again and again stands once, with how often it came.
const (
	mostPeriod = 6 // lines that come again and again together
	leastTimes = 4 // that they come, to be brought to one
)

// repeated is a stretch of lines that say what the lines before it did.
type repeated struct{ first, last, period, times int }

// words says "3 lines 1125 times", or "line 7 times".
func (r repeated) words() string {
	return cond(r.period == 1, "line", fmt.Sprintf("%d lines", r.period)) + " " + times(r.times)
}

// repeats finds them in n lines; says gives what a line says as a number.
func repeats(n int, says func(int) int) []repeated {
	var out []repeated
	for i := 0; i < n; {
		period, times := cycle(i, n, says)
		if times < leastTimes {
			i++
			continue
		}
		end := i + period*times
		out = append(out, repeated{i + period, end - 1, period, times - 1})
		i = end
	}
	return out
}

// cycle is the shortest group of lines from i on that comes often enough.
func cycle(i, n int, says func(int) int) (period, times int) {
	for period = 1; period <= mostPeriod; period++ {
		end := i + period
		for end < n && says(end) == says(end-period) {
			end++
		}
		if times = (end - i) / period; times >= leastTimes {
			return period, times
		}
	}
	return 1, 1
}
