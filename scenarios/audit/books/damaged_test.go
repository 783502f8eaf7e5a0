package books_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"stormrig/scenarios/audit/books"
	"stormrig/scenarios/audit/table"
)

func of(text string) books.Source {
	return books.Source{Name: "pos.csv", Again: true, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

const (
	titles = "number,time,total,tender\n"
	good   = titles + "1,2016-11-05 10:00:00,12.90,cash\n2,2016-11-05 10:05:00,8.50,card\n"
)

func coded(t *testing.T, s string, to string) string {
	t.Helper()
	var out string
	var err error
	switch to {
	case "utf16le":
		out, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(s)
	case "utf16be":
		out, err = unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(s)
	case "utf16":
		out, err = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(s)
	case "1252":
		out, err = charmap.Windows1252.NewEncoder().String(s)
	}
	require.NoError(t, err)
	return out
}

// TestDamagedFiles: each gets a message that says what, where and what to do.
func TestDamagedFiles(t *testing.T) {
	long := strings.Repeat("x", 2<<20)
	for i, tt := range []struct{ name, text, want string }{
		{"empty", "", "pos.csv:1: the file is empty"},
		{"blank lines", "\n\n  \n", "the file is empty"},
		{"a BOM and nothing", "\xef\xbb\xbf\n", "the file is empty"},
		{"a spreadsheet", "PK\x03\x04\x14\x00\x06\x00", "spreadsheet or a zip file"},
		{"an old workbook", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel workbook"},
		{"compressed", "\x1f\x8b\x08\x00\x00", "compressed"},
		{"a PDF", "%PDF-1.4\n", "PDF"},
		{"UTF-16 without its mark", coded(t, good, "utf16"), "UTF-16 without its mark"},
		{"titles only", titles, "there is no sale in it"},
		{"no titles", "1,2016-11-05 10:00:00,12.90,cash\n", "no line names columns that are known"},
		{"titles of another language", "numéro de vente,quand,combien\n1,2016-11-05,12.90\n", "no line names columns"},
		{"a web page", "<html><head><title>Sign in</title></head>\n<body>\n", "no line names columns"},
		{"JSON", `{"number":1,"total":12.9}`, "pos.csv:1: a quote in a field without quotes"},
		{"no total", "number,time,tender\n1,2016-11-05 10:00:00,cash\n", "no column for what a sale came to"},
		{"neither number nor time", "total,tender\n12.90,cash\n", "no column for number or time of a sale"},
		{"cut short in a line", good + "3,2016-11-05 10:1", "pos.csv:4: 2 fields where there are 4 columns"},
		{"cut short in quotes", good + "3,2016-11-05 10:10:00,\"9.9", "quotes never end"},
		{"a comma in an amount", good + "3,2016-11-05 10:10:00,9,90,cash\n", "pos.csv:4: 5 fields where there are 4 columns"},
		{"a quote in a field", good + "3,2016-11-05 10:10:00,9.90,6\" roll\n", "pos.csv:4: a quote in a field without quotes"},
		{"text behind quotes", good + "3,2016-11-05 10:10:00,9.90,\"cash\" x\n", "quotes never end, or end too early"},
		{"an amount in words", titles + "1,2016-11-05 10:00:00,free,cash\n", `total: "free": it is no amount`},
		{"three decimals", titles + "1,2016-11-05 10:00:00,1.2.905,cash\n", "thousands are not groups of three"},
		{"two decimal marks", titles + "1,2016-11-05 10:00:00,\"1.290,00,5\",cash\n", "two decimal marks"},
		{"an exponent", titles + "1,2016-11-05 10:00:00,1.2E+05,cash\n", "exponent"},
		{"a huge amount", titles + "1,2016-11-05 10:00:00,99999999999999999999,cash\n", "too large"},
		{"a formula's error", titles + "1,2016-11-05 10:00:00,#REF!,cash\n", "does not belong into an amount"},
		{"a date that is none", titles + "1,2016-13-45 10:00:00,12.90,cash\n", "it is no date"},
		{"a time that is none", titles + "1,2016-11-05 25:61:00,12.90,cash\n", "it is no time of day"},
		{"a day without a time", titles + "1,2016-11-05,12.90,cash\n", "has no time of day"},
		{"a serial number for a date", titles + "1,42679.5,12.90,cash\n", "it is no date"},
		{"a date that may be two", titles + "1,03/04/2016 10:00:00,12.90,cash\n", "nobody knows which is the month"},
		{"the year 9999", titles + "1,9999-11-05 10:00:00,12.90,cash\n", "not of our time"},
		{"an unknown zone", "number,time,zone,total\n1,2016-11-05 10:00:00,Mars/Olympus,12.90\n", `time zone "Mars/Olympus" is not known`},
		{"bytes in the middle", good + "\x00\x00\x00\x00", "this is not text"},
		{"an endless line", titles + long, "longer than"},
		{"an endless title", long, "longer than"},
		{"an open quote before a long rest", titles + "1,\"" + strings.Repeat("2016-11-05\n", 200_000), "longer than"},
		{"a thousand columns and more", titles[:len(titles)-1] + strings.Repeat(",x", 1100) + "\n", "at most 1000 are read"},
		{"a quantity in words", "number,time,item,quantity,price\n1,2016-11-05 10:00:00,tea,two,2.00\n", `quantity: "two"`},
		{"another separator in the rows", titles + "1;2016-11-05 10:00:00;12.90;cash\n", "1 fields where there are 4 columns"},
		{"an HTML error at the end", good + "<html>502 Bad Gateway</html>\n", "1 fields where there are 4 columns"},
		{"a card number in a bad line", titles + "1,4012888888881881,12.90,cash\n", "it is no date"},
	} {
		t.Run(fmt.Sprintf("%02d %s", i+1, tt.name), func(t *testing.T) {
			_, err := books.ReadSales(of(tt.text), books.Options{Decimals: 2})
			require.Error(t, err)
			var e *table.Error
			require.True(t, errors.As(err, &e), "%T %v", err, err)
			assert.Contains(t, err.Error(), tt.want)
			assert.Equal(t, "pos.csv", e.File)
			assert.Less(t, len(err.Error()), 700, "a message that a person reads")
			assert.NotContains(t, err.Error(), "4012888888881881")
		})
	}
}

// TestOddFilesAreRead: what is odd and clear is read.
func TestOddFilesAreRead(t *testing.T) {
	semicolons := "Bon-Nr.;Datum;Uhrzeit;Kasse;Betrag;Zahlungsart\n0001;05.11.2016;10:00:00;Thekle für Öl;1.290,00 €;Bar\n0002;05.11.2016;10:05:00;Thekle für Öl;8,50 €;EC-Karte\n"
	for name, text := range map[string]string{
		"plain": good, "UTF-8 with BOM": "\xef\xbb\xbf" + good, "UTF-16 little": coded(t, good, "utf16le"), "UTF-16 big": coded(t, good, "utf16be"),
		"CRLF": strings.ReplaceAll(good, "\n", "\r\n"), "tabs": strings.ReplaceAll(good, ",", "\t"), "no end of line": strings.TrimSuffix(good, "\n"),
		"empty lines": strings.ReplaceAll(good, "\n", "\n\n"), "titles below a heading": "Corner shop\nNovember 2016\n\n" + good,
		"sep=": "sep=,\n" + good, "a line of sums": good + ",,21.40,\n", "empty columns of a spreadsheet": strings.ReplaceAll(good, "\n", ",,\n"),
		"month first, shown later": titles + "1,11/05/2016 10:00,12.90,cash\n2,11/13/2016 10:05,8.50,card\n",
	} {
		s, err := books.ReadSales(of(text), books.Options{Decimals: 2})
		if assert.NoError(t, err, name) && assert.Len(t, s.List, 2, name) {
			assert.Equal(t, int64(1290), s.List[0].Total, name)
			assert.Equal(t, int64(850), s.List[1].Card, name)
		}
	}
	for _, text := range []string{semicolons, coded(t, semicolons, "1252")} {
		s, err := books.ReadSales(of(text), books.Options{Decimals: 2})
		require.NoError(t, err)
		assert.Equal(t, int64(129000), s.List[0].Cash)
		assert.Equal(t, int64(850), s.List[1].Card)
		assert.Equal(t, "Thekle für Öl", s.Tills[0])
	}
	s, err := books.ReadSales(of(titles+"1,2016-11-05 10:00:00,1.00,cash\n2,2016-11-05 09:00:00,1.00,cash\n"+strings.Repeat("3,2016-11-05 10:30:00,1.00,cash\n", 1)+many(60)), books.Options{Decimals: 2})
	require.NoError(t, err)
	assert.Equal(t, int32(3), s.Backward, "times that go backwards are told of")
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d,2016-11-05 11:%02d:00,1.00,cash\n", 100+i, i%60)
	}
	return b.String()
}

// stream makes lines without end, up to a size.
type stream struct {
	left int
	n    int
	buf  bytes.Buffer
	line func(n int) string
}

func (s *stream) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, io.EOF
	}
	for s.buf.Len() < len(p) {
		s.buf.WriteString(s.line(s.n))
		s.n++
	}
	n, err := s.buf.Read(p[:min(len(p), s.left)])
	s.left -= n
	return n, err
}

