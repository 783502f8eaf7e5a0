// Package fault holds faults as data: what, to whom, when. A fault plan is a
// list of values; it comes from a scenario, from a seed, from enumeration or
// from the shrinker, is written out in full beside each result, and is what a
// replay runs.
//
// When is a world time, or an exact [Point]: the second write of the commit of
// sale 12, byte 211 of its receipt. A point names a *span* of a unit's work.
// The rig announces each [Span] at the moment when its extent is known, which,
// since the world runs ahead, is before any of it has happened; the [Picker]
// then aims the faults that point into it.
//
// What each fault can do in each rig, what a till must survive and what it may
// lose, stands in the packages power, network, clock and disk below this one.
package fault
