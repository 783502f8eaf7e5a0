// Package acquirer is the card host that every till of a world talks to: an
// acquirer with its issuers behind it, as one state machine. Its ledger is the
// ground truth of card payments.
//
// It serves any number of ports, one a till; the answer to what came on a port
// leaves on that port. It loses, doubles and reorders nothing: that is the
// link's part. It can be slow ([Config.Delay], the hand "delay") or out of
// order, and say so in the codes that a till meets in the field ([Answer], the
// hand "answer").
//
// # Books
//
// The host is a one-message host: approval is capture, there is no second
// message that would ask for the money. What was captured stays so unless it
// is reversed. A row of the ledger is one payment, known by terminal, STAN and
// reference:
//
//	(none)    -- authorise, approved --> captured
//	(none)    -- forward, approved   --> settled     a capture of a deferred payment
//	(none)    -- either, declined    --> declined
//	(none)    -- reverse             --> declined    nothing to undo; the key is closed
//	captured,
//	settled   -- reverse             --> reversed
//
// A reversal must name the time of its original: another time is another
// payment, of a number that came again, and is not found.
//
// declined and reversed are final. A late original whose reversal came first
// is refused; so is anything that comes after a reversal. A declined key stays
// declined even if the fault was in the message: a till must be able to rely
// on the first final answer, in whatever order messages arrive.
//
// # Repeats
//
// A repeat is recognised by its key, whether it says so (0101) or is a copy
// that the network made (0100 twice); the answer is the first one again. How
// long a host remembers differs: [Repeat]. A host that does not recognise a
// repeat takes the money again, and a till that repeats there has charged
// twice. Reversals and closed keys are remembered for ever by every host.
//
// A repeat may come without card data (a till that no longer has it). It gets
// the answer of its original, and when there is none it closes the key: the
// original, should it still come, is refused.
//
// # Cards
//
// The host opens what a reader's head sealed with the key that it derives for
// the head's serial. Test numbers only, hil/wire/card says what each does. A
// sealed track is good for one payment: its counter in another one's request
// is a replay and refused. No row, Tell or message holds a card number; rows
// keep it masked.
package acquirer
