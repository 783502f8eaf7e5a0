// Package pos is the vocabulary of the point of sale: money, the catalogue,
// journal entries with their facts and intents, and the events and effects
// that pass between the till's engine and its drivers.
//
// It has types and small pure functions only. What a till decides lives in
// pos/engine, what follows from a set of entries in pos/fold, what is durable
// in pos/journal, pos/book and pos/vault, and the rule that ties them together
// (decide, commit, act, note) in pos/till.
//
// Money is in integer minor units ([Amount]) of one ISO 4217 currency for a
// shop. Times are nanoseconds since 1970 UTC as the device's clock showed them.
package pos
