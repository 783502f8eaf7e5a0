package escpos

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/codabar"
	code128lib "github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/code39"
	"github.com/boombuler/barcode/code93"
	"github.com/boombuler/barcode/ean"
	"github.com/boombuler/barcode/twooffive"
)

// barWidths builds the element widths of a bar code by its number in function
// B of GS k, with its name and what is written beside it.
func barWidths(kind int, data []byte) (name, hri string, widths []byte, err error) {
	text := string(data)
	switch kind {
	case 65:
		name = "UPC-A"
		widths, hri, err = upcA(text)
	case 66:
		name = "UPC-E"
		widths, hri, err = upcE(text)
	case 67:
		name = "EAN13"
		widths, hri, err = ean13(text)
	case 68:
		name = "EAN8"
		widths, hri, err = ean8(text)
	case 69:
		inner := strings.Trim(text, "*")
		name, hri = "CODE39", inner
		widths, err = borrowed(code39.Encode(inner, false, true))
	case 70:
		text = text[:len(text)/2*2] // the last of an odd number is ignored [TM-T88III, GS k]
		name, hri = "ITF", text
		widths, err = borrowed(twooffive.Encode(text, true))
	case 71:
		name, hri = "CODABAR", strings.ToUpper(text)
		widths, err = borrowed(codabar.Encode(hri))
	case 72:
		name, hri = "CODE93", text
		widths, err = borrowed(code93.Encode(text, true, true))
	case 73:
		widths, hri, err = code128(data)
		return "CODE128", hri, widths, err
	case 74:
		name, hri = "GS1-128", text
		plain := strings.NewReplacer("(", "", ")", "", "*", "", "{1", "\u00f1").Replace(text)
		widths, err = borrowed(code128lib.Encode("\u00f1" + strings.TrimPrefix(plain, "\u00f1")))
	case 79:
		name, hri = "CODE128", text
		widths, err = borrowed(code128lib.Encode(text))
	default:
		return "", "", nil, fmt.Errorf("%w: bar code number %d is not drawn here", errBarData, kind)
	}
	return name, hri, widths, err
}

// borrowed reads the element widths off a code that the library made.
func borrowed[T barcode.Barcode](code T, err error) ([]byte, error) {
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBarData, err)
	}
	var widths []byte
	n, was := byte(0), true
	for x := range code.Bounds().Dx() {
		is := dark(code, x, 0)
		if is != was {
			widths, n, was = append(widths, n), 0, is
		}
		n++
	}
	return append(widths, n), nil
}

// upcA is the EAN-13 with a zero before it.
func upcA(s string) ([]byte, string, error) {
	digits, err := ean13Digits("0" + s)
	if err != nil {
		return nil, "", err
	}
	widths, text, err := ean13(digitsText(digits))
	return widths, text[1:], err
}

func ean8(s string) ([]byte, string, error) {
	if len(s) != 7 && len(s) != 8 {
		return nil, "", fmt.Errorf("%w: EAN8 takes 7 or 8 digits, got %d", errBarData, len(s))
	}
	code, err := ean.Encode(s)
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w", errBarData, err)
	}
	widths, err := borrowed(code, nil)
	return widths, code.Content(), err
}

// upcEParity is the order of sets L and G by the check digit, for number
// system 0 (GS1 General Specifications, UPC-E).
var upcEParity = [10]string{
	"GGGLLL", "GGLGLL", "GGLLGL", "GGLLLG", "GLGGLL", "GLLGGL", "GLLLGG", "GLGLGL", "GLGLLG", "GLLGLG",
}

// upcE takes the six digits of the short form, with number system and check
// digit before and behind or without, or the eleven or twelve of the UPC-A.
func upcE(s string) ([]byte, string, error) {
	short, ok := upcEShort(s)
	if !ok {
		return nil, "", fmt.Errorf("%w: UPC-E takes 6 to 8 digits, or a UPC-A that can be shortened; got %q", errBarData, s)
	}
	full, err := ean13Digits("0" + upcEExpand(short))
	if err != nil {
		return nil, "", err
	}
	check := full[12]
	widths := []byte{1, 1, 1}
	for i := range 6 {
		w := eanWidths[short[i]-'0']
		if upcEParity[check][i] == 'G' {
			w = [4]byte{w[3], w[2], w[1], w[0]}
		}
		widths = append(widths, w[:]...)
	}
	return append(widths, 1, 1, 1, 1, 1, 1), "0" + short + string('0'+rune(check)), nil
}

// upcEShort finds the six digits.
func upcEShort(s string) (string, bool) {
	for _, c := range s {
		if c < '0' || c > '9' {
			return "", false
		}
	}
	switch len(s) {
	case 6:
		return s, true
	case 7, 8:
		return s[1:7], s[0] == '0'
	case 11, 12:
		for _, short := range []string{
			s[1:3] + s[8:11] + s[3:4], s[1:4] + s[9:11] + "3", s[1:5] + s[10:11] + "4", s[1:6] + s[10:11],
		} {
			if upcEExpand(short) == s[:11] {
				return short, true
			}
		}
	}
	return "", false
}

// upcEExpand gives the eleven digits of the UPC-A.
func upcEExpand(d string) string {
	switch d[5] {
	case '0', '1', '2':
		return "0" + d[:2] + d[5:6] + "0000" + d[2:5]
	case '3':
		return "0" + d[:3] + "00000" + d[3:5]
	case '4':
		return "0" + d[:4] + "00000" + d[4:5]
	}
	return "0" + d[:5] + "0000" + d[5:6]
}

func digitsText(digits []byte) string {
	out := make([]byte, len(digits))
	for i, d := range digits {
		out[i] = '0' + d
	}
	return string(out)
}
