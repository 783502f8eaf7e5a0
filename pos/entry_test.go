package pos

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEntryComesBack(t *testing.T) {
	e := &Entry{Key: Key{"phone", 7, 12}, Wall: 1, Clock: ClockDoubtful, HLC: 2,
		Facts:   []Fact{{Line: &Line{N: 1, SKU: "a", Qty: 1, Price: 100}}, {Void: &Void{Reason: "seat"}}},
		Intents: []Intent{{ID: "7.12.0", Kick: &KickOrder{Number: 3}}}}
	payload, err := e.Encode()
	require.NoError(t, err)
	got, err := DecodeFrame(Chain{"phone", 7}, 12, payload)
	require.NoError(t, err)
	assert.Equal(t, e, got)
	assert.Equal(t, "phone/7/12", got.Key.String())
	assert.Equal(t, "phone/7", got.Chain().String())
}

func TestFrameOfAnotherEntryIsRefused(t *testing.T) {
	payload, err := (&Entry{Key: Key{"phone", 7, 12}}).Encode()
	require.NoError(t, err)
	for _, tc := range []struct {
		chain Chain
		seq   uint64
	}{{Chain{"phone", 7}, 13}, {Chain{"phone", 8}, 12}, {Chain{"hub", 7}, 12}} {
		_, err := DecodeFrame(tc.chain, tc.seq, payload)
		assert.ErrorContains(t, err, "calls itself phone/7/12")
	}
	_, err = DecodeFrame(Chain{"phone", 7}, 12, []byte("{"))
	assert.ErrorContains(t, err, "phone/7/12: entry")
}

func FuzzDecodeEntry(f *testing.F) {
	f.Add([]byte(`{"device":"phone","inc":1,"seq":1,"wall":5,"hlc":9,"facts":[{"sale":{"number":1}}]}`))
	f.Add([]byte(`{}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := DecodeEntry(b)
		if err != nil {
			return
		}
		again, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := DecodeEntry(again); err != nil {
			t.Fatal(err)
		}
	})
}
