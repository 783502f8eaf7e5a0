package pos

// Effect is what the till lets out after the commit of the decision that
// ordered it. It is one of the types below.
type Effect interface{ effect() }

// Print sends a document to the printer. Job is the completion id.
type Print struct {
	Intent string
	Job    int
	Doc    Document
}

// Kick opens the drawer on the printer's pin 2.
type Kick struct{ Intent string }

// Arm gives the dongle an amount in minor units to take a card for.
type Arm struct {
	Ref    string
	Amount Amount
}

// Cancel withdraws what the dongle holds for Ref.
type Cancel struct{ Ref string }

// AskDongle asks what the dongle holds.
type AskDongle struct{}

// Vibrate lets the dongle shake once: the customer may take the card.
type Vibrate struct{}

// Beep lets the scanner beep. Good and bad sound different.
type Beep struct{ Good bool }

// AskHost sends a request to the card host. Sealed is the card data as the
// reader encrypted it; it is never logged.
type AskHost struct {
	Order  HostOrder
	Sealed []byte
	Serial string // of the reader's head
	Repeat bool   // the same request once more
	Wall   int64  // transmission time, wall ns
}

// Locate asks the receiver for one fix.
type Locate struct{}

// Show draws the seat's display.
type Show struct{ Screen Screen }

// SendHub is a message to the hub. It is Soft because the exchange bears any
// loss or repetition: what counts is what is durable on either side.
type SendHub struct{ Data []byte }

// Soft is an effect that no intent records: it may leave at any time, may be
// lost and may be repeated, because it changes nothing outside that matters.
// Whatever is not Soft leaves only for an intent that the journal holds.
type Soft interface {
	Effect
	soft()
}

func (AskDongle) soft() {}
func (Vibrate) soft()   {}
func (Beep) soft()      {}
func (Locate) soft()    {}
func (Show) soft()      {}
func (SendHub) soft()   {}

func (Print) effect()     {}
func (Kick) effect()      {}
func (Arm) effect()       {}
func (Cancel) effect()    {}
func (AskDongle) effect() {}
func (Vibrate) effect()   {}
func (Beep) effect()      {}
func (AskHost) effect()   {}
func (Locate) effect()    {}
func (Show) effect()      {}
func (SendHub) effect()   {}
