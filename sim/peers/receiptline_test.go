package peers_test

import (
	"net"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/wire/escpos"
)

// send hands bytes to a printer and waits until it has done what they say.
func (s *served) send(data []byte) {
	s.t.Helper()
	host, number := s.address()
	c, err := net.Dial("tcp", net.JoinHostPort(host, number))
	require.NoError(s.t, err)
	_, err = c.Write(data)
	require.NoError(s.t, err)
	require.NoError(s.t, c.Close())
	s.took(len(data))
}

const lined = "^^^STORM & SONS\n\n\"Café crème ñ | 45.00\n_under_ `rev` ^wide^ | ^^tall|\n-\nSandals | 1 | 1290.00\n=\n" +
	"{code:1234567890128;option:ean,hri}\n{code:phone/1/36;option:qrcode,5,m}\n"

// Each dialect of ESC/POS that receiptline knows prints the same on the make
// that it is meant for; its images come as GS 8 L, GS v 0 or ESC *.
func TestReceiptlineDialects(t *testing.T) {
	t.Parallel()
	p := node(t, "receiptline.mjs")
	for _, c := range []struct{ command, profile string }{
		{"escpos", "tm-t20"}, {"epson", "tm-p80"}, {"sii", "tm-t20"}, {"citizen", "citizen-cts651"}, {"fit", "tm-t20"}, {"generic", "tm-t20"},
	} {
		s := servePrinter(t, c.profile, "tcp:127.0.0.1:0")
		var data []byte
		p.call(map[string]any{"op": "transform", "receipt": lined,
			"options": map[string]any{"cpl": 48, "encoding": "multilingual", "command": c.command}}, &data)
		s.send(data)
		require.Len(t, s.Pieces(), 2, c.command)
		assert.Equal(t, []string{"            STORM & SONS", "", "Café crème ñ                               45.00",
			"under rev wide                          tall", strings.Repeat("─", 48), "Sandals                1                 1290.00"},
			s.Pieces()[0].Lines, c.command)
		assert.Equal(t, []string{"1234567890128", "phone/1/36"},
			decoded(t, s.Pieces()[1], gozxing.BarcodeFormat_EAN_13, gozxing.BarcodeFormat_QR_CODE), c.command)
		assert.Empty(t, s.notes(), c.command)
	}
}

// Upside down, codes and images are the upright ones turned by half: receiptline
// turns its images itself, and leaves bar codes to the printer.
func TestReceiptlineUpsideDown(t *testing.T) {
	t.Parallel()
	p := node(t, "receiptline.mjs")
	dots := func(upside bool) []byte {
		s := servePrinter(t, "tm-t20", "tcp:127.0.0.1:0")
		var data []byte
		p.call(map[string]any{"op": "transform", "receipt": strings.ReplaceAll(lined[strings.Index(lined, "{code:1"):], "qrcode,5", "qrcode,6"),
			"options": map[string]any{"cpl": 48, "encoding": "multilingual", "command": "escpos", "upsideDown": upside}}, &data)
		s.send(data)
		require.Len(t, s.Pieces(), 1)
		var rows []byte
		for _, strip := range s.Pieces()[0].Strips {
			if strip.Kind == escpos.StripCode || strip.Kind == escpos.StripImage {
				rows = append(rows, strip.Rows...)
			}
		}
		return rows
	}
	up, down := dots(false), dots(true)
	require.Len(t, down, len(up))
	for i, b := range up {
		turned := byte(0)
		for k := range 8 {
			turned |= b >> k & 1 << (7 - k)
		}
		require.Equal(t, turned, down[len(down)-1-i], "byte %d", i)
	}
}

// Chinese, Japanese and Korean: a box for each character, and a word about it.
func TestReceiptlineInTwoBytes(t *testing.T) {
	t.Parallel()
	p := node(t, "receiptline.mjs")
	for _, c := range []struct{ encoding, command, text string }{
		{"shiftjis", "epson", "商品"}, {"gb18030", "generic", "商品"}, {"big5", "generic", "商品"}, {"ksc5601", "generic", "상품"},
	} {
		s := servePrinter(t, "tm-t20", "tcp:127.0.0.1:0")
		var data []byte
		p.call(map[string]any{"op": "transform", "receipt": c.text + " | 100\n",
			"options": map[string]any{"cpl": 48, "encoding": c.encoding, "command": c.command}}, &data)
		s.send(data)
		assert.Equal(t, []string{"〓〓" + strings.Repeat(" ", 41) + "100"}, s.paper(), c.encoding)
		require.Len(t, s.notes(), 1, c.encoding)
		assert.Contains(t, s.notes()[0], "a box stands for each", c.encoding)
	}
}
