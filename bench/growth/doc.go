// Package growth measures how the harness grows with its work: a day of 37, 370
// and 3,700 sales, and a shop of up to 100,000 articles, played, judged, shown
// and explored.
//
// The day is stretched, not squeezed: four tills sell one basket every
// three-quarters of a minute whatever the size, so that a larger day is more of
// the same. The faults stay as many as they are: one network cut over a quarter
// of the day, three losses of power, a printer unplugged, two edits that
// conflict. What is measured is processor time and not time that passed, so that
// a busy machine changes little; each figure comes from a process of its own, so
// that its peak of memory is its own, too.
package growth
