package peers_test

import (
	"encoding/base64"
	"fmt"
	"image"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/wire/escpos"
	"stormrig/sim/device"
)

// model is a printer as receipt-printer-encoder describes it.
type model struct {
	ID, Language string
	Columns      int
	Codes        []string
	QR, PDF417   bool
	QRModels     []string
	Cutter       int // lines from the head to the cutter; 0: none, or not told
	Raster       bool
	Fonts        []string
}

// language is what the model is set to here: all of them speak ESC/POS, the
// Stars in the mode of that name.
const language = "esc-pos"

// pageNames are the encoder's names of the code pages that we have.
var pageNames = map[string]string{
	"epson/katakana": "Katakana", "iso8859-7": "ISO8859-7", "iso8859-15": "ISO8859-15", "epson/iso8859-2": "ISO8859-2",
	"cp437": "PC437", "cp720": "PC720", "cp737": "PC737", "cp775": "PC775", "cp850": "PC850", "cp852": "PC852", "cp855": "PC855",
	"cp857": "PC857", "cp858": "PC858", "cp860": "PC860", "cp861": "PC861", "cp862": "PC862", "cp863": "PC863", "cp864": "PC864",
	"cp865": "PC865", "cp866": "PC866", "cp869": "PC869", "cp1125": "PC1125", "windows1250": "WPC1250", "windows1251": "WPC1251",
	"windows1252": "WPC1252", "windows1253": "WPC1253", "windows1254": "WPC1254", "windows1255": "WPC1255",
	"windows1256": "WPC1256", "windows1257": "WPC1257", "windows1258": "WPC1258", "cp874": "Thai",
}

