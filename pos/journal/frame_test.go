package journal

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos"
)

var phone = pos.Chain{Device: "phone", Incarnation: 7}

// The bytes of frames and headers are a contract with journals that exist.
func TestGoldenFrame(t *testing.T) {
	raw := AppendFrame(nil, 1, 0, Genesis(phone), []byte(`{"seq":1}`))
	want := strings.Join([]string{
		"53524631", "00000009", "7c081dba", "0000000000000001", "00000000",
		"bf774100aed8f8d1a612df65f4f825f5fc300e6ad8c86e81bb281a3f74a3f23b",
		hex.EncodeToString([]byte(`{"seq":1}`)),
	}, "")
	assert.Equal(t, want, hex.EncodeToString(raw))
	f, rest, err := ParseFrame(raw)
	require.NoError(t, err)
	assert.Empty(t, rest)
	assert.Equal(t, "f102cca84f2b6cdc7b32dfd802369612f95b39709fc88e12e20bd4397f5e1450", hex.EncodeToString(f.Hash[:]))
}

func TestGoldenHeader(t *testing.T) {
	h := header{chain: phone, first: 1, prev: Genesis(phone), link: Link{
		Before: pos.Key{Device: "phone", Incarnation: 6, Seq: 57}, Hash: Hash{1}, LostTo: 59, CutBytes: 300}}
	raw := h.encode()
	assert.Equal(t, "535253310000007d61dc98b700010005000000070000000000000001bf774100aed8f8d1a612df65f4f825f5fc300e6ad8c86e81bb281a3f74a3f23b0000000600000000000000390100000000000000000000000000000000000000000000000000000000000000000000000000003b000000000000012c70686f6e65", hex.EncodeToString(raw))
	got, n, err := parseHeader(raw)
	require.NoError(t, err)
	assert.Equal(t, len(raw), n)
	assert.Equal(t, h, got)
}

func TestParseFrameRefuses(t *testing.T) {
	good := AppendFrame(nil, 3, 1, Hash{9}, []byte("payload"))
	long := AppendFrame(nil, 3, 1, Hash{9}, nil)
	long[4] = 0xff
	for _, tc := range []struct {
		name string
		b    []byte
		err  error
	}{
		{"empty", nil, ErrShort},
		{"half a head", good[:20], ErrShort},
		{"half a payload", good[:len(good)-1], ErrShort},
		{"no magic", append([]byte("X"), good...), ErrFrame},
		{"too long", long, ErrFrame},
	} {
		_, rest, err := ParseFrame(tc.b)
		assert.ErrorIs(t, err, tc.err, tc.name)
		assert.Equal(t, tc.b, rest, tc.name)
	}
	for i := range good {
		bad := append([]byte(nil), good...)
		bad[i] ^= 0x10
		_, _, err := ParseFrame(bad)
		assert.ErrorIs(t, err, ErrFrame, "byte %d", i)
	}
}

func TestSegmentNames(t *testing.T) {
	for _, tc := range []struct {
		chain pos.Chain
		first uint64
		name  string
	}{
		{phone, 1, "phone-000007-000000000001.seg"},
		{pos.Chain{Device: "till-2-b", Incarnation: 4294967295}, 123456789012, "till-2-b-4294967295-123456789012.seg"},
	} {
		assert.Equal(t, tc.name, segmentName(tc.chain, tc.first))
		c, first, ok := parseName(tc.name)
		assert.True(t, ok)
		assert.Equal(t, tc.chain, c)
		assert.Equal(t, tc.first, first)
	}
	for _, bad := range []string{"", "x", "phone-1-1.seg", "phone-000007-000000000001.seg.tmp", "phone-000007.seg", "a-x-y.seg", "-000001.seg"} {
		_, _, ok := parseName(bad)
		assert.False(t, ok, bad)
	}
}

func TestCheckDevice(t *testing.T) {
	for _, good := range []string{"phone", "till-2", "a.b_c"} {
		assert.NoError(t, CheckDevice(good))
	}
	for _, bad := range []string{"", "..", ".a", "a.", "../x", "a/b", "Phone", "a b", strings.Repeat("a", 65)} {
		assert.ErrorContains(t, CheckDevice(bad), "device name", bad)
	}
}

func FuzzFrame(f *testing.F) {
	f.Add(AppendFrame(nil, 1, 0, Genesis(phone), []byte(`{"seq":1}`)))
	f.Add(AppendFrame(AppendFrame(nil, 1, 0, Hash{}, nil), 2, 1, Hash{1}, []byte("x")))
	f.Add([]byte("SRF1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		fr, rest, err := ParseFrame(b)
		if err != nil {
			require.ErrorIs(t, err, ErrFrame)
			require.Equal(t, len(b), len(rest))
			return
		}
		require.Equal(t, b, append(append([]byte(nil), fr.Raw...), rest...))
		require.Equal(t, fr.Raw, AppendFrame(nil, fr.Seq, fr.Index, fr.Prev, fr.Payload), "one form only")
	})
}
