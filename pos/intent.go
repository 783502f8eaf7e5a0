package pos

// Intent is an effect that an entry orders. It is recorded before the effect
// leaves the till; its outcome comes back as a Note that carries ID. Exactly
// one of the pointers is set.
type Intent struct {
	ID     string       `json:"id"` // unique for the device: "7.57.0" = incarnation.seq.index
	Print  *PrintOrder  `json:"print,omitempty"`
	Kick   *KickOrder   `json:"kick,omitempty"`
	Arm    *ArmOrder    `json:"arm,omitempty"`
	Cancel *CancelOrder `json:"cancel,omitempty"`
	Host   *HostOrder   `json:"host,omitempty"`
	// Of a card terminal; see terminal.go.
	Confirm *ConfirmOrder `json:"confirm,omitempty"`
	Undo    *UndoOrder    `json:"undo,omitempty"`
}

// PrintOrder prints the receipt of a sale, or a day report.
type PrintOrder struct {
	Number int64  `json:"number,omitempty"` // receipt number
	Report string `json:"report,omitempty"` // business date of a Z
	// Z is the key of the entry with the report: a day may have several.
	Z string `json:"z,omitempty"`
	// Mark is empty on the original, else "COPY" or "POSSIBLE DUPLICATE".
	Mark string `json:"mark,omitempty"`
	// Job is the completion id: a number below 10^4 sent to the printer as
	// four digits (GS ( H).
	Job int `json:"job"`
}

// KickOrder opens the drawer, once.
type KickOrder struct {
	Number int64 `json:"number"`
}

// ArmOrder gives the dongle an amount to take a card for.
type ArmOrder struct {
	Ref    string `json:"ref"`
	Amount Amount `json:"amount"`
}

// CancelOrder withdraws it.
type CancelOrder struct {
	Ref string `json:"ref"`
}

// HostOrder is one request to the card host.
type HostOrder struct {
	Kind   string `json:"kind"` // "authorise", "forward", "reverse"
	Ref    string `json:"ref"`
	STAN   string `json:"stan"`
	Amount Amount `json:"amount"`
	Reason string `json:"reason,omitempty"` // reverse: 4000, 4021
	// Taken is when the payment began (wall ns, the Charge's own), the same in
	// every repeat, forward and reversal; 0 stands for the time of sending.
	Taken int64 `json:"taken,omitempty"`
}
