package escpos

import "slices"

// Builder makes the bytes of ESC/POS commands. The zero value is ready but
// knows only PC437; set Pages to what the printer has. Every command that it
// makes holds at most [MaxData] bytes of data, so that a run of as many NULs
// completes whatever command a lost connection left half sent.
type Builder struct {
	// Pages are the printer's code pages, the preferred one first.
	Pages []Page

	buf  []byte
	page int // index in Pages of the one selected, -1 unknown
	set  bool
}

// MaxData bounds the data of one command made by a Builder.
const MaxData = 600

// Bytes returns what was built.
func (b *Builder) Bytes() []byte { return b.buf }

// Len returns how many bytes were built.
func (b *Builder) Len() int { return len(b.buf) }

// Raw appends bytes as they are.
func (b *Builder) Raw(p ...byte) *Builder {
	b.buf = append(b.buf, p...)
	return b
}

// Init is ESC @: default modes, print buffer empty. What waits in the receive
// buffer stays.
func (b *Builder) Init() *Builder {
	b.set = false
	return b.Raw(esc, '@')
}

// Nuls appends n NULs: they complete a half command and mean nothing else.
func (b *Builder) Nuls(n int) *Builder { return b.Raw(make([]byte, n)...) }

// Text appends text, changing the code page where a rune needs another one.
// What no page of the printer has becomes '?'; a control character too, so
// that text cannot carry commands.
func (b *Builder) Text(s string) *Builder {
	for _, r := range s {
		b.rune(r)
	}
	return b
}

// Prints tells whether the printer has all of a text.
func (b *Builder) Prints(s string) bool {
	for _, r := range s {
		if !ascii(r) && !slices.ContainsFunc(b.pages(), func(p Page) bool { _, ok := encodeRune(p.Name, r); return ok }) {
			return false
		}
	}
	return true
}

func ascii(r rune) bool { return r >= 0x20 && r < 0x7f }

func (b *Builder) pages() []Page {
	if len(b.Pages) == 0 {
		return []Page{{0, "PC437"}}
	}
	return b.Pages
}

func (b *Builder) rune(r rune) {
	if ascii(r) {
		b.buf = append(b.buf, byte(r))
		return
	}
	pages := b.pages()
	if b.set {
		if c, ok := encodeRune(pages[b.page].Name, r); ok {
			b.buf = append(b.buf, c)
			return
		}
	}
	for i, p := range pages {
		if c, ok := encodeRune(p.Name, r); ok {
			b.page, b.set = i, true
			b.buf = append(b.buf, esc, 't', byte(p.N), c)
			return
		}
	}
	b.buf = append(b.buf, '?')
}

// LF ends a line.
func (b *Builder) LF() *Builder { return b.Raw(lf) }

// Bold is ESC E.
func (b *Builder) Bold(on bool) *Builder { return b.Raw(esc, 'E', flag(on)) }

// Underline is ESC -, dots 0 to 2.
func (b *Builder) Underline(dots int) *Builder { return b.Raw(esc, '-', byte(dots)) }

// Size is GS !: factors 1 to 8 for width and height.
func (b *Builder) Size(w, h int) *Builder { return b.Raw(gs, '!', byte((w-1)&7<<4|(h-1)&7)) }

// Font is ESC M: 0 font A, 1 font B.
func (b *Builder) Font(n int) *Builder { return b.Raw(esc, 'M', byte(n)) }

// Align is ESC a: 0 left, 1 centre, 2 right.
func (b *Builder) Align(n int) *Builder { return b.Raw(esc, 'a', byte(n)) }

// FeedLines is ESC d.
func (b *Builder) FeedLines(n int) *Builder { return b.Raw(esc, 'd', byte(n)) }

// FeedDots is ESC J: n motion units of the printer's make (see Units).
func (b *Builder) FeedDots(n int) *Builder { return b.Raw(esc, 'J', byte(n)) }

// Cut is GS V 66: feed to the cutter and n dots more, then a partial cut.
func (b *Builder) Cut(n int) *Builder { return b.Raw(gs, 'V', 66, byte(n)) }

// Kick is ESC p: a pulse for the drawer on pin 0 or 1 (connector pins 2 and
// 5), times in units of 2 ms.
func (b *Builder) Kick(pin, on, off int) *Builder {
	return b.Raw(esc, 'p', byte(pin), byte(on), byte(off))
}

// LiveKick is DLE DC4 1: the same pulse in real time, on time in units of
// 100 ms, 1 to 8.
func (b *Builder) LiveKick(pin, on int) *Builder { return b.Raw(dle, dc4, 1, byte(pin), byte(on)) }

// LiveStatus is DLE EOT n, 1 to 4.
func (b *Builder) LiveStatus(n int) *Builder { return b.Raw(dle, eot, byte(n)) }

// LiveEnquiry is DLE ENQ n: 1 resume at the failed line, 2 clear.
func (b *Builder) LiveEnquiry(n int) *Builder { return b.Raw(dle, enq, byte(n)) }

// AutoStatus is GS a: which changes the printer reports by itself.
func (b *Builder) AutoStatus(mask int) *Builder { return b.Raw(gs, 'a', byte(mask)) }

// Transmit is GS r n: 1 paper, 2 drawer; answered when its turn in the buffer
// comes, so that the answer proves that everything before was read.
func (b *Builder) Transmit(n int) *Builder { return b.Raw(gs, 'r', byte(n)) }

// Identify is GS I n.
func (b *Builder) Identify(n int) *Builder { return b.Raw(gs, 'I', byte(n)) }

// Complete is GS ( H fn 48: the printer returns the job's four digits when
// everything before is printed. job must be 0 to 9999.
func (b *Builder) Complete(job int) *Builder {
	d := JobDigits(job)
	return b.Raw(gs, '(', 'H', 6, 0, '0', '0', d[0], d[1], d[2], d[3])
}

// JobDigits writes a job number as the four digits of a completion request.
func JobDigits(job int) [4]byte {
	var d [4]byte
	for i := 3; i >= 0; i-- {
		d[i] = byte('0' + job%10)
		job /= 10
	}
	return d
}

func flag(on bool) byte {
	if on {
		return 1
	}
	return 0
}
