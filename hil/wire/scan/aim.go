// Package scan is what goes over the wire between a till and a serial barcode
// scanner.
//
// The scanner sends one line a decode: an optional prefix, an optional AIM
// symbology identifier, the code, a suffix. The till sends beep commands, in
// the framing of SSI (Simple Serial Interface) with decode data left raw and
// handshaking off, a set-up that Zebra's manuals describe.
package scan

// AIM symbology identifiers (ISO/IEC 15424): "]", a code letter, a modifier.
const (
	EAN13     = "]E0" // EAN-13, UPC-A and UPC-E, sent as 13 digits
	AddOn2    = "]E1" // two-digit supplement, sent as a line of its own
	AddOn5    = "]E2" // five-digit supplement
	EANAddOn  = "]E3" // EAN-13 with its supplement in one line
	EAN8      = "]E4"
	Code128   = "]C0"
	GS1128    = "]C1" // Code 128 with FNC1 first: GS1 application identifiers
	QR        = "]Q1" // QR model 2
	GS1QR     = "]Q3"
	Matrix    = "]d1" // DataMatrix ECC 200
	GS1Matrix = "]d2"
	DataBar   = "]e0"
)

const aimLen = 3

// CutAIM splits an AIM identifier from the code that follows it. Without one
// id is empty and code is the whole text.
func CutAIM(text string) (id, code string) {
	if len(text) < aimLen || text[0] != ']' || !isLetter(text[1]) || !isModifier(text[2]) {
		return "", text
	}
	return text[:aimLen], text[aimLen:]
}

// SymbologyName gives the name of an identifier's family for people, the
// identifier itself when it is not known.
func SymbologyName(id string) string {
	if len(id) != aimLen {
		return "unknown"
	}
	switch id[1] {
	case 'E':
		if id == EAN8 {
			return "EAN-8"
		}
		return "EAN/UPC"
	case 'C':
		if id == GS1128 {
			return "GS1-128"
		}
		return "Code 128"
	case 'Q':
		return "QR"
	case 'd':
		return "DataMatrix"
	case 'e':
		return "DataBar"
	}
	return id
}

// Guess gives the identifier that a scanner would send for a bare code: EAN
// where length and check digit fit, Code 128 else.
func Guess(code string) string {
	if !ValidGTIN(code) {
		return Code128
	}
	switch len(code) {
	case 8:
		return EAN8
	case 12, 13:
		return EAN13
	}
	return Code128
}

func isLetter(c byte) bool { return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' }

func isModifier(c byte) bool { return isLetter(c) || isDigit(c) }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
