package spec

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// scalar is a leaf of the document that reads its own text.
type scalar interface{ parse(string) error }

// ordered is a map that keeps its order.
type ordered interface{ add(name string) any }

// spot is a place in the text.
type spot struct{ line, column, width int }

// decoder walks the tree and fills a value. It goes on after an error, so
// that a person sees all of them at once, and remembers where everything
// stood, so that later checks can point at it.
type decoder struct {
	name   string
	lines  []string
	errs   Errors
	values map[string]spot // by path: "weather[2].of"
	keys   map[string]spot
}

func (d *decoder) fail(s spot, err error) {
	msg, hint := split(err)
	text := ""
	if s.line >= 1 && s.line <= len(d.lines) {
		text = d.lines[s.line-1]
	}
	d.errs = append(d.errs, &Error{File: d.name, Line: s.line, Column: s.column, Width: s.width, Text: text, Msg: msg, Hint: hint})
}

// failAt reports an error at the value of a path, or at the nearest thing
// around it that is in the file.
func (d *decoder) failAt(path string, err error) {
	for p := path; ; {
		if s, ok := d.values[p]; ok {
			d.fail(s, err)
			return
		}
		i := strings.LastIndexAny(p, ".[")
		if i < 0 {
			break
		}
		p = p[:i]
	}
	d.fail(spot{1, 1, 1}, err)
}

// failKey reports an error at the key of a path.
func (d *decoder) failKey(path string, err error) {
	if s, ok := d.keys[path]; ok {
		d.fail(s, err)
		return
	}
	d.failAt(path, err)
}

func (d *decoder) value(n ast.Node, v reflect.Value, path string) {
	d.values[path] = spotOf(n)
	switch n := n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		d.fail(spotOf(n), wrong("write the value out", "anchors, aliases and tags are not read"))
		return
	case *ast.NullNode:
		d.fail(spotOf(n), wrong("write a value or leave the key out", "%s has no value", last(path)))
		return
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if s, ok := v.Addr().Interface().(scalar); ok {
		d.scalar(n, path, s.parse)
		return
	}
	if m, ok := v.Addr().Interface().(ordered); ok {
		d.ordered(n, m, path)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.structure(n, v, path)
	case reflect.Slice:
		d.list(n, v, path)
	default:
		d.scalar(n, path, func(s string) error { return basic(s, v) })
	}
}

// basic reads the plain kinds.
func basic(s string, v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Bool:
		if s != "true" && s != "false" {
			return wrong("write true or false", "%q is neither true nor false", s)
		}
		v.SetBool(s == "true")
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return wrong("", "%q is not a whole number", s)
		}
		if n < 0 {
			return wrong("", "%q is negative", s)
		}
		v.SetInt(n)
	default:
		panic("spec: cannot decode " + v.Type().String())
	}
	return nil
}

func (d *decoder) scalar(n ast.Node, path string, parse func(string) error) {
	text, ok := scalarText(n)
	if !ok {
		d.fail(spotOf(n), wrong("", "%s wants one value, not a %s", last(path), kindOf(n)))
		return
	}
	if err := parse(text); err != nil {
		msg, hint := split(err)
		d.fail(spotOf(n), wrong(hint, "%s: %s", last(path), msg))
	}
}

func (d *decoder) list(n ast.Node, v reflect.Value, path string) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		d.fail(spotOf(n), wrong("write it like [a, b], or one item a line after dashes", "%s wants a list, not a %s", last(path), kindOf(n)))
		return
	}
	out := reflect.MakeSlice(v.Type(), len(seq.Values), len(seq.Values))
	for i, item := range seq.Values {
		d.value(item, out.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
	v.Set(out)
}

// pairs returns the entries of a map; goccy has two shapes for one.
func (d *decoder) pairs(n ast.Node, path string) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	d.fail(spotOf(n), wrong("write it like {key: value}, or one 'key: value' a line", "%s wants keys with values, not a %s", last(path), kindOf(n)))
	return nil, false
}

func (d *decoder) key(n ast.MapKeyNode) (string, bool) {
	key, ok := scalarText(n)
	if !ok {
		d.fail(spotOf(n), wrong("write it like 'key: value'", "this is no key"))
	}
	return key, ok
}

func (d *decoder) ordered(n ast.Node, m ordered, path string) {
	pairs, _ := d.pairs(n, path)
	for _, p := range pairs {
		if key, ok := d.key(p.Key); ok {
			sub := join(path, key)
			d.keys[sub] = spotOf(p.Key)
			d.value(p.Value, reflect.ValueOf(m.add(key)).Elem(), sub)
		}
	}
}

func (d *decoder) structure(n ast.Node, v reflect.Value, path string) {
	pairs, ok := d.pairs(n, path)
	if !ok {
		return
	}
	fields := fieldsOf(v.Type())
	misspelt := map[string]bool{}
	for _, p := range pairs {
		key, ok := d.key(p.Key)
		if !ok {
			continue
		}
		i, known := fields.index[key]
		if !known {
			d.fail(spotOf(p.Key), wrong(meant(key, fields.names), "%s has no key %q", what(path), key))
			misspelt[Near(key, fields.names)] = true
			continue
		}
		sub := join(path, key)
		d.keys[sub] = spotOf(p.Key)
		d.value(p.Value, v.Field(i), sub)
	}
	for _, key := range fields.required {
		if _, ok := d.keys[join(path, key)]; !ok && !misspelt[key] {
			d.fail(spotOf(n), wrong("", "%s has no %q", what(path), key))
		}
	}
}

type fields struct {
	index    map[string]int
	names    []string
	required []string
}

// fieldsOf reads the keys of a struct from its JSON tags; a key without
// omitempty is required.
func fieldsOf(t reflect.Type) fields {
	f := fields{index: map[string]int{}}
	for i := range t.NumField() {
		name, opts, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		f.index[name] = i
		f.names = append(f.names, name)
		if opts != "omitempty" {
			f.required = append(f.required, name)
		}
	}
	return f
}
