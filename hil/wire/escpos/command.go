package escpos

// Kind names a command after parsing.
type Kind uint8

// The kinds of command. Bytes that mean nothing are Ignored: they take part
// in buffer accounting and do nothing else, as on a real printer.
const (
	Ignored       Kind = iota
	Text               // A: one byte of text, in the code page of the moment
	LineFeed           // LF
	Return             // CR: ignored unless a printer is set otherwise
	Tab                // HT
	Init               // ESC @
	CodePage           // A: ESC t n
	Bold               // A: 0 or 1 (ESC E, ESC G)
	Underline          // A: thickness in dots, 0 to 2 (ESC -)
	Reverse            // A: 0 or 1 (GS B)
	Size               // A, B: width and height factors from 1 (GS !)
	Font               // A: 0 font A, 1 font B (ESC M)
	PrintMode          // A: the bits of ESC !
	Justify            // A: 0 left, 1 centre, 2 right (ESC a)
	Spacing            // A: line height in motion units; -1 the default (ESC 3, ESC 2)
	FeedDots           // A: print, then feed so many motion units, which are dots unless the make has others (ESC J)
	FeedLines          // A: print, then feed so many lines (ESC d)
	LeftMargin         // A: dots (GS L)
	AreaWidth          // A: dots (GS W)
	MoveTo             // A: dots from the left margin (ESC $)
	BarHeight          // A: dots (GS h)
	BarModule          // A: dots of a module, 1 to 6 (GS w)
	BarText            // A: where the HRI stands: 0 none, 1 above, 2 below, 3 both (GS H)
	Bar                // A: symbology of function B (67 EAN13, 73 CODE128); B: 1 cut short by a byte that it cannot have; Data
	QRModule           // A: dots of a module (GS ( k fn 167)
	QRLevel            // A: 48 L, 49 M, 50 Q, 51 H (fn 169)
	QRStore            // Data (fn 180)
	QRPrint            // fn 181
	Raster             // A: mode bits (1 double width, 2 double height), B bytes wide, C rows; Data (GS v 0)
	Columns            // A: mode of ESC *, B columns; Data: an image inside a line
	Cut                // A: dots to feed beyond the cutter position, -1 to cut where the paper stands; B: 1 partial
	Pulse              // A: pin 0 or 1, B, C: on and off time in units of 2 ms (ESC p)
	Complete           // Data: four bytes to be returned when all before is printed (GS ( H)
	AutoStatus         // A: mask (GS a n)
	Transmit           // A: n of GS r: status in the order of the buffer
	Identify           // A: n of GS I
	Unknown            // Data: the two bytes that start no command; what follows is text
	FormFeed           // FF: page mode prints and ends; a slip is let go
	Cancel             // CAN: page mode forgets its page
	PageMode           // A: 1 ESC L, 0 ESC S
	PagePrint          // ESC FF: print the page and stay in page mode
	PageArea           // Data: eight bytes x, y, width, height (ESC W)
	PageTurn           // A: 0 left to right, 1 bottom to top, 2 upside down, 3 top to bottom (ESC T)
	PageDown           // A: dots from the top of the area (GS $)
	PageDownBy         // A: signed dots (GS \\)
	MoveBy             // A: signed dots (ESC \\)
	CharSpace          // A: dots right of each character (ESC SP)
	UpsideDown         // A: 0 or 1 (ESC {)
	Tabs               // Data: columns (ESC D)
	International      // A: n of ESC R
	Select             // A: n of ESC =: bit 0 clear lets the printer ignore what follows
	Kanji              // A: 1 FS &, 0 FS .: characters of two bytes; 2 their code is JIS or the country's, 3 Shift JIS (FS C)
	Release            // ESC q: a slip is let go
	Symbol             // A: cn, B: fn of GS ( k, for all codes but QR (cn 49); Data: what follows
	Graphics           // A: fn of GS ( L and GS 8 L; Data: what follows
	ImageDefine        // A: 0 FS q (Data: n images), 1 GS * (Data: x, y, dots)
	ImagePrint         // A: 0 FS p (B: number, C: mode), 1 GS / (C: mode)
	MotionUnits        // A, B: units to the inch across and along the paper, 0 the default (GS P)
	Turned             // A: 0 or 1, characters lie on their backs, a quarter turn clockwise (ESC V)
	OwnUse             // A: 0 or 1, characters that the host has defined are printed (ESC %)
	OwnDefine          // Data: y, c1, c2, then for each character x and y*x bytes (ESC &)
	OwnForget          // A: code of the character (ESC ?)
	BarFont            // A: 0 font A, 1 font B of the HRI (GS f)
	LineStart          // A: 0 forget the line, 1 print it (GS T)
	MacroMark          // a macro begins, or ends (GS :)
	MacroRun           // A: times, B: wait between in units of 100 ms, C: 1 waits for the button (GS ^)
	Unsupported        // Data: a whole command that does nothing here; Describe says which
	LiveStatus         // A: n of DLE EOT, real time
	LiveEnquiry        // A: n of DLE ENQ, real time: 1 resume, 2 clear
	LivePulse          // A: pin, B: on time in units of 100 ms (DLE DC4 1), real time
	LiveClear          // DLE DC4 8: clear the buffers, real time
)

