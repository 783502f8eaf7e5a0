package acquirer

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/pos/payment/iso"
)

// Response codes that this host gives.
const (
	approved    = "00"
	noMerchant  = "03"
	doNotHonour = "05"
	hostError   = "06"
	onCondition = "08"
	inPart      = "10"
	badAmount   = "13"
	badCard     = "14"
	noAction    = "21"
	notFound    = "25"
	lost        = "41"
	noFunds     = "51"
	expired     = "54"
	security    = "63"
	lateReply   = "68"
	duplicate   = "94"
)

// verdict is what an answer says.
type verdict struct {
	response, auth, rrn string
	amount              int64 // of a partial approval; 0: what was asked for
}

func (h *Host) decide(now machine.Now, r *iso.Request, out *output) verdict {
	switch {
	case h.forced != "":
		return verdict{response: h.forced}
	case r.Kind == iso.Echo:
		return verdict{response: approved}
	case h.cfg.Merchant != "" && h.cfg.Merchant != r.Merchant:
		return verdict{response: noMerchant}
	}
	code := h.answers(r.Kind)
	if code != "" && booking(code) == booksNothing {
		return verdict{response: code}
	}
	if r.Kind == iso.Reverse {
		return h.reverse(now, r, code, out)
	}
	v := h.take(now, r, code, out)
	if booking(code) == booksInSilence || code == duplicate {
		return verdict{response: code}
	}
	return v
}

// take decides a request for money.
func (h *Host) take(now machine.Now, r *iso.Request, code string, out *output) verdict {
	k := key{r.Terminal, r.STAN, r.Ref}
	row := h.row(k)
	switch {
	case row == nil:
		row = h.add(k, Row{Amount: r.Amount, Currency: r.Currency, First: now.Mono, Taken: string(r.Taken), RRN: h.rrn()})
		return h.authorise(row, r, code, out)
	case row.Closed:
		return verdict{response: noAction, rrn: row.RRN}
	case row.Amount != r.Amount || row.Currency != r.Currency:
		return verdict{response: badAmount, rrn: row.RRN}
	case row.State == Declined || h.recognises(now, row):
		return row.verdict()
	}
	return h.authorise(row, r, code, out)
}

// recognises tells whether a request for a payment that was approved is known
// for a repeat.
func (h *Host) recognises(now machine.Now, row *Row) bool {
	switch h.cfg.Repeat {
	case RepeatNever:
		return false
	case RepeatWindow:
		return now.Mono-row.First <= h.cfg.Window
	}
	return true
}

// authorise approves or declines, and books it; with a code that approves in
// another way, in that way.
func (h *Host) authorise(row *Row, r *iso.Request, way string, out *output) verdict {
	code, why := h.judge(row, r)
	if code != approved && row.Captures > 0 {
		return verdict{response: code, rrn: row.RRN} // what was taken before stays taken
	}
	taken := code == approved
	switch {
	case !taken:
	case row.Part > 0 || way == inPart && row.Captures == 0 || r.Kind != iso.Forward && h.takesPart(r):
		code, row.Part, why = inPart, max(row.Amount/2, 1), "in part"
	case way == onCondition || row.Response == onCondition:
		code, why = onCondition, "with identification"
	}
	row.Response = code
	if !taken {
		row.State = Declined
		h.book(row, out, Declined, code+" "+why)
		return row.verdict()
	}
	h.granted++
	row.Auth = fmt.Sprintf("%06d", mix(h.cfg.Seed^h.granted)%1_000_000)
	row.State = Captured
	if r.Kind == iso.Forward {
		row.State = Settled
	}
	row.Captures++
	if row.Captures > 1 {
		why = "a repeat that was not recognised"
	}
	h.book(row, out, row.State, code+" "+why)
	return row.verdict()
}

