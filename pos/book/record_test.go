package book

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/pos"
)

func drawMeta(t *rapid.T) Meta {
	m := Meta{Clean: rapid.Bool().Draw(t, "clean")}
	copy(m.Digest[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "digest"))
	for _, c := range rapid.SliceOfDistinct(rapid.Custom(func(t *rapid.T) pos.Chain {
		return pos.Chain{Device: rapid.String().Draw(t, "device"), Incarnation: rapid.Uint32().Draw(t, "inc")}
	}), rapid.ID[pos.Chain]).Draw(t, "chains") {
		m.Applied = append(m.Applied, ChainMark{Chain: c, Seq: rapid.Uint64().Draw(t, "seq"), Hash: [32]byte{rapid.Byte().Draw(t, "hash")}})
	}
	return m
}

func TestMetaRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, err := drawMeta(t).sorted()
		require.NoError(t, err)
		want := tally{live: rapid.Uint64().Draw(t, "live"), tombs: rapid.Uint64().Draw(t, "tombs"), sum: m.Digest}
		b := encodeMeta(m, want)
		got, tl, err := decodeMeta(b)
		require.NoError(t, err)
		require.True(t, m.equal(got))
		require.Equal(t, want, tl)
		for _, cut := range []int{0, 1, metaFixed - 1, len(b) - 1} {
			if cut != metaFixed && cut < len(b) {
				_, _, err = decodeMeta(b[:cut])
				require.Error(t, err)
			}
		}
	})
}

func TestSealedRecords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "key")
		value := rapid.SliceOf(rapid.Byte()).Draw(t, "value")
		r := seal(key, kindLive, value)
		kind, got, err := unseal(key, r)
		require.NoError(t, err)
		require.Equal(t, byte(kindLive), kind)
		require.True(t, bytes.Equal(value, got))
		// A byte moved from value to key, as a wrong key size would have it.
		_, _, err = unseal(append(key, r[0]), r[1:])
		require.Error(t, err)
		r[rapid.IntRange(0, len(r)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		_, _, err = unseal(key, r)
		require.Error(t, err)
	})
}

// The sum does not depend on how a state was reached.
func TestTallyForgets(t *testing.T) {
	var a, b tally
	a.toggle([]byte("k"), []byte("1"))
	b.toggle([]byte("other"), []byte("x"))
	b.toggle([]byte("k"), []byte("1"))
	assert.NotEqual(t, a.sum, b.sum)
	b.toggle([]byte("other"), []byte("x"))
	assert.Equal(t, a.sum, b.sum)
}

// FuzzParseBook: any bytes are a book or are not; nothing else happens.
// Its inputs are large: fuzz with -fuzzminimizetime 5x, or all time goes into
// making them smaller.
func FuzzParseBook(f *testing.F) {
	d := newDir(f)
	b, _, err := Open(d, Options{})
	require.NoError(f, err)
	path, _ := d.Path(DefaultName)
	for _, n := range []int{0, 2, 90} {
		require.NoError(f, b.Rebuild(someMeta(), records(n)))
		data, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add(emptyImage())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		n := 0
		_, told, err := parseBook(data)
		if err != nil {
			return
		}
		require.NoError(t, visitRecords(data, func(string, []byte) { n++ }))
		require.Equal(t, int(told.live), n)
	})
}

// FuzzWalk breaks the tree where checksums do not hide it: the records are not
// looked into, and the bytes are changed one by one.
func FuzzWalk(f *testing.F) {
	d := newDir(f)
	b, _, err := Open(d, Options{})
	require.NoError(f, err)
	require.NoError(f, b.Rebuild(someMeta(), records(90)))
	require.NoError(f, b.Checkpoint(someMeta(), records(3)))
	path, _ := d.Path(DefaultName)
	whole, err := os.ReadFile(path)
	require.NoError(f, err)
	f.Add(uint16(3*PageSize+16), byte(1), uint16(4*PageSize+8), byte(3), uint16(9), byte(0))
	f.Add(uint16(5*PageSize), byte(0xFF), uint16(2*PageSize+12), byte(0xFF), uint16(6*PageSize+10), byte(0xFF))
	f.Fuzz(func(t *testing.T, a uint16, x byte, b uint16, y byte, c uint16, z byte) {
		data := bytes.Clone(whole)
		data[int(a)%len(data)] ^= x
		data[int(b)%len(data)] ^= y
		data[int(c)%len(data)] ^= z
		last := []byte(nil)
		_ = walk(data, func(k, _ []byte) error {
			require.Negative(t, bytes.Compare(last, k))
			last = k
			return nil
		})
	})
}