// TestAStreamDoesNotFillMemory reads a long stream: too many sales are refused
// with a hint, other days are passed over. STORMRIG_AUDIT_STREAM_MB says how
// long it is; 1024 is the full one.
func TestAStreamDoesNotFillMemory(t *testing.T) {
	size, passed := 24, 4 // the second pass of a short test is shorter still
	if text := os.Getenv("STORMRIG_AUDIT_STREAM_MB"); text != "" {
		var err error
		size, err = strconv.Atoi(text)
		require.NoError(t, err)
		passed = size
	}
	left := size
	line := func(n int) string {
		if n == 0 {
			return titles
		}
		return fmt.Sprintf("%d,2016-11-05 %02d:%02d:%02d,12.90,card\n", n, n/3600%24, n/60%60, n%60)
	}
	src := books.Source{Name: "pos.csv", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(&stream{left: left << 20, line: line}), nil
	}}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	_, err := books.ReadSales(src, books.Options{Decimals: 2})
	assert.ErrorContains(t, err, "more than 600000 sales")
	assert.ErrorContains(t, err, "--from 2016-11-01 --to 2016-12-01")
	left = passed
	o := books.Options{Decimals: 2}
	o.From = o.From.AddDate(2020, 0, 0)
	_, err = books.ReadSales(src, o)
	assert.ErrorContains(t, err, "cut short; export it again", "the stream ends in a line; all before it was passed over")
	runtime.ReadMemStats(&after)
	assert.Less(t, after.Sys-before.Sys, uint64(600<<20), "bytes of memory from the system")
	t.Logf("%d and %d MB read; %d MB more from the system", size, passed, (after.Sys-before.Sys)>>20)
}

// FuzzSales: no text breaks the reader, and its errors name the file.
func FuzzSales(f *testing.F) {
	f.Add(good)
	f.Add("Bon;Datum;Betrag\n1;05.11.2016 10:00;1.290,00\n")
	f.Add(coded(&testing.T{}, good, "utf16le"))
	f.Add(titles + "1,2016-11-05 10:00:00,4012 8888 8888 1881,\"cash\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := books.ReadSales(of(text), books.Options{Decimals: 2})
		if err != nil {
			assert.Contains(t, err.Error(), "pos.csv")
			return
		}
		for i := range s.List {
			assert.LessOrEqual(t, s.List[i].Line, s.List[i].Last)
			assert.Less(t, int(s.List[i].Till), len(s.Tills))
		}
	})
}