// judge decides by the card. why is for people.
func (h *Host) judge(row *Row, r *iso.Request) (code, why string) {
	if len(r.Sealed) == 0 {
		return notFound, "a repeat without card data, its original never came"
	}
	track, n, err := card.Open(h.cfg.Base.HeadKey(r.Serial), r.Serial, r.Sealed)
	if err != nil {
		return security, "the card data does not open"
	}
	pan, err := panOf(track)
	if err != nil {
		return badCard, "the track cannot be read"
	}
	row.Card = card.Mask(pan)
	c, o := counter{r.Serial, n}, owner{r.Terminal, r.Ref}
	if used, ok := h.heads[c]; ok && used != o {
		return security, "the card data was used by another payment"
	}
	h.heads[c] = o
	behaviour, known := card.Behaviour(pan)
	switch {
	case !known:
		return badCard, "no test card"
	case behaviour == card.Insufficient:
		return noFunds, behaviour
	case behaviour == card.Lost:
		return lost, behaviour
	case behaviour == card.Expired:
		return expired, behaviour
	case behaviour != card.Approves:
		return doNotHonour, behaviour
	case r.Kind == iso.Forward && slices.Contains(h.declines, sha256.Sum256([]byte(pan))):
		return noFunds, "insufficient when it was forwarded"
	}
	return approved, behaviour
}

// takesPart tells whether the host approves only a part of what is asked for:
// of a card that has no more.
func (h *Host) takesPart(r *iso.Request) bool {
	if len(h.parts) == 0 {
		return false
	}
	track, _, err := card.Open(h.cfg.Base.HeadKey(r.Serial), r.Serial, r.Sealed)
	if err != nil {
		return false
	}
	pan, err := panOf(track)
	return err == nil && slices.Contains(h.parts, sha256.Sum256([]byte(pan)))
}

// panOf reads the card number. Heads differ in the order of the expiry date,
// which is not asked for here.
func panOf(track string) (string, error) {
	t, err := card.ParseTrack(track, card.TrackFormat{})
	if err != nil {
		t, err = card.ParseTrack(track, card.TrackFormat{ExpiryMMYY: true})
	}
	return t.PAN, err
}

// reverse undoes a payment, or closes it before it came. code is said where it
// is true: there was nothing to undo, or it was undone before.
func (h *Host) reverse(now machine.Now, r *iso.Request, code string, out *output) verdict {
	k := key{r.Terminal, r.Original.STAN, r.Ref}
	row := h.row(k)
	said := approved
	switch {
	case booking(code) == booksInSilence,
		code == notFound && (row == nil || row.Captures == 0 && row.State == Declined),
		code == duplicate && row != nil && row.Closed:
		said = code
	}
	switch {
	case row == nil:
		row = h.add(k, Row{Amount: r.Amount, Currency: r.Currency, First: now.Mono, RRN: h.rrn(),
			State: Declined, Response: noAction, Closed: true})
		h.book(row, out, Declined, "reversal "+r.Reason+" came before its original")
	case row.Amount != r.Amount || row.Currency != r.Currency:
		return verdict{response: badAmount, rrn: row.RRN}
	case row.Taken != "" && row.Taken != string(r.Taken):
		return verdict{response: notFound} // another payment under a number that came again
	default:
		row.Closed = true
		if row.Captures > 0 {
			row.State = Reversed
		}
		// One line for each time that the money was taken: the books of a
		// host that took it twice must add up too.
		for ; row.Captures > 0; row.Captures-- {
			h.book(row, out, Reversed, "reversal "+r.Reason)
		}
	}
	return verdict{response: said, rrn: row.RRN}
}

func (h *Host) book(row *Row, out *output, s State, why string) {
	amount := row.Amount
	if row.Part > 0 {
		amount = row.Part
	}
	out.tell(Booked{Port: out.port, Terminal: row.Terminal, STAN: row.STAN, Ref: row.Ref,
		Amount: amount, State: s, Why: why})
}

func (h *Host) rrn() string { return fmt.Sprintf("%012d", h.seen) }

func (r *Row) verdict() verdict {
	if r.State == Declined {
		return verdict{response: r.Response, rrn: r.RRN}
	}
	return verdict{response: r.Response, auth: r.Auth, rrn: r.RRN, amount: r.Part}
}
