// Package explore cuts the power at every point of a scenario, one by one, and
// looks at what a till or hub makes of every state that its disk may be in.
//
// A day is not finished for each state. The scenario is played once. At each
// handling that uses a disk, the states of every instant are listed
// (stormrig/fault/disk), a till is started on each, and what it recovered is
// compared with fold(surviving journal): the entries that the image holds, found
// by the bytes that were written and not by the till's own recovery. States at
// the same place in the order of events whose start finds the same form a
// class; each class finishes its day once, from a copy of the world, and one
// member in a hundred again. The recovery in such a day is a handling like any
// other and is cut in the same way: depth 2.
//
// [Model] says what the count at the end is a count of.
package explore
