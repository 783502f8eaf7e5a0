package spec

import "reflect"

// Key is a key that a scenario file can have.
type Key struct {
	Path string // "payment.caps.each"; a till's has no name in it: "tills.devices"
	Says string // what it is, in a few words
}

// Keys lists the keys of a scenario file in its order, those of a map after it.
func Keys() []Key { return keysOf(reflect.TypeFor[File](), "") }

func keysOf(t reflect.Type, path string) (out []Key) {
	fields := fieldsOf(t)
	for i, name := range fields.names {
		sub := join(path, name)
		out = append(out, Key{sub, fields.says[name]})
		if in := mapIn(t.Field(i).Type); in != nil {
			out = append(out, keysOf(in, sub)...)
		}
	}
	return out
}

// mapIn is the map with fixed keys that a value is or is made of; nil for a leaf
// or a map of any names with leaves.
func mapIn(t reflect.Type) reflect.Type {
	for {
		_, leaf := reflect.New(t).Interface().(scalar)
		_, named := reflect.New(t).Interface().(ordered)
		switch {
		case leaf:
			return nil
		case named:
			value, _ := t.Elem().FieldByName("Value")
			t = value.Type
		case t.Kind() == reflect.Pointer, t.Kind() == reflect.Slice:
			t = t.Elem()
		case t.Kind() == reflect.Struct:
			return t
		default:
			return nil
		}
	}
}
