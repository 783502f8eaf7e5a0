package escpos

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/pdf417"
)

// A row of PDF417 is words of 17 modules: start, left indicator, data, right
// indicator, stop. The library draws each row two dots high.
const (
	pdfWord    = 17
	pdfRowDots = 2
)

// pdf417Code is the library's picture with the left indicators of every third
// row mended. They say how many rows there are: (rows-1)/3 by ISO/IEC 15438,
// where boombuler/barcode 1.1.0 writes (rows-3)/3. Whatever number of rows is
// no multiple of three then contradicts itself; zxing refuses most of those.
type pdf417Code struct {
	barcode.Barcode
	left []uint32 // of rows 0, 3, 6, ...: 17 modules, the first one highest
}

func encodePDF417(data string, level byte) (barcode.Barcode, error) {
	img, err := pdf417.Encode(data, level)
	if err != nil {
		return nil, fmt.Errorf("PDF417: %w", err)
	}
	c := pdf417Code{Barcode: img}
	rows := img.Bounds().Dy() / pdfRowDots
	for row := 0; row < rows; row += 3 {
		pattern, err := pdf417Pattern(row/3, (rows-1)/3)
		if err != nil {
			return nil, err
		}
		c.left = append(c.left, pattern)
	}
	return c, nil
}

// pdf417Pattern is how the codeword 30*high+low looks in the rows 0, 3, 6: read
// off a code that consists of it. In text compaction it is two capitals.
func pdf417Pattern(high, low int) (pattern uint32, err error) {
	const place = 3 * pdfWord // behind start, indicator and length
	pair := string([]byte{'A' + byte(high), 'A' + byte(low)})
	img, err := pdf417.Encode(strings.Repeat(pair, 20), 0)
	if err != nil {
		return 0, fmt.Errorf("PDF417: the pattern of %q: %w", pair, err)
	}
	for x := range pdfWord {
		pattern <<= 1
		if dark(img, place+x, 0) {
			pattern |= 1
		}
	}
	return pattern, nil
}

// At is a dot of the picture.
func (c pdf417Code) At(x, y int) color.Color {
	row := y / pdfRowDots
	if x < pdfWord || x >= 2*pdfWord || row%3 != 0 {
		return c.Barcode.At(x, y)
	}
	if c.left[row/3]>>(2*pdfWord-1-x)&1 == 1 {
		return color.Black
	}
	return color.White
}
