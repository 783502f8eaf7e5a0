package escpos

import (
	"bytes"
	"image"
	_ "image/png"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/aztec"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every code is read back from its dots by another program's decoder. PDF417
// has no decoder here; its dots are the library's.
func TestCodesAreReadBack(t *testing.T) {
	bar := func(kind byte, data string) []byte {
		return append([]byte{gs, 'h', 60, gs, 'w', 3, gs, 'k', kind, byte(len(data))}, data...)
	}
	two := func(cn, fn byte, data string) []byte {
		n := len(data) + 3
		out := append([]byte{gs, '(', 'k', 3, 0, cn, 67, 6, gs, '(', 'k', byte(n), 0, cn, 80, '0'}, data...)
		return append(out, gs, '(', 'k', 3, 0, cn, fn, '0')
	}
	for _, c := range []struct {
		name   string
		bytes  []byte
		reader gozxing.Reader
		want   string
		text   string
	}{
		{"UPC-A", bar(65, "03600029145"), oned.NewUPCAReader(), "036000291452", "[UPC-A 036000291452]"},
		{"UPC-E", bar(66, "123456"), oned.NewUPCEReader(), "01234565", "[UPC-E 01234565]"},
		{"UPC-E of a UPC-A", bar(66, "01234500006"), oned.NewUPCEReader(), "01234565", "[UPC-E 01234565]"},
		{"EAN13", bar(67, "400638133393"), oned.NewEAN13Reader(), "4006381333931", "[EAN13 4006381333931]"},
		{"EAN8", bar(68, "9638507"), oned.NewEAN8Reader(), "96385074", "[EAN8 96385074]"},
		{"CODE39", bar(69, "A-12"), oned.NewCode39Reader(), "A-12", "[CODE39 A-12]"},
		{"ITF", bar(70, "123456"), oned.NewITFReader(), "123456", "[ITF 123456]"},
		{"CODABAR", bar(71, "A1234B"), oned.NewCodaBarReader(), "1234", "[CODABAR A1234B]"},
		{"CODE93", bar(72, "A-12"), oned.NewCode93Reader(), "A-12", "[CODE93 A-12]"},
		{"CODE128", bar(73, "{BSALE 12"), oned.NewCode128Reader(), "SALE 12", "[CODE128 SALE 12]"},
		{"GS1-128", bar(74, "(01)04006381333931"), oned.NewCode128Reader(), "0104006381333931", "[GS1-128 (01)04006381333931]"},
		{"CODE128 auto", bar(79, "SALE 12"), oned.NewCode128Reader(), "SALE 12", "[CODE128 SALE 12]"},
		{"DataMatrix", two(cnDataMatrix, 81, "sale 12"), datamatrix.NewDataMatrixReader(), "sale 12", "[DataMatrix sale 12]"},
		{"Aztec", two(cnAztec, 81, "sale 12"), aztec.NewAztecReader(), "sale 12", "[Aztec sale 12]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			// A quiet zone on the left, as a till leaves one by centring.
			strips := Print(576, nil, append([]byte{esc, 'a', 1}, c.bytes...))
			require.NotEmpty(t, strips)
			assert.Equal(t, []string{c.text}, Lines(strips))
			img, err := PNG(576, Rows(576, strips))
			require.NoError(t, err)
			pic, _, err := image.Decode(bytes.NewReader(img))
			require.NoError(t, err)
			bmp, err := gozxing.NewBinaryBitmapFromImage(pic)
			require.NoError(t, err)
			got, err := c.reader.Decode(bmp, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
			require.NoError(t, err)
			assert.Equal(t, c.want, got.GetText())
		})
	}
}

func TestCodesThatCannotBePrinted(t *testing.T) {
	for _, data := range []string{
		"\x1dk\x44\x05abcde", "\x1dk\x42\x03123", "\x1dk\x41\x0203", "\x1dk\x46\x011", "\x1dk\x4b\x0d0400638133393",
		"\x1d(k\x03\x00\x30\x51\x30", "\x1d(k\x03\x00\x32\x51\x30", "\x1cp\x09\x00", "\x1d(L\x06\x000E  \x01\x01",
	} {
		r := Renderer{Width: 384}
		r.Reset()
		var p Parser
		why := ""
		for _, b := range []byte(data) {
			for _, c := range p.Feed(b, nil) {
				assert.Empty(t, r.Apply(c, nil), "%q", data)
				why += r.TakeComplaint()
			}
		}
		assert.NotEmpty(t, why, "%q is not printed and nobody says so", data)
	}
}

// The left indicators of PDF417 that boombuler/barcode writes rightly, those of
// codes with a multiple of three rows, are the ones that ours come to.
func TestPDF417Indicators(t *testing.T) {
	seen := map[int]bool{}
	for n := range 60 {
		code, err := encodePDF417(strings.Repeat("AB12cd", n+1), 1)
		require.NoError(t, err)
		mended, ok := code.(pdf417Code)
		require.True(t, ok)
		rows := code.Bounds().Dy() / pdfRowDots
		same := true
		for y := range code.Bounds().Dy() {
			for x := range code.Bounds().Dx() {
				same = same && dark(mended, x, y) == dark(mended.Barcode, x, y)
			}
		}
		assert.Equal(t, rows%3 == 0, same, "%d rows", rows)
		seen[rows%3] = true
	}
	assert.Len(t, seen, 3)
}
