package pos

// Document is something to print, before any printer's language: lines of
// text with a style, then codes.
type Document struct {
	Lines []DocLine
	// Barcode is printed as CODE128, QR as a QR code; empty means none.
	Barcode string
	QR      string
}

// Align places a line.
type Align uint8

// The alignments.
const (
	Left Align = iota
	Centre
	Right
)

// DocLine is one line of a document. With Right set, Text stands at the left
// margin and RightText at the right one, blanks between.
type DocLine struct {
	Text      string
	Else      string // in Text's place where the printer lacks a letter of it; empty: none
	RightText string
	Align     Align
	Bold      bool
	Double    bool // double width and height
	Rule      bool // a line of dashes
}
