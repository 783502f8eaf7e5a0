// Package fold turns journal entries into state. It is pure: the same entries
// give the same state, on any device and after any crash.
//
// There are two folds. [Shared] folds the set of all entries of all devices
// (stock, catalogue, day totals, conflicts): it does not depend on their order
// and ignores an entry that it has seen, which is why replicas converge.
// [Local] folds a device's own chain in its order (open cart, open intents,
// numbers, payments under way). [State] is both.
//
// Values in the tables are immutable: a change replaces them. Copying a state
// therefore copies maps, never what they hold, and the keys changed since the
// last checkpoint are what the book has to write.
package fold
