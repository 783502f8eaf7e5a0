package iso

import (
	"fmt"
	"strconv"

	"github.com/moov-io/iso8583"
)

// Request is what a till asks of the card host. Which fields a kind needs is
// checked when it is encoded and when it is decoded.
type Request struct {
	Kind   Kind
	Repeat bool
	// MTI is set by DecodeRequest. Encoding uses it when it is not empty (a
	// dialect that reverses by 0400), else the kind's own type.
	MTI string

	STAN     string // six digits, not 000000
	Ref      string // idempotency key of the payment, at most MaxRef printable characters
	Amount   int64  // minor units of Currency, above 0; not in an echo
	Currency string // ISO 4217, alphabetic
	Terminal string // at most MaxTerminal characters
	Merchant string // at most MaxMerchant
	Acquirer string // at most MaxAcquirer digits; may be empty

	Sent  Stamp // when this message leaves
	Taken Stamp // when the payment began; the same in a repeat

	// Sealed is the card data as the head encrypted it, Serial the head's. A
	// repeat may come without: it then asks for the answer to what was sent.
	Sealed []byte
	Serial string

	Reason   string   // reverse: four digits
	Original Original // reverse
}

// Original names the message that a reversal undoes (field 90).
type Original struct {
	MTI  string // empty means 0100
	STAN string // empty means the reversal's own
	Sent Stamp  // transmission time; empty when no longer known
}

// Encode returns the message's bytes, without a frame. An error names the
// field and never holds card data.
func (r *Request) Encode() ([]byte, error) {
	mti, err := r.mti()
	if err != nil {
		return nil, err
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	m := newPacker(mti)
	m.set(fSent, string(r.Sent))
	m.set(fSTAN, r.STAN)
	m.set(fAcquirer, r.Acquirer)
	m.set(fTerminal, r.Terminal)
	if r.Kind == Echo {
		m.set(fNetwork, echoTest)
		return m.pack()
	}
	m.set(fProcessing, processing)
	m.set(fAmount, amountField(r.Amount))
	m.set(fTime, r.Taken.clock())
	m.set(fDate, r.Taken.date())
	m.set(fEntry, entryMode)
	m.set(fCondition, conditionCode)
	m.set(fMerchant, r.Merchant)
	m.set(fRef, r.Ref)
	m.set(fCurrency, CurrencyNumber(r.Currency))
	switch r.Kind {
	case Reverse:
		m.set(fReason, r.Reason)
		m.set(fOriginal, r.Original.field(r.STAN))
		return m.pack()
	case Forward:
		m.set(fReason, ReasonDeferred)
	}
	m.set(fSerial, r.Serial)
	m.setBinary(fSealed, r.Sealed)
	return m.pack()
}

// mti returns the type to send.
func (r *Request) mti() (string, error) {
	mti := r.MTI
	if mti == "" {
		mti = defaultRequest(r.Kind)
	}
	k, repeat, err := requestKind(mti, r.Kind == Forward)
	if err != nil {
		return "", err
	}
	if k != r.Kind {
		return "", fmt.Errorf("iso: message type %s is no %q request", mti, r.Kind)
	}
	if r.Repeat {
		return mti[:3] + "1", nil
	}
	if repeat {
		return "", fmt.Errorf("iso: message type %s is a repeat, the request is not", mti)
	}
	return mti, nil
}

// check says what is missing or does not fit.
func (r *Request) check() error {
	err := firstError(
		fits("STAN", stanOK(r.STAN), r.STAN, "six digits, not 000000"),
		fits("terminal", text(r.Terminal, MaxTerminal), r.Terminal, "1 to 8 printable characters, no blank at the ends"),
		fits("acquirer", len(r.Acquirer) <= MaxAcquirer && digits(r.Acquirer), r.Acquirer, "at most 11 digits"),
		fits("sent", r.Sent.valid(), string(r.Sent), "MMDDhhmmss"),
	)
	if err != nil || r.Kind == Echo {
		return err
	}
	err = firstError(
		fits("reference", text(r.Ref, MaxRef), r.Ref, "1 to 40 printable characters, no blank at the ends"),
		fits("amount", r.Amount > 0 && r.Amount <= maxAmount, strconv.FormatInt(r.Amount, 10), "1 to 999999999999 minor units"),
		fits("currency", CurrencyNumber(r.Currency) != "", r.Currency, "an ISO 4217 code"),
		fits("merchant", text(r.Merchant, MaxMerchant), r.Merchant, "1 to 15 printable characters, no blank at the ends"),
		fits("taken", r.Taken.valid(), string(r.Taken), "MMDDhhmmss"),
	)
	if err != nil {
		return err
	}
	if r.Kind == Reverse {
		return firstError(
			fits("reason", len(r.Reason) == 4 && digits(r.Reason), r.Reason, "four digits"),
			fits("original", r.Original.valid(), r.Original.STAN, "type, STAN and time of the original"),
		)
	}
	if len(r.Sealed) == 0 && r.Repeat {
		return fits("head serial", r.Serial == "", r.Serial, "nothing without card data")
	}
	return firstError(
		fits("sealed card data", len(r.Sealed) > 0 && len(r.Sealed) <= MaxSealed, strconv.Itoa(len(r.Sealed))+" bytes", "1 to 512 bytes"),
		fits("head serial", text(r.Serial, MaxSerial), r.Serial, "1 to 40 printable characters, no blank at the ends"),
	)
}

// DecodeRequest reads a message without its frame. It refuses any message that
// is not in the one form that Encode gives its content, and any message with a
// field outside this dialect.
func DecodeRequest(message []byte) (*Request, error) {
	m, err := unpack(message)
	if err != nil {
		return nil, err
	}
	r := &Request{
		MTI:      get(m, 0),
		STAN:     get(m, fSTAN),
		Ref:      get(m, fRef),
		Currency: CurrencyCode(get(m, fCurrency)),
		Terminal: get(m, fTerminal),
		Merchant: get(m, fMerchant),
		Acquirer: get(m, fAcquirer),
		Sent:     Stamp(get(m, fSent)),
		Taken:    Stamp(get(m, fDate) + get(m, fTime)),
		Serial:   get(m, fSerial),
	}
	reason := get(m, fReason)
	if r.Kind, r.Repeat, err = requestKind(r.MTI, reason == ReasonDeferred); err != nil {
		return nil, err
	}
	if r.Kind == Reverse {
		r.Reason = reason
		if r.Original, err = parseOriginal(get(m, fOriginal)); err != nil {
			return nil, err
		}
	}
	if r.Amount, err = parseAmount(get(m, fAmount)); err != nil {
		return nil, err
	}
	if r.Sealed, err = getBinary(m, fSealed); err != nil {
		return nil, err
	}
	// A request that says more than its kind can, or the same in another way,
	// is not taken: what is left after decoding must encode to what came.
	if again, err := r.Encode(); err != nil {
		return nil, err
	} else if err := sameBytes(again, message); err != nil {
		return nil, err
	}
	return r, nil
}

func get(m *iso8583.Message, id int) string {
	s, err := m.GetString(id)
	if err != nil { // only for a field that is not in the specification
		return ""
	}
	return s
}
