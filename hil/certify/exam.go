package certify

import (
	"errors"
	"fmt"
	"time"

	"stormrig/hil/wire/escpos"
)

// Exam is what a check works with: a bench whose every byte is kept.
type Exam struct {
	bench Bench
	// Claim is what the examiner was told that this device is.
	Claim Claim
	// Options are the examiner's.
	Options Options
	// Identity is what the device has said of itself so far.
	Identity Identity
	// ByHand: a person operates the device; times between an action and its
	// effect include his.
	ByHand bool
	log    *Transcript
	seen   []Note
	err    error // the first failure of the bench itself
}

// Options set what an examination does.
type Options struct {
	Soak  int           // receipts of a printer's soak; 0: 50
	Pages []escpos.Page // code pages that a printer's maker documents; nil: Epson's
	Width int           // dots of a printer's head; 0: 576
	Maker Documented    // what the maker says that a printer can
	// XOnXOff: the line obeys XON and XOFF by itself.
	XOnXOff bool
	// Speaks is what a scanner sends: "" lines, "hid-pos" reports,
	// "keyboard" reports of keys. Acks: it waits for an ACK of each. AIM: it
	// is set to send identifiers.
	// Layout is the keyboard layout of the host.
	Speaks    string
	Layout    string
	Acks, AIM bool
	// Kind is a card reader's class: "swiper", "reader" ("" too), "terminal".
	// Confirms: a terminal's approval waits for a confirmation.
	// Unconfirmed is what its maker says becomes of one that nobody confirmed
	// when the power goes: "voids", "confirms", "blocks", or "" for nothing.
	Kind, Unconfirmed string
	Confirms          bool
	// Unseal opens a track that a reader sealed; nil: the key is not here.
	Unseal func(serial string, sealed []byte) (track string, err error)
}

// Documented is what a printer's maker documents. What is not documented is
// not asked for; what is, must work.
type Documented struct {
	// Known: the rest is filled in. Images are GS v 0, Codes those of GS k
	// and GS ( k. Recovery: after the cover was opened in mid-print it waits
	// for DLE ENQ. DrawerHigh is the level of the drawer's sensor while the
	// maker's drawer is shut.
	Known, AutoStatus, Completion, Cutter, Images, Codes, Recovery, DrawerHigh bool

	Buffer    int // bytes; 0: not said
	Speed     int // mm/s of paper; 0: not said
	DotsPerMM int
}

// Claim is what the person at the bench says about the device. What the
// device says of itself is another claim, and is compared.
type Claim struct {
	Maker string `json:"maker,omitempty"` // from its label
	Model string `json:"model,omitempty"`
	// Serial is on its label, Transport how it is connected ("usb-serial",
	// "tcp", "rfcomm") with its address.
	Serial    string `json:"serial,omitempty"`
	Transport string `json:"transport"`
	Firmware  string `json:"firmware,omitempty"`
}

// Note is a picture or a text that a check keeps as evidence.
type Note struct {
	Check string `json:"check"`
	Name  string `json:"name"` // file name in the evidence folder
	Data  []byte `json:"-"`
}

// errBroken marks failures of the bench in an Exam.
var errBroken = errors.New("certify: the bench failed")

// Now is the bench's time.
func (x *Exam) Now() time.Duration { return x.bench.Now() }

// Send gives all of p to the device and tells how many bytes it took within
// limit. A lost connection is dialled again by the check that expects it.
func (x *Exam) Send(p []byte, limit time.Duration) int {
	n, err := x.bench.Send(p, limit)
	x.log.add(x.bench.Now(), toDevice, p[:n])
	x.keep(err)
	return n
}

// Await collects what the device sends until done says that it is enough or
// limit has passed. The time is when the last byte came.
func (x *Exam) Await(limit time.Duration, done func(all []byte) bool) (all []byte, at time.Duration) {
	end := x.bench.Now() + limit
	for !done(all) {
		left := end - x.bench.Now()
		if left <= 0 {
			break
		}
		c, err := x.bench.Receive(left)
		x.keep(err)
		if err != nil || len(c.Data) == 0 {
			break
		}
		x.log.add(c.At, fromDevice, c.Data)
		all, at = append(all, c.Data...), c.At
	}
	return all, at
}

// Drain takes what the device sends until it has been quiet for a time.
func (x *Exam) Drain(quiet time.Duration) (all []byte) {
	for {
		c, err := x.bench.Receive(quiet)
		x.keep(err)
		if err != nil || len(c.Data) == 0 {
			return all
		}
		x.log.add(c.At, fromDevice, c.Data)
		all = append(all, c.Data...)
	}
}

// Do has a hand do something; false means that it was not done.
func (x *Exam) Do(name, prompt string) bool { return x.DoWith(name, "", prompt) }

// DoWith is Do with an argument.
func (x *Exam) DoWith(name, data, prompt string) bool {
	err := x.bench.Do(Action{Name: name, Data: data, Prompt: prompt})
	x.log.say(x.bench.Now(), fmt.Sprintf("hand: %s %s", name, data))
	if !errors.Is(err, ErrNotDone) {
		x.keep(err)
	}
	return err == nil
}

// Ask asks who looks at the device; false means that he could not tell.
func (x *Exam) Ask(q Question) (string, bool) {
	a, err := x.bench.Ask(q)
	if !errors.Is(err, ErrNotDone) {
		x.keep(err)
	}
	x.log.say(x.bench.Now(), fmt.Sprintf("asked: %s answered: %s", q.Prompt, a))
	return a, err == nil
}

// Dial connects again and tells whether that worked.
func (x *Exam) Dial(limit time.Duration) bool {
	err := x.bench.Dial(limit)
	x.log.say(x.bench.Now(), fmt.Sprintf("dialled: %v", err == nil))
	return err == nil
}

// Hang breaks the connection.
func (x *Exam) Hang() {
	x.keep(x.bench.Hang())
	x.log.say(x.bench.Now(), "hung up")
}

// Picture keeps evidence under a file name.
func (x *Exam) Picture(check, name string, data []byte) {
	x.seen = append(x.seen, Note{Check: check, Name: name, Data: data})
}

func (x *Exam) keep(err error) {
	if err != nil && !errors.Is(err, ErrClosed) && x.err == nil {
		x.err = fmt.Errorf("%w: %w", errBroken, err)
	}
}
