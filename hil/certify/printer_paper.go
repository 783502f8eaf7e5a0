package certify

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"stormrig/hil/wire/escpos"
)

// glyphSamples are characters that shops need and printers get wrong, by code
// page. The page that a printer names is a claim; the paper says what it has.
var glyphSamples = map[string]string{
	"PC437": "Az 09 é ñ £ ¥ ½", "PC850": "Àõã ø Å ß ×", "PC858": "Preis 12,50 €",
	"PC852": "žluťoučký kůň", "PC866": "Чек Итого", "WPC1252": "œuvre 9 € „so“",
}

// glyphs prints a line in each code page that the maker documents.
func glyphs(x *Exam) Result {
	b, want := x.builder(), []string(nil)
	for _, p := range x.pages() {
		text, ok := glyphSamples[p.Name]
		if !ok {
			continue
		}
		one := escpos.Builder{Pages: []escpos.Page{p}}
		line := "GLYPH " + p.Name + " " + text
		b.Raw(one.Raw(0x1B, 't', byte(p.N)).Text(line).LF().Bytes()...)
		want = append(want, line)
	}
	if !x.print(b.FeedLines(3)) {
		return fails("it does not take the page of glyphs", "takes nothing")
	}
	x.settle(30 * time.Second)
	a, ok := x.Ask(Question{
		Prompt: "Compare the GLYPH lines on the paper with these, letter by letter. Which code pages are wrong? (their names)\n" + strings.Join(want, "\n"),
		See: func(s Scene) string {
			lines, bad := allLines(s), []string(nil)
			for _, w := range want {
				if !slices.Contains(lines, w) {
					bad = append(bad, strings.Fields(w)[1])
				}
			}
			return strings.Join(bad, " ")
		},
	})
	switch {
	case !ok:
		return incomplete("nobody compared the glyphs")
	case a != "":
		return fails("wrong on paper: "+a, "wrong glyphs")
	}
	return Result{Verdict: Pass, Measured: len(want), Unit: "code pages"}
}

func allLines(s Scene) (out []string) {
	for _, sh := range s.Sheets {
		for _, l := range sh.Lines {
			out = append(out, strings.TrimSpace(l))
		}
	}
	return out
}

// codes prints the kinds of code that receipts carry; each must be read.
func codes(x *Exam) Result {
	if x.Options.Maker.Known && !x.Options.Maker.Codes {
		return notDrawn
	}
	want := []string{"4006381333931", "STORM-128-0042", "RCPT0000117", "https://example.test/r/0117?t=storm&c=9f3a"}
	b := x.builder().Align(1)
	bar := escpos.Barcode{Height: 60, Module: 2}
	err := b.EAN13(want[0], bar)
	b.FeedLines(2)
	err2 := b.Code128(want[1], bar, false)
	b.FeedLines(2)
	err3 := b.QR(want[2], 4, 'M')
	b.FeedLines(2)
	err4 := b.QR(want[3], 4, 'Q')
	for _, e := range []error{err, err2, err3, err4} {
		if e != nil {
			return incomplete("a code could not be made: " + e.Error())
		}
	}
	if !x.print(b.FeedLines(4)) {
		return fails("it does not take the page of codes", "takes nothing")
	}
	x.settle(30 * time.Second)
	a, ok := x.Ask(Question{Kind: AsCodes, See: codesSeen(want),
		Prompt: "Scan the four codes that were printed with a hand scanner, or give the paths of photographs of each."})
	if !ok {
		return incomplete("the codes were not read back")
	}
	var lost []string
	for _, w := range want {
		if !slices.Contains(strings.Split(a, "\n"), w) {
			lost = append(lost, w)
		}
	}
	if len(lost) > 0 {
		return fails("not readable: "+strings.Join(lost, ", "), "codes not readable")
	}
	return Result{Verdict: Pass, Measured: len(want), Limit: len(want), Unit: "codes"}
}

// raster prints a QR code as a raster image, whose dots a decoder reads, and
// beside it what a decoder would forgive: rows of a known pattern.
func raster(x *Exam) Result {
	if x.plain() {
		return notDrawn
	}
	pic, width := testImage()
	b := x.builder()
	if err := b.Image(width/8, pic); err != nil {
		return incomplete("the image could not be made: " + err.Error())
	}
	if !x.print(b.FeedLines(3)) {
		return fails("it does not take an image", "takes nothing")
	}
	x.settle(30 * time.Second)
	a, ok := x.Ask(Question{Kind: AsYesNo,
		Prompt: "Is the printed image a square code over a chessboard with a straight frame, with no row or column displaced, missing or doubled?",
		See: func(s Scene) string {
			for _, sh := range slices.Backward(s.Sheets) {
				if shows(sh, pic, width) {
					return "yes"
				}
			}
			return "no"
		}})
	switch {
	case !ok:
		return incomplete("nobody looked at the image")
	case a != "yes":
		return fails("the image on paper is not the one that was sent", "image wrong")
	}
	return Result{Verdict: Pass}
}

