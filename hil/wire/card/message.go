package card

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Verb is what a message says.
type Verb string

// The verbs; see the package comment for their fields.
const (
	Arm     Verb = "arm"
	Cancel  Verb = "cancel"
	Status  Verb = "status"
	Vibrate Verb = "vibrate"
	Card    Verb = "card"
	Removed Verb = "removed"
	State   Verb = "state"
	// Of a terminal, which authorises by itself.
	Confirm Verb = "confirm"
	Void    Verb = "void"
	Result  Verb = "result"
)

// Outcomes of a Result.
const (
	OutcomeApproved = "approved" // and, with a confirmation step, not confirmed yet
	OutcomeDeclined = "declined"
	OutcomeVoided   = "voided"
	OutcomeSettled  = "settled" // approved and confirmed
	OutcomeFailed   = "failed"  // no card was charged; Code says why
)

// CodeUnconfirmed is the Code of a Result that the terminal came to by itself,
// because nobody confirmed or voided its approval in time.
const CodeUnconfirmed = "unconfirmed"

// Message is one message of either side. A verb uses the fields that the
// package comment names; Ref is also the pending reference of a state.
type Message struct {
	Verb   Verb
	Ref    string
	Amount int64  // minor units
	Masked string // "************4242"
	Serial string // of the reader's head
	Sealed []byte // see Seal
	Lives  uint32 // how often the reader has started
	// Outcome and Code of a Result: one of the constants, and the host's
	// response code or a word. STAN and Auth are the trace number under which
	// the terminal asked its host, and the host's approval code.
	Outcome, Code, STAN, Auth string
}

// ErrMessage is what every refused payload's error wraps.
var ErrMessage = errors.New("card: not a message")

// AppendPayload adds the payload of a message to dst; seq is a digit '0'..'9'.
func AppendPayload(dst []byte, seq byte, m Message) []byte {
	at := len(dst)
	dst = append(dst, seq, '|')
	dst = append(dst, m.Verb...)
	switch m.Verb {
	case Arm:
		dst = appendField(dst, m.Ref)
		dst = strconv.AppendInt(append(dst, '|'), m.Amount, 10)
	case Cancel, Removed, Confirm, Void:
		dst = appendField(dst, m.Ref)
	case Result:
		for _, text := range [...]string{m.Ref, m.Outcome, m.Masked, m.Code, m.STAN, m.Auth} {
			dst = appendField(dst, text)
		}
	case Card:
		dst = appendField(appendField(appendField(dst, m.Ref), m.Masked), m.Serial)
		dst = hex.AppendEncode(append(dst, '|'), m.Sealed)
	case State:
		dst = appendField(dst, m.Ref)
		dst = strconv.AppendUint(append(dst, '|'), uint64(m.Lives), 10)
	}
	return appendCheck(dst, at)
}

// checkLen is the length of a check with its separator.
const checkLen = 5

// appendCheck adds the check over dst[at:].
func appendCheck(dst []byte, at int) []byte {
	sum := crc16(dst[at:])
	return hex.AppendEncode(append(dst, '|'), []byte{byte(sum >> 8), byte(sum)})
}

// crc16 is the CRC catalogued as CRC-16/IBM-3740 (its check value is 29B1h).
func crc16(data []byte) uint16 {
	sum := uint16(0xFFFF)
	for _, c := range data {
		sum ^= uint16(c) << 8
		for range 8 {
			if sum&0x8000 != 0 {
				sum = sum<<1 ^ 0x1021
			} else {
				sum <<= 1
			}
		}
	}
	return sum
}

// ParsePayload reads a payload. It is strict: an unknown verb, a missing or
// extra field, a number out of range is an error that names the field.
func ParsePayload(payload []byte) (seq byte, m Message, err error) {
	body := payload[:max(len(payload)-checkLen, 0)]
	if string(appendCheck(bytes.Clone(body), 0)) != string(payload) {
		return 0, m, fmt.Errorf("%w: check does not fit %.40q", ErrMessage, payload)
	}
	f := strings.Split(string(body), "|")
	if len(f) < 2 || len(f[0]) != 1 || f[0][0] < '0' || f[0][0] > '9' {
		return 0, m, fmt.Errorf("%w: no sequence digit and verb in %.40q", ErrMessage, payload)
	}
	seq, m.Verb = f[0][0], Verb(f[1])
	args := f[2:]
	want, known := fieldsOf(m.Verb)
	if !known || len(args) != want {
		return 0, m, fmt.Errorf("%w: verb %.20q with %d fields", ErrMessage, f[1], len(args))
	}
	if want > 0 {
		if m.Ref, err = field(args[0]); err != nil {
			return 0, m, fmt.Errorf("%w: %s reference: %v", ErrMessage, m.Verb, err)
		}
	}
	if err := m.rest(args); err != nil {
		return 0, m, fmt.Errorf("%w: %s: %w", ErrMessage, m.Verb, err)
	}
	return seq, m, nil
}

// rest reads the fields behind the reference.
func (m *Message) rest(args []string) (err error) {
	switch m.Verb {
	case Arm:
		if m.Amount, err = strconv.ParseInt(args[1], 10, 64); err != nil {
			return fmt.Errorf("amount: %w", err)
		}
	case State:
		lives, err := strconv.ParseUint(args[1], 10, 32)
		if err != nil {
			return fmt.Errorf("lives: %w", err)
		}
		m.Lives = uint32(lives)
	case Result:
		return m.result(args)
	case Card:
		if m.Masked, err = field(args[1]); err != nil {
			return fmt.Errorf("masked number: %w", err)
		}
		if m.Serial, err = field(args[2]); err != nil {
			return fmt.Errorf("serial: %w", err)
		}
		if m.Sealed, err = hex.DecodeString(args[3]); err != nil {
			return fmt.Errorf("sealed data: %w", err)
		}
	}
	return nil
}

func (m *Message) result(args []string) (err error) {
	for i, to := range []*string{&m.Outcome, &m.Masked, &m.Code, &m.STAN, &m.Auth} {
		if *to, err = field(args[i+1]); err != nil {
			return fmt.Errorf("field %d of a result: %w", i+2, err)
		}
	}
	return nil
}

func fieldsOf(v Verb) (n int, known bool) {
	switch v {
	case Status, Vibrate:
		return 0, true
	case Cancel, Removed, Confirm, Void:
		return 1, true
	case Arm, State:
		return 2, true
	case Card:
		return 4, true
	case Result:
		return 6, true
	}
	return 0, false
}

// AppendMessage adds a whole frame of a message to dst.
func AppendMessage(dst []byte, seq byte, m Message) []byte {
	return AppendFrame(dst, AppendPayload(nil, seq, m))
}

func appendField(dst []byte, text string) []byte {
	const hexdigits = "0123456789abcdef"
	dst = append(dst, '|')
	for i := range len(text) {
		c := text[i]
		if c <= 0x20 || c > 0x7E || c == '%' || c == '|' {
			dst = append(dst, '%', hexdigits[c>>4], hexdigits[c&15])
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

func field(text string) (string, error) {
	if strings.IndexByte(text, '%') < 0 {
		return text, nil
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			out = append(out, text[i])
			continue
		}
		if i+2 >= len(text) {
			return "", fmt.Errorf("escape cut short in %.40q", text)
		}
		n, err := strconv.ParseUint(text[i+1:i+3], 16, 8)
		if err != nil {
			return "", fmt.Errorf("bad escape in %.40q", text)
		}
		out = append(out, byte(n))
		i += 2
	}
	return string(out), nil
}
