package table

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Encodings, as [Reader.Encoding] names them.
const (
	UTF8    = "UTF-8"
	UTF16   = "UTF-16"
	Western = "Windows-1252"
)

// sniffed is how much of a file is looked at before it is read.
const sniffed = 64 << 10

var (
	bomUTF8    = []byte("\xef\xbb\xbf")
	bomLittle  = []byte("\xff\xfe")
	bomBig     = []byte("\xfe\xff")
	errNotText = errors.New("this is not text")
)

// decoded is a stream of UTF-8 made of whatever a file holds. Bytes that are
// no UTF-8 are taken for Windows-1252, which is what spreadsheets in Western
// Europe write; the two flags say what was met.
type decoded struct {
	in         *bufio.Reader
	pending    []byte // of the input, not converted yet
	out        []byte // converted, not delivered yet
	err        error
	wide, west bool // real UTF-8 beyond ASCII; bytes that are none
}

// decode finds out how a file is encoded. A file that is no text at all is an
// error with a hint.
func decode(r io.Reader, name string) (io.Reader, *decoded, string, error) {
	in := bufio.NewReaderSize(r, sniffed)
	head, err := in.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, nil, "", &Error{File: name, Msg: "it cannot be read: " + err.Error()}
	}
	wrong := func(msg, hint string) (io.Reader, *decoded, string, error) {
		return nil, nil, "", &Error{File: name, Line: 1, Msg: msg, Hint: hint}
	}
	switch {
	case len(bytes.TrimSpace(bytes.TrimPrefix(head, bomUTF8))) == 0:
		return wrong("the file is empty", "export it again")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return wrong("this is a spreadsheet or a zip file, not CSV", "open it and save it as CSV")
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return wrong("this is an Excel workbook, not CSV", "open it and save it as CSV")
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return wrong("this is compressed", "unpack it first")
	case bytes.HasPrefix(head, []byte("%PDF")):
		return wrong("this is a PDF, not CSV", "export it as CSV")
	case bytes.HasPrefix(head, bomLittle), bytes.HasPrefix(head, bomBig):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(in), nil, UTF16, nil
	case len(head) > 3 && bytes.Count(head, []byte{0}) >= len(head)/3:
		return wrong("this looks like UTF-16 without its mark", "save it as UTF-8")
	}
	if bytes.HasPrefix(head, bomUTF8) {
		in.Discard(len(bomUTF8))
	}
	d := &decoded{in: in}
	return d, d, UTF8, nil
}

// Read fills p with UTF-8.
func (d *decoded) Read(p []byte) (int, error) {
	for len(d.out) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		d.fill()
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}

// fill converts the next piece of the input. A character that is cut at the
// piece's end waits for the next one.
func (d *decoded) fill() {
	buf := make([]byte, 0, 8<<10)
	buf = append(buf, d.pending...)
	n, err := d.in.Read(buf[len(buf):cap(buf)])
	buf = buf[:len(buf)+n]
	if err != nil {
		d.err = err
	}
	d.pending = nil
	if bytes.IndexByte(buf, 0) >= 0 {
		d.err, d.out = errNotText, nil
		return
	}
	out := make([]byte, 0, len(buf)+len(buf)/8)
	for len(buf) > 0 {
		r, size := utf8.DecodeRune(buf)
		switch {
		case r != utf8.RuneError || size > 1:
			d.wide = d.wide || size > 1
			out = append(out, buf[:size]...)
		case d.err == nil && !utf8.FullRune(buf):
			d.pending = append(d.pending, buf...)
			d.out = out
			return
		default:
			d.west = true
			out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(buf[0]))
		}
		buf = buf[size:]
	}
	d.out = out
}
