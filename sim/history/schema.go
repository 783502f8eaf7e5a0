package history

import (
	"encoding/json"
	"reflect"
	"strings"
)

// JSONSchema returns the JSON Schema (draft 2020-12) of one line of a history,
// indented. It is made from the Go types, so it cannot drift from them.
func JSONSchema() []byte {
	defs := make(map[string]any)
	root := structSchema(reflect.TypeFor[Event](), defs)
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "stormrig history: one line of history.jsonl"
	kinds := make([]any, 0, 64)
	for _, k := range Kinds() {
		kinds = append(kinds, map[string]any{
			"const": k.Kind, "description": k.Text + " (level " + string(rune('0'+k.Level)) + ")",
		})
	}
	root["properties"].(map[string]any)["kind"] = map[string]any{"oneOf": kinds}
	root["$defs"] = defs
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil { // maps of strings only: cannot happen
		panic(err)
	}
	return append(out, '\n')
}

func structSchema(t reflect.Type, defs map[string]any) map[string]any {
	props := make(map[string]any)
	required := []string{}
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		props[name] = typeSchema(t.Field(i).Type, defs)
		if options != "omitempty" {
			required = append(required, name)
		}
	}
	return map[string]any{
		"type": "object", "properties": props, "required": required, "additionalProperties": false,
	}
}

func typeSchema(t reflect.Type, defs map[string]any) map[string]any {
	if t == reflect.TypeFor[json.RawMessage]() {
		return map[string]any{"description": "the journal entry's own bytes, any JSON on one line"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeSchema(t.Elem(), defs)
	case reflect.Struct:
		if _, ok := defs[t.Name()]; !ok {
			defs[t.Name()] = true // a place for types that name themselves
			defs[t.Name()] = structSchema(t, defs)
		}
		return map[string]any{"$ref": "#/$defs/" + t.Name()}
	case reflect.Slice:
		return map[string]any{"type": []string{"array", "null"}, "items": typeSchema(t.Elem(), defs)}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": typeSchema(t.Elem(), defs)}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Uint32, reflect.Uint64:
		return map[string]any{"type": "integer", "minimum": 0}
	}
	return map[string]any{"type": "integer"}
}
