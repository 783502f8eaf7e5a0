package port

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// event is an input_event as the kernel writes it.
func event(kind, code uint16, value int32) []byte {
	b := make([]byte, eventTime, eventSize)
	for i := range b {
		b[i] = 0xa5 // the time, which nobody looks at
	}
	b = binary.NativeEndian.AppendUint16(b, kind)
	b = binary.NativeEndian.AppendUint16(b, code)
	return binary.NativeEndian.AppendUint32(b, uint32(value))
}

// press is a key that goes down and up, each with the scan code and the report
// that the kernel sends around it.
func press(code uint16) (out []byte) {
	for _, value := range []int32{1, 0} {
		out = append(out, event(4, 4, 0x70004)...) // EV_MSC, MSC_SCAN
		out = append(out, event(evKey, code, value)...)
		out = append(out, event(evSyn, synReport, 0)...)
	}
	return out
}

func reportsOf(keys ...[2]byte) (out []byte) {
	for _, k := range keys {
		out = append(out, k[0], 0, k[1], 0, 0, 0, 0, 0)
	}
	return out
}

func TestKeyDecoder(t *testing.T) {
	const shift, a, one, enter = 42, 30, 2, 28
	var d keyDecoder
	var in []byte
	in = append(in, event(evKey, shift, 1)...)
	in = append(in, press(a)...)
	in = append(in, event(evKey, shift, 0)...)
	in = append(in, event(evKey, one, 1)...)
	in = append(in, event(evSyn, synReport, 0)...)
	in = append(in, event(evKey, one, 2)...) // held: the kernel's own repeat is no key
	in = append(in, event(evSyn, synReport, 0)...)
	in = append(in, event(evKey, one, 0)...)
	in = append(in, event(evSyn, synReport, 0)...)
	in = append(in, press(enter)...)
	assert.Equal(t, reportsOf([2]byte{2, 4}, [2]byte{2, 0}, [2]byte{0, 0x1e}, [2]byte{}, [2]byte{0, 0x28}, [2]byte{}), d.feed(in))
}

// After the kernel's buffer ran over, what is down is not known: the next report
// ends that, and no key seems to be held.
func TestKeyDecoderDropped(t *testing.T) {
	var d keyDecoder
	in := append(event(evKey, 2, 1), event(evSyn, synReport, 0)...)
	in = append(in, event(evSyn, synDropped, 0)...)
	in = append(in, event(evKey, 3, 1)...)
	in = append(in, event(evSyn, synReport, 0)...)
	in = append(in, press(2)...)
	assert.Equal(t, reportsOf([2]byte{0, 0x1e}, [2]byte{0, 0x1e}, [2]byte{}), d.feed(in))
}

// However a read cuts the events, the reports are the same.
func TestKeyDecoderSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOf(rapid.Custom(func(t *rapid.T) []byte {
			return press(rapid.Uint16Range(0, 130).Draw(t, "code"))
		})).Draw(t, "keys")
		all := bytes.Join(in, nil)
		var whole, parts keyDecoder
		want := whole.feed(all)
		var got []byte
		for len(all) > 0 {
			n := rapid.IntRange(1, len(all)).Draw(t, "n")
			got = append(got, parts.feed(all[:n])...)
			all = all[n:]
		}
		require.Equal(t, want, got)
	})
}

func FuzzKeyDecoder(f *testing.F) {
	f.Add(press(30))
	f.Fuzz(func(t *testing.T, data []byte) {
		var d keyDecoder
		out := d.feed(data)
		require.Zero(t, len(out)%8)
		require.LessOrEqual(t, len(out), len(data))
	})
}

// Each usage comes from one code only, or two keys would type the same.
func TestUsagesAreDistinct(t *testing.T) {
	seen := map[byte]uint16{}
	for code := range uint16(256) {
		if u := usageOf(code); u != 0 {
			assert.NotContains(t, seen, u, "codes %d and %d", seen[u], code)
			seen[u] = code
		}
	}
	assert.Greater(t, len(seen), 80)
}
