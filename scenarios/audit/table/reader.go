package table

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// MaxRecord is the longest record that is read, in bytes of UTF-8.
const MaxRecord = 1 << 20

// MaxColumns is the largest number of columns.
const MaxColumns = 1000

// titleWithin is how many records may stand above the titles: exports begin
// with the shop's name, a period, an empty line.
const titleWithin = 20

// Reader reads one file.
type Reader struct {
	Name     string
	Titles   []string // as written, without blanks around them
	Encoding string
	Comma    rune

	decoded *decoded
	limit   *limit
	csv     *csv.Reader
	row     []string
	line    int
	cards   []bool // by column: it is one of card numbers
	masked  []Masked
	count   int
}

// Masked is a place where a whole card number stood.
type Masked struct {
	Line   int
	Column string
}

// keptMasked is how many such places are kept; all are counted.
const keptMasked = 5

// limit refuses a record that is too long. The CSV reader asks for more input
// while a record lasts, so what it takes between two records is bounded.
type limit struct {
	in   io.Reader
	left int
}

var errLong = fmt.Errorf("a record is longer than %d bytes", MaxRecord)

func (l *limit) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errLong
	}
	n, err := l.in.Read(p)
	l.left -= n
	return n, err
}

// Open looks at the beginning of a file and finds the line with the titles: the
// first on which known tells of two columns or more, or of the only one.
func Open(r io.Reader, name string, known func(title string) bool) (*Reader, error) {
	text, dec, encoding, err := decode(r, name)
	if err != nil {
		return nil, err
	}
	t := &Reader{Name: name, Encoding: encoding, decoded: dec, limit: &limit{in: text, left: MaxRecord}}
	buffered := bufio.NewReaderSize(t.limit, sniffed)
	head, err := buffered.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, t.broken(err)
	}
	t.Comma = comma(head, known)
	t.csv = csv.NewReader(buffered)
	t.csv.Comma, t.csv.FieldsPerRecord, t.csv.ReuseRecord = t.Comma, -1, true
	return t, t.titles(known)
}

// comma is the separator that finds most known titles in one of the first
// lines.
func comma(head []byte, known func(string) bool) rune {
	best, most := ',', 0
	lines := bytes.SplitN(head, []byte("\n"), titleWithin+1)
	if len(lines) > titleWithin {
		lines = lines[:titleWithin]
	}
	for _, sep := range []rune{',', ';', '\t', '|'} {
		for _, l := range lines {
			n := 0
			for _, f := range strings.Split(string(l), string(sep)) {
				if known(Title(f)) {
					n++
				}
			}
			if n > most {
				best, most = sep, n
			}
		}
	}
	return best
}

// Title brings a column's title into the form in which titles are compared.
func Title(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.Trim(s, "\ufeff \t\r\"'")), " "))
}

func (t *Reader) titles(known func(string) bool) error {
	first := ""
	for n := range titleWithin {
		ok, err := t.record()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		found := 0
		for _, f := range t.row {
			if known(Title(f)) {
				found++
			}
		}
		if n == 0 {
			first = shorten(strings.Join(t.row, string(t.Comma)))
		}
		if found < 2 && (found == 0 || len(t.row) > 1) {
			continue
		}
		if len(t.row) > MaxColumns {
			return t.Wrong("", "it has %d columns, at most %d are read", len(t.row), MaxColumns)
		}
		for _, f := range t.row {
			title := strings.TrimSpace(strings.Trim(f, "\ufeff"))
			t.Titles = append(t.Titles, title)
			l := strings.ToLower(title)
			t.cards = append(t.cards, strings.Contains(l, "card") || strings.Contains(l, "pan") && !strings.Contains(l, "company"))
		}
		return nil
	}
	e := &Error{File: t.Name, Line: 1, Text: first, Msg: "no line names columns that are known",
		Hint: "the first line must name the columns; 'stormrig audit --help' lists the names, --map gives others"}
	if masked, yes := Mask(e.Text, false); yes {
		e.Text = masked
	}
	return e
}

// record reads the next record that is not empty; false at the end.
func (t *Reader) record() (bool, error) {
	for {
		t.limit.left = MaxRecord
		row, err := t.csv.Read()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, t.broken(err)
		}
		t.line, _ = t.csv.FieldPos(0)
		for _, f := range row {
			if strings.TrimSpace(f) != "" {
				t.row = row
				return true, nil
			}
		}
	}
}

// broken turns an error of reading into one with a place and a hint.
func (t *Reader) broken(err error) error {
	e := &Error{File: t.Name, Line: t.line + 1}
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		e.Line = bad.StartLine
	}
	switch {
	case errors.Is(err, errLong):
		e.Msg, e.Hint = errLong.Error(), `a field's quotes are opened here and never closed, or this is no CSV`
	case errors.Is(err, errNotText):
		e.Msg, e.Hint = "this is not text from here on", "export the file again as CSV; it may be damaged"
	case errors.Is(err, csv.ErrQuote):
		e.Msg, e.Hint = "a field's quotes never end, or end too early", "the file may be cut short; export it again"
	case errors.Is(err, csv.ErrBareQuote):
		e.Line = bad.Line
		e.Msg, e.Hint = "a quote in a field without quotes", `put the whole field in quotes and write "" for the quote`
	case errors.As(err, &bad):
		e.Msg = bad.Err.Error()
	default:
		e.Msg = "it cannot be read: " + err.Error()
	}
	return e
}

// Next reads the next line below the titles; false at the end. Empty fields
// beyond the titles are forgiven: spreadsheets write them.
func (t *Reader) Next() (bool, error) {
	ok, err := t.record()
	if !ok || err != nil {
		return false, err
	}
	row := t.row
	for len(row) > len(t.Titles) && strings.TrimSpace(row[len(row)-1]) == "" {
		row = row[:len(row)-1]
	}
	t.row = row
	for i, f := range row {
		if masked, found := Mask(f, i < len(t.cards) && t.cards[i]); found {
			row[i] = masked
			t.count++
			if len(t.masked) < keptMasked && i < len(t.Titles) {
				t.masked = append(t.masked, Masked{t.line, t.Titles[i]})
			}
		}
	}
	switch {
	case len(row) > len(t.Titles):
		return false, t.Wrong("put a field with the separator in it in quotes", "%d fields where there are %d columns", len(row), len(t.Titles))
	case len(row) < len(t.Titles):
		return false, t.Wrong("the file may be cut short; export it again", "%d fields where there are %d columns", len(row), len(t.Titles))
	}
	return true, nil
}

// Line is where the current record begins, from 1.
func (t *Reader) Line() int { return t.line }

// Field returns a field of the current line without blanks around it; empty
// for a column below 0.
func (t *Reader) Field(column int) string {
	if column < 0 || column >= len(t.row) {
		return ""
	}
	return strings.TrimSpace(t.row[column])
}

// Text is the current line for a message, without card numbers.
func (t *Reader) Text() string { return shorten(strings.Join(t.row, string(t.Comma))) }

// Masked returns the first places where a whole card number stood, and how
// many there were in all.
func (t *Reader) Masked() ([]Masked, int) { return t.masked, t.count }

// Read says in which encoding the file was, once it was read.
func (t *Reader) Read() string {
	switch {
	case t.decoded == nil || !t.decoded.west:
		return t.Encoding
	case t.decoded.wide:
		return UTF8 + " and " + Western + " mixed"
	}
	return Western
}

// Wrong is an error at the current line.
func (t *Reader) Wrong(hint, format string, args ...any) error {
	return &Error{File: t.Name, Line: t.line, Text: t.Text(), Msg: fmt.Sprintf(format, args...), Hint: hint}
}
