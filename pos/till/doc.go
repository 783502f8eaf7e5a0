// Package till is the runner: it holds journal, book, vault, fold, engine and
// the exchange with the hub, and enforces the one rule of a till: decide,
// commit, act, note.
//
// An event goes to the engine, which decides. What it decided becomes one
// entry, which is appended to the journal and synced: one durable write a
// decision. Only then is it folded, and only then do effects leave, and every
// effect that matters leaves for an intent that the fold, and therefore the
// journal, holds as open ([Till.release] refuses anything else). Outcomes come
// back as events and are noted by later entries.
//
// A till that cannot commit does not sell. A full disk refuses the decision
// and nothing has happened; a failed sync is of unknown outcome and is settled
// by writing the entry anew ([stormrig/pos/journal.Journal.Rewrite]); when that
// fails, too, the till stops for good and says so.
package till
