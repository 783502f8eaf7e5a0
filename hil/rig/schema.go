package rig

import (
	"encoding/json"
	"fmt"

	"github.com/google/jsonschema-go/jsonschema"
)

// Schema returns the JSON Schema of rig files (draft 2020-12), for editors.
func Schema() ([]byte, error) {
	s, err := jsonschema.For[File](nil)
	if err != nil {
		return nil, fmt.Errorf("making the schema: %w", err)
	}
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.Title = "A stormrig rig file"
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the schema: %w", err)
	}
	return append(out, '\n'), nil
}
