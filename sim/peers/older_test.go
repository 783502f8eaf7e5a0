package peers_test

import (
	"encoding/base64"
	"image"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What older versions send, which many tills still have: an image in bands of
// ESC * with a line spacing of 36, which a TM-T20 counts in halves of dots, so
// that the bands touch.
func TestOlderEncoder(t *testing.T) {
	t.Parallel()
	p, s := node(t, "older.mjs"), servePrinter(t, "tm-t20", "tcp:127.0.0.1:0")
	img := pattern(image.Point{X: 64, Y: 72})
	var data []byte
	p.call(map[string]any{"op": "encode", "steps": []step{
		{"initialize"}, {"codepage", "windows1252"}, {"line", "Café crème ñ €"}, {"width", 2}, {"height", 3}, {"line", "wide tall"},
		{"width", 1}, {"height", 1}, {"italic", true}, {"line", "italic"}, {"italic", false},
		{"table", []map[string]any{{"width": 20, "align": "left"}, {"width": 10, "align": "right"}}, [][]string{{"Sandals", "1290.00"}}},
		{"barcode", "4006381333931", "ean13", 60}, {"barcode", "Sale 12", "code128", 60}, {"qrcode", "phone/1/36", 2, 6, "q"},
		{"image", map[string]any{"pixels": base64.StdEncoding.EncodeToString(img.Pix), "width": 64, "height": 72}, 64, 72, "threshold"},
		{"newline"}, {"newline"}, {"newline"}, {"newline"}, {"newline"}, {"newline"}, {"cut"},
	}}, &data)
	s.send(data)
	require.Len(t, s.Pieces(), 1)
	piece := s.Pieces()[0]
	text := strings.Join(piece.Lines, "\n")
	assert.Contains(t, text, "Café crème ñ €\nwide tall\nitalic\nSandals                1290.00\n")
	assertDots(t, img, piece.Width, imageStrips(piece.Strips))
	said := strings.Join(s.notes(), "\n")
	assert.Equal(t, len(s.notes()), strings.Count(said, "italics, of clones and ESC/P"), said)
}

// escpos 2.5.2 drives the printer over TCP; what it says in another language is
// named, what of a bar code is wrong takes what Epson's manual says with it.
func TestEscpos2(t *testing.T) {
	t.Parallel()
	p, s := node(t, "escpos2.mjs"), servePrinter(t, "tm-p80", "tcp:127.0.0.1:0")
	host, number := s.address()
	at, err := strconv.Atoi(number)
	require.NoError(t, err)
	bar := map[string]any{"width": 2, "height": 50}
	var sent int
	p.call(map[string]any{"op": "print", "host": host, "port": at, "steps": []step{
		{"hardware", "INIT"}, {"hardware", "SELECT"}, {"print", "\x1bt\x02"}, {"marginLeft", 3}, {"align", "CT"}, {"size", 2, 2}, {"text", "STORM & SONS"}, {"size", 1, 1},
		{"align", "LT"}, {"text", "Café crème"}, {"style", "U2"}, {"text", "under"}, {"style", "NORMAL"}, {"table", []string{"Sandals", "1", "1290.00"}}, {"spacing", 8}, {"text", "spread"}, {"spacing", nil},
		{"barcode", "036000291452", "UPC_A", bar}, {"barcode", "400638133393", "EAN13", bar}, {"barcode", "AB-12", "CODE39", bar},
		{"color", 1}, {"text", "red"}, {"hardware", "RESET"}, {"control", "HT"}, {"text", "tab"}, {"beep", 3, 2}, {"cashdraw", 2}, {"cut", true, 5},
	}}, &sent)
	s.took(sent)
	require.Len(t, s.Pieces(), 1)
	assert.Equal(t, []string{"            STORM & SONS", "Café crème", "under", "Sandals         1               1290.00", "spread",
		"[UPC-A 036000291452]", "[EAN13 4006381333931]", "[CODE39 AB-12]", "red", "        tab"}, s.paper())
	assert.Equal(t, []string{"036000291452", "4006381333931", "AB-12"},
		decoded(t, s.Pieces()[0], gozxing.BarcodeFormat_UPC_A, gozxing.BarcodeFormat_EAN_13, gozxing.BarcodeFormat_CODE_39))
	said := strings.Join(s.notes(), "\n")
	for _, word := range []string{"ESC l (left margin, of ESC/P; Epson's is GS L)", "ESC r 01h (a second colour)", "ESC B (beep, of clones)"} {
		assert.Contains(t, said, word)
	}
	assert.Equal(t, len(s.notes()), 3+strings.Count(said, "italics"), said)
}
