package plot

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Charts below each other are one well-formed picture; what has no place on a
// logarithmic axis is left out.
func TestCharts(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, SVG(&out, []Chart{
		{Title: "Time <over> sales", Unit: " s", Axis: "sales", Lines: []Line{{"run", 1, [][2]float64{{1, 0}, {37, 0.1}, {370, 1}}}, {"check", 2, [][2]float64{{37, 2}}}}},
		{Title: "nothing", Lines: []Line{{"none", 0, nil}}},
	}))
	picture := out.String()
	assert.NotContains(t, picture, "NaN")
	assert.NotContains(t, picture, "Inf")
	assert.Contains(t, picture, "Time &lt;over&gt; sales")
	assert.Equal(t, 3, strings.Count(picture, "<circle"))
	wellFormed(t, picture)

	out.Reset()
	require.NoError(t, Charts(&out, "Growth", "<a machine>", nil))
	assert.Contains(t, out.String(), "&lt;a machine&gt;")
}
