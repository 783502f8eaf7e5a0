package iso

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// However a stream is cut into pieces, the same messages come out.
func TestFramesAnyPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 1, 40), 0, 6).Draw(t, "messages")
		var stream []byte
		for _, m := range want {
			stream = AppendFrame(stream, m)
		}
		var f Frames
		var got [][]byte
		for len(stream) > 0 {
			n := rapid.IntRange(1, len(stream)).Draw(t, "piece")
			piece := bytes.Clone(stream[:n])
			stream = stream[n:]
			g := f.Clone()
			out, err := f.Push(piece)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range out {
				got = append(got, bytes.Clone(m))
			}
			clear(piece) // the caller's bytes are the caller's
			_ = g
		}
		if len(got) != len(want) {
			t.Fatalf("%d messages, want %d", len(got), len(want))
		}
		for i := range want {
			if !bytes.Equal(got[i], want[i]) {
				t.Fatalf("message %d is %x, want %x", i, got[i], want[i])
			}
		}
	})
}

func TestFramesBroken(t *testing.T) {
	for name, bad := range map[string][]byte{"zero": {0, 0}, "huge": {0xFF, 0xFF}} {
		var f Frames
		out, err := f.Push(append(AppendFrame(nil, []byte("good")), bad...))
		require.ErrorIs(t, err, ErrFrame, name)
		assert.Equal(t, [][]byte{[]byte("good")}, out)
		out, err = f.Push(AppendFrame(nil, []byte("anew")))
		require.NoError(t, err)
		assert.Equal(t, [][]byte{[]byte("anew")}, out)
	}
}

func TestFramesCloneAndReset(t *testing.T) {
	var f Frames
	_, err := f.Push([]byte{0, 3, 'a'})
	require.NoError(t, err)
	g := f.Clone()
	f.Reset()
	out, err := f.Push(AppendFrame(nil, []byte("xyz")))
	require.NoError(t, err)
	assert.Equal(t, [][]byte{[]byte("xyz")}, out)
	out, err = g.Push([]byte("bc"))
	require.NoError(t, err)
	assert.Equal(t, [][]byte{[]byte("abc")}, out)
}

func FuzzFrames(f *testing.F) {
	f.Add([]byte{0, 1, 'a', 0, 2, 'b', 'c'})
	f.Add([]byte{0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		var whole, bytewise Frames
		want, werr := whole.Push(data)
		var got [][]byte
		var gerr error
		for i := range data {
			out, err := bytewise.Push(data[i : i+1])
			got = append(got, out...)
			if gerr = err; err != nil {
				break
			}
		}
		assert.Equal(t, len(want), len(got))
		assert.Equal(t, werr == nil, gerr == nil)
	})
}

// Whatever is accepted is in the one form that its content has.
func FuzzISO(f *testing.F) {
	for _, r := range []Request{authorise(), reversal(), with(func(r *Request) { r.Kind = Forward }),
		{Kind: Echo, STAN: "000001", Terminal: "PHONE", Sent: "0229235959"}} {
		if b, err := r.Encode(); err == nil {
			f.Add(b)
		}
		reply := AnswerTo(&r, "00")
		reply.Sent, reply.Auth, reply.RRN = r.Sent, "004711", "000000000001"
		if b, err := reply.Encode(); err == nil {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := DecodeRequest(b); err == nil {
			again, err := r.Encode()
			require.NoError(t, err)
			assert.Equal(t, b, again)
		}
		if r, err := DecodeReply(b); err == nil {
			again, err := r.Encode()
			require.NoError(t, err)
			assert.Equal(t, b, again)
		}
	})
}
