package driver

import (
	"stormrig/hil/wire/card"
	"stormrig/pos"
)

// A card terminal speaks the reader's link and is armed, cancelled and asked as
// a reader is; it answers with the result of a payment instead of a card. A
// Confirm or Undo that finds no link is not kept: what a terminal did meanwhile
// decides what the engine says to it, and it tells that at the next opening.

// terminalOrder is the message of a Confirm or Undo. An undo is a void: a
// terminal that still waits for a card takes it for a cancel.
func terminalOrder(e pos.Effect) card.Message {
	if c, ok := e.(pos.Confirm); ok {
		return card.Message{Verb: card.Confirm, Ref: c.Ref}
	}
	return card.Message{Verb: card.Void, Ref: e.(pos.Undo).Ref}
}

func terminalResult(m card.Message) pos.TerminalResult {
	return pos.TerminalResult{Ref: m.Ref, Outcome: pos.TerminalOutcome(m.Outcome), Masked: m.Masked,
		Code: m.Code, STAN: m.STAN, Auth: m.Auth}
}
