package files_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/jsonschema-go/jsonschema"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/files"
	"stormrig/scenarios/spec"
)

func resolve(t *testing.T, text []byte, err error) *jsonschema.Resolved {
	t.Helper()
	require.NoError(t, err)
	var s jsonschema.Schema
	require.NoError(t, json.Unmarshal(text, &s))
	r, err := s.Resolve(nil)
	require.NoError(t, err)
	return r
}

func validate(t *testing.T, r *jsonschema.Resolved, text []byte) error {
	t.Helper()
	asJSON, err := yaml.YAMLToJSON(text)
	require.NoError(t, err)
	var v any
	require.NoError(t, json.Unmarshal(asJSON, &v))
	return r.Validate(v)
}

// An editor that knows the schema must not complain about our own files.
func TestBuiltInFilesFitTheSchema(t *testing.T) {
	scenario, err := spec.Schema()
	r := resolve(t, scenario, err)
	for _, name := range files.Names() {
		text, err := files.Text(name)
		require.NoError(t, err)
		assert.NoError(t, validate(t, r, text), name)
	}
	assert.Error(t, validate(t, r, []byte("scenario: x\n")))
	catalogue, err := spec.CatalogueSchema()
	r = resolve(t, catalogue, err)
	for _, name := range files.Catalogues() {
		text, err := os.ReadFile("catalogues/" + name + ".yaml")
		require.NoError(t, err)
		assert.NoError(t, validate(t, r, text), name)
	}
	assert.Error(t, validate(t, r, []byte("catalogue: x\n")))
}
