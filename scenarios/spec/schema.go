package spec

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/google/jsonschema-go/jsonschema"
)

// Schema returns the JSON Schema of the scenario file (draft 2020-12), for
// editors. It is made from [File]; it says what can be written, not what fits
// together: that is [Parse]'s work.
func Schema() ([]byte, error) { return schemaOf[File]("A stormrig scenario", dressFile) }

// CatalogueSchema returns the JSON Schema of a catalogue file.
func CatalogueSchema() ([]byte, error) {
	return schemaOf[CatalogueFile]("A stormrig catalogue", func(s *jsonschema.Schema) { dressCatalogue(s) })
}

func schemaOf[T any](title string, dress func(*jsonschema.Schema)) ([]byte, error) {
	s, err := jsonschema.For[T](&jsonschema.ForOptions{TypeSchemas: leaves()})
	if err != nil {
		return nil, fmt.Errorf("making the schema: %w", err)
	}
	notNull(s)
	dress(s)
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.Title = title
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the schema: %w", err)
	}
	return append(out, '\n'), nil
}

const (
	durationPattern = `([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+`
	clockPattern    = `([0-9]{4}-[0-9]{2}-[0-9]{2} )?[0-9]{2}:[0-9]{2}(:[0-9]{2})?( (first|second))?`
	percentPattern  = `[0-9]+(\.[0-9]{1,2})? ?%`
)

func text(pattern string, examples ...any) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: "^" + pattern + "$", Examples: examples}
}

// leaves gives the form of each type that is written as one text.
func leaves() map[reflect.Type]*jsonschema.Schema {
	number := text(`[0-9]+\.\.[0-9]+`, "1..3")
	number.Types, number.Type = []string{"integer", "string"}, ""
	lines := text(`([0-9]+ x )?[^ ].*`, "coffee", "2 x coffee")
	duration := func() *jsonschema.Schema { return text(durationPattern, "3h", "1h30m", "500ms") }
	return map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[Duration]():        duration(),
		reflect.TypeFor[Durations]():       text(durationPattern+`(\.\.`+durationPattern+`)?`, "0s..5s"),
		reflect.TypeFor[Jump]():            text(`[+-]?`+durationPattern, "-1h"),
		reflect.TypeFor[Clock]():           text(clockPattern, "14:02", "2026-07-18 10:00"),
		reflect.TypeFor[At]():              text(`(`+clockPattern+`|`+percentPattern+`)`, "14:02", "50%"),
		reflect.TypeFor[Percent]():         text(percentPattern, "60%"),
		reflect.TypeFor[PPM]():             text(`[+-]?[0-9]+ ?ppm`, "200 ppm"),
		reflect.TypeFor[Size]():            size(),
		reflect.TypeFor[Money]():           text(`[A-Z]{3} [0-9]+(\.[0-9]+)?`, "PHP 1290.00"),
		reflect.TypeFor[Range]():           number,
		reflect.TypeFor[Line]():            lines,
		reflect.TypeFor[Of]():              text(`([a-z]+ of )?(storm )?sale [0-9]+`, "storm sale 12", "approval of sale 2"),
		reflect.TypeFor[InTime]():          text(`[a-z]+ and [a-z]+`, "approval and record"),
		reflect.TypeFor[Decimal]():         {Type: "integer", Minimum: new(float64)},
		reflect.TypeFor[Named[Duration]](): {Type: "object", AdditionalProperties: duration()},
		reflect.TypeFor[Named[Percent]]():  {Type: "object", AdditionalProperties: text(percentPattern, "60%")},
		reflect.TypeFor[Named[Decimal]]():  {Type: "object", AdditionalProperties: &jsonschema.Schema{Type: "integer", Minimum: new(float64)}},
		reflect.TypeFor[Named[TillFile]](): named[TillFile](),
	}
}

func size() *jsonschema.Schema { return text(`[0-9]+ ?(B|KB|kB|MB|GB|KiB|MiB|GiB)`, "64 KB") }

func named[T any]() *jsonschema.Schema {
	s, err := jsonschema.For[T](&jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{reflect.TypeFor[Size](): size()}})
	if err != nil {
		panic(err) // T is one of ours and plain
	}
	return &jsonschema.Schema{Type: "object", AdditionalProperties: s}
}

// notNull takes null out: a key without a value is an error here.
func notNull(s *jsonschema.Schema) {
	if s == nil {
		return
	}
	var types []string
	for _, t := range s.Types {
		if t != "null" {
			types = append(types, t)
		}
	}
	if s.Types = types; len(types) == 1 {
		s.Type, s.Types = types[0], nil
	}
	for _, p := range s.Properties {
		notNull(p)
	}
	notNull(s.Items)
	if s.AdditionalProperties != nil && s.AdditionalProperties.Not == nil {
		notNull(s.AdditionalProperties)
	}
}

// enum limits a property to words.
func enum(s *jsonschema.Schema, words ...string) {
	for _, w := range words {
		s.Enum = append(s.Enum, w)
	}
}

func dressFile(s *jsonschema.Schema) {
	till := s.Properties["tills"].AdditionalProperties.Properties
	enum(till["devices"].Items, deviceOrder...)
	enum(till["dongle"], dongles...)
	enum(till["printer"], printerMakes...)
	enum(till["actor"], ActorCashier, ActorAssistant)
	enum(till["backlog"], BacklogPrint, BacklogAsk, BacklogDrop)
	enum(s.Properties["sales"].Items.Properties["pay"], "cash", "card")
	dressCatalogue(s.Properties["catalogue"])
	fault := s.Properties["weather"].Items
	for _, k := range Kinds() {
		fault.OneOf = append(fault.OneOf, &jsonschema.Schema{Required: []string{string(k)}})
	}
	enum(fault.Properties["during"], spans...)
	enum(fault.Properties["one-way"], "in", "out")
	enum(fault.Properties["battery"], "flat")
	enum(fault.Properties["fail"], diskFailures...)
	enum(fault.Properties["when"], "drawn")
}

// dressCatalogue lets sizes be written as numbers.
func dressCatalogue(s *jsonschema.Schema) {
	options := s.Properties["items"].Items.Properties["variants"].Items.Properties["options"].Items
	options.Type, options.Types = "", []string{"string", "integer"}
}
