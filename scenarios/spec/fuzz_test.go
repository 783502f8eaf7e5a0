package spec_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos"
	"stormrig/scenarios/files"
	"stormrig/scenarios/spec"
)

// boutique is parsed once: a fuzzing run should spend its time elsewhere.
func boutique(t testing.TB) spec.Finder {
	c, err := files.Catalogue("boutique")
	require.NoError(t, err)
	return func(string) (*pos.Catalogue, error) { return c, nil }
}

// FuzzScenario: no text makes Parse panic or hang; what it takes it can write
// and take again with the same meaning; what it refuses has a place.
func FuzzScenario(f *testing.F) {
	for _, name := range files.Names() {
		text, err := files.Text(name)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(right))
	f.Add([]byte("a: [\n"))
	f.Add([]byte("{a: {b: [c, {d}]}}"))
	find := boutique(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := spec.Parse("fuzz.yaml", text, find)
		if err != nil {
			checkPlaces(t, err)
			return
		}
		again, err := spec.Parse("again.yaml", s.File.YAML(), find)
		require.NoError(t, err, string(s.File.YAML()))
		again.File, s.File = nil, nil
		assert.Equal(t, s, again)
	})
}

// FuzzCatalogue: the same for catalogues.
func FuzzCatalogue(f *testing.F) {
	f.Add([]byte(rightCatalogue))
	c, err := files.Catalogue("bakery")
	require.NoError(f, err)
	f.Add(spec.Describe(c).YAML())
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := spec.ParseCatalogue("fuzz.yaml", text)
		if err != nil {
			checkPlaces(t, err)
			return
		}
		again, err := spec.ParseCatalogue("again.yaml", spec.Describe(c).YAML())
		require.NoError(t, err, string(spec.Describe(c).YAML()))
		assert.Equal(t, c, again)
	})
}

func checkPlaces(t *testing.T, err error) {
	all, ok := err.(spec.Errors)
	require.True(t, ok, "%T", err)
	require.NotEmpty(t, all)
	for _, e := range all {
		assert.Positive(t, e.Line)
		assert.Positive(t, e.Column)
		assert.NotEmpty(t, e.Msg)
	}
	assert.NotEmpty(t, err.Error())
}
