package incident_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/internal/envtest"
	"stormrig/pos/sabotage"
	"stormrig/scenarios/audit/books"
	"stormrig/scenarios/files"
	"stormrig/scenarios/incident"
	"stormrig/scenarios/rig"
	"stormrig/sim/history"
)

// threeOutages is a day of apcupsd with a self-test, as it writes them.
const threeOutages = `2016-11-05 06:00:01 +0000  apcupsd 3.14.12 (29 March 2014) debian startup succeeded
2016-11-05 07:30:00 +0000  UPS Self Test switch to battery.
2016-11-05 07:30:09 +0000  UPS Self Test completed: Battery OK
2016-11-05 09:58:20 +0000  Power failure.
2016-11-05 09:58:26 +0000  Running on UPS batteries.
2016-11-05 10:04:40 +0000  Mains returned. No longer on UPS batteries.
2016-11-05 10:04:40 +0000  Power is back. UPS running on mains.
2016-11-05 12:20:05 +0000  Power failure.
2016-11-05 12:20:11 +0000  Running on UPS batteries.
2016-11-05 12:21:30 +0000  Mains returned. No longer on UPS batteries.
2016-11-05 12:21:30 +0000  Power is back. UPS running on mains.
2016-11-05 15:10:12 +0000  Power failure.
2016-11-05 15:10:18 +0000  Running on UPS batteries.
2016-11-05 15:40:00 +0000  Mains returned. No longer on UPS batteries.
2016-11-05 15:40:00 +0000  Power is back. UPS running on mains.
`

func readLog(t *testing.T, text string) *incident.Log {
	t.Helper()
	log, err := incident.Read(strings.NewReader(text), "ups.log", time.UTC)
	require.NoError(t, err)
	return log
}

// sales is the bakery's day, or a small one where the month is not there.
func sales(t *testing.T) *books.Sales {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "bakery-2016-11.csv"))
	if err != nil {
		envtest.Missing(t, "bakery", "the month is not in ../shared/data/bakery-2016-11.csv, beside the repository")
	}
	return read(t, text)
}

func read(t *testing.T, text []byte) *books.Sales {
	t.Helper()
	s, err := books.ReadSales(books.Source{Name: "bakery.csv", Again: true,
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }}, books.Options{Decimals: 2})
	require.NoError(t, err)
	return s
}

func bakeryDay(t *testing.T) incident.Incident {
	t.Helper()
	c, err := files.Catalogue("bakery")
	require.NoError(t, err)
	d, err := incident.ParseDisputed("about 15:10, 4.40, card", 2)
	require.NoError(t, err)
	return incident.Incident{Name: "bakery-incident", Date: "2016-11-05", Log: readLog(t, threeOutages), Sales: sales(t),
		OnUPS: []string{"router"}, Disputed: []incident.Disputed{d}, Catalogue: c, BuiltIn: true, Find: files.Finder("")}
}

// TestAnIncidentReplays writes the day of three outages and plays it with an
// honest till: it runs to its end, twice the same.
func TestAnIncidentReplays(t *testing.T) {
	w, err := incident.Write(bakeryDay(t))
	require.NoError(t, err)
	require.Len(t, w.Windows, 3)
	assert.Len(t, w.Scenario.Sales, 119+1, "the day's carts and the disputed one")
	assert.Contains(t, string(w.YAML), "seen-by: card slip")
	assert.Contains(t, string(w.YAML), `{cut: mains, for: "29m48s", at: "15:09:12", after: "0s..1m"}`)
	assert.False(t, w.Windows[0].Network, "the router hangs on the UPS")
	var digests []string
	for range 2 {
		r, err := rig.Start(w.Scenario, 3, nil)
		require.NoError(t, err)
		require.NoError(t, r.Finish())
		digests = append(digests, r.Digest())
		cuts := 0
		for _, e := range r.History() {
			if e.Kind == history.KindCut {
				cuts++
			}
		}
		assert.GreaterOrEqual(t, cuts, 3, "the till dies with the mains, three times")
		r.Close()
	}
	assert.Equal(t, digests[0], digests[1])
}

// TestASymptomIsReproduced gives the search a till that stores payment and sale
// one after the other, and the words of the ticket.
func TestASymptomIsReproduced(t *testing.T) {
	w, err := incident.Write(bakeryDay(t))
	require.NoError(t, err)
	looked, err := incident.ParseSymptom("disputed 1 charged, not journaled")
	require.NoError(t, err)
	job := incident.Job{Scenario: w.Scenario, Windows: w.Windows, Looked: looked, States: 60, Workers: 2, Find: files.Finder("")}
	job.Options = rig.Options{Sabotage: sabotage.Set{TwoFrames: true}}
	res, err := incident.Search(context.Background(), job)
	require.NoError(t, err)
	require.True(t, res.Reproduced, res.Words())
	t.Log(res.Words(), res.Detail)

	events, err := job.Events(res)
	require.NoError(t, err)
	assert.NotEmpty(t, events)

	job.Options, job.States = rig.Options{}, 12
	res, err = incident.Search(context.Background(), job)
	require.NoError(t, err)
	assert.Equal(t, "not in 12 states", res.Words(), "an honest till")
}
