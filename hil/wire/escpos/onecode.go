package escpos

import (
	"errors"
	"fmt"
)

// A bar code is a list of element widths in modules, bars and spaces in turn,
// a bar first.

// code128 builds the widths for GS k 73 data: it begins with {A, {B or {C and
// may switch; {{ is a brace; {1..{4 are FNC1 to FNC4, {S the shift. hri is
// what stands beside the bars.
func code128(data []byte) (widths []byte, hri string, err error) {
	values, hri, err := code128Values(data)
	if err != nil {
		return nil, "", err
	}
	sum := int(values[0])
	for i, v := range values[1:] {
		sum += (i + 1) * int(v)
	}
	values = append(values, byte(sum%103), code128Stop)
	for _, v := range values {
		for _, d := range code128Patterns[v] {
			widths = append(widths, byte(d-'0'))
		}
	}
	return widths, hri, nil
}

const code128Stop = 106

// spoilCheck puts another character in the place of the check character, the
// last six widths before the stop.
func spoilCheck(widths []byte) {
	at := len(widths) - len(code128Patterns[code128Stop]) - 6
	if at < 0 {
		return
	}
	other := code128Patterns[0]
	was := make([]byte, 6)
	for i := range was {
		was[i] = '0' + widths[at+i]
	}
	if string(was) == other {
		other = code128Patterns[1]
	}
	for i := range 6 {
		widths[at+i] = other[i] - '0'
	}
}

var errBarData = errors.New("data does not fit the symbology")

func code128Values(data []byte) (values []byte, hri string, err error) {
	if len(data) < 3 || data[0] != '{' || data[1] < 'A' || data[1] > 'C' {
		return nil, "", fmt.Errorf("%w: CODE128 begins with {A, {B or {C and a character", errBarData)
	}
	set := data[1]
	values = []byte{103 + set - 'A'}
	var text []byte
	for i := 2; i < len(data); i++ {
		c := data[i]
		if c == '{' {
			i++
			if i == len(data) {
				return nil, "", fmt.Errorf("%w: CODE128 ends in half an escape", errBarData)
			}
			if data[i] != '{' {
				if data[i] == 'S' && i+1 < len(data) && set != 'C' { // shift: the next one is of the other set
					other := 'A' + 'B' - set
					i++
					v, ok := code128Value(data[i], other)
					if !ok {
						return nil, "", fmt.Errorf("%w: CODE128 set %c has no %#02x", errBarData, other, data[i])
					}
					values, text = append(values, 98, v), append(text, data[i])
					continue
				}
				v, next, ok := code128Special(data[i], set)
				if !ok {
					return nil, "", fmt.Errorf("%w: CODE128 has {%c in set %c", errBarData, data[i], set)
				}
				values, set = append(values, v), next
				continue
			}
		}
		v, ok := code128Value(c, set)
		if !ok {
			return nil, "", fmt.Errorf("%w: CODE128 set %c has no %#02x", errBarData, set, c)
		}
		values = append(values, v)
		if set == 'C' {
			text = append(text, '0'+c/10, '0'+c%10)
		} else {
			text = append(text, c)
		}
	}
	return values, string(text), nil
}

func code128Special(c, set byte) (value, next byte, ok bool) {
	switch {
	case c == 'A' && set != 'A':
		return 101, 'A', true
	case c == 'B' && set != 'B':
		return 100, 'B', true
	case c == 'C' && set != 'C':
		return 99, 'C', true
	case c == '1':
		return 102, set, true
	case c == '2' && set != 'C':
		return 97, set, true
	case c == '3' && set != 'C':
		return 96, set, true
	case c == '4' && set != 'C':
		return 101 - (set - 'A'), set, true
	}
	return 0, set, false
}

func code128Value(c, set byte) (byte, bool) {
	switch {
	case set == 'C':
		return c, c < 100
	case set == 'A' && c < 0x20:
		return c + 64, true
	case set == 'A':
		return c - 0x20, c < 0x60
	}
	return c - 0x20, c >= 0x20 && c < 0x80
}

// ean13 builds the widths of 12 or 13 digits, and what is written beside them:
// all 13, the check digit that the printer adds included, as for UPC-A and EAN8.
func ean13(s string) (widths []byte, hri string, err error) {
	digits, err := ean13Digits(s)
	if err != nil {
		return nil, "", err
	}
	widths = append(widths, 1, 1, 1)
	parity := ean13Parity[digits[0]]
	for i := 1; i <= 6; i++ {
		w := eanWidths[digits[i]]
		if parity[i-1] == 'G' { // set G is set L mirrored, seen from the other side
			w = [4]byte{w[3], w[2], w[1], w[0]}
		}
		widths = append(widths, w[:]...)
	}
	// The left half begins with a space, the right half with a bar: the
	// alternation of the list takes care of it.
	widths = append(widths, 1, 1, 1, 1, 1)
	for i := 7; i <= 12; i++ {
		w := eanWidths[digits[i]]
		widths = append(widths, w[:]...)
	}
	return append(widths, 1, 1, 1), digitsText(digits), nil
}

func ean13Digits(s string) ([]byte, error) {
	if len(s) != 12 && len(s) != 13 {
		return nil, fmt.Errorf("%w: EAN13 takes 12 or 13 digits, got %d", errBarData, len(s))
	}
	digits, sum := make([]byte, 0, 13), 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return nil, fmt.Errorf("%w: EAN13 takes digits, got %q", errBarData, s[i])
		}
		digits = append(digits, s[i]-'0')
		if i < 12 {
			sum += int(s[i]-'0') * (1 + i%2*2)
		}
	}
	check := byte((10 - sum%10) % 10)
	if len(digits) == 13 && digits[12] != check {
		return nil, fmt.Errorf("%w: EAN13 check digit of %s is %d", errBarData, s, check)
	}
	return append(digits[:12], check), nil
}

var eanWidths = [10][4]byte{
	{3, 2, 1, 1}, {2, 2, 2, 1}, {2, 1, 2, 2}, {1, 4, 1, 1}, {1, 1, 3, 2},
	{1, 2, 3, 1}, {1, 1, 1, 4}, {1, 3, 1, 2}, {1, 2, 1, 3}, {3, 1, 1, 2},
}

var ean13Parity = [10]string{
	"LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL",
}

// code128Patterns are the element widths of the values 0 to 105 and the stop.
var code128Patterns = [107]string{
	"212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
	"221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
	"221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
	"212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
	"231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
	"231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
	"314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
	"112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
	"111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
	"214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
	"114131", "311141", "411131", "211412", "211214", "211232", "2331112",
}
