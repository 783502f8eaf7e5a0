package explore

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"stormrig/pos/fold"
)

// The hash of a state made of what changed is the hash of all of it.
func TestSumsOfChanges(t *testing.T) {
	all := func(records map[string]string) *sums {
		s := &sums{each: map[string][32]byte{}}
		for k, v := range records {
			h := sumOf(fold.Change{Key: k, Value: []byte(v)})
			s.each[k] = h
			xor(&s.all, h)
		}
		return s
	}
	was := all(map[string]string{"a": "1", "b": "2", "c": "3"})
	change := func(k, v string) fold.Change { return fold.Change{Key: k, Value: []byte(v)} }
	assert.Equal(t, was.all, was.with(nil))
	assert.Equal(t, was.all, was.with([]fold.Change{change("a", "1")}), "written again as it was")
	assert.Equal(t, all(map[string]string{"a": "9", "b": "2", "d": "4"}).all,
		was.with([]fold.Change{change("a", "9"), {Key: "c"}, change("d", "4"), {Key: "e"}}))
	assert.NotEqual(t, was.all, was.with([]fold.Change{change("a", "2")}))
	assert.NotEqual(t, all(map[string]string{"ab": "c"}).all, all(map[string]string{"a": "bc"}).all)
}
