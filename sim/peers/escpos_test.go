package peers_test

import (
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// nodeEscpos is a script with @node-escpos/core, and the printer it talks to.
type nodeEscpos struct {
	*peer
	printer *served
}

func (p nodeEscpos) order(op string, result any, steps ...step) {
	p.t.Helper()
	host, number := p.printer.address()
	port, err := strconv.Atoi(number)
	require.NoError(p.t, err)
	p.call(map[string]any{"op": op, "host": host, "port": port, "steps": steps}, result)
}

// Every state that it has a word for is told to it.
func TestNodeEscposSeesStates(t *testing.T) {
	t.Parallel()
	s := servePrinter(t, "tm-t20", "tcp:127.0.0.1:0")
	p := nodeEscpos{node(t, "escpos.mjs"), s}
	const near = "Roll paper near-end sensor: paper near-end"
	for _, c := range []struct {
		when, then string
		says       []string
	}{
		{"", "", []string{}},
		{"near-end", "paper-in", []string{near}},
		{"paper-out", "paper-in", []string{"Offline", near, "Roll paper end sensor: paper not present", "Printing stops due to a paper-end"}},
		{"open-cover", "close-cover", []string{"Offline", "Cover is open"}},
		{"overheat", "cool", []string{"Offline", "Error occurred", "Auto-recoverable error occurred"}},
		{"", "", []string{}},
	} {
		if c.when != "" {
			s.do(c.when)
		}
		var says []string
		p.order("statuses", &says)
		assert.Equal(t, c.says, says, c.when)
		if c.then != "" {
			s.do(c.then)
		}
	}
}

// What it sends rightly is printed; what it sends wrongly comes out as Epson's
// manual says, and does not take the rest of the receipt with it.
func TestNodeEscposPrints(t *testing.T) {
	t.Parallel()
	s := servePrinter(t, "tm-t20", "tcp:127.0.0.1:0")
	p := nodeEscpos{node(t, "escpos.mjs"), s}
	bar := map[string]any{"width": 2, "height": 60}
	var sent int
	p.order("print", &sent,
		step{"setCharacterCodeTable", 2}, step{"align", "ct"}, step{"style", "b"}, step{"text", "STORM & SONS"}, step{"style", "normal"},
		step{"align", "lt"}, step{"text", "Café crème"}, step{"table", []string{"Sandals", "1", "1290.00"}},
		step{"barcode", "400638133393", "EAN13", bar}, step{"barcode", "AB12", "CODE39", bar}, step{"barcode", "Sale12", "CODE128", bar},
		step{"text", "after the codes"}, step{"cashdraw", 2}, step{"cut"},
	)
	s.took(sent)
	require.NotEmpty(t, s.Pieces())
	assert.Equal(t, []string{"4006381333931", "AB12"}, decoded(t, s.Pieces()[0], gozxing.BarcodeFormat_EAN_13, gozxing.BarcodeFormat_CODE_39))
	assert.Equal(t, []string{"                  STORM & SONS", "Café crème", "Sandals         1               1290.00",
		"[EAN13 4006381333931]", "[CODE39 AB12]", "ale12after the codes~", "~"}, s.paper(),
		"it sends CODE128 without its length and code set: S is taken for a length, and the rest is no bar code")
	assert.Len(t, s.events("drawer"), 1)
	said := strings.Join(s.notes(), "\n")
	assert.Equal(t, 2, strings.Count(said, "unknown command: 1b 34"), "italics are no command of Epson's\n%s", said)
	assert.Equal(t, 1, strings.Count(said, "the bar code is not printed"), said)
	assert.Len(t, s.notes(), 3)
}

// escpos-buffer knows printers of eleven makers; those that speak Epson's
// language print, and one that speaks its maker's own is told so.
func TestEscposBufferOnModels(t *testing.T) {
	t.Parallel()
	p := node(t, "buffer.mjs")
	receipt := []string{"plain", "bold", "                     middle", "Áçênts R$ 5,00", "big", "[QR https://example.com/buffer]"}
	for _, m := range []struct{ model, notes string }{{"TM-T20", ""}, {"TM-T81", ""}, {"TM-T88", ""}, {"I9", ""}, {"MP-4200 TH", "unknown command: 1d f9"}} {
		s := servePrinter(t, "tm-t20", "tcp:127.0.0.1:0")
		var data []byte
		p.call(map[string]any{"op": "encode", "model": m.model}, &data)
		host, number := s.address()
		c, err := net.Dial("tcp", net.JoinHostPort(host, number))
		require.NoError(t, err)
		_, err = c.Write(data)
		require.NoError(t, err)
		require.NoError(t, c.Close())
		s.took(len(data))
		said := strings.Join(s.notes(), "\n")
		if m.notes != "" {
			assert.Contains(t, said, m.notes)
			continue
		}
		assert.Empty(t, said, m.model)
		assert.Equal(t, receipt, s.paper(), m.model)
		assert.Len(t, s.events("drawer"), 1, m.model)
		assert.Equal(t, []string{"https://example.com/buffer"}, decoded(t, s.Pieces()[0], gozxing.BarcodeFormat_QR_CODE), m.model)
	}
}
