package emulator_test

import (
	"bytes"
	"image"
	"image/color"
	_ "image/png"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/wire/escpos"
	"stormrig/sim/emulator"
)

// aReceipt is what a till prints.
func aReceipt(t *testing.T) []byte {
	t.Helper()
	b := escpos.Builder{Pages: escpos.EpsonPages()}
	b.Init().Align(1).Bold(true).Size(2, 2).Text("SANDAL & SHELL").LF().Size(1, 1).Bold(false)
	b.Text("12 Mabini St, Manila").LF().Text("--------------------------------").LF().Align(0)
	b.Text("Beaded sandals 38 gold              PHP 1,290.00").LF()
	b.Text("Linen scarf jade                      PHP 790.00").LF()
	b.Bold(true).Text("TOTAL                               PHP 2,080.00").LF().Bold(false).LF().Align(1)
	require.NoError(t, b.QR("stormrig:receipt:12", 6, 'M'))
	b.LF().Text("No 12   2026-07-18 14:32   Thank you!").LF()
	b.Cut(0).Complete(12)
	return b.Bytes()
}

// TestBrowser looks at the pages in one headless Chromium.
func TestBrowser(t *testing.T) {
	b := launch(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *browser)
	}{{"printer", testPrinterPage}, {"scanner and dongle", testScannerAndDonglePages}, {"telephone", testTelephone}, {"picture", testPicture}} {
		t.Run(c.name, func(t *testing.T) { c.test(t, b) })
	}
	b.t = t
}

// The page of a printer: a receipt appears dot by dot, paper out turns its
// light red and reaches the host, the plug is pulled at a byte.
func testPrinterPage(t *testing.T, browser *browser) {
	kind, err := emulator.Printer("tm-t20", nil)
	s := serve(t, kind, err)
	b := browser.open(t, s.url, 1280, 860)
	h := s.dial()
	h.send(string(aReceipt(t)))
	h.expect("\x37\x220012\x00")
	b.wait(`document.querySelector(".piece.done") && document.querySelectorAll(".strip canvas").length >= 8`)
	b.wait(`[...document.querySelectorAll(".strip")].some(e => e.getAttribute("aria-label") === "[QR stormrig:receipt:12]")`)
	assert.Equal(t, "true", b.eval(`(() => { // the dots are on the canvas
		const c = [...document.querySelectorAll(".strip")].find(e => (e.getAttribute("aria-label") || "").startsWith("[QR")).querySelector("canvas");
		const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
		let dark = 0; for (let i = 3; i < d.length; i += 4) dark += d[i] > 0;
		return dark > 2000 && c.height > 100;
	})()`))
	b.press("paper-out")
	b.wait(`document.querySelector("#lights .light.bad[title=out]")`)
	h.send("\x10\x04\x04")
	h.expect("\x7e")
	b.press("paper-in")
	b.wait(`!document.querySelector("#lights .light.bad")`)
	b.eval(`document.getElementById("byte").value = "3"`)
	b.press("power-cut-at")
	b.wait(`document.getElementById("says").textContent.includes("power-cut-at: done")`)
	h.send("lost\n")
	h.expectGone()
	b.wait(`document.getElementById("log").textContent.includes("power is off")`)
	b.press("power-on")
	b.wait(`document.querySelector("#lights .light.ok")`)
	b.eval(`document.querySelector("input[name=slow]").value = "0"; document.querySelector("input[name=slow]").form.requestSubmit()`)
	b.wait(`document.getElementById("says").textContent.includes("1 to 1000")`)
}

func testScannerAndDonglePages(t *testing.T, browser *browser) {
	kind, err := emulator.Scanner("serial-aim", nil)
	s := serve(t, kind, err)
	b := browser.open(t, s.url, 1000, 700)
	h := s.dial()
	b.wait(`document.getElementById("log").textContent.includes("connected")`)
	b.press("scan")
	h.expect("]E04006381333931\r\n")
	b.wait(`document.getElementById("log").textContent.includes("]E0 4006381333931")`)

	kind, err = emulator.Dongle("swiper", nil)
	s = serve(t, kind, err)
	b = browser.open(t, s.url, 1000, 700)
	h = s.dial()
	b.wait(`document.getElementById("log").textContent.includes("connected")`)
	b.press("swipe")
	h.expect(";************4242=")
	b.wait(`document.getElementById("log").textContent.includes("************4242")`)
	assert.NotContains(t, b.eval(`document.getElementById("log").textContent`), "4242424242424242")
}

// At the width of a telephone nothing stands beyond the edge.
func testTelephone(t *testing.T, browser *browser) {
	kind, err := emulator.Printer("clone-58", []string{"never-cuts"})
	s := serve(t, kind, err)
	b := browser.open(t, s.url, 390, 844)
	h := s.dial()
	h.send("\x1b@On a telephone\n\n\x1dr1")
	h.expect("\x00")
	b.wait(`document.querySelector(".strip canvas")`)
	assert.Equal(t, "390", b.eval(`document.documentElement.scrollWidth`))
	assert.Equal(t, "[]", b.eval(`JSON.stringify([...document.querySelectorAll("button, input, select")].filter(e => e.getBoundingClientRect().right > 391).map(e => e.id || e.textContent))`))
	save(t, "telephone", b.picture())
}

// The picture in the docs is of this page: STORMRIG_PICTURES names the folder
// that it is written to.
func testPicture(t *testing.T, browser *browser) {
	kind, err := emulator.Printer("tm-t20", nil)
	s := serve(t, kind, err)
	b := browser.open(t, s.url, 1280, 900)
	h := s.dial()
	h.send(string(aReceipt(t)))
	h.expect("\x37\x220012\x00")
	h.send("\x1b@\x1ba\x01\x1bE\x01SANDAL & SHELL\x1bE\x00\n12 Mabini St, Manila\n--------------------------------\n\x1ba\x00Cotton hat natural                    PHP 450.00\n")
	s.must(`{"action":"near-end"}`)
	b.wait(`document.querySelectorAll(".strip canvas").length >= 12 && document.querySelector("#lights .light.warn")`)
	img := b.picture()
	pic, _, err := image.Decode(bytes.NewReader(img))
	require.NoError(t, err)
	assert.Equal(t, 1280, pic.Bounds().Dx())
	seen := map[color.Color]bool{}
	for y := 0; y < 900; y += 7 {
		for x := 0; x < 1280; x += 7 {
			seen[pic.At(x, y)] = true
		}
	}
	assert.Greater(t, len(seen), 20, "the page is not blank")
	save(t, "device", img)
}

func save(t *testing.T, name string, img []byte) {
	t.Helper()
	if dir := os.Getenv("STORMRIG_PICTURES"); dir != "" {
		require.NoError(t, os.WriteFile(strings.TrimRight(dir, "/")+"/"+name+".png", img, 0o600))
	}
}
