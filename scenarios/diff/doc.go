// Package diff compares two runs by their histories: the first event that
// differs, what led to it, and what came of it, the books of each against
// what really happened in it.
//
// Two runs of one scenario and seed are the same to the last event up to the
// moment at which something made them differ: another plan, another version
// of the till. So the first difference is close to the cause, and what led to
// it is what the unit in question had done and heard just before, in both.
package diff
