package till

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos"
)

// What was opened once serves every disk that has the same book, and no start
// leaves a trace in it.
func TestRecoverOnWhatWasOpened(t *testing.T) {
	for _, damaged := range []bool{false, true} {
		b := newBench(t)
		b.start()
		b.sell(4)
		b.stop()
		b.start()
		if damaged {
			f, err := b.disk.Open("book/book.db")
			require.NoError(t, err)
			_, err = f.WriteAt(make([]byte, 4096), 0)
			require.NoError(t, err)
			require.NoError(t, f.Sync())
		}
		for range 4 {
			b.do(pos.Pressed{Word: "yes"})
		}
		b.sell(1)
		var opened *Opened
		states := 0
		for _, p := range b.disk.CutPoints() {
			for _, s := range b.disk.States(p.At) {
				states++
				whole := New(testConfig(), b.disk.Fork(s), 9)
				want, err := whole.Recover()
				require.NoError(t, err)
				half := New(testConfig(), b.disk.Fork(s), 9)
				if opened == nil {
					opened, err = half.OpenBook()
					require.NoError(t, err)
				}
				got, err := half.RecoverOn(opened)
				require.NoError(t, err)
				assert.Equal(t, want, got)
				assert.Equal(t, changes(t, whole), changes(t, half))
				if states%5 == 0 { // it can be worked with
					half.rebuild(&Result{})
					assert.Equal(t, damaged, want.Rebuilt != "")
				}
			}
		}
		assert.Greater(t, states, 10)
	}
}

func changes(t *testing.T, on *Till) map[string]string {
	all, err := on.State().Changes(true)
	require.NoError(t, err)
	out := map[string]string{}
	for _, c := range all {
		out[c.Key] = string(c.Value)
	}
	return out
}

func TestBooksThatSayTheSame(t *testing.T) {
	b := newBench(t)
	b.start()
	b.sell(2)
	b.stop()
	open := func() *Opened {
		o, err := New(testConfig(), b.disk, 9).OpenBook()
		require.NoError(t, err)
		return o
	}
	first, again := open(), open()
	New(testConfig(), b.disk, 9).LoadBook(first)
	a, whole := first.Sum()
	assert.True(t, whole)
	c, _ := again.Sum()
	assert.Equal(t, a, c)
	like := New(testConfig(), b.disk, 9)
	_, err := like.RecoverOn(again.Like(first))
	require.NoError(t, err)
	assert.Equal(t, int64(2), like.State().Till().Number)
	b.start()
	b.sell(1)
	b.stop()
	d, _ := open().Sum()
	assert.NotEqual(t, a, d)
	b.remove("book")
	_, whole = open().Sum()
	assert.False(t, whole)
}
