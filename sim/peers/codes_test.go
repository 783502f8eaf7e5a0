package peers_test

import (
	"image"
	"image/color"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/stretchr/testify/require"

	"stormrig/hil/wire/escpos"
	"stormrig/sim/device"
)

// decoded reads the codes of a piece from its dots, one after the other, each
// as the format that is expected.
func decoded(t *testing.T, piece device.Piece, formats ...gozxing.BarcodeFormat) (out []string) {
	t.Helper()
	for _, s := range piece.Strips {
		if s.Kind != escpos.StripCode && s.Kind != escpos.StripImage {
			continue
		}
		require.Less(t, len(out), len(formats), "one more code or image: %s", s.Text)
		out = append(out, decode(t, piece.Width, s, formats[len(out)]))
	}
	return out
}

// decode reads one strip with gozxing.
func decode(t *testing.T, width int, s escpos.Strip, format gozxing.BarcodeFormat) string {
	t.Helper()
	bmp, err := gozxing.NewBinaryBitmapFromImage(picture(width, s.Rows))
	require.NoError(t, err)
	got, err := readerOf(t, format).Decode(bmp, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	require.NoError(t, err, "%s of %s", format, s.Text)
	return got.GetText()
}

func readerOf(t *testing.T, format gozxing.BarcodeFormat) gozxing.Reader {
	switch format {
	case gozxing.BarcodeFormat_EAN_13:
		return oned.NewEAN13Reader()
	case gozxing.BarcodeFormat_EAN_8:
		return oned.NewEAN8Reader()
	case gozxing.BarcodeFormat_UPC_A:
		return oned.NewUPCAReader()
	case gozxing.BarcodeFormat_UPC_E:
		return oned.NewUPCEReader()
	case gozxing.BarcodeFormat_CODE_39:
		return oned.NewCode39Reader()
	case gozxing.BarcodeFormat_CODE_93:
		return oned.NewCode93Reader()
	case gozxing.BarcodeFormat_CODE_128:
		return oned.NewCode128Reader()
	case gozxing.BarcodeFormat_ITF:
		return oned.NewITFReader()
	case gozxing.BarcodeFormat_CODABAR:
		return oned.NewCodaBarReader()
	case gozxing.BarcodeFormat_QR_CODE:
		return qrcode.NewQRCodeReader()
	}
	require.Fail(t, "no reader", "%s", format)
	return nil
}

// quiet is the blank paper left around a code for its reader, in dots: the
// margin of the paper, which a code may be printed up to.
const quiet = 40

// picture draws rows of dots on paper that is wider and higher.
func picture(width int, rows []byte) *image.Gray {
	stride := width / 8
	img := image.NewGray(image.Rect(0, 0, width+2*quiet, len(rows)/stride+2*quiet))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	for i, b := range rows {
		for k := range 8 {
			if b&(0x80>>k) != 0 {
				img.SetGray(quiet+i%stride*8+k, quiet+i/stride, color.Gray{})
			}
		}
	}
	return img
}
