package incident_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/files"
	"stormrig/scenarios/incident"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
)

const export = `number,time,till,item,quantity,price,tender
1,2016-11-05 09:58:00,Desk till,tea,1,2.40,cash
2,2016-11-05 10:05:22,Desk till,tea,2,2.40,card
2,2016-11-05 10:05:22,Desk till,bread,1,3.10,card
7,2016-11-05 10:20:00,Bar,bread,1,3.10,cash
9,2016-11-06 10:20:00,Bar,bread,1,3.10,cash
`

func small(t *testing.T, log string) incident.Incident {
	t.Helper()
	return incident.Incident{Name: "small", Date: "2016-11-05", Log: readLog(t, log), Sales: read(t, []byte(export)), Find: files.Finder("")}
}

// TestWhoHangsOnTheUPSLives: the router and one till live on; the other till
// dies with the mains, and its printer with it.
func TestWhoHangsOnTheUPSLives(t *testing.T) {
	in := small(t, "20161105 100200 100 230.0 12 [OL] 25 50.0\n20161105 100230 99 0.0 12 [OB] 25 50.0\n20161105 101100 98 230.0 12 [OL] 25 50.0\n")
	in.OnUPS = []string{"router", "desk-till"}
	in.Offsets = map[string]time.Duration{"Desk till": 3*time.Minute + 12*time.Second}
	w, err := incident.Write(in)
	require.NoError(t, err)
	s := w.Scenario
	require.Len(t, s.Sales, 3, "of the day, by the export's own numbers")
	assert.Equal(t, []string{"1", "2", "7"}, []string{s.Sales[0].Source, s.Sales[1].Source, s.Sales[2].Source})
	assert.Equal(t, "desk-till", s.Sales[1].Till)
	assert.Equal(t, "bar", s.Sales[2].Till)
	assert.Equal(t, "10:02:10", s.Shop.Opens.Add(s.Sales[1].At).Format("15:04:05"), "its clock was ahead")
	assert.True(t, s.Sales[1].Card)
	assert.Len(t, s.Sales[1].Lines, 2)
	assert.Equal(t, []string{"desk-till.printer", "bar", "bar.dongle", "bar.printer"}, s.Power.Mains)
	require.Len(t, w.Windows, 1)
	assert.Equal(t, []string{"bar"}, w.Windows[0].Dies)
	assert.False(t, w.Windows[0].Network)
	require.Len(t, s.Weather, 1)
	assert.Equal(t, 30*time.Second, time.Duration(s.Weather[0].When.After.Max))
	r, err := rig.Start(s, 1, nil)
	require.NoError(t, err)
	defer r.Close()
	assert.NoError(t, r.Finish())
}

// TestAnExhaustedUPSTakesAllWithIt: then the network goes, too, and who hangs
// on it drops.
func TestAnExhaustedUPSTakesAllWithIt(t *testing.T) {
	in := small(t, "2016-11-05 10:02:30 +0000  Power failure.\n2016-11-05 10:08:00 +0000  Battery power exhausted.\n2016-11-05 10:20:00 +0000  Power is back. UPS running on mains.\n")
	in.OnUPS = []string{"router", "desk-till"}
	w, err := incident.Write(in)
	require.NoError(t, err)
	kinds := map[spec.Kind]int{}
	for _, f := range w.Scenario.Weather {
		kinds[f.Kind]++
	}
	assert.Equal(t, map[spec.Kind]int{spec.Cut: 2, spec.Drop: 1}, kinds)
	assert.Contains(t, w.Notes[len(w.Notes)-2]+w.Notes[len(w.Notes)-1]+w.Notes[0]+w.Notes[3], "the UPS gave up")
}

func TestADayWithoutSalesOrOutages(t *testing.T) {
	in := small(t, threeOutages)
	in.Date = "2016-11-09"
	_, err := incident.Write(in)
	assert.ErrorContains(t, err, "has no sale on 2016-11-09")
	in.Date = "2016-11-06"
	w, err := incident.Write(in)
	require.NoError(t, err)
	assert.Empty(t, w.Windows)
	assert.Contains(t, w.Notes, "the log has no outage on 2016-11-06")
}
