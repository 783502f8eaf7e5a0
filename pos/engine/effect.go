package engine

import (
	"fmt"

	"stormrig/pos"
	"stormrig/pos/fold"
)

// Effect turns an open intent into what leaves the till. The caller has made
// the entry that holds the intent durable. card is the card data of a payment
// to be forwarded, as found in the vault.
func (e *Engine) Effect(now pos.Now, st *fold.State, in pos.Intent, again bool, card *Card) (pos.Effect, error) {
	switch {
	case in.Print != nil:
		doc, err := e.document(st, in.Print)
		return pos.Print{Intent: in.ID, Job: in.Print.Job, Doc: doc}, err
	case in.Kick != nil:
		return pos.Kick{Intent: in.ID}, nil
	case in.Arm != nil:
		return pos.Arm{Ref: in.Arm.Ref, Amount: in.Arm.Amount}, nil
	case in.Cancel != nil:
		return pos.Cancel{Ref: in.Cancel.Ref}, nil
	case in.Confirm != nil:
		return pos.Confirm{Ref: in.Confirm.Ref}, nil
	case in.Undo != nil:
		return pos.Undo{Ref: in.Undo.Ref}, nil
	case in.Host != nil:
		ask := pos.AskHost{Order: *in.Host, Repeat: again, Wall: now.Wall}
		if card == nil && e.card != nil && e.card.Ref == in.Host.Ref {
			card = e.card
		}
		if card != nil && in.Host.Kind != "reverse" {
			ask.Sealed, ask.Serial = card.Sealed, card.Serial
		}
		return ask, nil
	}
	return nil, fmt.Errorf("intent %s orders nothing", in.ID)
}
