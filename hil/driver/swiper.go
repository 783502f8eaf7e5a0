package driver

import (
	"slices"
	"strings"
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/pos"
)

// SpeaksSwiper is a card reader of the swiper class, as a hidraw port hands out
// its reports.
const SpeaksSwiper = "swiper"

// What the seat is told of a swipe that pays nothing.
const (
	swipeAgain   = "CARD NOT READ - SWIPE AGAIN"
	swipeInClear = "CARD READER DOES NOT ENCRYPT - TAKE CASH"
	swipeQuiet   = 100 * time.Millisecond // ends a report; on a line of bytes nothing else does
	swipeMost    = 4 << 10                // bytes of a report; who sends more without a pause is no swiper
)

// Swiper drives a card reader of the swiper class (card.Swipe): one report a
// swipe, no amount, no memory, nothing that it could be told. What a reader
// holds, this driver holds in its place, so that the engine finds the same
// behind both: what it is armed with, and the card that came for it. Both
// outlive the cable, since they are not in the device, and neither outlives the
// till: a swipe whose authorisation was not asked for yet is then made again.
//
// A report for which nothing is armed belongs to nobody and is dropped. One that
// cannot be read is said aloud, and so is one of a head that does not encrypt:
// card data in clear goes no further than this driver, which never keeps any.
type Swiper struct {
	link  redial
	buf   []byte
	until time.Duration // a report ends, while buf has any of it
	armed string        // reference, empty for none
	read  *pos.CardRead // what came for it; never changed
}

// NewSwiper returns the driver of a swiper.
func NewSwiper() *Swiper { return &Swiper{} }

// Port is PortDongle.
func (d *Swiper) Port() string { return PortDongle }

// Clone returns a copy that shares nothing changeable.
func (d *Swiper) Clone() Driver {
	c := *d
	c.buf = slices.Clone(d.buf)
	return &c
}

// Do carries out Arm, Cancel, AskDongle and Vibrate: there is nothing to shake,
// but a payment has ended, and its card is forgotten.
func (d *Swiper) Do(_ machine.Now, e pos.Effect) (s Step) {
	switch e := e.(type) {
	case pos.Arm:
		if !d.link.up {
			s.Event(pos.DeviceDown{Device: PortDongle, Reason: "not connected"})
			return s
		}
		if d.armed != e.Ref {
			d.armed, d.read = e.Ref, nil
		}
	case pos.Cancel:
		if d.armed == e.Ref {
			d.armed, d.read = "", nil
		}
	case pos.Vibrate:
		d.armed, d.read = "", nil
	case pos.AskDongle:
		d.state(&s)
	}
	return s
}

// state says what is held.
func (d *Swiper) state(s *Step) {
	if d.read != nil {
		s.Event(*d.read)
		return
	}
	s.Event(pos.DongleState{Pending: d.armed})
}

// Handle takes one input of the port.
func (d *Swiper) Handle(now machine.Now, in machine.Input) (s Step) {
	switch in.Kind {
	case machine.Boot:
		d.link.dial(&s, now, PortDongle)
	case machine.Opened:
		d.buf = nil
		if d.link.opened(&s, PortDongle) {
			s.Event(pos.DeviceUp{Device: PortDongle})
			d.state(&s)
		}
	case machine.Closed:
		d.buf = nil
		if d.link.closed(&s, now, PortDongle) {
			s.Event(pos.DeviceDown{Device: PortDongle, Reason: reasonClosed})
		}
	case machine.Data:
		if d.link.up {
			d.buf = append(d.buf, in.Data[:min(len(in.Data), swipeMost-len(d.buf))]...)
			d.until = now.Mono + swipeQuiet
			s.Wake(PortDongle, d.until)
		}
	case machine.Wake:
		d.wake(&s, now)
	}
	return s
}

func (d *Swiper) wake(s *Step, now machine.Now) {
	switch {
	case !d.link.up:
		d.link.due(s, now, PortDongle)
	case len(d.buf) > 0 && now.Mono < d.until:
		s.Wake(PortDongle, d.until)
	case len(d.buf) > 0:
		report := d.buf
		d.buf = nil
		d.swiped(s, report)
		clear(report)
	}
}

// swiped takes one report, whole.
func (d *Swiper) swiped(s *Step, report []byte) {
	if d.armed == "" || d.read != nil {
		return
	}
	swipe, err := card.ParseSwipe(report)
	switch {
	case err != nil || !swipe.Readable():
		s.Event(pos.CardUnread{Ref: d.armed, Why: swipeAgain})
	case !swipe.Encrypting() || len(swipe.Sealed) == 0:
		s.Event(pos.CardUnread{Ref: d.armed, Why: swipeInClear})
	default:
		d.read = &pos.CardRead{Ref: d.armed, Masked: maskedNumber(swipe.Tracks), Sealed: swipe.Sealed, Serial: swipe.Serial}
		s.Event(*d.read)
	}
}

// maskedNumber is the number that the masked tracks show, masked once more: what
// a head calls masked is a claim, and the journal keeps it.
func maskedNumber(tracks [3]string) string {
	for i, marks := range []string{"%B^", ";="} {
		text := tracks[i]
		begin, end := marks[:len(marks)-1], marks[len(marks)-1:]
		if rest, ok := strings.CutPrefix(text, begin); ok {
			if number, _, ok := strings.Cut(rest, end); ok {
				return card.Mask(number)
			}
		}
	}
	return "****"
}
