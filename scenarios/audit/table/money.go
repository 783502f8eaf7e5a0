package table

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Money says how a file writes amounts.
type Money struct {
	Decimals int  // of the currency: 2 for most, 0 for yen
	Mark     byte // '.' or ','; 0 where each amount must speak for itself
}

// MaxAmount is the largest amount that is taken, in minor units: sums of a
// million of them do not overflow.
const MaxAmount = int64(1e12)

// Parse reads an amount in minor units: "1.290,00", "$1,290.00", "(12.90)",
// "12,90-", "1 290". An amount such as "1.290" with three digits after its
// only mark is a thousand where the file does not say that this is its decimal
// mark.
func (m Money) Parse(s string) (int64, error) {
	digits, negative, err := strip(s)
	if err != nil {
		return 0, err
	}
	whole, frac, err := m.split(digits)
	if err != nil {
		return 0, err
	}
	if len(frac) > m.Decimals {
		if strings.Trim(frac[m.Decimals:], "0") != "" {
			return 0, fmt.Errorf("it has %d decimals where the currency has %d", len(frac), m.Decimals)
		}
		frac = frac[:m.Decimals]
	}
	frac += strings.Repeat("0", m.Decimals-len(frac))
	var n int64
	for _, c := range whole + frac {
		if n = n*10 + int64(c-'0'); n > MaxAmount {
			return 0, errors.New("it is too large for an amount")
		}
	}
	if negative {
		n = -n
	}
	return n, nil
}

// strip leaves digits and marks, and says whether the amount is below zero.
func strip(s string) (string, bool, error) {
	var b strings.Builder
	negative := false
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r == '.', r == ',':
			b.WriteRune(r)
		case r == '-', r == '(', r == 0x2212:
			negative = true
		case r == ')', r == '+', r == '\'', r == 0x2019, unicode.IsSpace(r), unicode.Is(unicode.Sc, r), unicode.IsLetter(r) && r != 'e' && r != 'E' || r == 0x20ac:
		case r == 'e', r == 'E':
			if b.Len() > 0 && !strings.ContainsAny(s, "$") && !lettersAround(s) {
				return "", false, errors.New("it is written with an exponent, as spreadsheets do")
			}
		default:
			return "", false, fmt.Errorf("%q does not belong into an amount", r)
		}
	}
	out := b.String()
	if strings.Trim(out, ".,") == "" {
		return "", false, errors.New("it is no amount")
	}
	return out, negative, nil
}

// lettersAround tells "12 Euro" and "EUR 12" from "1.2E+05".
func lettersAround(s string) bool {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n > 1
}

// split finds the decimal mark.
func (m Money) split(s string) (whole, frac string, err error) {
	dot, comma := strings.Count(s, "."), strings.Count(s, ",")
	mark := byte(0)
	switch {
	case dot > 0 && comma > 0:
		mark = s[strings.LastIndexAny(s, ".,")]
		if strings.Count(s, string(mark)) > 1 {
			return "", "", errors.New("it has two decimal marks")
		}
	case dot+comma == 1:
		mark = s[strings.IndexAny(s, ".,")]
		if after := len(s) - strings.IndexByte(s, mark) - 1; m.Mark != 0 && m.Mark != mark || m.Mark == 0 && after == 3 && m.Decimals != 3 {
			mark = 0
		}
	}
	at := len(s)
	if mark != 0 {
		at = strings.IndexByte(s, mark)
		frac = s[at+1:]
	}
	groups := strings.FieldsFunc(s[:at], func(r rune) bool { return r == '.' || r == ',' })
	for i, g := range groups {
		if i > 0 && len(g) != 3 {
			return "", "", errors.New("its thousands are not groups of three")
		}
	}
	return strings.Join(groups, ""), frac, nil
}

// Quantity reads a number of pieces in thousandths, so that weighed goods have
// a place: "2", "0,5", "-1.000".
func Quantity(s string) (int64, error) {
	m := Money{Decimals: 3}
	if strings.ContainsAny(s, ".,") {
		m.Mark = s[strings.LastIndexAny(s, ".,")]
	}
	return m.Parse(s)
}
