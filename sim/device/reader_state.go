package device

import "cmp"

// ReaderState is a card reader of any class as it is now.
type ReaderState struct {
	On        bool   `json:"on"`
	Connected bool   `json:"connected"`
	Holds     string `json:"holds"` // nothing, request, card, host is asked, or a result's outcome
	Ref       string `json:"ref,omitempty"`
	Amount    int64  `json:"amount,omitempty"` // minor units
	Masked    string `json:"masked,omitempty"`
	Inside    bool   `json:"card_inside"`
	Low       bool   `json:"low_battery"`
	Blocked   bool   `json:"blocked"` // a terminal: until the till confirms or voids
	Lives     uint32 `json:"lives"`   // how often it has started; a swiper does not count
}

// State is the swiper as it is now: it remembers nothing.
func (d *Swiper) State() ReaderState {
	return ReaderState{On: d.on, Connected: d.open, Holds: "nothing"}
}

// State is the reader as it is now.
func (d *Dongle) State() ReaderState {
	holds := "nothing"
	switch {
	case d.armed:
		holds = "request"
	case d.read:
		holds = "card"
	}
	return ReaderState{On: d.on, Connected: d.open, Holds: holds, Ref: d.ref, Amount: d.amount, Masked: d.card.Masked,
		Inside: d.inside, Low: d.low, Lives: d.lives}
}

// State is the terminal as it is now.
func (d *Terminal) State() ReaderState {
	holds := cmp.Or(d.pay.outcome, "request")
	switch {
	case d.pay.ref == "":
		holds = "nothing"
	case d.deciding():
		holds = "host is asked"
	}
	return ReaderState{On: d.on, Connected: d.open, Holds: holds, Ref: d.pay.ref, Amount: d.pay.amount, Masked: d.pay.masked,
		Inside: d.inside, Low: d.low, Blocked: d.pay.blocks, Lives: d.lives}
}
