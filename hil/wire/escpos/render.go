package escpos

import (
	"fmt"
	"unicode/utf8"
)

// StripKind says what a strip of paper carries.
type StripKind uint8

// The kinds of strip.
const (
	StripFeed  StripKind = iota // blank
	StripLine                   // a line of text (Text may be empty)
	StripCode                   // a bar code or QR code; Text is "[CODE128 data]", "[EAN13 data]" or "[QR data]"
	StripImage                  // Text is "[image WxH]"
)

// Strip is what one motion of the paper puts on it: Height rows of Width/8
// bytes of the renderer's width, the most significant bit left; Rows is nil
// when nothing is dark. A strip is never changed after it was returned.
type Strip struct {
	Kind   StripKind
	Height int // dots
	Rows   []byte
	Text   string
}

// Renderer draws commands as a printer does. Set Width (dots, a multiple of
// 8) and Pages, then Reset it. Commands that move no paper and set no mode
// (status, cut, pulse) are the caller's.
type Renderer struct {
	Width int
	Pages []Page
	Units Units // of its make

	// Kept outlives Reset, and power where the caller carries it over.
	Kept Kept
	// BadCheck draws CODE128 with a wrong check character: a printer that is
	// known to be bad.
	BadCheck bool

	st       style
	codePage string
	align    int
	spacing  int
	unitX    int // of Units, as GS P has set them
	unitY    int
	left     int
	area     int
	line     []lineCell
	x        int // where the next character goes, from the left margin
	barH     int
	barMod   int
	barText  int
	barFont  int
	qrModule int
	qrLevel  int
	qrData   []byte
	symbols  [3]symbol
	charGap  int   // dots right of each character
	upside   bool  // lines stand on their heads
	tabs     []int // dots from the left margin; nil: every eighth column
	own      []ownGlyph
	ownUse   bool // own characters are printed in place of the printer's
	boxed    bool // it was said of this line that it has boxes for characters
	country  int
	kanji    bool
	shiftJIS bool
	lead     byte // first byte of a character of two
	download []stored
	gfx      []gfxLayer
	page     *page // nil in standard mode
	onPage   bool  // this one writes to the area of a page

	complaint string
}

// say notes why something was not printed as ordered.
func (r *Renderer) say(why string) {
	if why != "" {
		r.complaint = why
	}
}

// TakeComplaint returns why the last command was not printed as ordered, and
// forgets it; empty when there is nothing to say.
func (r *Renderer) TakeComplaint() string {
	why := r.complaint
	r.complaint = ""
	return why
}

// lineCell is one character or column image of the line being set.
type lineCell struct {
	x     int
	r     rune
	st    style
	own   []uint16 // rows of a character that the host defined
	image []byte   // packed rows, cols wide; nil for a character
	cols  int
	w, h  int // dots
}

const lineSpacing = 30 // dots: 3.75 mm at 8 dots/mm

// Reset is power on, and ESC @: default modes and an empty line.
func (r *Renderer) Reset() {
	page := "PC437"
	if len(r.Pages) > 0 {
		page = r.Pages[0].Name
	}
	for _, p := range r.Pages {
		if p.N == 0 {
			page = p.Name
		}
	}
	*r = Renderer{Width: r.Width, Pages: r.Pages, Units: r.Units, unitX: r.Units.X, unitY: r.Units.Y, Kept: r.Kept, BadCheck: r.BadCheck, line: r.line[:0],
		st: style{w: 1, h: 1}, codePage: page, spacing: lineSpacing, area: r.Width,
		barH: 162, barMod: 3, qrModule: 3, qrLevel: levelL}
}

// Clone returns a copy that shares nothing changeable.
func (r *Renderer) Clone() Renderer {
	c := *r
	c.line = append([]lineCell(nil), r.line...)
	c.page = r.page.clone()
	return c
}

// CodePage is the name of the code page of the moment.
func (r *Renderer) CodePage() string { return r.codePage }

// Pending tells whether characters wait for the end of their line.
func (r *Renderer) Pending() bool { return len(r.line) > 0 }

