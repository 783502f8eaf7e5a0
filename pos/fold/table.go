package fold

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"stormrig/pos"
)

// Change is one record that differs from the last checkpoint: Value nil means
// that the record is gone.
type Change struct {
	Key   string
	Value []byte
}

// table is a map whose changes since the last checkpoint are known. Values
// must not be altered in place.
type table[V any] struct {
	prefix string // of the record keys, "stock/"
	m      map[string]V
	dirty  map[string]struct{}
}

func newTable[V any](prefix string) table[V] {
	return table[V]{prefix: prefix, m: map[string]V{}, dirty: map[string]struct{}{}}
}

func (t *table[V]) get(k string) (V, bool) { v, ok := t.m[k]; return v, ok }

func (t *table[V]) put(k string, v V) {
	t.m[k] = v
	t.dirty[k] = struct{}{}
}

func add[V int64 | pos.Amount](t *table[V], k string, by V) {
	sum, _ := t.get(k)
	t.put(k, sum+by)
}

func (t *table[V]) del(k string) {
	if _, ok := t.m[k]; ok {
		delete(t.m, k)
		t.dirty[k] = struct{}{}
	}
}

func (t *table[V]) keys() []string { return slices.Sorted(maps.Keys(t.m)) }

func (t *table[V]) clone() table[V] {
	return table[V]{prefix: t.prefix, m: maps.Clone(t.m), dirty: maps.Clone(t.dirty)}
}

// store is a table of any value type.
type store interface {
	changes(all bool) ([]Change, error)
	clean()
	load(key string, value []byte) (mine bool, err error)
	records() ([]Change, error)
}

func (t *table[V]) changes(all bool) ([]Change, error) {
	keys := slices.Collect(maps.Keys(t.dirty))
	if all {
		keys = slices.Collect(maps.Keys(t.m))
	}
	slices.Sort(keys)
	out := make([]Change, 0, len(keys))
	for _, k := range keys {
		c := Change{Key: t.prefix + k}
		if v, ok := t.m[k]; ok {
			b, err := json.Marshal(v)
			if err != nil {
				return nil, fmt.Errorf("record %s: %w", c.Key, err)
			}
			c.Value = b
		}
		out = append(out, c)
	}
	return out, nil
}

func (t *table[V]) records() ([]Change, error) { return t.changes(true) }

func (t *table[V]) clean() { clear(t.dirty) }

func (t *table[V]) load(key string, value []byte) (bool, error) {
	k, ok := strings.CutPrefix(key, t.prefix)
	if !ok {
		return false, nil
	}
	var v V
	if err := json.Unmarshal(value, &v); err != nil {
		return true, fmt.Errorf("record %s: %w", key, err)
	}
	t.m[k] = v
	return true, nil
}
