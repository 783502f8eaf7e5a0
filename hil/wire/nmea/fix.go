// Package nmea reads and writes what a location receiver says: NMEA 0183, of
// which a till needs two sentences. RMC tells position, time and whether the
// fix is valid; GGA tells how good it is. Other sentences are passed over.
//
// Sentences are checked by github.com/adrianmo/go-nmea: framing, checksum,
// number and form of the fields. The library gives coordinates as floats; they
// are never read. Positions are taken from the sentence's own digits with
// integers, so that the same bytes give the same fix on every machine.
package nmea

import (
	"errors"
	"fmt"
	"strings"
	"time"

	lib "github.com/adrianmo/go-nmea"
)

// uereCM is the range error of one standard deviation that HDOP multiplies, in
// centimetres: five metres, the usual figure for a single-frequency receiver.
const uereCM = 500

// Fix is a position, all in integers.
type Fix struct {
	LatE7, LonE7 int64 // degrees times 10^7, north and east positive
	AccuracyCM   int64 // horizontal, one standard deviation: HDOP times 5 m
}

// ErrSentence is what every refused sentence's error wraps.
var ErrSentence = errors.New("nmea: not a usable sentence")

// Sentence is one RMC or GGA.
type Sentence struct {
	Type         string // "RMC" or "GGA"
	Valid        bool   // RMC status A, GGA quality 1 to 6
	Clock        string // hhmmss.ss as sent; pairs the two
	LatE7, LonE7 int64  // zero when not valid
	HDOPE2       int64  // GGA: HDOP times 100
}

// Parse reads one line without its end. ok is false, and err nil, for a
// sentence of another type, whatever it holds.
func Parse(line string) (s Sentence, ok bool, err error) {
	line = strings.TrimSpace(line)
	kind := kindOf(line)
	if kind == "" {
		return Sentence{}, false, nil
	}
	var parser lib.SentenceParser
	got, err := parser.Parse(line)
	if err != nil {
		return Sentence{}, false, fmt.Errorf("%w: %w", ErrSentence, err)
	}
	switch m := got.(type) {
	case lib.RMC:
		s = Sentence{Type: kind, Valid: m.Validity == lib.ValidRMC, Clock: m.Fields[0]}
		err = s.place(m.Fields[2:6])
	case lib.GGA:
		s = Sentence{Type: kind, Valid: m.FixQuality != lib.Invalid && m.FixQuality != "", Clock: m.Fields[0]}
		if err = s.place(m.Fields[1:5]); err == nil && s.Valid {
			s.HDOPE2, err = fixed(m.Fields[7], 2)
		}
	default:
		return Sentence{}, false, nil
	}
	if err != nil {
		return Sentence{}, false, fmt.Errorf("%w: %s: %w", ErrSentence, kind, err)
	}
	return s, true, nil
}

// kindOf looks at a sentence's address: "$", two characters of talker, type.
func kindOf(line string) string {
	if len(line) < 7 || line[0] != '$' || line[6] != ',' {
		return ""
	}
	if kind := line[3:6]; kind == lib.TypeRMC || kind == lib.TypeGGA {
		return kind
	}
	return ""
}

// place reads the four fields of a position.
func (s *Sentence) place(f []string) (err error) {
	if !s.Valid {
		return nil
	}
	if s.LatE7, err = degreesE7(f[0], f[1], "N", "S", 90); err != nil {
		return fmt.Errorf("latitude: %w", err)
	}
	if s.LonE7, err = degreesE7(f[2], f[3], "E", "W", 180); err != nil {
		return fmt.Errorf("longitude: %w", err)
	}
	return nil
}

// degreesE7 turns "ddmm.mmmm" or "dddmm.mmmm" into degrees times 10^7, rounded
// to the nearest.
func degreesE7(text, side, plus, minus string, most int64) (int64, error) {
	const scale = 7 // digits of a minute's fraction that are kept
	value, err := fixed(text, scale)
	if err != nil {
		return 0, err
	}
	const unit = 10_000_000
	deg, minutes := value/(100*unit), value%(100*unit)
	if minutes >= 60*unit {
		return 0, fmt.Errorf("%q has 60 minutes or more", text)
	}
	e7 := deg*unit + (minutes+30)/60
	if e7 > most*unit {
		return 0, fmt.Errorf("%q is beyond %d degrees", text, most)
	}
	switch side {
	case plus:
		return e7, nil
	case minus:
		return -e7, nil
	}
	return 0, fmt.Errorf("side is %q, not %s or %s", side, plus, minus)
}

// fixed reads a decimal number without sign, times 10^digits; further digits
// are cut off.
func fixed(text string, digits int) (int64, error) {
	whole, frac, _ := strings.Cut(text, ".")
	if whole == "" || len(whole) > 6 {
		return 0, fmt.Errorf("%q is no number of 1 to 6 digits", text)
	}
	var n int64
	add := func(c byte) bool {
		n = n*10 + int64(c-'0')
		return '0' <= c && c <= '9'
	}
	for i := range len(whole) {
		if !add(whole[i]) {
			return 0, fmt.Errorf("%q is no number", text)
		}
	}
	for i := range max(len(frac), digits) {
		c := byte('0')
		if i < len(frac) {
			c = frac[i]
		}
		if i >= digits {
			if c < '0' || c > '9' {
				return 0, fmt.Errorf("%q is no number", text)
			}
			continue
		}
		if !add(c) {
			return 0, fmt.Errorf("%q is no number", text)
		}
	}
	return n, nil
}

// Append adds the RMC and GGA of one moment, each with CR LF, as a receiver
// sends them; with a nil fix they say that there is none. at is UTC.
func Append(dst []byte, fix *Fix, at time.Time) []byte {
	at = at.UTC()
	clock, date := at.Format("150405.00"), at.Format("020106")
	if fix == nil {
		dst = appendSentence(dst, "GPRMC,"+clock+",V,,,,,,,"+date+",,,N")
		return appendSentence(dst, "GPGGA,"+clock+",,,,,0,00,99.99,,M,,M,,")
	}
	place := position(fix.LatE7, 2, "N", "S") + "," + position(fix.LonE7, 3, "E", "W")
	hdop := max((fix.AccuracyCM*100+uereCM/2)/uereCM, 1)
	dst = appendSentence(dst, "GPRMC,"+clock+",A,"+place+",0.0,,"+date+",,,A")
	return appendSentence(dst, fmt.Sprintf("GPGGA,%s,%s,1,08,%d.%02d,10.0,M,0.0,M,,", clock, place, hdop/100, hdop%100))
}

// position writes degrees times 10^7 as "ddmm.mmmmmm,N"; six digits of a
// minute are finer than the seventh of a degree, so nothing is lost.
func position(e7 int64, width int, plus, minus string) string {
	side := plus
	if e7 < 0 {
		e7, side = -e7, minus
	}
	const unit = 10_000_000
	micro := e7 % unit * 60 / 10 // minutes times 10^6
	return fmt.Sprintf("%0*d%02d.%06d,%s", width, e7/unit, micro/1_000_000, micro%1_000_000, side)
}

// appendSentence frames a sentence's body: "$", body, "*", the XOR of the
// body's bytes in hex, CR LF.
func appendSentence(dst []byte, body string) []byte {
	var sum byte
	for i := range len(body) {
		sum ^= body[i]
	}
	return fmt.Appendf(dst, "$%s*%02X\r\n", body, sum)
}
