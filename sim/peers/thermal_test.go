package peers_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"net"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/wire/escpos"
)

// thermal is a script with node-thermal-printer and the printer it talks to.
type thermal struct {
	*peer
	printer *served
	at      string
	page    string
}

func newThermal(t *testing.T) (thermal, *served) {
	s := servePrinter(t, "tm-t20", "tcp:127.0.0.1:0")
	host, number := s.address()
	return thermal{peer: node(t, "thermal.mjs"), printer: s, at: net.JoinHostPort(host, number)}, s
}

// step is a method of ThermalPrinter with its arguments.
type step []any

// print lets it print, and waits until that is on paper.
func (p thermal) print(steps ...step) {
	p.t.Helper()
	p.send(map[string]any{"op": "print", "at": p.at, "page": p.page, "steps": steps})
}

func (p thermal) send(order map[string]any) (answer string) {
	p.t.Helper()
	var result struct {
		Answer string
		Sent   int
	}
	all := p.printer.state().Received
	p.call(order, &result)
	p.printer.took(all + result.Sent)
	return result.Answer
}

func (p thermal) connected() (ok bool) {
	p.t.Helper()
	p.call(map[string]any{"op": "connected", "at": p.at}, &ok)
	return ok
}

func TestThermalPrinterPrintsText(t *testing.T) {
	t.Parallel()
	p, s := newThermal(t)
	p.page = "PC852_LATIN2"
	p.print(
		step{"alignCenter"}, step{"bold", true}, step{"setTextDoubleHeight"}, step{"println", "STORM & SONS"},
		step{"setTextNormal"}, step{"bold", false}, step{"alignLeft"}, step{"drawLine"},
		step{"table", []string{"Sandals", "1", "1290.00"}},
		step{"tableCustom", []map[string]any{
			{"text": "Café crème", "align": "LEFT", "width": 0.5, "bold": true},
			{"text": "2", "align": "CENTER", "width": 0.25}, {"text": "90.00", "align": "RIGHT", "width": 0.25},
		}},
		step{"leftRight", "TOTAL", "PHP 1380.00"}, step{"invert", true}, step{"println", "PAID"}, step{"invert", false},
		step{"underline", true}, step{"println", "Ωμέγα Жук Łódź € ½"}, step{"underline", false},
		step{"println", strings.Repeat("long words ", 6)}, step{"alignRight"}, step{"println", "right"},
		step{"setTypeFontB"}, step{"println", "small"}, step{"setTextQuadArea"}, step{"println", "big"},
	)
	assert.Equal(t, []string{
		"                  STORM & SONS",
		strings.Repeat("-", 48),
		"Sandals         1               1290.00",
		"Café crème                    2            90.00",
		"TOTAL                                PHP 1380.00",
		"PAID",
		"Ωμέγα Жук Łódź € ½",
		"long words long words long words long words",
		"long words long words",
		"                                           right",
		strings.Repeat(" ", (576-5*9)/12) + "small",
		strings.Repeat(" ", (576-3*24)/12) + "big",
	}, s.paper())
	assert.Empty(t, s.notes())
}

func TestThermalPrinterPrintsCodes(t *testing.T) {
	t.Parallel()
	p, s := newThermal(t)
	tall := map[string]any{"height": 80, "width": 2, "hriPos": 2}
	p.print(
		step{"alignCenter"},
		step{"code128", "SALE-12", tall},
		step{"printBarcode", "036000291452", 65, tall}, step{"printBarcode", "4006381333931", 67, tall},
		step{"printBarcode", "96385074", 68, tall}, step{"printBarcode", "AB-12", 69, tall},
		step{"printBarcode", "123456", 70, tall}, step{"printBarcode", "A1234B", 71, tall},
		step{"printBarcode", "AB-12", 72, tall}, step{"printBarcode", "Sale 12", 73, tall},
		step{"printQR", "phone/1/36 12", map[string]any{"cellSize": 5, "correction": "Q"}},
		step{"partialCut"},
	)
	require.Len(t, s.Pieces(), 1)
	assert.Equal(t, []string{"SALE-12", "036000291452", "4006381333931", "96385074", "AB-12", "123456", "1234", "AB-12", "Sale 12", "phone/1/36 12"},
		decoded(t, s.Pieces()[0], gozxing.BarcodeFormat_CODE_128, gozxing.BarcodeFormat_UPC_A, gozxing.BarcodeFormat_EAN_13,
			gozxing.BarcodeFormat_EAN_8, gozxing.BarcodeFormat_CODE_39, gozxing.BarcodeFormat_ITF, gozxing.BarcodeFormat_CODABAR,
			gozxing.BarcodeFormat_CODE_93, gozxing.BarcodeFormat_CODE_128, gozxing.BarcodeFormat_QR_CODE))
	assert.Empty(t, s.notes())
}

