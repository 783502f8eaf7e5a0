package peers_test

import (
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/internal/envtest"
	"stormrig/sim/device"
)

// sale is a receipt in receiptio's own language (receiptline): a title of
// double size, a table, rules, underline and emphasis, a bar code, a QR code.
const sale = `^^^STORM & SONS

12 Calle Real, Manila
-
Beaded sandals 38 |1 |   1290.00
Café crème        |2 |     90.00
_Ginger tea_      |1 |     45.00
-
"TOTAL" | "PHP 1425.00"

{code:123456789012; option:ean,3,60,hri}
{code:phone/1/36; option:qrcode,4,m}`

// receiptio asks a script to print, or for the status; options are those of
// its command line.
type receiptio struct {
	*peer
	host string
}

func (r receiptio) run(receipt, options string) (result string) {
	r.t.Helper()
	r.call(map[string]any{"op": "print", "receipt": receipt, "options": "-d " + r.host + " -l en " + options}, &result)
	return result
}

func newReceiptio(t *testing.T, n int) receiptio {
	t.Helper()
	envtest.Program(t, "udevadm") // its list of serial ports dies without
	return receiptio{node(t, "receiptio.mjs"), loopback(t, n)}
}

// Every state that receiptio has a word for, asked and met while printing.
func TestReceiptioSeesEveryState(t *testing.T) {
	t.Parallel()
	r := newReceiptio(t, 1)
	s := servePrinter(t, "tm-t20", "tcp:"+r.host+":9100")
	for _, c := range []struct {
		when, then string // hands before and after
		status     string // the answer to -q
		prints     string // what printing ends with
		papers     int    // pieces of paper that are cut
	}{
		{"", "", "online", "success", 1},
		{"near-end", "paper-in", "online", "success", 1}, // it has no word for it
		{"paper-out", "paper-in", "paperempty", "paperempty", 0},
		{"open-cover", "close-cover", "coveropen", "coveropen", 0},
		{"overheat", "cool", "error", "error", 0},
		{"jam", "clear", "online", "error", 0}, // while it prints; what is printed hangs on
		{"", "", "online", "success", 1},       // and goes on, on the same piece
	} {
		before := s.state().Pieces
		if c.when != "" {
			s.do(c.when)
		}
		assert.Equal(t, c.status, r.run(sale, "-q"), c.when)
		assert.Equal(t, c.prints, r.run(sale, ""), c.when)
		if c.then != "" {
			s.do(c.then)
		}
		s.idle()
		assert.Equal(t, before+c.papers, s.state().Pieces, c.when)
	}
	assert.Equal(t, "drawerclosed", r.run(sale, "-q drawer"))
	assert.Equal(t, "draweropen", r.run(sale, "-q drawer2"), "drawers of the other polarity")
	for _, note := range s.notes() {
		assert.Contains(t, note, "1b 06", "it looks for a Star by ESC ACK SOH, and sends nothing else that we do not know")
	}
	s.do("power-off")
	assert.Equal(t, "disconnect", r.run(sale, "-q"))
}

// A printer that answers nothing is offline, after its twelve seconds, of which
// one tenth is waited here.
func TestReceiptioFindsASilentPrinterOffline(t *testing.T) {
	t.Parallel()
	r := newReceiptio(t, 3)
	s := servePrinter(t, "silent-80", "tcp:"+r.host+":9100")
	var ok bool
	r.call(map[string]any{"op": "hurry", "times": 10}, &ok)
	assert.Equal(t, "offline", r.run(sale, ""))
	assert.Empty(t, s.paper())
}

// What is on the paper is what receiptio itself prints as text, and its codes
// are read from the dots: the EAN-13 that the printer draws, and the QR code,
// which comes as an image.
func TestReceiptioPrints(t *testing.T) {
	t.Parallel()
	for i, profile := range []string{"tm-t20", "tm-p80", "citizen-cts651"} {
		t.Run(profile, func(t *testing.T) {
			r := newReceiptio(t, 10+i)
			s := servePrinter(t, profile, "tcp:"+r.host+":9100")
			require.Equal(t, "success", r.run(sale, ""))
			s.idle()
			var text string
			r.call(map[string]any{"op": "print", "receipt": sale, "options": "-p text -l en"}, &text)
			require.Len(t, s.Pieces(), 1)
			piece := s.Pieces()[0]
			assert.Equal(t, device.PieceCut, piece.State)
			got := squeezed(piece.Lines)
			want := squeezed(strings.Split(text, "\n"))
			require.GreaterOrEqual(t, len(got), len(want))
			assert.Equal(t, want, got[:len(want)])
			assert.Equal(t, []string{"[EAN131234567890128]"}, got[len(want):len(want)+1])
			assert.Equal(t, []string{"1234567890128", "phone/1/36"}, decoded(t, piece,
				gozxing.BarcodeFormat_EAN_13, gozxing.BarcodeFormat_QR_CODE))
		})
	}
}

// squeezed takes out what the two write differently: blanks (letters of double
// width are spaced out in text), rules, empty lines.
func squeezed(lines []string) (out []string) {
	for _, l := range lines {
		l = strings.ReplaceAll(strings.ReplaceAll(l, " ", ""), "─", "-")
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}
