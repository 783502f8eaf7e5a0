// Package simtest helps to test that copies are copies.
package simtest

import (
	"fmt"
	"reflect"
	"sort"
	"unsafe"
)

// Immutable names what may be shared although it is reached by pointer: types
// as reflect prints them ("*sim.topology") and fields ("machine.Input.Data").
type Immutable []string

// Known is what the packages of the world share on purpose: the layout, bytes
// once they are on a wire, and values once they were told.
func Known() Immutable {
	return Immutable{
		"*sim.topology", "sim.transfer.data", "sim.Act.Data",
		"machine.Input.Data", "machine.Output.Data", "machine.Output.Tell",
		"sim.seen.chunk", "*time.Location",
	}
}

// Shared walks two values and returns the changeable memory that can be
// reached from both: pointers, slices and maps. An empty answer proves that
// neither can change the other. Function values are reported too, since what
// they hold cannot be seen.
func Shared(a, b any, immutable Immutable) []string {
	skip := make(map[string]bool, len(immutable))
	for _, name := range immutable {
		skip[name] = true
	}
	left, right := walk(a, skip), walk(b, skip)
	found := append(left.opaque, overlaps(left.blocks, right.blocks)...)
	sort.Strings(found)
	return found
}

// block is a piece of memory and how it was reached.
type block struct {
	from, to uintptr
	path     string
}

type walker struct {
	skip   map[string]bool
	seen   map[visit]bool
	blocks []block
	opaque []string
}

type visit struct {
	at  uintptr
	len int
	typ reflect.Type
}

func walk(v any, skip map[string]bool) *walker {
	w := &walker{skip: skip, seen: map[visit]bool{}}
	w.value(reflect.ValueOf(v), reflect.TypeOf(v).String())
	return w
}

func (w *walker) value(v reflect.Value, path string) {
	if !v.IsValid() || w.skip[v.Type().String()] {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		w.pointer(v, path)
	case reflect.Slice:
		w.slice(v, path)
	case reflect.Map:
		w.maps(v, path)
	case reflect.Interface:
		w.value(v.Elem(), path)
	case reflect.Array:
		for i := range v.Len() {
			w.value(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; !w.skip[v.Type().String()+"."+name] {
				w.value(v.Field(i), path+"."+name)
			}
		}
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		if !v.IsNil() {
			w.opaque = append(w.opaque, fmt.Sprintf("%s is a %s, whose memory cannot be seen", path, v.Kind()))
		}
	}
}

// enter notes a piece of memory; false if it was walked before.
func (w *walker) enter(at unsafe.Pointer, n int, size uintptr, typ reflect.Type, path string) bool {
	from := uintptr(at)
	if v := (visit{from, n, typ}); from == 0 || w.seen[v] {
		return false
	} else {
		w.seen[v] = true
	}
	if size > 0 {
		w.blocks = append(w.blocks, block{from, from + size, path})
	}
	return true
}

func (w *walker) pointer(v reflect.Value, path string) {
	if w.enter(v.UnsafePointer(), 1, v.Type().Elem().Size(), v.Type(), path) {
		w.value(v.Elem(), path)
	}
}

func (w *walker) slice(v reflect.Value, path string) {
	size := uintptr(v.Cap()) * v.Type().Elem().Size()
	if !w.enter(v.UnsafePointer(), v.Len(), size, v.Type(), path) || flat(v.Type().Elem()) {
		return
	}
	for i := range v.Len() {
		w.value(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
}

// flat tells whether a type holds no references.
func flat(t reflect.Type) bool {
	k := t.Kind()
	return k >= reflect.Bool && k <= reflect.Complex128 || k == reflect.String
}

func (w *walker) maps(v reflect.Value, path string) {
	if !w.enter(v.UnsafePointer(), v.Len(), 1, v.Type(), path) {
		return
	}
	for it := v.MapRange(); it.Next(); {
		w.value(it.Key(), path+"[key]")
		w.value(it.Value(), fmt.Sprintf("%s[%v]", path, it.Key()))
	}
}

// overlaps returns where memory of a and b is the same.
func overlaps(a, b []block) []string {
	byFrom := func(s []block) func(i, j int) bool { return func(i, j int) bool { return s[i].from < s[j].from } }
	sort.Slice(a, byFrom(a))
	sort.Slice(b, byFrom(b))
	longest := uintptr(0)
	for _, x := range b {
		longest = max(longest, x.to-x.from)
	}
	var found []string
	for _, x := range a {
		i := sort.Search(len(b), func(i int) bool { return b[i].from+longest > x.from })
		for ; i < len(b) && b[i].from < x.to; i++ {
			if b[i].to > x.from {
				found = append(found, x.path+" is also "+b[i].path)
			}
		}
	}
	return found
}
