package pos

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var sandals = Catalogue{Name: "boutique", Currency: "PHP", Items: []Item{
	{ID: "sandals", Name: "Beaded sandals", Axes: []string{"size", "colour", "material"}, Variants: []Variant{
		{Options: []string{"38", "gold", "abaca"}},
		{Options: []string{"38", "jade", "abaca"}},
		{Options: []string{"38", "jade", "leather"}},
		{Options: []string{"3", "gold", "abaca"}},
	}},
	{ID: "sandal", Name: "Sandal", Variants: []Variant{{}}},
}}

func TestResolve(t *testing.T) {
	for _, tc := range []struct{ path, sku, why string }{
		{"sandals/38/gold/abaca", "sandals/38/gold/abaca", ""},
		{"sandals/38/gold", "sandals/38/gold/abaca", ""},
		{"sandals/3", "sandals/3/gold/abaca", ""}, // not 38
		{"sandal", "sandal", ""},                  // an exact name, though others begin like it
		{"sandals/38/jade", "", "is not one variant but 2: sandals/38/jade/abaca, sandals/38/jade/leather"},
		{"sandals/38/go", "", "has no variant"}, // half a word is no path
		{"boots", "", "catalogue boutique has no variant"},
		{"", "", "has no variant"},
	} {
		sku, err := sandals.Resolve(tc.path)
		assert.Equal(t, tc.sku, sku, tc.path)
		if tc.why == "" {
			require.NoError(t, err, tc.path)
		} else {
			assert.ErrorContains(t, err, tc.why, tc.path)
		}
	}
}

func TestLabels(t *testing.T) {
	it := sandals.Items[0]
	assert.Equal(t, "Beaded sandals 38 gold abaca", it.Label(it.Variants[0]))
	assert.Equal(t, "Sandal", sandals.Items[1].Label(Variant{}))
}
