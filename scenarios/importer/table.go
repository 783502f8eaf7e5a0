package importer

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"stormrig/scenarios/spec"
)

// maxBytes is about ten years of a busy till.
const maxBytes = 64 << 20

// The columns; the first four must be there, but for a date that stands before
// the time.
const (
	colDate = iota
	colTime
	colTransaction
	colItem
	colQuantity
	colPrice
	colTender
	colBarcode
	colTill
	columns
	required = colQuantity
)

var columnNames = [columns][]string{
	{"date", "day"}, {"time"}, {"transaction", "receipt", "ticket", "order", "number"}, {"item", "article", "product"},
	{"quantity", "qty"}, {"price", "unit price"}, {"tender", "payment"}, {"barcode", "ean", "gtin"}, {"till", "register"},
}

// table reads an export line by line and knows the place of every field.
type table struct {
	name  string
	lines []string
	csv   *csv.Reader
	col   [columns]int // column's index, -1 when it is not there
	row   []string
}

func open(r io.Reader, name string) (*table, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	text := strings.TrimPrefix(string(raw), "\ufeff")
	t := &table{name: name, lines: strings.Split(text, "\n")}
	switch {
	case len(raw) > maxBytes:
		return nil, t.wrong(1, 1, 1, "split it by month", "the file is larger than %d MB", maxBytes>>20)
	case strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff"):
		return nil, t.wrong(1, 1, 1, "save it as UTF-8", "the file is UTF-16")
	}
	for i, l := range t.lines {
		if !utf8.ValidString(l) || strings.ContainsRune(l, 0) {
			return nil, t.wrong(i+1, 1, 1, "save the file as UTF-8", "this line is not text in UTF-8")
		}
	}
	if strings.TrimSpace(text) == "" {
		return nil, t.wrong(1, 1, 1, "the first line names the columns: date, time, transaction, item", "the file is empty")
	}
	t.csv = csv.NewReader(strings.NewReader(text))
	t.csv.Comma = separator(t.lines[0])
	t.csv.TrimLeadingSpace = true
	t.csv.ReuseRecord = true
	return t, t.header()
}

// separator is the one that cuts the header into most columns that we know.
func separator(header string) rune {
	best, most := ',', 0
	for _, sep := range []rune{',', ';', '\t', '|'} {
		n := 0
		for _, f := range strings.Split(header, string(sep)) {
			if columnOf(f) >= 0 {
				n++
			}
		}
		if n > most {
			best, most = sep, n
		}
	}
	return best
}

func columnOf(title string) int {
	title = strings.ToLower(strings.Trim(title, " \t\r\""))
	for c, names := range columnNames {
		for _, n := range names {
			if n == title {
				return c
			}
		}
	}
	return -1
}

func (t *table) header() error {
	more, err := t.next()
	if err != nil {
		return err
	}
	if !more {
		return t.wrong(1, 1, 1, "the first line names the columns", "the file is empty")
	}
	for c := range t.col {
		t.col[c] = -1
	}
	for i, title := range t.row {
		c := columnOf(title)
		if c < 0 {
			continue
		}
		if t.col[c] >= 0 {
			return t.wrongField(i, "rename one of them", "there are two columns %s", columnNames[c][0])
		}
		t.col[c] = i
	}
	for c := range required {
		if t.col[c] < 0 && (c != colDate || !t.has(colTime)) {
			return t.wrongField(0, t.columnHint(c), "there is no column %s", columnNames[c][0])
		}
	}
	return nil
}

func (t *table) columnHint(c int) string {
	var titles []string
	for _, title := range t.row {
		if columnOf(title) < 0 {
			titles = append(titles, strings.ToLower(strings.TrimSpace(title)))
		}
	}
	if near := spec.Near(columnNames[c][0], titles); near != "" {
		return fmt.Sprintf("rename %q to %s", near, columnNames[c][0])
	}
	return "the first line must name date, time, transaction and item"
}

// next reads one line; false at the end.
func (t *table) next() (bool, error) {
	row, err := t.csv.Read()
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err == nil {
		t.row = row
		return true, nil
	}
	var bad *csv.ParseError
	if !errors.As(err, &bad) {
		return false, fmt.Errorf("reading %s: %w", t.name, err)
	}
	switch {
	case errors.Is(bad, csv.ErrFieldCount):
		return false, t.wrong(bad.StartLine, 1, 1, "put a field with the separator in it in quotes", "%d fields where the header has %d", len(row), t.csv.FieldsPerRecord)
	case errors.Is(bad, csv.ErrQuote):
		return false, t.wrong(bad.StartLine, 1, 1, `write "" for a quote inside of quotes`, "a field's quotes never end or end too early")
	case errors.Is(bad, csv.ErrBareQuote):
		return false, t.wrong(bad.Line, bad.Column, 1, `put the whole field in quotes and write "" for the quote`, "a quote in a field without quotes")
	}
	return false, t.wrong(bad.Line, bad.Column, 1, "", "%v", bad.Err)
}

// has tells whether the table has a column.
func (t *table) has(c int) bool { return t.col[c] >= 0 }

// field returns a field of the current line without blanks around it, empty
// when there is no such column.
func (t *table) field(c int) string {
	if t.col[c] < 0 {
		return ""
	}
	return strings.TrimSpace(t.row[t.col[c]])
}

// bad is an error at a field of the current line.
func (t *table) bad(c int, hint, format string, args ...any) error {
	return t.wrongField(t.col[c], hint, columnNames[c][0]+": "+format, args...)
}

func (t *table) wrongField(i int, hint, format string, args ...any) error {
	line, column := t.csv.FieldPos(i)
	width := 1
	if i < len(t.row) {
		width = utf8.RuneCountInString(strings.TrimSpace(t.row[i]))
	}
	return t.wrong(line, column, width, hint, format, args...)
}

// wrong is an error at a line and a byte column.
func (t *table) wrong(line, column, width int, hint, format string, args ...any) error {
	text := ""
	if line >= 1 && line <= len(t.lines) {
		text = strings.TrimSuffix(t.lines[line-1], "\r")
	}
	column = utf8.RuneCountInString(text[:min(max(column-1, 0), len(text))]) + 1
	const most = 200 // a file that is no CSV may be one endless line
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "..."
	}
	return &spec.Error{File: t.name, Line: line, Column: min(column, most), Width: max(width, 1), Text: text, Msg: fmt.Sprintf(format, args...), Hint: hint}
}