// Live tells whether a printer acts on the command when its last byte
// arrives, before everything that waits in its buffer.
func (k Kind) Live() bool { return k >= LiveStatus }

// Command is one parsed command. A, B and C are its numbers as documented at
// its Kind. Bytes is how many bytes of input it took, so that the sum over
// all commands is the length of the input.
type Command struct {
	Kind    Kind
	A, B, C int
	Data    []byte
	Bytes   int
}

// Control bytes.
const (
	nul = 0x00
	eot = 0x04
	enq = 0x05
	ht  = 0x09
	lf  = 0x0a
	ff  = 0x0c
	cr  = 0x0d
	dle = 0x10
	dc4 = 0x14
	can = 0x18
	esc = 0x1b
	fs  = 0x1c
	gs  = 0x1d
)

// fixed maps the byte after ESC, FS or GS to the number of parameter bytes of
// commands with a fixed length. What is not here and not handled by the
// parser's own rules is an unknown command: a printer drops its two bytes and
// takes what follows for text, which is how residue becomes visible.
var fixed = map[[2]byte]int{
	{esc, ' '}: 1, {esc, '!'}: 1, {esc, '$'}: 2, {esc, '%'}: 1, {esc, '-'}: 1, {esc, '2'}: 0,
	{esc, '3'}: 1, {esc, '='}: 1, {esc, '?'}: 1, {esc, '@'}: 0, {esc, 'E'}: 1, {esc, 'G'}: 1,
	{esc, 'J'}: 1, {esc, 'K'}: 1, {esc, 'L'}: 0, {esc, 'M'}: 1, {esc, 'R'}: 1, {esc, 'S'}: 0,
	{esc, 'T'}: 1, {esc, 'U'}: 1, {esc, 'V'}: 1, {esc, 'W'}: 8, {esc, '\\'}: 2, {esc, 'a'}: 1,
	{esc, 0x0c}: 0, {esc, 'q'}: 0, {esc, 'c'}: 2, {esc, 'd'}: 1, {esc, 'e'}: 1, {esc, 'i'}: 0, {esc, 'm'}: 0, {esc, 'p'}: 3,
	{esc, 'r'}: 1, {esc, 't'}: 1, {esc, 'u'}: 1, {esc, 'v'}: 0, {esc, '{'}: 1,

	{gs, '!'}: 1, {gs, '$'}: 2, {gs, '/'}: 1, {gs, ':'}: 0, {gs, 'B'}: 1, {gs, 'E'}: 1,
	{gs, 'H'}: 1, {gs, 'I'}: 1, {gs, 'L'}: 2, {gs, 'P'}: 2, {gs, 'T'}: 1, {gs, 'W'}: 2,
	{gs, '\\'}: 2, {gs, '^'}: 3, {gs, 'a'}: 1, {gs, 'b'}: 1, {gs, 'c'}: 0, {gs, 'f'}: 1,
	{gs, 'h'}: 1, {gs, 'j'}: 1, {gs, 'z'}: 3, {gs, 'r'}: 1, {gs, 'w'}: 1,

	{fs, '!'}: 1, {fs, '&'}: 0, {fs, '-'}: 1, {fs, '.'}: 0, {fs, 'C'}: 1, {fs, 'S'}: 2,
	{fs, '?'}: 2, {fs, 'W'}: 1, {fs, 'p'}: 2,
}
