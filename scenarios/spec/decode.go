package spec

import (
	"fmt"
	"reflect"
	"slices"
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
	unread map[string]bool // paths whose value could not be read
	amiss  map[string]bool // paths with an error at them or in them
	doubt  map[string]bool // paths of maps with a key or a value that was not understood
}

// fail reports an error of a path at a place.
func (d *decoder) fail(path string, s spot, err error) {
	for p := path; ; p = around(p) {
		if d.amiss[p] = true; p == "" {
			break
		}
	}
	msg, hint := split(err)
	text := ""
	if s.line >= 1 && s.line <= len(d.lines) {
		text = d.lines[s.line-1]
	}
	d.errs = append(d.errs, &Error{File: d.name, Line: s.line, Column: s.column, Width: s.width, Text: text, Msg: msg, Hint: hint})
}

// around is the path of what a path lies in: "weather[2].of", "weather[2]",
// "weather", "".
func around(path string) string { return path[:max(strings.LastIndexAny(path, ".["), 0)] }

// failAt reports an error at the value of a path, or at the nearest thing
// around it that is in the file. What could not be read has its error already.
func (d *decoder) failAt(path string, err error) {
	if !d.read(path) {
		return
	}
	for p := path; ; p = around(p) {
		if s, ok := d.values[p]; ok {
			d.fail(path, s, err)
			return
		}
		if p == "" {
			break
		}
	}
	d.fail(path, spot{1, 1, 1}, err)
}

// failMissing reports what a map does not say, unless one of its keys or values
// was not understood: that may have been it.
func (d *decoder) failMissing(path string, err error) {
	if !d.doubt[path] {
		d.failAt(path, err)
	}
}

// read tells whether a path and all around it could be read.
func (d *decoder) read(path string) bool {
	for p := path; ; p = around(p) {
		if d.unread[p] {
			return false
		}
		if p == "" {
			return true
		}
	}
}

// sound tells whether nothing is wrong at the paths and in them, so that a check
// may rest on them.
func (d *decoder) sound(paths ...string) bool {
	for _, p := range paths {
		if d.amiss[p] || !d.read(p) {
			return false
		}
	}
	return true
}

// failKey reports an error at the key of a path.
func (d *decoder) failKey(path string, err error) {
	if s, ok := d.keys[path]; ok {
		d.fail(path, s, err)
		return
	}
	d.failAt(path, err)
}

// failRead reports a value that cannot be read.
func (d *decoder) failRead(path string, s spot, err error) {
	d.unread[path], d.doubt[around(path)] = true, true
	d.fail(path, s, err)
}

func (d *decoder) value(n ast.Node, v reflect.Value, path string) {
	d.values[path] = spotOf(n)
	switch n := n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		d.failRead(path, spotOf(n), wrong("write the value out", "anchors, aliases and tags are not read"))
		return
	case *ast.NullNode:
		d.failRead(path, spotOf(n), wrong("write a value or leave the key out", "%s has no value", last(path)))
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
		d.failRead(path, spotOf(n), wrong("", "%s wants one value, not a %s", last(path), kindOf(n)))
		return
	}
	if err := parse(text); err != nil {
		msg, hint := split(err)
		d.failRead(path, spotOf(n), wrong(hint, "%s: %s", last(path), msg))
	}
}

func (d *decoder) list(n ast.Node, v reflect.Value, path string) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		d.failRead(path, spotOf(n), wrong("write it like [a, b], or one item a line after dashes", "%s wants a list, not a %s", last(path), kindOf(n)))
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
	d.failRead(path, spotOf(n), wrong("write it like {key: value}, or one 'key: value' a line", "%s wants keys with values, not a %s", last(path), kindOf(n)))
	return nil, false
}

// entry is one key of a map and its value.
type entry struct {
	name  string
	spot  spot
	value ast.Node
}

// entries returns the entries of a map; a key that stands twice counts once.
func (d *decoder) entries(n ast.Node, path string) ([]entry, bool) {
	pairs, ok := d.pairs(n, path)
	var out []entry
	first := map[string]spot{}
	for _, p := range pairs {
		s := spotOf(p.Key)
		name, isText := scalarText(p.Key)
		at, twice := first[name]
		switch {
		case p.Key.Type() == ast.MergeKeyType:
			d.failRead(path, s, wrong("write its keys out", "merging is not read"))
		case !isText:
			d.failRead(path, s, wrong("write it like 'key: value'", "this is no key"))
		case twice:
			d.fail(path, s, wrong("a key stands once in a map; write a second map for a second one", "key %q already defined at [%d:%d]", name, at.line, at.column))
		default:
			first[name] = s
			out = append(out, entry{name, s, p.Value})
		}
	}
	return out, ok
}

func (d *decoder) ordered(n ast.Node, m ordered, path string) {
	entries, _ := d.entries(n, path)
	for _, e := range entries {
		sub := join(path, e.name)
		d.keys[sub] = e.spot
		d.value(e.value, reflect.ValueOf(m.add(e.name)).Elem(), sub)
	}
}

// chooser is a map of which not all keys go together: it names those that may
// stand beside the written ones, for suggestions.
type chooser interface {
	choose(written []string, i int, all []string) []string
}

// structure reads the keys of a map. A misspelt one is an error and is read as
// what was most likely meant, so that what rests on it can be checked, too.
func (d *decoder) structure(n ast.Node, v reflect.Value, path string) {
	entries, ok := d.entries(n, path)
	if !ok {
		return
	}
	fields := fieldsOf(v.Type())
	var written []string
	for _, e := range entries {
		written = append(written, e.name)
	}
	for i, e := range entries {
		key, names := e.name, fields.names
		if c, ok := v.Interface().(chooser); ok {
			names = c.choose(written, i, names)
		}
		if _, known := fields.index[key]; !known {
			d.fail(join(path, key), e.spot, wrong(meant(key, names), "%s has no key %q", what(path), key))
			d.doubt[path] = true
			if key = Near(key, names); key == "" || slices.Contains(written, key) {
				continue
			}
			written[i] = key
		}
		sub := join(path, key)
		d.keys[sub] = e.spot
		d.value(e.value, v.Field(fields.index[key]), sub)
	}
	for _, key := range fields.required {
		if sub := join(path, key); !slices.Contains(written, key) {
			d.failRead(sub, spotOf(n), wrong(key+": "+fields.says[key], "%s has no %q", what(path), key))
		}
	}
}

type fields struct {
	index    map[string]int
	names    []string
	required []string
	says     map[string]string
}

// fieldsOf reads the keys of a struct and what they are from its tags; a key
// without omitempty is required.
func fieldsOf(t reflect.Type) fields {
	f := fields{index: map[string]int{}, says: map[string]string{}}
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		name, opts, _ := strings.Cut(tag.Get("json"), ",")
		f.index[name], f.says[name] = i, tag.Get("jsonschema")
		f.names = append(f.names, name)
		if opts != "omitempty" {
			f.required = append(f.required, name)
		}
	}
	return f
}
