package simtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"stormrig/sim/simtest"
)

type inner struct{ n int }

type thing struct {
	p *inner
	s []int
	m map[string]*inner
	i any
	f func()
	w [2]*inner
}

func TestSharedFindsEverySharing(t *testing.T) {
	one := &inner{1}
	numbers := make([]int, 2, 8)
	names := map[string]*inner{"a": {2}}
	cases := []struct {
		name string
		a, b thing
		want int
	}{
		{"nothing", thing{p: &inner{}, s: []int{1}}, thing{p: &inner{}, s: []int{1}}, 0},
		{"a pointer", thing{p: one}, thing{p: one}, 1},
		{"a pointer in an array", thing{w: [2]*inner{nil, one}}, thing{p: one}, 1},
		{"a slice", thing{s: numbers}, thing{s: numbers}, 1},
		{"the spare room of a slice", thing{s: numbers[:1]}, thing{s: numbers[1:]}, 1},
		{"a map and what is in it", thing{m: names}, thing{m: names}, 2},
		{"only what is in a map", thing{m: map[string]*inner{"x": one}}, thing{m: map[string]*inner{"x": one}}, 1},
		{"within an interface", thing{i: one}, thing{i: one}, 1},
		{"a function", thing{f: func() {}}, thing{}, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			assert.Len(t, simtest.Shared(&c.a, &c.b, nil), c.want)
		})
	}
}

func TestSharedAllowsWhatIsImmutable(t *testing.T) {
	one := &inner{1}
	a, b := &thing{p: one, s: []int{1}}, &thing{p: one}
	b.s = a.s
	assert.Len(t, simtest.Shared(a, b, nil), 2)
	assert.Len(t, simtest.Shared(a, b, simtest.Immutable{"*simtest_test.inner"}), 1)
	assert.Empty(t, simtest.Shared(a, b, simtest.Immutable{"simtest_test.thing.p", "simtest_test.thing.s"}))
}
