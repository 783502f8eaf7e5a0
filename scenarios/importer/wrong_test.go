package importer_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/files"
	"stormrig/scenarios/importer"
	"stormrig/scenarios/spec"
)

const header = "date,time,transaction,item\n"

func TestWrongExports(t *testing.T) {
	rich := "date,time,transaction,item,quantity,price\n2016-11-05,08:00,1,Tea,"
	for _, c := range []struct{ text, want, hint string }{
		{"", "1:1: the file is empty", "the first line names the columns: date, time, transaction, item"},
		{"\n\n", "1:1: the file is empty", "the first line names the columns: date, time, transaction, item"},
		{header, "1:1: there is no line below the header", ""},
		{"date,time,item\n", "1:1: there is no column transaction", "the first line must name date, time, transaction and item"},
		{"date,tine,transaction,item\n", "1:1: there is no column time", `rename "tine" to time`},
		{"date,date,time,transaction,item\n", "1:6: there are two columns date", "rename one of them"},
		{"2016-11-05,08:00,1,Tea\n", "1:1: there is no column date", "the first line must name date, time, transaction and item"},
		{"time,number,item\n08:00,1,Tea\n", `2:1: time: "08:00" has no date, and there is no column date`, "add a column date, or write it like 2016-11-05 14:02"},
		{"time,number,item\n05-11-2016 08:00,1,Tea\n", `2:1: time: "05-11-2016" is no date`, "write it like 2016-11-05; with slashes nobody knows which is the month"},
		{"time,number,item\n2016-11-05 8h,1,Tea\n", `2:1: time: "8h" is no time of day`, "write it like 14:02 or 14:02:30"},
		{header + "2016-11-05,08:00,1\n", "2:1: 3 fields where the header has 4", "put a field with the separator in it in quotes"},
		{header + "2016-11-05,08:00,1,Tea, hot\n", "2:1: 5 fields where the header has 4", "put a field with the separator in it in quotes"},
		{header + "2016-11-05,08:00,1,\"Tea\n", "2:1: a field's quotes never end or end too early", `write "" for a quote inside of quotes`},
		{header + "2016-11-05,08:00,1,\"Tea\" x\n", "2:1: a field's quotes never end or end too early", `write "" for a quote inside of quotes`},
		{header + "2016-11-05,08:00,1,6\" roll\n", "2:21: a quote in a field without quotes", `put the whole field in quotes and write "" for the quote`},
		{header + "05/11/2016,08:00,1,Tea\n", `2:1: date: "05/11/2016" is no date`, "write it like 2016-11-05; with slashes nobody knows which is the month"},
		{header + "2016-11-31,08:00,1,Tea\n", `2:1: date: "2016-11-31" is no date`, "write it like 2016-11-05; with slashes nobody knows which is the month"},
		{header + "2016-11-05,25:00,1,Tea\n", `2:12: time: "25:00" is no time of day`, "write it like 14:02 or 14:02:30"},
		{header + "2016-11-05,08:00,,Tea\n", "2:18: transaction: it is empty", "every line needs the number of its transaction"},
		{header + "2016-11-05,08:00,1,\n", "2:20: item: it is empty", "a voided line is NONE, a correction Adjustment"},
		{header + "2016-11-05,08:00,1,Te\x07a\n", "2:20: item: the name is longer than 100 bytes, or has control characters", ""},
		{header + "2016-11-05,08:00,1,\xe9t\xe9\n", "2:1: this line is not text in UTF-8", "save the file as UTF-8"},
		{"\xff\xfed\x00a\x00", "1:1: the file is UTF-16", "save it as UTF-8"},
		{header + "2016-11-05,08:00,1,NONE\n", "1:1: nothing was sold on 2016-11-05: every transaction is cancelled", "choose another day with --date"},
		{rich + "two,2.40\n", `2:24: quantity: "two" is no quantity`, "write a whole number"},
		{rich + "0.5,2.40\n", `2:24: quantity: "0.5" is not a whole number`, "weighed goods cannot be imported; write pieces"},
		{rich + "4006381333931,2.40\n", `2:24: quantity: "4006381333931" is more than 9999 pieces`, ""},
		{rich + "1,2.405\n", `2:1: price: "2.405" has 3 decimals, EUR has 2`, "write it like 2.40"},
		{rich + "1,-2.40\n", `2:1: price: "-2.40" is negative`, "write it like 2.40"},
		{rich + "1,free\n", `2:1: price: "free" is not an amount of EUR`, "write it like 2.40"},
		{rich + "1,999999999999999999999\n", `2:1: price: "999999999999999999999" is too large for an amount of EUR`, "write it like 2.40"},
	} {
		_, err := importer.Import(strings.NewReader(c.text), "till.csv", importer.Options{})
		var e *spec.Error
		if assert.True(t, errors.As(err, &e), "%q: %v", c.text, err) {
			assert.Equal(t, c.want, fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Msg), c.text)
			assert.Equal(t, c.hint, e.Hint, c.text)
			assert.Equal(t, "till.csv", e.File)
		}
	}
}

func TestTheDayMustBeClear(t *testing.T) {
	text, err := os.ReadFile("testdata/bakery.csv")
	require.NoError(t, err)
	_, err = importer.Import(bytes.NewReader(text), "till.csv", importer.Options{})
	assert.EqualError(t, err, "till.csv has 2 days, choose one with --date; days (and transactions): 2026-07-17 (2), 2026-07-18 (11)")
	_, err = importer.Import(bytes.NewReader(text), "till.csv", importer.Options{Date: "2026-07-19"})
	assert.EqualError(t, err, "till.csv has nothing on 2026-07-19; days (and transactions): 2026-07-17 (2), 2026-07-18 (11)")
}

func TestSeparatorsAndMarks(t *testing.T) {
	for _, sep := range []string{",", ";", "\t", "|"} {
		text := "\ufeff" + strings.ReplaceAll("Date,Time,Transaction,Item\r\n2016-11-05,08:00,1,Tea\r\n", ",", sep)
		res, err := importer.Import(strings.NewReader(text), "till.csv", importer.Options{})
		require.NoError(t, err, "%q", sep)
		assert.Equal(t, 1, res.Report.Sales)
	}
}

// FuzzCSV: no text makes Import panic; what it takes becomes a scenario that
// Parse takes, with every transaction of the day accounted for.
func FuzzCSV(f *testing.F) {
	for _, name := range []string{"bakery.csv", "rich.csv"} {
		text, err := os.ReadFile("testdata/" + name)
		require.NoError(f, err)
		f.Add(text, false)
		f.Add(text, true)
	}
	f.Add([]byte(header+"2016-11-05,08:00,1,Tea\n"), true)
	f.Add([]byte("date;time;transaction;item\n2016-11-05;23:59:59;1;\"a\n\nb\"\n"), false)
	weather, err := files.Scenario("storm-saturday")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text []byte, stormy bool) {
		o := importer.Options{Find: files.Finder("")}
		if stormy {
			o.Weather = weather
		}
		res, err := importer.Import(bytes.NewReader(text), "fuzz.csv", o)
		if err != nil {
			var place *spec.Error
			var date *importer.DateError
			require.True(t, errors.As(err, &place) || errors.As(err, &date), "%v", err)
			return
		}
		r := res.Report
		assert.Equal(t, r.Transactions, r.Sales+r.Cancelled)
		assert.Len(t, res.Scenario.Sales, r.Transactions+r.Added)
	})
}
