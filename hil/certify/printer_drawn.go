package certify

import (
	"bytes"
	"strings"
	"time"

	"stormrig/hil/wire/escpos"
)

// width is the print head's, in dots.
func (x *Exam) width() int {
	if x.Options.Width != 0 {
		return x.Options.Width
	}
	return 576 // 80 mm paper, 72 mm printed at 8 dots/mm
}

// drawn is how a job looks on paper, by the command reference.
func (x *Exam) drawn(job []byte) (rows []byte) {
	p := escpos.Parser{}
	r := escpos.Renderer{Width: x.width(), Pages: x.pages()}
	r.Reset()
	var strips []escpos.Strip
	for _, b := range job {
		for _, c := range p.Feed(b, nil) {
			strips = r.Apply(c, strips)
		}
	}
	return escpos.Rows(r.Width, strips)
}

// asDrawn prints a job and has it compared with how it should look. The
// picture is kept beside the certificate.
func (x *Exam) asDrawn(check, what string, b *escpos.Builder, defect string) Result {
	x.settle(10 * time.Second)
	want := x.drawn(b.Bytes())
	if pic, err := escpos.PNG(x.width(), want); err == nil {
		x.Picture(check, check+"-should.png", pic)
	}
	if !x.print(b) {
		return fails("it does not take the sample", "takes nothing")
	}
	x.settle(30 * time.Second)
	a, ok := x.Ask(Question{Kind: AsYesNo,
		Prompt: "Compare the last thing printed with the picture " + check + "-should.png. Is it the same (letters may be of another design): " + what + "?",
		See: func(s Scene) string {
			for _, sh := range s.Sheets {
				if sh.Width == x.width() && bytes.Contains(sh.Rows, trimmed(want, x.width()/8)) {
					return "yes"
				}
			}
			return "no"
		}})
	switch {
	case !ok:
		return incomplete("nobody compared the sample with its picture")
	case !strings.HasPrefix(a, "y"):
		return fails("what is on paper is not what was sent: "+what, defect)
	}
	return Result{Verdict: Pass}
}

// trimmed leaves out white rows above and below, which belong to neighbours.
func trimmed(rows []byte, wide int) []byte {
	white := func(i int) bool { return len(bytes.Trim(rows[i:i+wide], "\x00")) == 0 }
	for len(rows) >= wide && white(0) {
		rows = rows[wide:]
	}
	for len(rows) >= wide && white(len(rows)-wide) {
		rows = rows[:len(rows)-wide]
	}
	return rows
}

// looks prints letters in the sizes and weights that receipts use, a line as
// wide as the paper, and feeds of known length.
func looks(x *Exam) Result {
	w, _ := escpos.CharSize(escpos.FontA)
	b := x.builder().Text("LOOK plain").LF().Bold(true).Text("LOOK bold").LF().Bold(false)
	b.Size(2, 2).Text("LOOK").LF().Size(1, 1).Align(1).Text("LOOK middle").LF().Align(2).Text("LOOK right").LF()
	b.Underline(1).Text("LOOK line").LF().FeedLines(2).Text("LOOK below").LF()
	b.Bold(true).Size(1, 2).Init().Text("LOOK plain again").LF().FeedLines(1)
	b.Text(strings.Repeat("0123456789", 10)[:x.width()/w]).LF()
	return x.asDrawn("looks", "plain, bold, double, centred, right, underlined, plain again after ESC @, and a line of digits from edge to edge",
		b, "text drawn wrongly")
}

// codesDrawn prints the codes once more, for their size.
func codesDrawn(x *Exam) Result {
	if x.plain() {
		return notDrawn
	}
	b := x.builder()
	if err := b.Code128("SIZE3", escpos.Barcode{Height: 48, Module: 3}, false); err != nil {
		return incomplete("a code could not be made: " + err.Error())
	}
	b.FeedLines(1)
	if err := b.QR("SIZE 5 DOTS", 5, 'M'); err != nil {
		return incomplete("a code could not be made: " + err.Error())
	}
	return x.asDrawn("codes.size", "codes with bars of three dots and squares of five", b, "codes of the wrong size")
}