// A picture comes out dot for dot, also where its width is no multiple of 8.
func TestThermalPrinterPrintsImages(t *testing.T) {
	t.Parallel()
	p, s := newThermal(t)
	for i, size := range []image.Point{{64, 40}, {101, 33}, {384, 200}, {3, 3}} {
		img := pattern(size)
		p.print(step{"printImageBuffer", map[string]string{"png": pngOf(t, img)}}, step{"cut"})
		require.Len(t, s.Pieces(), i+1)
		assertDots(t, img, s.Pieces()[i].Width, imageStrips(s.Pieces()[i].Strips))
	}
	assert.Empty(t, s.notes())
}

func TestThermalPrinterDrawerCutAndStatus(t *testing.T) {
	t.Parallel()
	p, s := newThermal(t)
	assert.True(t, p.connected())
	ask := func() string {
		return p.send(map[string]any{"op": "print", "at": p.at, "answer": true, "steps": []step{{"getStatus"}}})
	}
	assert.Equal(t, "00", ask(), "GS r 1: paper is there")
	s.do("near-end")
	assert.Equal(t, "03", ask(), "GS r 1: near its end")
	s.do("paper-in")
	p.print(step{"println", "one"}, step{"cut"}, step{"println", "two"}, step{"partialCut"})
	assert.Len(t, s.Pieces(), 2)

	// It sends ESC p without its two times: the printer takes the second
	// command for them, and only the first pulse comes (docs/peers.md).
	p.print(step{"openCashDrawer"}, step{"println", "three"})
	assert.Len(t, s.events("drawer"), 1)
	assert.True(t, s.state().Drawer)

	s.do("power-off")
	assert.False(t, p.connected())
}

// Where it is wrong by Epson's manual, the paper shows what Epson's would.
func TestThermalPrinterDisagreements(t *testing.T) {
	t.Parallel()
	p, s := newThermal(t)
	// GS ! takes the width in the high half, the height in the low one.
	p.print(step{"setTextSize", 0, 3}, step{"println", "AB"}, step{"setTextNormal"}, step{"cut"})
	require.Len(t, s.Pieces(), 1)
	assert.Equal(t, 4*24, s.Pieces()[0].Strips[0].Height, "height 1, width 4 was asked for")
	// MaxiCode is sent rightly; our printer draws none and says so.
	p.print(step{"maxiCode", "hello"}, step{"cut"})
	require.Len(t, s.notes(), 1)
	assert.Contains(t, s.notes()[0], "no code of kind 50")
}

// pattern is a picture that looks different from every side, in black, white
// and the greys between.
func pattern(size image.Point) *image.Gray {
	img := image.NewGray(image.Rectangle{Max: size})
	state := uint32(size.X*1000 + size.Y)
	for y := range size.Y {
		for x := range size.X {
			state = state*1664525 + 1013904223
			grey := uint8(state >> 24)
			if grey == 127 || grey == 128 {
				grey = 0 // each program rounds the middle as it likes
			}
			img.SetGray(x, y, color.Gray{Y: grey})
		}
	}
	return img
}

func pngOf(t *testing.T, img image.Image) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, img))
	return base64.StdEncoding.EncodeToString(out.Bytes())
}

// imageStrips are the rows of the images among strips, one below the other.
func imageStrips(strips []escpos.Strip) (rows []byte) {
	for _, s := range strips {
		if s.Kind == escpos.StripImage || strings.Contains(s.Text, "[image") {
			rows = append(rows, s.Rows...)
		}
	}
	return rows
}

// assertDots holds dots on paper against a picture at its left edge: dark is
// below half, and what the picture does not cover is blank.
func assertDots(t *testing.T, want *image.Gray, width int, rows []byte) {
	t.Helper()
	stride, size := width/8, want.Rect.Size()
	require.GreaterOrEqual(t, len(rows), size.Y*stride)
	wrong := 0
	for y := range len(rows) / stride {
		for x := range width {
			dark := rows[y*stride+x/8]&(0x80>>(x%8)) != 0
			if in := x < size.X && y < size.Y; dark != (in && want.GrayAt(x, y).Y < 128) {
				wrong++
			}
		}
	}
	assert.Zero(t, wrong, "dots of %v", size)
}