// Apply takes one command and appends the strips that it prints to out.
func (r *Renderer) Apply(c Command, out []Strip) []Strip {
	if !r.onPage { // the area of a page is told in dots already
		c = r.InDots(c)
	}
	if r.page != nil {
		return r.pageApply(c, out)
	}
	switch c.Kind {
	case Text:
		return r.text(byte(c.A), out)
	case LineFeed:
		return append(out, r.flush(r.spacing))
	case FeedDots:
		return r.feed(c.A, out)
	case FeedLines:
		return r.feed(c.A*r.spacing, out)
	case Tab:
		r.tab()
	case MoveTo:
		r.moveTo(c.A)
	case MoveBy:
		r.moveTo(r.x + c.A)
	case LineStart:
		return r.lineStart(c.A == 1, out)
	case Columns:
		return r.columns(c, out)
	case Bar:
		return r.bar(c, out)
	case QRPrint:
		return r.qr(out)
	case Raster:
		return r.raster(c, out)
	case Symbol:
		return r.symbol(c, out)
	case Graphics:
		return r.graphics(c, out)
	case ImagePrint:
		return r.recall(c, out)
	case FormFeed:
		if r.Pending() {
			return append(out, r.flush(r.spacing))
		}
	case Init:
		r.Reset()
	default:
		r.mode(c)
	}
	return out
}

// text sets one byte: a character, or half of one of two bytes.
func (r *Renderer) text(b byte, out []Strip) []Strip {
	switch {
	case r.lead != 0:
		if r.lead = 0; !r.boxed {
			r.boxed = true
			r.say("its font has no characters of two bytes (FS &, FS C): a box stands for each")
		}
		return r.char(lineCell{r: geta}, out)
	case r.leads(b):
		r.lead = b
		return out
	case b < 0x80:
		return r.char(lineCell{r: national(r.country, b), own: r.ownRows(b)}, out)
	}
	ch := decodeByte(r.codePage, b)
	if ch == utf8.RuneError {
		r.say(fmt.Sprintf("%s has nothing at %02Xh: a question mark stands for it", r.codePage, b))
	}
	return r.char(lineCell{r: ch}, out)
}

// geta stands where a character of two bytes would: this printer's font has
// none of them.
const geta = '〓'

func (r *Renderer) mode(c Command) {
	switch c.Kind {
	case CodePage:
		for _, p := range r.Pages {
			if p.N == c.A {
				r.codePage = p.Name
			}
		}
	case Bold:
		r.st.bold = c.A == 1
	case Underline:
		r.st.under = uint8(c.A)
	case Reverse:
		r.st.reverse = c.A == 1
	case Size:
		r.st.w, r.st.h = uint8(c.A), uint8(c.B)
	case Font:
		r.st.font = uint8(c.A)
	case PrintMode:
		r.st.font, r.st.bold = uint8(c.A&1), c.A&8 != 0
		r.st.h, r.st.w = uint8(c.A>>4&1+1), uint8(c.A>>5&1+1)
		r.st.under = uint8(c.A >> 7 & 1)
	case Justify:
		if !r.Pending() { // takes effect at the beginning of a line only
			r.align = c.A
		}
	case Spacing:
		r.spacing = c.A
		if c.A < 0 {
			r.spacing = lineSpacing
		}
	case MotionUnits:
		r.setUnits(c.A, c.B)
	case LeftMargin:
		if !r.Pending() {
			r.left = min(c.A, r.Width-8)
		}
	case AreaWidth:
		if !r.Pending() {
			r.area = max(c.A, 12)
		}
	default:
		r.placeMode(c)
	}
}

func (r *Renderer) placeMode(c Command) {
	switch c.Kind {
	case CharSpace:
		r.charGap = c.A
	case UpsideDown:
		if !r.Pending() {
			r.upside = c.A == 1
		}
	case Tabs:
		r.setTabs(trimNul(c.Data))
	case Turned:
		if !r.Pending() {
			r.st.turned = c.A == 1
		}
	case OwnUse, OwnDefine, OwnForget:
		r.ownMode(c)
	case International:
		r.country = c.A
	case Kanji:
		if r.lead = 0; c.A <= 1 {
			r.kanji = c.A == 1
		} else {
			r.shiftJIS = c.A == 3
		}
	case PageMode:
		if c.A == 1 {
			r.pageBegin()
		}
	case ImageDefine:
		r.define(c)
	default:
		r.codeMode(c)
	}
}

func trimNul(d []byte) []byte {
	if n := len(d); n > 0 && d[n-1] == nul {
		return d[:n-1]
	}
	return d
}

