package capture

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"stormrig/pos/book"
)

func BenchmarkOpenCheckpointClose(b *testing.B)  { benchmark(b, true, false) }
func BenchmarkCheckpointHandleKept(b *testing.B) { benchmark(b, false, false) }
func BenchmarkCloneReopenCheckpoint(b *testing.B) {
	benchmark(b, true, true)
}

// benchmark makes checkpoints of 30 of 120 records.
func benchmark(b *testing.B, release, clone bool) {
	m := newMemFS()
	life(b, m, false)
	bk, _, err := book.Open(m, options())
	require.NoError(b, err)
	r := rand.New(rand.NewSource(6))
	var sets [][]book.Change
	for n := range 16 {
		sets = append(sets, changes(r, n))
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		m.log = m.log[:0]
		if clone {
			bk = bk.CloneOn(m)
		}
		if err := bk.Checkpoint(meta(i), sets[i%len(sets)]); err != nil {
			b.Fatal(err)
		}
		if release {
			if err := bk.Release(); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.StopTimer()
	require.NoError(b, bk.Close())
}

func BenchmarkOpenAndLoad(b *testing.B) {
	m := newMemFS()
	life(b, m, false)
	b.ReportAllocs()
	for b.Loop() {
		bk, found, err := book.Open(m, options())
		if err != nil || found.State != book.Loaded {
			b.Fatal(err, found)
		}
		n := 0
		if err := bk.Load(func(string, []byte) { n++ }); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRebuild(b *testing.B) {
	m := newMemFS()
	models, _ := life(b, m, false)
	var all []book.Change
	for k, v := range models[5].records {
		all = append(all, book.Change{Key: k, Value: []byte(v)})
	}
	bk, _, err := book.Open(m, options())
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		m.log = m.log[:0]
		m.nodes = m.nodes[:2]
		if err := bk.Rebuild(meta(1), all); err != nil {
			b.Fatal(err)
		}
	}
}
