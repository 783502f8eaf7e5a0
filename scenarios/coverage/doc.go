// Package coverage asks what a sweep has not tried. It lays the faults that
// can strike a till (rows) against what the till may be doing when they do
// (columns). A cell is reached when, in the history of some run, the fault
// struck, or went on, while the till was in that state: 'power lost while a
// card is at the host', 'clock at 1970 while the queue is forwarded'. A cell
// that no run reached is a promise that nobody has kept yet; it fails the
// sweep by its name. A cell that cannot be says why.
//
// All is read from histories, and nothing else: what was planned and did not
// strike at that moment counts for nothing.
package coverage
