package incident_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/incident"
)

func TestLogs(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse("15:04:05", s)
		require.NoError(t, err)
		return time.Date(2016, 11, 5, v.Hour(), v.Minute(), v.Second(), 0, time.UTC)
	}
	tests := []struct {
		name, text, format string
		from, to           string
		fromBy             time.Duration
		tests              int
		open, exhausted    bool
	}{
		{"apcupsd", "2016-11-05 14:02:30 +0000  Power failure.\n2016-11-05 14:02:36 +0000  Running on UPS batteries.\n2016-11-05 14:20:00 +0000  Mains returned. No longer on UPS batteries.\n2016-11-05 14:20:00 +0000  Power is back. UPS running on mains.\n",
			"apcupsd.events", "14:02:30", "14:20:00", time.Minute, 0, false, false},
		{"apcupsd's older dates, in the shop's zone", "Sat Nov  5 14:02:30 XYZ 2016  Power failure.\nSat Nov  5 14:20:00 XYZ 2016  Power is back. UPS running on mains.\n",
			"apcupsd.events", "14:02:30", "14:20:00", time.Minute, 0, false, false},
		{"a self-test first noticed as a failure", "2016-11-05 08:00:00 +0000  Power failure.\n2016-11-05 08:00:02 +0000  UPS Self Test switch to battery.\n2016-11-05 08:00:10 +0000  UPS Self Test completed: Battery OK\n2016-11-05 14:02:30 +0000  Power failure.\n2016-11-05 14:20:00 +0000  Power is back. UPS running on mains.\n",
			"apcupsd.events", "14:02:30", "14:20:00", time.Minute, 1, false, false},
		{"the UPS gives up", "2016-11-05 14:02:30 +0000  Power failure.\n2016-11-05 14:15:00 +0000  Battery power exhausted.\n2016-11-05 14:15:00 +0000  Initiating system shutdown!\n",
			"apcupsd.events", "14:02:30", "14:15:00", time.Minute, 0, true, true},
		{"upslog", "20161105 140200 100 230.0 12 [OL] 25 50.0\n20161105 140230 99 0.0 12 [OB DISCHRG] 25 50.0\n20161105 140300 97 0.0 12 [OB] 25 50.0\n20161105 140330 98 230.0 12 [OL CHRG] 25 50.0\n",
			"upslog", "14:02:30", "14:03:30", 30 * time.Second, 0, false, false},
		{"upslog with a test", "20161105 080000 100 230.0 12 [OL] 25 50.0\n20161105 080030 100 230.0 12 [OB TEST] 25 50.0\n20161105 080100 100 230.0 12 [OL] 25 50.0\n20161105 140230 99 0.0 12 [OB] 25 50.0\n20161105 140300 98 230.0 12 [OL] 25 50.0\n",
			"upslog", "14:02:30", "14:03:00", 6*time.Hour + 90*time.Second, 1, false, false},
		{"CSV", "from;to\n05.11.2016 14:02:30;05.11.2016 14:20:00\n", "CSV", "14:02:30", "14:20:00", 0, 0, false, false},
		{"CSV of events", "time,event\n2016-11-05 14:02:30,on battery\n2016-11-05 14:20:00,mains back\n", "CSV", "14:02:30", "14:20:00", 30 * time.Second, 0, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			log := readLog(t, tt.text)
			assert.Equal(t, tt.format, log.Format)
			assert.Equal(t, tt.tests, log.SelfTests)
			require.Len(t, log.Outages, 1)
			o := log.Outages[0]
			assert.Equal(t, at(tt.from), o.From.UTC())
			assert.Equal(t, at(tt.to), o.To.UTC())
			assert.Equal(t, tt.fromBy, o.FromBy)
			assert.Equal(t, tt.open, o.Open)
			assert.Equal(t, tt.exhausted, o.Exhausted)
		})
	}
}

func TestNoLog(t *testing.T) {
	for _, text := range []string{"", "\n\n", "hello\nworld\n", "\x00\x01\x02", "from,to\n2016-11-05 14:20,2016-11-05 14:00\n", "from,to\nyesterday,today\n", strings.Repeat("x", 100_000)} {
		_, err := incident.Read(strings.NewReader(text), "ups.log", time.UTC)
		if assert.Error(t, err, "%.20q", text) {
			assert.Contains(t, err.Error(), "ups.log")
		}
	}
}

// FuzzLog: no text breaks the reader, and outages end after they begin.
func FuzzLog(f *testing.F) {
	f.Add(threeOutages)
	f.Add("20161105 140230 99 0.0 12 [OB] 25 50.0\n20161105 140300 98 230.0 12 [OL] 25 50.0\n")
	f.Add("from;to\n05.11.2016 14:02:30;05.11.2016 14:20:00\n")
	f.Fuzz(func(t *testing.T, text string) {
		log, err := incident.Read(strings.NewReader(text), "ups.log", time.UTC)
		if err != nil {
			return
		}
		for _, o := range log.Outages {
			assert.NotEmpty(t, o.Source)
		}
	})
}

func TestTickets(t *testing.T) {
	d, err := incident.ParseDisputed("about 15:10, 1290.00, card", 2)
	require.NoError(t, err)
	assert.Equal(t, incident.Disputed{At: 15*time.Hour + 10*time.Minute, Give: 5 * time.Minute, Amount: 129000, Card: true, SeenBy: "card slip"}, d)
	d, err = incident.ParseDisputed("15:10:20, 12,90, cash", 2)
	assert.Error(t, err, "a decimal comma is a separator here: %v", d)
	d, err = incident.ParseDisputed("15:10:20, 12.90, cash, seen-by: customer, Desk till", 2)
	require.NoError(t, err)
	assert.Equal(t, incident.Disputed{At: 15*time.Hour + 10*time.Minute + 20*time.Second, Amount: 1290, Till: "desk-till", SeenBy: "customer"}, d)
	for _, bad := range []string{"", "15:10", "noon, 12.90", "15:10, lots"} {
		_, err := incident.ParseDisputed(bad, 2)
		assert.Error(t, err, bad)
	}
	l, err := incident.ParseSymptom("Sale 12 charged, not journaled")
	require.NoError(t, err)
	assert.Equal(t, "12", l.Sale)
	assert.Equal(t, "P3", l.Invariant)
	assert.Equal(t, "sale 12 charged, not journaled", l.String())
	_, err = incident.ParseSymptom("charged, not jornaled")
	assert.ErrorContains(t, err, `did you mean "charged, not journaled"?`)
}
