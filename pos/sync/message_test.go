package sync

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/pos"
)

// The laws are drawn from a fixed seed, so that two runs test the same;
// -rapid.seed on the command line draws others.
func TestMain(m *testing.M) {
	_ = flag.Set("rapid.seed", "1")
	os.Exit(m.Run())
}

func TestMessageOnTheWire(t *testing.T) {
	m := Message{Type: Push, From: "phone", Session: "phone.1#2", Chain: own, Seq: 7, Frames: []byte("{\n}\n")}
	b, err := m.Encode()
	require.NoError(t, err)
	assert.Equal(t, `{"type":"push","from":"phone","session":"phone.1#2","chain":{"device":"phone","inc":1},"seq":7}`+"\n{\n}\n", string(b))
	b, err = Message{Type: Hello, From: "phone", Have: []Mark{{Chain: own, Seq: 3}}}.Encode()
	require.NoError(t, err)
	assert.Equal(t, `{"type":"hello","from":"phone","have":[{"device":"phone","inc":1,"seq":3}]}`+"\n", string(b))
}

func TestMessagesThatAreRefused(t *testing.T) {
	for text, why := range map[string]string{
		"":                                   "no header line",
		`{"type":"ack","from":"hub"}`:        "no header line",
		"{\n":                                "sync message: unexpected end",
		`[]` + "\n":                          "cannot unmarshal array",
		`{"type":"shout","from":"a"}\n`:      "no header line",
		`{"type":"shout","from":"a"}` + "\n": `unknown type "shout"`,
		`{"type":"ack"}` + "\n":              "sync message ack: it does not say who it is from",
		`{"type":"ack","from":"a","seq":-1}` + "\n": "cannot unmarshal number -1",
	} {
		_, err := Decode([]byte(text))
		assert.ErrorContains(t, err, why, text)
	}
	long := append([]byte(`{"type":"batch","from":"hub"}`+"\n"), make([]byte, maxBody+1)...)
	_, err := Decode(long)
	assert.ErrorContains(t, err, "longer than")
}

func TestMessageLaw(t *testing.T) {
	chain := rapid.Custom(func(t *rapid.T) pos.Chain {
		return pos.Chain{Device: rapid.String().Draw(t, "device"), Incarnation: rapid.Uint32().Draw(t, "inc")}
	})
	rapid.Check(t, func(t *rapid.T) {
		m := Message{
			Type: rapid.SampledFrom([]string{Hello, Welcome, Push, Ack, Pull, Batch, News}).Draw(t, "type"),
			From: rapid.StringN(1, 9, -1).Draw(t, "from"), Session: rapid.String().Draw(t, "session"),
			Chain: chain.Draw(t, "chain"), Seq: rapid.Uint64().Draw(t, "seq"), Wall: rapid.Int64().Draw(t, "wall"),
			Fork: rapid.Bool().Draw(t, "fork"), Frames: rapid.SliceOf(rapid.Byte()).Draw(t, "frames"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "marks") {
			m.Have = append(m.Have, Mark{Chain: chain.Draw(t, "have"), Seq: rapid.Uint64().Draw(t, "held")})
		}
		b, err := m.Encode()
		require.NoError(t, err)
		got, err := Decode(b)
		require.NoError(t, err)
		assert.Equal(t, m, got)
	})
}

func FuzzDecode(f *testing.F) {
	for _, m := range []Message{
		{Type: Hello, From: "phone", Session: "phone.1#0", Have: []Mark{{Chain: own, Seq: 3}, {Chain: theirs}}},
		{Type: Welcome, From: "hub", Have: []Mark{{Chain: own, Seq: 3}}, Wall: 1},
		{Type: Push, From: "phone", Chain: own, Seq: 4, Frames: []byte("frames\nwith lines")},
		{Type: Ack, From: "hub", Chain: own, Seq: 4, Fork: true},
		{Type: Pull, From: "phone", Chain: theirs, Seq: 9},
		{Type: News, From: "hub"},
	} {
		b, err := m.Encode()
		require.NoError(f, err)
		f.Add(b)
	}
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			return
		}
		again, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode(again)
		if err != nil || !bytes.Equal(m.Frames, back.Frames) || m.Seq != back.Seq || m.Chain != back.Chain {
			t.Fatalf("%+v comes back as %+v: %v", m, back, err)
		}
	})
}
