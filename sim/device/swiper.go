package device

import (
	"strings"

	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
)

// SwipeReported is told when a swiper sent a report; Read is false when
// nothing could be decoded. PANHash is card.HashPAN of the number.
type SwipeReported struct {
	Read            bool
	PANHash, Masked string
}

// Swiper is a card reader of the swiper class: it sends one report a swipe
// and knows nothing else. Hands do:
//
//	swipe      Data is the text of track 1 or 2 of a test card, or its number
//	swipe-bad  a card that cannot be read
//
// Without power its head keeps its key and counter.
type Swiper struct {
	Profile  ReaderProfile
	serial   string
	key      card.HeadKey
	counter  uint64
	on, open bool
}

// NewSwiper returns a swiper without power.
func NewSwiper(p ReaderProfile, serial string, key card.HeadKey) *Swiper {
	return &Swiper{Profile: p, serial: serial, key: key}
}

// Handle takes one input.
func (d *Swiper) Handle(_ machine.Now, in machine.Input) (out []machine.Output) {
	switch in.Kind {
	case machine.Boot, machine.Off:
		d.on, d.open = in.Kind == machine.Boot, false
	case machine.Opened, machine.Closed:
		d.open = d.on && in.Kind == machine.Opened
	case machine.Do:
		if d.on {
			return d.do(out, in)
		}
	}
	return out
}

func (d *Swiper) do(out []machine.Output, in machine.Input) []machine.Output {
	switch in.Action {
	case "swipe":
		text, track, why := testTrack(string(in.Data), d.Profile.format())
		if why == "unreadable" {
			return d.bad(out)
		}
		if why != "" {
			return append(out, tell(Refused{in.Action, why}))
		}
		if !d.Profile.Defects.Has(CounterRepeats) || d.counter == 0 {
			d.counter++
		}
		s := card.Swipe{Bad: [3]bool{true, true, true}, Tracks: [3]string{}}
		s.Bad[track.Number-1] = false
		s.Tracks[track.Number-1] = text
		if d.Profile.Encrypts {
			if !d.Profile.Defects.Has(ShowsNumber) {
				s.Tracks[track.Number-1] = card.MaskTrack(text, d.Profile.format())
			}
			s.Serial, s.Sealed = d.serial, card.Seal(d.key, d.serial, d.counter, text)
		}
		out = append(out, tell(SwipeReported{true, card.HashPAN(track.PAN), card.Mask(track.PAN)}))
		return d.report(out, s)
	case "swipe-bad":
		return d.bad(out)
	}
	return append(out, tell(Refused{in.Action, "a swiper can be swiped, well or badly"}))
}

// bad is a swipe that could not be decoded: one report all the same.
func (d *Swiper) bad(out []machine.Output) []machine.Output {
	out = append(out, tell(SwipeReported{}))
	if d.Profile.Defects.Has(NoReportWhenBad) {
		return out
	}
	s := card.Swipe{Bad: [3]bool{true, true, true}}
	if d.Profile.Encrypts {
		s.Serial = d.serial
	}
	return d.report(out, s)
}

func (d *Swiper) report(out []machine.Output, s card.Swipe) []machine.Output {
	if !d.open {
		return out
	}
	data := s.Append(nil)
	if d.Profile.Defects.Has(TellsTwice) {
		data = s.Append(data)
	}
	return append(out, write(data))
}

// Clone returns a copy; nothing in it is shared.
func (d *Swiper) Clone() machine.Machine {
	c := *d
	return &c
}

const notATestCard = "not a test card number; real cards never come near this"

// testTrack reads what a hand holds: a track, or a bare number, of which it
// makes a track 2. why is empty for a test card, "unreadable" for what no head
// can read. Nothing that is refused is ever quoted.
func testTrack(text string, f card.TrackFormat) (track2 string, t card.Track, why string) {
	if _, test := card.Behaviour(text); test {
		text = card.Track{Number: 2, PAN: text, Year: 30, Month: 12, Service: "201"}.Text(f, false)
	}
	if strings.Trim(text, "0123456789") == "" && text != "" {
		return "", t, notATestCard
	}
	t, err := card.ParseTrack(text, f)
	if err != nil {
		return "", t, "unreadable"
	}
	if _, test := card.Behaviour(t.PAN); !test {
		return "", card.Track{}, notATestCard
	}
	return text, t, ""
}
