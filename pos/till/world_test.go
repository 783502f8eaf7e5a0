package till

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"stormrig/pos"
)

// outside is what stands around the till and remembers what really happened:
// a card reader, a host with a ledger, a printer, a drawer. What it has to
// say waits in mail, where it may be lost, doubled or overtaken.
type outside struct {
	t     *rapid.T
	mail  []pos.Event
	calm  bool // nothing is lost any more
	ref   string
	read  bool // a card was read for ref
	lives uint32

	term   *terminal       // instead of a reader; nil for none
	ledger map[string]*row // by trace number
	kicked map[string]bool // by intent
	prints int
}

// row is what the host knows of a trace number.
type row struct {
	ref      string
	kind     string // of the first request
	approved bool
	reversed bool
}

func newOutside(t *rapid.T) *outside {
	return &outside{t: t, ledger: map[string]*row{}, kicked: map[string]bool{}}
}

func (o *outside) chance(what string, oneIn int) bool { return !o.calm && o.pick(what, oneIn) == 0 }

var below100 = func() (n []int) {
	for i := range 100 {
		n = append(n, i)
	}
	return n
}()

// pick draws a number below n, each as likely: rapid's ranges prefer the low
// ones.
func (o *outside) pick(what string, n int) int {
	return rapid.SampledFrom(below100[:n]).Draw(o.t, what)
}

// post lets an answer be on its way; some never are.
func (o *outside) post(ev pos.Event) {
	if o.chance("lost", 6) {
		return
	}
	o.mail = append(o.mail, ev)
	if o.chance("doubled", 6) {
		o.mail = append(o.mail, ev)
	}
}

// waiting is how much has been said and not arrived.
func (o *outside) waiting() int {
	if o.term != nil {
		return len(o.mail) + len(o.term.line)
	}
	return len(o.mail)
}

// deliver takes one piece of mail, not always the first.
func (o *outside) deliver() pos.Event {
	if m := o.term; m != nil && len(m.line) > 0 && (len(o.mail) == 0 || o.pick("line", 2) == 0) {
		ev := m.line[0]
		m.line = m.line[1:]
		return ev
	}
	i := 0
	if !o.calm {
		i = o.pick("mail", min(len(o.mail), 3))
	}
	ev := o.mail[i]
	o.mail = slices.Delete(o.mail, i, i+1)
	return ev
}

// takes carries out an effect.
func (o *outside) takes(e pos.Effect) {
	if o.term != nil && o.term.takes(e) {
		return
	}
	switch e := e.(type) {
	case pos.Kick:
		if o.kicked[e.Intent] {
			o.t.Fatalf("the drawer is opened twice for %s", e.Intent)
		}
		o.kicked[e.Intent] = true
		o.post(pos.Kicked(e))
	case pos.Print:
		o.prints++
		outcome := pos.OutcomeDone
		if o.chance("print goes wrong", 4) {
			outcome = rapid.SampledFrom([]string{pos.OutcomeUnknown, pos.OutcomeFailed}).Draw(o.t, "outcome")
		}
		o.post(pos.PrintEnded{Job: e.Job, Outcome: outcome})
	case pos.Arm:
		o.ref, o.read = e.Ref, false
	case pos.Cancel:
		if o.ref == e.Ref {
			o.ref, o.read = "", false
		}
	case pos.AskDongle:
		o.tell()
	case pos.AskHost:
		o.host(e)
	}
}

// tell says what the reader holds.
func (o *outside) tell() {
	if o.term != nil {
		o.term.tell()
	} else if o.read {
		o.post(card(o.ref))
	} else {
		o.post(pos.DongleState{Pending: o.ref, Lives: o.lives})
	}
}

// swipe lets a customer present his card.
func (o *outside) swipe() {
	if m := o.term; m != nil {
		m.deciding = m.deciding || m.ref != "" && m.outcome == ""
		if o.calm || o.pick("at once", 2) == 0 {
			m.decide()
		}
		return
	}
	if o.ref != "" {
		o.read = true
		o.post(card(o.ref))
	}
}

// forget is a reader that lost its power.
func (o *outside) forget() {
	o.ref, o.read, o.lives = "", false, o.lives+1
	if m := o.term; m != nil { // it keeps its payment, and its host undoes what it has not answered
		if m.outcome == "" && m.ref != "" {
			m.deciding = false
			m.becomes(pos.TerminalFailed)
		}
		m.line = nil
		m.alone()
	}
}

func card(ref string) pos.Event {
	return pos.CardRead{Ref: ref, Masked: "****4242", Sealed: []byte("sealed " + ref), Serial: "R1"}
}

// host is a card host that knows a request when it sees it again.
func (o *outside) host(e pos.AskHost) {
	if o.chance("request lost", 5) {
		return
	}
	r, known := o.ledger[e.Order.STAN]
	if !known {
		r = &row{ref: e.Order.Ref, kind: e.Order.Kind}
		r.approved = e.Order.Kind != "reverse" && !o.chance("declined", 4)
		o.ledger[e.Order.STAN] = r
	}
	if r.ref != e.Order.Ref {
		o.t.Fatalf("trace number %s of %s is used again for %s", e.Order.STAN, r.ref, e.Order.Ref)
	}
	code := "05"
	switch {
	case e.Order.Kind == "reverse":
		r.reversed = true
		code = "00"
	case r.approved && !r.reversed:
		code = "00"
	}
	o.post(pos.HostReply{STAN: e.Order.STAN, Kind: e.Order.Kind, Response: code, Auth: "A" + e.Order.STAN})
}

// captured returns how often a payment was taken from the customer.
func (o *outside) captured(ref string) int {
	n := 0
	for _, r := range o.ledger {
		if r.ref == ref && r.approved && !r.reversed {
			n++
		}
	}
	return n
}

func (o *outside) String() string {
	s := ""
	for stan, r := range o.ledger {
		s += fmt.Sprintf("%s %+v\n", stan, *r)
	}
	return s
}
