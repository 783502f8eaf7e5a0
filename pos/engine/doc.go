// Package engine is what a till decides.
//
// [Engine.Decide] takes one event and answers with a [Decision]: facts and
// intents for the journal, soft effects, and when it wants to be woken. It
// cannot print, open a drawer or charge a card: such effects exist only as
// intents, and pos/till turns an intent into an effect ([Engine.Effect]) after
// the entry that holds it is durable.
//
// What must outlive a power cut is in the fold of the journal. The Engine's
// own fields are what a till may forget: which screen message is up, card data
// in memory, deadlines, outcomes that are not yet durable.
package engine
