// Package audit answers a shopkeeper's question after a storm: did I lose
// anything? It needs no rig and no adapter, only what a shop can export: sales,
// the acquirer's settlement, stock before and after, the cash in the drawer.
//
// It brings both sides together (package match), writes what it found as a
// history of level 1 (sim/history) and lets the checkers of package check judge
// that: P2 and P3 for money, M1 for sums, S1 for stock, P9 for card numbers in
// clear. What an export has and a journal has not, receipt numbers with gaps, a
// drawer that was counted, clocks of two parties, it judges itself.
//
// Three rules make the answer worth something. A finding names the lines that
// it rests on, and how likely it is where a match was guessed. A mishap is one
// finding: a sale that was lost leaves a charge, a gap and a shelf that is short
// of one piece, and these are its evidence, not three losses. What the files
// cannot show is said, too.
package audit
