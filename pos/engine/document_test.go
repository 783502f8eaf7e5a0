package engine

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos"
)

var update = flag.Bool("update", false, "write the golden receipts")

// onPaper writes a document as a printer of 42 columns would, with a word for
// what only a printer can show.
func onPaper(doc pos.Document) string {
	const width = 42
	var b strings.Builder
	for _, l := range doc.Lines {
		text := l.Text
		switch {
		case l.Rule:
			text = strings.Repeat("-", width)
		case l.RightText != "":
			text += strings.Repeat(" ", max(1, width-utf8.RuneCountInString(text+l.RightText))) + l.RightText
		case l.Align == pos.Centre:
			text = strings.Repeat(" ", max(0, (width-utf8.RuneCountInString(text))/2)) + text
		}
		if l.Bold {
			text += " <bold>"
		}
		if l.Double {
			text += " <double>"
		}
		b.WriteString(text + "\n")
	}
	b.WriteString("QR " + doc.QR + "\n")
	return b.String()
}

func TestGoldenDocuments(t *testing.T) {
	fix := pos.Located{LatE7: 103_157_000, LonE7: -1_238_854_321, AccuracyCM: 449}
	for name, c := range map[string]struct {
		make func(d *desk)
		want pos.PrintOrder
	}{
		"cash": {func(d *desk) { d.do(fix, scan("11"), scan("33"), key("cash 1300.00")) }, pos.PrintOrder{Number: 1}},
		"copy": {func(d *desk) { d.do(scan("33"), key("cash 5.00")) }, pos.PrintOrder{Number: 1, Mark: markCopy}},
		"card-online": {func(d *desk) {
			d.do(up("dongle"), hostUp, scan("22"), key("card"), swipe("phone-1-1"), reply("authorise", "000001", "00"))
		}, pos.PrintOrder{Number: 1}},
		"card-deferred": {func(d *desk) { d.do(up("dongle"), scan("22"), key("card"), swipe("phone-1-1")) }, pos.PrintOrder{Number: 1}},
		"clock-doubtful": {func(d *desk) {
			d.now.Wall = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano()
			d.do(pos.NotLocated{Reason: "no satellites"}, scan("33"), key("cash 5.00"))
		}, pos.PrintOrder{Number: 1, Mark: markDuplicate}},
		"z-report": {func(d *desk) {
			d.do(up("dongle"), scan("22"), key("card"), swipe("phone-1-1"), scan("11"), scan("33"), key("cash 1300.00"), key("report z"))
		}, pos.PrintOrder{Report: "2026-07-18"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			c.make(d)
			doc, err := d.e.document(d.st, &c.want)
			require.NoError(t, err)
			file := "testdata/" + name + ".txt"
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(onPaper(doc)), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), onPaper(doc))
		})
	}
}

func TestPercent(t *testing.T) {
	for bp, want := range map[int64]string{0: "0", 5: "0.05", 700: "7", 1200: "12", 1250: "12.5", 1275: "12.75", 10000: "100"} {
		assert.Equal(t, want, percent(bp))
	}
}

func TestDegrees(t *testing.T) {
	for e7, want := range map[int64]string{0: "0.00000", 145_600_012: "14.56000", -145_600_099: "-14.56000", -50_000: "-0.00500", 1_800_000_000: "180.00000"} {
		assert.Equal(t, want, degrees(e7))
	}
}
