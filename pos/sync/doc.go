// Package sync is the exchange of journal entries between a device and the
// hub: a union of sets.
//
// Each side says up to where it holds each chain (a vector of marks). The
// device pushes its own entries beyond the hub's mark, and pulls others'
// beyond its own. Nothing else is remembered: what was acknowledged and what
// was pulled is exactly what is durable on either side, so there is no cursor
// that could run ahead of the data, and every message may be lost, repeated or
// reordered. A batch that does not continue what the receiver holds is
// answered with the receiver's marks, and the sender begins there.
//
// A session fixes at its start what has to be moved; its progress counts only
// what became durable on the other side and therefore reaches 100 % no sooner.
//
// Entries travel as the frames of the journal that they came from, byte for
// byte.
package sync
