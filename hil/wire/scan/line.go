package scan

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Reasons why a line is no scan.
var (
	ErrTooLong    = errors.New("line too long")
	ErrNoPrefix   = errors.New("prefix missing")
	ErrCheckDigit = errors.New("length or check digit wrong")
	ErrEmpty      = errors.New("no code in line")
)

// MaxLine is the longest line that Default lets pass, in bytes: more than a
// QR code on a shelf ever holds.
const MaxLine = 512

// Settings are a scanner's set-up, the same on both sides of the wire.
type Settings struct {
	Prefix string `yaml:"prefix"` // sent before the identifier; empty for none
	Suffix string `yaml:"suffix"` // sent last; has to end with CR or LF
	AIM    bool   `yaml:"aim"`    // AIM identifiers are sent
	// ShortUPC: UPC-A comes as 12 digits behind "]E0", where ISO/IEC 15424
	// says 13. It costs safety: an EAN-13 that lost a digit may pass for one.
	ShortUPC bool `yaml:"short-upc"`
	Max      int  `yaml:"max"` // longest line, prefix included, suffix not; 0 means MaxLine
}

// Default is the set-up of a till's scanner as it leaves the box here: AIM
// identifiers on, CR LF at the end.
func Default() Settings { return Settings{Suffix: "\r\n", AIM: true} }

// Append adds the line of one decode to dst.
func (s Settings) Append(dst []byte, id, code string) []byte {
	dst = append(dst, s.Prefix...)
	if s.AIM {
		dst = append(dst, id...)
	}
	dst = append(dst, code...)
	return append(dst, s.Suffix...)
}

// Scan is one line as received. Err tells why a line is no scan; then Code is
// what came of it, for a log.
type Scan struct {
	Symbology string // AIM identifier, empty when the scanner sends none
	Code      string
	Err       error
}

// Parser cuts the scanner's bytes into scans. Either CR or LF ends a line and
// empty lines are nothing, so CR, LF, CR LF and a doubled CR are all one end.
type Parser struct {
	Settings
	line []byte
	over bool
}

// NewParser returns a parser for a set-up.
func NewParser(s Settings) Parser { return Parser{Settings: s} }

// Clone returns a copy with a buffer of its own.
func (p Parser) Clone() Parser {
	p.line = bytes.Clone(p.line)
	return p
}

// Reset forgets the line begun: after a replug its rest will never come.
func (p *Parser) Reset() { p.line, p.over = p.line[:0], false }

// Feed takes bytes and returns the scans that they complete.
func (p *Parser) Feed(data []byte) []Scan {
	var out []Scan
	for _, c := range data {
		switch {
		case c == '\r' || c == '\n':
			if s, ok := p.end(); ok {
				out = append(out, s)
			}
		case len(p.line) >= p.max():
			p.over = true
		default:
			p.line = append(p.line, c)
		}
	}
	return out
}

func (p *Parser) max() int {
	if p.Max > 0 {
		return p.Max
	}
	return MaxLine
}

func (p *Parser) end() (Scan, bool) {
	line, over := p.line, p.over
	p.Reset()
	if len(line) == 0 {
		return Scan{}, false
	}
	if over {
		return Scan{Err: fmt.Errorf("%w: more than %d bytes", ErrTooLong, p.max())}, true
	}
	text := string(clean(line))
	if p.Prefix != "" {
		// Noise may stand before the prefix, never inside it.
		at := strings.Index(text, p.Prefix)
		if at < 0 {
			return Scan{Code: text, Err: ErrNoPrefix}, true
		}
		text = text[at+len(p.Prefix):]
	}
	return p.decode(text)
}

func (p *Parser) decode(text string) (Scan, bool) {
	id, code := "", text
	if p.AIM {
		id, code = CutAIM(text)
	}
	s := Scan{Symbology: id, Code: code}
	switch {
	case code == "":
		s.Err = ErrEmpty
	case !p.promised(id, code):
		s.Err = ErrCheckDigit
	}
	return s, true
}

// promised says whether a code has the length and check digit that its
// symbology promises. A wedge or a noisy line drops and doubles digits, and
// one wrong digit in ten passes the check digit at another length.
func (p *Parser) promised(id, code string) bool {
	switch id {
	case EAN13:
		return (len(code) == 13 || p.ShortUPC && len(code) == 12) && ValidGTIN(code)
	case EAN8:
		return len(code) == 8 && ValidGTIN(code)
	}
	return true
}

// clean drops what no code holds: control characters other than GS (1Dh, the
// field separator of GS1 codes), and stray bytes such as the AEh of a trigger
// when the line is not text.
func clean(line []byte) []byte {
	text := utf8.Valid(line)
	out := line[:0]
	for _, c := range line {
		if c < 0x20 && c != 0x1D || c == 0x7F || c >= 0x80 && !text {
			continue
		}
		out = append(out, c)
	}
	return out
}