func sortedPages() (out []string) {
	for name := range pageNames {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// upper are the letters of a page above 7Fh, as far as one line holds them.
// U+05BA of WPC1255 is left out: the two tables differ (TestCodePagesAgree).
func upper(page string, most int) string {
	var out []rune
	for b := 0x80; b < 0x100 && len(out) < most; b++ {
		if r := escpos.PageRune(page, byte(b)); r >= 0xc0 && r < 0x2000 && r != 0x5ba || r >= 0xff61 && r < 0xffa0 {
			out = append(out, r)
		}
	}
	return string(out)
}

// What the encoder makes for each printer that it knows is drawn rightly: text
// in every code page that both have, a table, a rule, a box, bar codes, QR,
// PDF417, an image, the cut and the pulse.
func TestEncoderOnEveryPrinterModel(t *testing.T) {
	t.Parallel()
	p := node(t, "encoder.mjs")
	pdf := node(t, "zxing.mjs")
	var models []model
	p.call(map[string]any{"op": "models"}, &models)
	require.Len(t, models, 39)
	for _, m := range models {
		t.Run(m.ID, func(t *testing.T) {
			p.t, pdf.t = t, t
			r := encoded{model: m, peer: p}
			p.call(map[string]any{"op": "pages", "model": m.ID, "language": language, "names": sortedPages()}, &r.pages)
			r.text()
			r.picture = pattern(image.Point{X: 128, Y: 72})
			r.blocks()
			s := servePrinter(t, r.profile(t), "tcp:127.0.0.1:0")
			r.send(s)
			r.assertPaper(t, s, pdf)
		})
	}
}

// encoded is one receipt: the encoder's methods, and what has to come of them.
type encoded struct {
	model
	*peer
	pages   map[string]int
	steps   []step
	lines   []string
	codes   []code
	picture *image.Gray
	notes   []string
}

// code is one that has to be read from the paper.
type code struct {
	format gozxing.BarcodeFormat
	want   string
}

func (r *encoded) step(s ...any) { r.steps = append(r.steps, s) }

// text adds lines of text and notes how they have to look.
func (r *encoded) text() {
	n := r.Columns
	r.step("initialize")
	r.step("align", "center")
	r.step("line", "STORM & SONS")
	r.step("align", "left")
	r.lines = append(r.lines, strings.Repeat(" ", (n-12)/2)+"STORM & SONS")
	for _, name := range sortedPages() {
		if _, ok := r.pages[name]; ok {
			sample := upper(pageNames[name], n)
			r.step("codepage", name)
			r.step("line", sample)
			r.lines = append(r.lines, sample)
		}
	}
	r.step("codepage", "cp437")
	r.step("bold", true)
	r.step("line", "bold")
	r.step("bold", false)
	r.step("size", 2, 2)
	r.step("line", "big")
	r.step("size", 1, 1)
	last := r.Fonts[len(r.Fonts)-1]
	r.step("font", last)
	if n := last[0] - 'A'; n > 1 { // font B stays
		r.notes = append(r.notes, fmt.Sprintf(`ignored: ESC M %02Xh (a font that it does not have) {"hex":"1b4d%02x","what":"ignored"}`, n, n))
	}
	r.step("line", "small")
	r.step("font", "A")
	r.step("table", []map[string]any{{"width": n - 12, "align": "left"}, {"width": 12, "align": "right"}},
		[][]string{{"Sandals", "1290.00"}, {"Café", "45.00"}})
	r.step("rule", map[string]any{"style": "double"})
	r.step("box", map[string]any{"width": 20, "style": "single"}, "in a box")
	r.lines = append(r.lines, "bold", "big", "small",
		fmt.Sprintf("%-*s%12s", n-12, "Sandals", "1290.00"), fmt.Sprintf("%-*s%12s", n-12, "Café", "45.00"),
		strings.Repeat("═", n), "┌"+strings.Repeat("─", 18)+"┐", "│in a box          │", "└"+strings.Repeat("─", 18)+"┘")
}

// kinds are the bar codes by the encoder's names.
var kinds = []struct {
	name, data string
	code
}{
	{"upca", "036000291452", code{gozxing.BarcodeFormat_UPC_A, "036000291452"}},
	{"upce", "01234565", code{gozxing.BarcodeFormat_UPC_E, "01234565"}},
	{"ean13", "4006381333931", code{gozxing.BarcodeFormat_EAN_13, "4006381333931"}},
	{"ean8", "96385074", code{gozxing.BarcodeFormat_EAN_8, "96385074"}},
	{"code39", "ABC-12", code{gozxing.BarcodeFormat_CODE_39, "ABC-12"}},
	{"itf", "123456", code{gozxing.BarcodeFormat_ITF, "123456"}},
	{"codabar", "A1234B", code{gozxing.BarcodeFormat_CODABAR, "1234"}},
	{"code93", "AB-12", code{gozxing.BarcodeFormat_CODE_93, "AB-12"}},
	{"code128", "Sale 12", code{gozxing.BarcodeFormat_CODE_128, "Sale 12"}},
	{"gs1-128", "(01)04006381333931", code{gozxing.BarcodeFormat_CODE_128, "0104006381333931"}},
	{"code128-auto", "Sale 12", code{gozxing.BarcodeFormat_CODE_128, "Sale 12"}},
}

// blocks adds codes and an image, then the cut and the pulse.
func (r *encoded) blocks() {
	r.step("align", "center")
	for _, k := range kinds {
		if slices.Contains(r.Codes, k.name) {
			r.step("barcode", k.data, k.name, map[string]any{"height": 50, "width": 1, "text": "below"})
			r.codes = append(r.codes, k.code)
		}
	}
	if r.QR {
		options := map[string]any{"model": 2, "size": 5, "errorlevel": "q"}
		if !slices.Contains(r.QRModels, "2") { // the encoder then sends no QR code that names its model
			options["model"] = nil
		}
		r.step("qrcode", "https://example.com/"+r.ID, options)
		r.codes = append(r.codes, code{gozxing.BarcodeFormat_QR_CODE, "https://example.com/" + r.ID})
	}
	if r.PDF417 {
		r.step("pdf417", "PDF "+r.ID, map[string]any{"width": 2, "height": 4})
		r.codes = append(r.codes, code{gozxing.BarcodeFormat_PDF_417, "PDF " + r.ID})
	}
	r.step("align", "left")
	r.step("image", map[string]any{"pixels": base64.StdEncoding.EncodeToString(r.picture.Pix),
		"width": r.picture.Rect.Dx(), "height": r.picture.Rect.Dy()})
	r.step("line", "the end")
	r.step("cut", "partial")
	r.step("pulse")
}

// profile writes the model down as a profile of ours.
func (r *encoded) profile(t *testing.T) string {
	t.Helper()
	var pages []string
	for _, name := range sortedPages() {
		if n, ok := r.pages[name]; ok {
			pages = append(pages, fmt.Sprintf("%d: %s", n, pageNames[name]))
		}
	}
	const says = "receipt-printer-encoder 4.0.1"
	dpi := 203
	if r.Columns >= 42 && r.Columns <= 44 || r.ID == "mpt-ii" { // 512 dots on 72 mm; the encoder counts the MPT-II among them
		dpi = 180
	}
	text := fmt.Sprintf(`profile: %s
like: tm-t20
title: %s as receipt-printer-encoder 4.0.1 knows it
settings:
  dots: %d
  head-to-cutter: %d
  motion-units: {dots: %[6]d, x: %[6]d, y: %[7]d}
  pages: {%[5]s}
sources: {dots: %[8]q, head-to-cutter: %[8]q, motion-units: "those of the TM-T88III and the TM-L90", pages: %[8]q}
`, r.ID, r.ID, r.Columns*12, r.Cutter*30, strings.Join(pages, ", "), dpi, 2*dpi, says)
	path := filepath.Join(t.TempDir(), r.ID+".yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// send lets the encoder encode, and sends that to the printer.
func (r *encoded) send(s *served) { r.sendAs(s, language) }

func (r *encoded) sendAs(s *served, language string) {
	var data []byte
	r.call(map[string]any{"op": "encode", "model": r.ID, "language": language, "steps": r.steps}, &data)
	host, number := s.address()
	c, err := net.Dial("tcp", net.JoinHostPort(host, number))
	require.NoError(s.t, err)
	_, err = c.Write(data)
	require.NoError(s.t, err)
	require.NoError(s.t, c.Close())
	s.took(len(data))
}

// What our printers do not draw they name: the DataBars, and all of StarPRNT,
// which is another language.
func TestEncoderBeyondOurPrinters(t *testing.T) {
	t.Parallel()
	p := node(t, "encoder.mjs")
	for _, c := range []struct{ model, language, says string }{
		{"epson-tm-t88v", "esc-pos", "bar code number 75 is not drawn here"},
		{"star-tsp650ii", "star-line", "starts no command of ESC/POS"},
		{"star-mpop", "star-prnt", "StarPRNT: is the host set to another language?"},
	} {
		r := encoded{model: model{ID: c.model}, peer: p}
		r.step("initialize")
		r.step("barcode", "0401234567890", "gs1-databar-omni", map[string]any{"height": 50, "width": 1})
		r.step("line", "text")
		r.step("cut")
		s := servePrinter(t, "tm-t20", "tcp:127.0.0.1:0")
		r.sendAs(s, c.language)
		assert.Contains(t, strings.Join(s.notes(), "\n"), c.says, c.model)
	}
}

func (r *encoded) assertPaper(t *testing.T, s *served, pdf *peer) {
	t.Helper()
	require.Len(t, s.Pieces(), 1)
	piece := s.Pieces()[0]
	assert.Equal(t, device.PieceCut, piece.State)
	var lines, got []string
	image, codes := []byte(nil), r.codes
	for _, strip := range piece.Strips {
		switch {
		case strip.Kind == escpos.StripCode:
			require.NotEmpty(t, codes, strip.Text)
			if codes[0].format == gozxing.BarcodeFormat_PDF_417 {
				got = append(got, pdf417(pdf, piece.Width, strip))
			} else {
				got = append(got, decode(t, piece.Width, strip, codes[0].format))
			}
			assert.Equal(t, codes[0].want, got[len(got)-1], codes[0].format)
			codes = codes[1:]
		case strings.Contains(strip.Text, "[image"):
			image = append(image, strip.Rows...)
		case strip.Text != "":
			lines = append(lines, strip.Text)
		}
	}
	assert.Equal(t, append(r.lines, "the end"), lines)
	assert.Empty(t, codes, "not printed")
	assertDots(t, r.picture, piece.Width, image)
	assert.Equal(t, r.notes, s.notes())
	assert.Len(t, s.events("drawer"), 1)
}

// pdf417 reads a strip with another decoder, since gozxing has none for it.
func pdf417(p *peer, width int, s escpos.Strip) (text string) {
	p.t.Helper()
	img := picture(width, s.Rows)
	p.call(map[string]any{"op": "pdf417", "width": img.Rect.Dx(), "height": img.Rect.Dy(),
		"pixels": base64.StdEncoding.EncodeToString(img.Pix)}, &text)
	return text
}
