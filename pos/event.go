package pos

import "time"

// Event is something that a driver, the seat or the network tells the engine.
// It is one of the types below; all are values.
type Event interface{ event() }

// Scanned is a decoded barcode. Symbology is the AIM identifier ("]E0").
type Scanned struct{ Code, Symbology string }

// Pressed is a command at the seat: a word and its arguments. Waited is for how
// long it has waited since it was pressed, because the till was busy.
type Pressed struct {
	Word   string
	Args   []string
	Waited time.Duration
}

// CardRead is the dongle's answer to Arm, or to AskDongle when it still
// remembers: a card was read for Ref. Sealed is the track data as encrypted
// at the head; the till cannot read it.
type CardRead struct {
	Ref    string
	Masked string
	Sealed []byte
	Serial string // of the reader's head
}

// CardUnread: a card was drawn through for Ref and cannot pay, because of Why,
// in words for the seat. The payment stays open.
type CardUnread struct{ Ref, Why string }

// CardRemoved: the card left the dongle.
type CardRemoved struct{ Ref string }

// DongleState is the dongle's answer to AskDongle when it holds no card.
type DongleState struct {
	Pending string // reference that it is armed for, empty when none
	// Lives counts the dongle's own restarts. 'Nothing pending' proves that
	// nothing was read only if Lives did not change since the Arm.
	Lives uint32
}

// DeviceUp and DeviceDown tell of a device's link ("scanner", "dongle",
// "printer", "location").
type DeviceUp struct{ Device string }

// DeviceDown: see DeviceUp.
type DeviceDown struct{ Device, Reason string }

// PrintEnded is the end of a print job as the printer driver knows it.
type PrintEnded struct {
	Job     int
	Outcome string // OutcomeDone, OutcomeUnknown, OutcomeFailed
	Reason  string
}

// Kicked: the bytes of a drawer kick have left (nothing can prove more).
type Kicked struct{ Intent string }

// KickFailed: the kick cannot have reached the drawer.
type KickFailed struct{ Intent, Reason string }

// NotLocated: the receiver gave no fix in time.
type NotLocated struct{ Reason string }

// PrinterState is a change of the printer's status.
type PrinterState struct {
	Online, PaperOut, NearEnd, CoverOpen bool
	Drawer                               DrawerState
}

// DrawerState is what the sensor of the cash drawer says.
type DrawerState uint8

// The states. Unknown is a drawer without a sensor too, or one of which it is
// not known yet what its sensor means.
const (
	DrawerUnknown DrawerState = iota
	DrawerShut
	DrawerOpen
)

// Located is a position fix. Mono time of arrival is the event's own time.
type Located struct {
	LatE7, LonE7 int64
	AccuracyCM   int64
}

// HostReply is the card host's answer.
type HostReply struct {
	STAN     string
	Kind     string // "authorise", "forward", "reverse": what was answered
	Response string // ISO 8583 field 39: "00" approved, "05" declined, ...
	Auth     string // field 38
}

// LinkUp and LinkDown tell of a network link ("hub", "host"). Why is empty for
// a link that is seen to come and go, and says what was observed otherwise:
// a peer that gave no answer has not been reached either.
type LinkUp struct{ Link, Why string }

// LinkDown: see LinkUp.
type LinkDown struct{ Link, Why string }

// HubMessage is a message of the hub, as pos/sync encodes them.
type HubMessage struct{ Data []byte }

// PowerState is what the device knows of its own supply.
type PowerState struct {
	OnBattery bool
	Percent   int
}

// Tick: a time that the engine asked for has come.
type Tick struct{}

func (Scanned) event()      {}
func (Pressed) event()      {}
func (CardRead) event()     {}
func (CardUnread) event()   {}
func (CardRemoved) event()  {}
func (DongleState) event()  {}
func (DeviceUp) event()     {}
func (DeviceDown) event()   {}
func (PrintEnded) event()   {}
func (Kicked) event()       {}
func (PrinterState) event() {}
func (Located) event()      {}
func (HostReply) event()    {}
func (LinkUp) event()       {}
func (LinkDown) event()     {}
func (PowerState) event()   {}
func (Tick) event()         {}
func (KickFailed) event()   {}
func (NotLocated) event()   {}
func (HubMessage) event()   {}