// testImage is 192 dots wide: a QR code of four dots a module over a
// chessboard of eight dots, in a frame.
func testImage() (rows []byte, width int) {
	const w, h = 192, 176
	img := make([]byte, w/8*h)
	set := func(x, y int) { img[y*w/8+x/8] |= 0x80 >> (x % 8) }
	for i := range w {
		set(i, 0)
		set(i, h-1)
	}
	for i := range h {
		set(0, i)
		set(w-1, i)
	}
	if qr, err := escpos.EncodeQR([]byte("IMAGE 0042"), 1); err == nil {
		for i, d := range qr.Dark {
			for k := range 16 * int(d) {
				set(48+i%qr.Size*4+k%4, 12+i/qr.Size*4+k/4)
			}
		}
	}
	for y := 120; y < 168; y++ {
		for x := 8; x < 184; x++ {
			if (x/8+y/8)%2 == 0 {
				set(x, y)
			}
		}
	}
	return img, w
}

// shows tells whether the rows of an image stand on a sheet, at its left edge.
func shows(s Sheet, pic []byte, width int) bool {
	wide, narrow := s.Width/8, width/8
	if wide < narrow {
		return false
	}
	n := len(pic) / narrow
next:
	for top := 0; (top+n)*wide <= len(s.Rows); top++ {
		for y := range n {
			row := s.Rows[(top+y)*wide : (top+y+1)*wide]
			if !bytes.Equal(row[:narrow], pic[y*narrow:(y+1)*narrow]) {
				continue next
			}
		}
		return true
	}
	return false
}

// plain tells whether the maker documents no images.
func (x *Exam) plain() bool { return x.Options.Maker.Known && !x.Options.Maker.Images }

var notDrawn = Result{Verdict: NotApplicable, Detail: "its maker does not document it"}

// cut prints two receipts: no line of the first may hang on the second.
func cut(x *Exam) Result {
	for _, tag := range []string{"CUTA", "CUTB"} {
		if !x.print(numbered(x.builder(), tag, 1, 6).Cut(0)) {
			return fails("it does not take a receipt", "takes nothing")
		}
	}
	x.settle(30 * time.Second)
	a, ok := x.Ask(Question{
		Prompt: "Two receipts were printed, lines CUTA 001 to 006 and CUTB 001 to 006. What is wrong with the cut? (not cut, or lines on the wrong paper; 'tear bar' if it has no cutter)",
		See:    cutSeen,
	})
	switch {
	case !ok:
		return incomplete("nobody looked at the cut")
	case a == tearBar && x.Options.Maker.Cutter:
		return fails("its maker says that it has a cutter, and it does not cut", "does not cut")
	case a == tearBar:
		return Result{Verdict: NotApplicable, Detail: "it has a tear bar"}
	case a != "":
		return fails(a, "cuts at the wrong place")
	}
	return Result{Verdict: Pass}
}

const tearBar = "tear bar"

func cutSeen(s Scene) string {
	for _, sh := range s.Sheets {
		one := Scene{Sheets: []Sheet{sh}}
		a, b := found(one, "CUTA"), found(one, "CUTB")
		switch {
		case len(a) > 0 && len(b) > 0 && sh.State == "open":
			return tearBar
		case len(a) > 0 && len(b) > 0:
			return "lines of both receipts are on one piece of paper"
		case len(a) > 0 && wrong(a, 6) != "":
			return fmt.Sprintf("first receipt: %s", wrong(a, 6))
		case len(b) > 0 && wrong(b, 6) != "":
			return fmt.Sprintf("second receipt: %s", wrong(b, 6))
		}
	}
	return ""
}

// drawer orders one pulse, and learns the drawer's sensor.
func drawer(x *Exam) Result {
	if !x.Do("drawer", "Connect a cash drawer and shut it.") {
		return incomplete("no drawer is connected")
	}
	kicks := func(s Scene) string { return fmt.Sprint(s.Kicks) }
	before, ok := x.Ask(Question{Kind: AsNumber, See: kicks, Prompt: "Watch the drawer: it is ordered to open, once, when you have answered. How often has it opened so far?"})
	if !ok {
		return incomplete("no drawer is connected")
	}
	shut, _, told := x.live(1)
	x.Send(x.builder().Kick(0, 50, 250).Bytes(), answerLimit)
	x.settle(5 * time.Second)
	after, ok := x.Ask(Question{Kind: AsNumber, See: kicks, Prompt: "How often has the drawer opened now, in all?"})
	if !ok {
		return incomplete("nobody looked at the drawer")
	}
	open, _, _ := x.live(1)
	x.Do("shut-drawer", "Shut the drawer.")
	var b, a int
	if _, err := fmt.Sscan(cmp.Or(before, "0")+" "+cmp.Or(after, "0"), &b, &a); err != nil {
		return incomplete("answers were not numbers: " + before + ", " + after)
	}
	switch {
	case a == b:
		return fails("ordered to open once, it did not", "drawer not opened")
	case a-b > 1:
		return fails(fmt.Sprintf("ordered to open once, it opened %d times", a-b), "drawer opened twice")
	case !told || shut&livePin == open&livePin:
		return Result{Verdict: Pass, Measured: 1, Unit: "opening", Detail: "its sensor tells nothing of the drawer"}
	case x.Options.Maker.Known && (shut&livePin != 0) != x.Options.Maker.DrawerHigh:
		return fails("its sensor says open when the drawer is shut, by what its maker documents", "drawer sensor inverted")
	}
	return Result{Verdict: Pass, Measured: 1, Unit: "opening", Detail: fmt.Sprintf("pin 3 is high while the drawer is shut: %v", shut&livePin != 0)}
}
