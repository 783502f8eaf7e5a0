package table

import "strings"

// Mask cuts every whole card number in a text down to its last four digits
// and tells whether there was one. A card number is 14 to 19 digits, single
// spaces or dashes between them, that begin with 2 to 6 and pass the Luhn test
// (ISO/IEC 7812-1); 13 digits count only where the column is one of cards,
// because barcodes have that length.
func Mask(s string, cards bool) (string, bool) {
	least := 14
	if cards {
		least = 13
	}
	if len(s) < least || !digitsIn(s, least) {
		return s, false
	}
	var out strings.Builder
	found := false
	for i := 0; i < len(s); {
		end, digits := run(s, i)
		if digits < least || digits > 19 || s[i] < '2' || s[i] > '6' || !luhn(s[i:end]) {
			step := max(end-i, 1)
			out.WriteString(s[i : i+step])
			i += step
			continue
		}
		found = true
		out.WriteString("****" + last4(s[i:end]))
		i = end
	}
	if !found {
		return s, false
	}
	return out.String(), true
}

// digitsIn tells quickly whether a text has so many digits at all.
func digitsIn(s string, least int) bool {
	n := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n >= least
}

// run returns the end of a run of digits that begins at i, and their number.
func run(s string, i int) (end, digits int) {
	end = i
	for j := i; j < len(s); j++ {
		switch c := s[j]; {
		case c >= '0' && c <= '9':
			digits++
			end = j + 1
		case (c == ' ' || c == '-') && digits > 0 && j == end:
		default:
			return end, digits
		}
	}
	return end, digits
}

func luhn(s string) bool {
	sum, double := 0, false
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		d := int(s[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum%10 == 0
}

// last4 returns the last four digits of a text; fewer where it has fewer.
func last4(s string) string {
	var digits []byte
	for i := len(s) - 1; i >= 0 && len(digits) < 4; i-- {
		if s[i] >= '0' && s[i] <= '9' {
			digits = append([]byte{s[i]}, digits...)
		}
	}
	return string(digits)
}

// LastFour reads the last four digits of a card from a field such as
// "**** 1234", "Visa 1234" or "1234"; empty where there are not four at its
// end. Spreadsheets drop leading zeros: "123" becomes "0123".
func LastFour(s string) string {
	s = strings.TrimRight(s, " )\"'")
	n := 0
	for n < len(s) && s[len(s)-1-n] >= '0' && s[len(s)-1-n] <= '9' {
		n++
	}
	switch {
	case n >= 4:
		return s[len(s)-4:]
	case n == len(s) && n > 0:
		return strings.Repeat("0", 4-n) + s
	}
	return ""
}
