package escpos

import (
	"errors"
	"fmt"
)

// ErrTooLong is returned for data that does not fit into one command.
var ErrTooLong = errors.New("escpos: data too long for one command")

// Barcode places a bar code: height in dots, module width in dots (2 to 6),
// human readable text below when hri is set.
type Barcode struct {
	Height, Module int
	HRI            bool
}

func (b *Builder) barSetup(o Barcode) *Builder {
	hri := byte(0)
	if o.HRI {
		hri = 2
	}
	return b.Raw(gs, 'h', byte(o.Height), gs, 'w', byte(o.Module), gs, 'H', hri)
}

// Code128 is GS k 73. Printable ASCII goes in code set B; an even run of
// digits, as a whole, in the narrower set C when compact is set. Set C writes
// pairs of digits as their value, and a code with "16" in it would hold a DLE,
// which some models take for the start of a real-time command: then B it is.
func (b *Builder) Code128(text string, o Barcode, compact bool) error {
	data := []byte{'{', 'B'}
	for i := 0; i < len(text); i++ {
		if text[i] < 0x20 || text[i] > 0x7e {
			return fmt.Errorf("escpos: CODE128 takes printable ASCII, %q has %q at byte %d", text, text[i], i)
		}
		if text[i] == '{' {
			data = append(data, '{')
		}
		data = append(data, text[i])
	}
	if pairs, ok := digitPairs(text); ok && compact {
		data = append([]byte{'{', 'C'}, pairs...)
	}
	if text == "" || len(data) > 255 {
		return fmt.Errorf("%w: CODE128 of %d bytes, 1 to 253 fit", ErrTooLong, len(data))
	}
	b.barSetup(o).Raw(gs, 'k', 73, byte(len(data))).Raw(data...)
	return nil
}

func digitPairs(s string) ([]byte, bool) {
	if len(s)%2 != 0 {
		return nil, false
	}
	var out []byte
	for i := 0; i < len(s); i += 2 {
		if s[i] < '0' || s[i] > '9' || s[i+1] < '0' || s[i+1] > '9' {
			return nil, false
		}
		v := (s[i]-'0')*10 + s[i+1] - '0'
		if v == dle {
			return nil, false
		}
		out = append(out, v)
	}
	return out, true
}

// EAN13 is GS k 67: 12 digits, or 13 with the check digit.
func (b *Builder) EAN13(digits string, o Barcode) error {
	if _, _, err := ean13(digits); err != nil {
		return fmt.Errorf("escpos: EAN13: %w", err)
	}
	b.barSetup(o).Raw(gs, 'k', 67, byte(len(digits))).Raw([]byte(digits)...)
	return nil
}

// QR stores and prints a QR code: module is the dots of a module (1 to 16),
// level 'L', 'M', 'Q' or 'H'. Functions 65 (model 2), 67, 69, 80 and 81 of
// GS ( k with cn 49, which the reference numbers 165, 167, 169, 180 and 181.
func (b *Builder) QR(data string, module int, level byte) error {
	if data == "" || len(data)+3 > MaxData {
		return fmt.Errorf("%w: QR of %d bytes, 1 to %d fit", ErrTooLong, len(data), MaxData-3)
	}
	n := map[byte]byte{'L': 48, 'M': 49, 'Q': 50, 'H': 51}[level]
	if n == 0 {
		return fmt.Errorf("escpos: QR level %q: use L, M, Q or H", level)
	}
	size := len(data) + 3
	b.Raw(gs, '(', 'k', 4, 0, 49, 65, 50, 0)
	b.Raw(gs, '(', 'k', 3, 0, 49, 67, byte(module))
	b.Raw(gs, '(', 'k', 3, 0, 49, 69, n)
	b.Raw(gs, '(', 'k', byte(size), byte(size>>8), 49, 80, '0').Raw([]byte(data)...)
	b.Raw(gs, '(', 'k', 3, 0, 49, 81, '0')
	return nil
}

// Image is GS v 0, sent in bands so that no command holds more than MaxData
// bytes. rows is packed, widthBytes a row, most significant bit left; its
// length must be a multiple of widthBytes.
func (b *Builder) Image(widthBytes int, rows []byte) error {
	if widthBytes <= 0 || widthBytes > MaxData || len(rows)%widthBytes != 0 {
		return fmt.Errorf("escpos: image of %d bytes is not whole rows of %d (at most %d)", len(rows), widthBytes, MaxData)
	}
	band := MaxData / widthBytes * widthBytes
	for len(rows) > 0 {
		n := min(band, len(rows))
		b.Raw(gs, 'v', '0', 0, byte(widthBytes), byte(widthBytes>>8), byte(n/widthBytes), byte(n/widthBytes>>8))
		b.Raw(rows[:n]...)
		rows = rows[n:]
	}
	return nil
}
