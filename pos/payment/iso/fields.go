package iso

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/moov-io/iso8583"
	iso8583errors "github.com/moov-io/iso8583/errors"
)

const maxAmount = 999_999_999_999

// packer sets fields and keeps the first error.
type packer struct {
	m   *iso8583.Message
	err error
}

func newPacker(mti string) *packer {
	m := iso8583.NewMessage(spec)
	m.MTI(mti)
	return &packer{m: m}
}

// set gives field id a value; an empty one leaves the field out.
func (p *packer) set(id int, value string) {
	if value != "" && p.err == nil {
		p.err = p.m.Field(id, value)
	}
}

func (p *packer) setBinary(id int, value []byte) {
	if len(value) > 0 && p.err == nil {
		p.err = p.m.BinaryField(id, value)
	}
}

func (p *packer) pack() ([]byte, error) {
	if p.err != nil {
		return nil, fmt.Errorf("iso: encoding: %w", p.err)
	}
	b, err := p.m.Pack()
	if err != nil {
		return nil, fmt.Errorf("iso: encoding: %w", err)
	}
	return b, nil
}

// unpack reads a message's fields. The library's error keeps the whole raw
// message; only its words are passed on.
func unpack(message []byte) (*iso8583.Message, error) {
	m := iso8583.NewMessage(spec)
	err := m.Unpack(message)
	var at *iso8583errors.UnpackError
	if errors.As(err, &at) {
		return nil, fmt.Errorf("iso: field %s of a message of %d bytes cannot be read: %s", at.FieldID, len(message), at.Err)
	}
	if err != nil {
		return nil, fmt.Errorf("iso: a message of %d bytes cannot be read: %w", len(message), err)
	}
	return m, nil
}

func getBinary(m *iso8583.Message, id int) ([]byte, error) {
	b, err := m.GetBytes(id)
	if err != nil {
		return nil, fmt.Errorf("iso: field %d: %w", id, err)
	}
	// The library's slice is a window on a copy of the whole rest of the
	// message; do not keep that alive.
	return bytes.Clone(b), nil
}

func sameBytes(again, message []byte) error {
	if bytes.Equal(again, message) {
		return nil
	}
	return fmt.Errorf("iso: a message of %d bytes says in %d what this dialect says in %d, or has fields that do not belong to its type",
		len(message), len(message), len(again))
}

func amountField(a int64) string {
	s := strconv.FormatInt(a, 10)
	return strings.Repeat("0", max(0, 12-len(s))) + s
}

func parseAmount(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || !digits(s) {
		return 0, fmt.Errorf("iso: amount %q is not twelve digits", s)
	}
	return n, nil
}

const zeroStamp = "0000000000"

// field writes field 90 for a reversal with its own STAN.
func (o Original) field(stan string) string {
	if o.MTI == "" {
		o.MTI = "0100"
	}
	if o.STAN == "" {
		o.STAN = stan
	}
	if o.Sent == "" {
		o.Sent = zeroStamp
	}
	const unknown = "00000000000" // acquirer and forwarder: this host is the only one
	return o.MTI + o.STAN + string(o.Sent) + unknown + unknown
}

func (o Original) valid() bool {
	return (o.MTI == "" || o.MTI == "0100") &&
		(o.STAN == "" || stanOK(o.STAN)) &&
		(o.Sent == "" || o.Sent.valid())
}

func parseOriginal(s string) (Original, error) {
	if len(s) != 42 || !digits(s) {
		return Original{}, fmt.Errorf("iso: original data elements %q are not 42 digits", s)
	}
	o := Original{MTI: s[:4], STAN: s[4:10], Sent: Stamp(s[10:20])}
	if o.Sent == zeroStamp {
		o.Sent = ""
	}
	return o, nil
}

// fits makes the error for a value that does not.
func fits(what string, ok bool, got, want string) error {
	if ok {
		return nil
	}
	return fmt.Errorf("iso: %s is %q: want %s", what, got, want)
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func stanOK(s string) bool { return len(s) == 6 && digits(s) && s != "000000" }

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// text tells whether s is 1 to most printable ASCII characters that survive
// the padding with blanks.
func text(s string, most int) bool {
	if s == "" || len(s) > most || s[0] == ' ' || s[len(s)-1] == ' ' {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
