package scan

import (
	"errors"
	"fmt"
	"strings"
	"sync"
)

// Element is one element string of a GS1 code: what it is, and its value.
type Element struct{ AI, Value string }

// GS separates elements whose length is not fixed: the FNC1 of a symbol, as
// scanners send it.
const GS = '\x1d'

// ErrGS1 is what every refusal of a GS1 code wraps.
var ErrGS1 = errors.New("no GS1 code")

// gs1Table finds the parts of an AI's value by the AI.
var gs1Table = sync.OnceValue(func() map[string][]part {
	table := map[string][]part{}
	for _, id := range gs1Identifiers() {
		for n := atoi(id.from); n <= atoi(id.to); n++ {
			table[fmt.Sprintf("%0*d", len(id.from), n)] = id.parts
		}
	}
	return table
})

func atoi(digits string) (n int) {
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}

// IsGS1 tells whether an AIM identifier promises a GS1 code.
func IsGS1(id string) bool {
	switch id {
	case GS1128, GS1QR, GS1Matrix, DataBar:
		return true
	}
	return false
}

// ParseGS1 takes a GS1 code apart, as a scanner sends it: element strings one
// after the other, a GS behind each whose length is not fixed beforehand (GS1
// General Specifications, 7.8). Lengths, characters, dates and check digits
// must be right: a code that lost a digit is refused, not guessed at.
func ParseGS1(code string) ([]Element, error) {
	var out []Element
	at := 0
	for at < len(code) {
		e, n, err := nextElement(code[at:])
		if err != nil {
			return nil, fmt.Errorf("%w: at character %d: %w", ErrGS1, at+1, err)
		}
		out = append(out, e)
		at += n
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: it is empty", ErrGS1)
	}
	return out, nil
}

// nextElement reads the first element string; n is its length with the GS
// behind it.
func nextElement(s string) (e Element, n int, err error) {
	ai, parts := cutAI(s)
	if parts == nil {
		return e, 0, fmt.Errorf("no application identifier begins %q", s[:min(4, len(s))])
	}
	value, sep := s[len(ai):], 0
	if fixed := fixedLength(ai); fixed > 0 {
		if value = value[:min(fixed, len(value))]; strings.IndexByte(value, GS) >= 0 {
			return e, 0, fmt.Errorf("(%s) is cut short", ai)
		}
		// A separator behind a fixed length is not needed, and does no harm.
		if rest := s[len(ai)+len(value):]; rest != "" && rest[0] == GS {
			sep = 1
		}
	} else if end := strings.IndexByte(value, GS); end >= 0 {
		value, sep = value[:end], 1
	}
	if err := checkValue(value, parts); err != nil {
		return e, 0, fmt.Errorf("(%s) %w", ai, err)
	}
	return Element{ai, value}, len(ai) + len(value) + sep, nil
}

// cutAI finds the identifier that s begins with. No AI is the beginning of
// another.
func cutAI(s string) (ai string, parts []part) {
	for n := 2; n <= 4 && n <= len(s); n++ {
		if parts := gs1Table()[s[:n]]; parts != nil {
			return s[:n], parts
		}
	}
	return "", nil
}

// fixedLength is the length of a value that needs no separator behind it, by
// the first two digits of its AI (GS1 General Specifications, table of
// element strings with predefined length); 0 for all others, also where the
// length can be only one.
func fixedLength(ai string) int {
	switch ai[:2] {
	case "00":
		return 18
	case "01", "02", "03":
		return 14
	case "11", "12", "13", "15", "16", "17":
		return 6
	case "20":
		return 2
	case "31", "32", "33", "34", "35", "36":
		return 6
	case "41":
		return 13
	}
	return 0
}

// checkValue holds a value against its parts.
func checkValue(value string, parts []part) error {
	for _, p := range parts {
		if value == "" && p.mayBeLast {
			return nil
		}
		n := min(p.max, len(value))
		if n < p.min {
			return fmt.Errorf("is cut short: %d characters of at least %d", n, p.min)
		}
		own := value[:n]
		value = value[n:]
		for i := range len(own) {
			if !inSet(p.kind, own[i]) {
				return fmt.Errorf("has %q, which is not in its character set", own[i])
			}
		}
		if digit, _ := CheckDigit(own[:n-1]); p.check && digit != own[n-1] {
			return fmt.Errorf("has a wrong check digit: %q, not %q", own[n-1], digit)
		}
		if p.date && !validDate(own) {
			return fmt.Errorf("%q is no date YYMMDD", own)
		}
	}
	if value != "" {
		return fmt.Errorf("is %d characters too long", len(value))
	}
	return nil
}

// inSet tells whether a character is in a set (GS1 General Specifications,
// 7.11).
func inSet(kind, c byte) bool {
	switch {
	case isDigit(c):
		return true
	case kind == 'N':
		return false
	case kind == 'Y':
		return 'A' <= c && c <= 'Z' || strings.IndexByte("#-/", c) >= 0
	}
	return isLetter(c) || strings.IndexByte("!\"%&'()*+,-./_:;<=>?", c) >= 0
}

// validDate: day 00 stands for the last of the month.
func validDate(d string) bool {
	month, day := atoi(d[2:4]), atoi(d[4:])
	if month < 1 || month > 12 {
		return false
	}
	most := 31
	switch month {
	case 4, 6, 9, 11:
		most = 30
	case 2:
		// The century is the reader's: a year that can be divided by four is a
		// leap year in the one that counts (2000 was).
		most = 28
		if atoi(d[:2])%4 == 0 {
			most = 29
		}
	}
	return day <= most
}

// AppendGS1 writes elements as a scanner sends them: a GS behind each whose
// length is not fixed, but the last.
func AppendGS1(dst []byte, elements []Element) []byte {
	for i, e := range elements {
		dst = append(append(dst, e.AI...), e.Value...)
		if i < len(elements)-1 && fixedLength(e.AI) == 0 {
			dst = append(dst, GS)
		}
	}
	return dst
}

// Amount is the number of an element that has decimals: 310n to 369n, 390n and
// 392n, 391n and 393n (then currency holds the three digits of ISO 4217). The
// value is the number times 10^decimals.
func (e Element) Amount() (value int64, decimals int, currency string, ok bool) {
	if len(e.AI) != 4 || e.AI[0] != '3' || e.AI > "3939" {
		return 0, 0, "", false
	}
	digits := e.Value
	if e.AI[:3] == "391" || e.AI[:3] == "393" {
		if len(digits) < 4 {
			return 0, 0, "", false
		}
		currency, digits = digits[:3], digits[3:]
	}
	if len(digits) == 0 || len(digits) > 15 {
		return 0, 0, "", false
	}
	for i := range len(digits) {
		if !isDigit(digits[i]) {
			return 0, 0, "", false
		}
		value = value*10 + int64(digits[i]-'0')
	}
	return value, int(e.AI[3] - '0'), currency, true
}

// GTIN is the article that a scan names, as fourteen digits: an EAN or UPC with
// zeros before it, or AI 01 of a GS1 code.
func GTIN(s Scan) (gtin string, ok bool) {
	switch {
	case s.Err != nil:
		return "", false
	case s.Symbology == EAN13 || s.Symbology == EAN8:
		if !ValidGTIN(s.Code) {
			return "", false
		}
		return strings.Repeat("0", 14-len(s.Code)) + s.Code, true
	case !IsGS1(s.Symbology):
		return "", false
	}
	elements, err := ParseGS1(s.Code)
	if err != nil {
		return "", false
	}
	for _, e := range elements {
		if e.AI == "01" {
			return e.Value, true
		}
	}
	return "", false
}