func (r *Renderer) codeMode(c Command) {
	switch c.Kind {
	case BarHeight:
		r.barH = max(c.A, 1)
	case BarModule:
		if c.A >= 1 && c.A <= 6 {
			r.barMod = c.A
		}
	case BarText:
		r.barText = c.A
	case BarFont:
		r.barFont = c.A
	case QRModule:
		if c.A >= 1 && c.A <= 16 {
			r.qrModule = c.A
		}
	case QRLevel:
		if c.A >= 48 && c.A <= 51 {
			r.qrLevel = c.A - 48
		}
	case QRStore:
		r.qrData = c.Data
	}
}

// printable is the width of the area in dots.
func (r *Renderer) printable() int { return min(r.area, r.Width-r.left) }

// char sets one character, breaking the line first where it does not fit.
func (r *Renderer) char(c lineCell, out []Strip) []Strip {
	c.w, c.h = r.st.size()
	if c.r == geta {
		c.w *= 2
	}
	if r.x+c.w > r.printable() && r.x > 0 {
		out = append(out, r.flush(r.spacing))
	}
	c.x, c.st = r.x, r.st
	r.line = append(r.line, c)
	r.x += c.w + r.charGap*int(r.st.w)
	return out
}

// feed ends the line if there is one, and moves the paper by dots in all.
func (r *Renderer) feed(dots int, out []Strip) []Strip {
	if r.Pending() {
		return append(out, r.flush(dots))
	}
	if dots > 0 {
		out = append(out, Strip{Kind: StripFeed, Height: dots})
	}
	return out
}

// offset is where a block of w dots begins.
func (r *Renderer) offset(w int) int {
	room := max(r.printable()-w, 0)
	switch r.align {
	case 1:
		return r.left + room/2
	case 2:
		return r.left + room
	}
	return r.left
}

// flush prints the line, at least feed dots high.
func (r *Renderer) flush(feed int) Strip {
	tallest, end := 0, 0
	for _, c := range r.line {
		tallest, end = max(tallest, c.h), max(end, c.x+c.w)
	}
	s := Strip{Kind: StripLine, Height: max(feed, tallest)}
	from := r.offset(end)
	s.Text = lineText(r.line, from)
	if len(r.line) > 0 {
		cv := canvas{rows: make([]byte, s.Height*r.Width/8), stride: r.Width / 8}
		for i := range r.line {
			r.line[i].draw(cv, from, tallest)
		}
		s.Rows = cv.rows
		if r.upside {
			turn(cv.rows[:tallest*cv.stride], r.left, r.left+r.printable(), cv.stride)
		}
	}
	r.line, r.x, r.boxed = r.line[:0], 0, false
	return s
}

// draw puts the cell on its line; all stand on the same bottom.
func (c *lineCell) draw(cv canvas, from, tallest int) {
	x, y := from+c.x, tallest-c.h
	switch {
	case c.image != nil:
		cv.image(x, y, c.image, (c.cols+7)/8, c.w/c.cols, c.h/(len(c.image)/((c.cols+7)/8)))
	case c.r == geta:
		cv.box(x, y, c.w, c.h)
	case c.own != nil:
		cv.character(x, y, c.own, c.st)
	case c.r != ' ' || c.st.under > 0 || c.st.reverse:
		cv.character(x, y, glyphRows(int(c.st.font), glyphOf(c.r)), c.st)
	}
}

// lineText is what can be read of a line, with blanks for the way to the
// left, in columns of font A.
func lineText(cells []lineCell, from int) string {
	const col = 12
	buf := make([]byte, 0, 64)
	pad := func(dots int) {
		for ; dots >= col; dots -= col {
			buf = append(buf, ' ')
		}
	}
	pad(from)
	end := 0
	for _, c := range cells {
		pad(c.x - end)
		if c.image != nil {
			buf = append(buf, "[image]"...)
		} else {
			buf = appendRune(buf, c.r)
		}
		end = c.x + c.w
	}
	for len(buf) > 0 && buf[len(buf)-1] == ' ' {
		buf = buf[:len(buf)-1]
	}
	return string(buf)
}

func appendRune(b []byte, r rune) []byte {
	if r < 0x80 {
		return append(b, byte(r))
	}
	return append(b, string(r)...)
}
