package mapping_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/audit/mapping"
	"stormrig/scenarios/audit/table"
)

// TestEveryMappingHasASource: a title that nobody can look up is a guess.
func TestEveryMappingHasASource(t *testing.T) {
	for _, m := range mapping.All() {
		assert.NotEmpty(t, m.Title, m.Name)
		assert.NotEmpty(t, m.Source, m.Name)
		assert.NotEmpty(t, m.Columns, m.Name)
		if !strings.HasPrefix(m.Name, "plain") {
			assert.Contains(t, m.Source, "https://", m.Name)
			assert.NotEmpty(t, m.Known, m.Name)
		}
		found, ok := mapping.Find(m.Name)
		assert.True(t, ok)
		assert.Equal(t, m, found)
	}
	_, ok := mapping.Find("nobody")
	assert.False(t, ok)
}

// TestSamplesAreRecognised opens a sample of each export.
func TestSamplesAreRecognised(t *testing.T) {
	for _, m := range mapping.All() {
		in, err := os.Open(filepath.Join("testdata", m.Name+".csv"))
		require.NoError(t, err, "a mapping without a sample")
		defer in.Close()
		var list []*mapping.Mapping
		for _, o := range mapping.All() {
			if o.Kind == m.Kind {
				list = append(list, o)
			}
		}
		r, err := table.Open(in, m.Name+".csv", mapping.Titles(list))
		require.NoError(t, err, m.Name)
		assert.Equal(t, m.Name, mapping.Recognise(list, r.Titles).Name)
	}
}

func TestMappingsOfOnesOwn(t *testing.T) {
	m, err := mapping.Inline(mapping.Sales, "total=Gesamtbetrag, number=Bon Nr")
	require.NoError(t, err)
	b := m.Bind([]string{"Bon Nr", "Gesamtbetrag", "Betrag"})
	assert.Equal(t, 0, b.Column(mapping.Number))
	assert.Equal(t, 1, b.Column(mapping.Total))
	assert.Equal(t, -1, b.Column(mapping.Tender))
	for _, bad := range []string{"", "total", "sum=Betrag", "total="} {
		_, err := mapping.Inline(mapping.Sales, bad)
		assert.Error(t, err, bad)
	}
	for _, bad := range []string{"", "{}", `{"kind":"sales","columns":{"sum":["x"]}}`, `{"kind":"receipts"}`, `{"kind":"sales","colums":{}}`} {
		_, err := mapping.Parse([]byte(bad), "mine.json")
		assert.ErrorContains(t, err, "mine.json", bad)
	}
}
