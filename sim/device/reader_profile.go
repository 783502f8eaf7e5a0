package device

import (
	"fmt"
	"slices"
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
)

// ReaderProfile is a make of card reader of any class.
type ReaderProfile struct {
	// Kind is the class: KindSwiper (track data; knows no amount, remembers
	// nothing), KindReader (holds a request and its card, authorises nothing),
	// KindTerminal (authorises by itself).
	Kind string `yaml:"class"`
	// Encrypts: a swiper's head encrypts, and sends the number masked.
	Encrypts bool `yaml:"encrypts"`
	// MonthFirst: the expiry date of tracks is MMYY.
	MonthFirst bool `yaml:"month-first"`
	// AckWait and Tries are the patience of its link.
	AckWait time.Duration `yaml:"ack-wait"`
	Tries   int           `yaml:"tries"`
	// Removal is the time from a read to the card being out again; zero waits
	// for a hand to remove it.
	Removal time.Duration `yaml:"removal"`
	// KeepsMemory: the request and what came of it outlive a loss of the
	// reader's own power. Without it they are forgotten.
	KeepsMemory bool `yaml:"keeps-memory"`
	// KeepsOld: an arm while another request is pending is acknowledged and
	// ignored, and the old amount stays on the display (seen in the field:
	// OCA/pos 550, the next customer got the previous amount). Without it the
	// new one replaces the old.
	KeepsOld bool `yaml:"keeps-old"`
	// Authorises is how long a terminal's host takes.
	Authorises time.Duration `yaml:"authorises"`
	// Confirms: an approval is open until the till confirms or voids it.
	// ConfirmWithin is how long it waits, after which Unconfirmed happens, as
	// it does after a loss of power.
	Confirms      bool          `yaml:"confirms"`
	ConfirmWithin time.Duration `yaml:"confirm-within"`
	Unconfirmed   string        `yaml:"unconfirmed"`
	Battery       bool          `yaml:"battery"`

	Defects Defects `yaml:"-"`
}

// Classes of card reader.
const (
	KindSwiper   = "swiper"
	KindReader   = "reader"
	KindTerminal = "terminal"
)

// What a terminal does with an approval that nobody confirmed: who undoes it.
const (
	UnconfirmedVoids    = "void"    // the terminal undoes it by itself
	UnconfirmedConfirms = "confirm" // the approval stands: the till must void what it does not want
	UnconfirmedBlocks   = "block"   // no new payment until the till has confirmed or voided
)

func (p *ReaderProfile) check() error {
	switch {
	case !slices.Contains([]string{KindSwiper, KindReader, KindTerminal}, p.Kind):
		return fmt.Errorf("class: %q is not swiper, reader or terminal", p.Kind)
	case p.Kind != KindSwiper && (p.AckWait <= 0 || p.Tries < 1):
		return fmt.Errorf("ack-wait and tries: a %s answers over a link that repeats", p.Kind)
	case p.Confirms && !slices.Contains([]string{UnconfirmedVoids, UnconfirmedConfirms, UnconfirmedBlocks}, p.Unconfirmed):
		return fmt.Errorf("unconfirmed: %q is not void, confirm or block", p.Unconfirmed)
	case p.Confirms && p.ConfirmWithin <= 0:
		return fmt.Errorf("confirm-within: a terminal that waits says how long")
	case p.Authorises < 0 || p.Removal < 0:
		return fmt.Errorf("authorises and removal are not below zero")
	}
	return nil
}

func (p *ReaderProfile) format() card.TrackFormat {
	return card.TrackFormat{ExpiryMMYY: p.MonthFirst || p.Defects.Has(MonthFirst)}
}

func (p *ReaderProfile) link() card.Link {
	return card.NewLink(card.Timing{AckWait: p.AckWait, Tries: p.Tries})
}

// NewReader returns a card reader of the profile's class, without power. key
// is its head's, made by the card host's BaseKey from the same serial.
func NewReader(p ReaderProfile, serial string, key card.HeadKey) machine.Machine {
	switch p.Kind {
	case KindSwiper:
		return NewSwiper(p, serial, key)
	case KindTerminal:
		return NewTerminal(p)
	}
	return NewDongle(p, serial, key)
}

var readerProfile = builtin(ClassReader, "reader", ParseReader)

// BuiltInReader returns the settings of a card reader that comes with stormrig.
// A name that is none of those is a mistake in the program.
func BuiltInReader(name string) ReaderProfile {
	text, err := Text(ClassReader, name)
	if err != nil {
		panic("device: " + err.Error())
	}
	p, err := ParseReader(name, text)
	if err != nil {
		panic("device: " + err.Error())
	}
	return p.Settings
}

// DefaultDongle is a reader with a battery and a volatile memory: profile
// reader.
func DefaultDongle() ReaderProfile { return readerProfile() }

// ReaderActions are what a hand can do to a card reader of a class.
func ReaderActions(kind string) []Action {
	swipe := Action{"swipe", "track", "draw a test card through: the text of track 1 or 2, or a test card number"}
	bad := Action{"swipe-bad", "", "draw a card through that cannot be read"}
	if kind == KindSwiper {
		return []Action{swipe, bad}
	}
	out := []Action{swipe, bad,
		{"insert", "track", "put a test card in and leave it there"},
		{"remove", "", "take the card out"},
		{"restart", "", "it starts anew, and forgets what its profile does not keep"},
		{"low-battery", "", "the battery is nearly empty: it goes off at the next card"},
		{"charge", "", "the battery is full again"},
	}
	if kind == KindTerminal {
		out = append(out, Action{"lose-link", "", "the link drops at the next card, and the payment goes on without it"})
	}
	return out
}
