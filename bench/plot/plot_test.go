package plot

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/bench/device"
	"stormrig/bench/suite"
)

func report() *suite.Report {
	r := &suite.Report{Limit: suite.Limit{Place: device.Place{Device: "<disk>"}, Doubts: []string{"it is <memory>"}, SalesPerSecond: 5000}}
	for _, n := range []string{"raw-append", "stormrig", "a<b"} {
		for _, c := range []int{1, 64} {
			r.Engines = append(r.Engines, suite.Row{Name: n, Callers: c, Ratio: float64(c), Rounds: []float64{float64(c) / 2, float64(c)}, P50: 100, P99: 300, P999: 4000})
		}
		r.Open = append(r.Open, suite.Opened{Name: n, Entries: 10000, MS: 0.2, HowStopped: "in order"}, suite.Opened{Name: n, Entries: 100000, MS: 30, HowStopped: "killed"})
		r.Fill = append(r.Fill, suite.Window{Name: n, Minute: 0, P999: 300}, suite.Window{Name: n, Minute: 2, P999: 9000})
	}
	return r
}

// The pictures are well-formed, name every engine, and no number is missing.
func TestPage(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, Page(&out, report()))
	page := out.String()
	assert.NotContains(t, page, "NaN")
	assert.NotContains(t, page, "Inf")
	assert.NotContains(t, page, "<memory>")
	assert.Contains(t, page, "a&lt;b, killed")
	var whole bytes.Buffer
	require.NoError(t, Picture(&whole, report()))
	wellFormed(t, whole.String())
	assert.Equal(t, 4, strings.Count(whole.String(), ">stormrig<"))
	pictures := strings.Split(page, "<svg")[1:]
	require.Len(t, pictures, 4)
	for _, p := range pictures {
		svg, _, _ := strings.Cut("<svg"+p, "</svg>")
		wellFormed(t, svg+"</svg>")
		assert.Contains(t, svg, ">stormrig<")
	}
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
	}
}
