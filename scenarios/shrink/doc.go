// Package shrink makes a failing run small: the shortest day and the fewest,
// simplest faults that still violate the same invariant, told in a few lines.
//
// A [Case] is a day and a plan. [Shrink] first writes the shoppers out, so
// that they no longer come from the seed, then takes things away as long as
// the invariant is still violated: faults, sales, lines, tills, devices, and
// digits of what is left. A fault that names a sale follows its sale: when an
// earlier one is taken away, its number is rewritten. Every step is played;
// nothing is assumed. Nothing is drawn either: the same case shrinks the same
// way.
//
// [NoReturn] then looks for the point of no return: the last event up to which
// the run could still have turned out well if the faults had stopped there.
package shrink
