package card

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const swiped = ";4242424242424242=27122010000000000?"

func TestSwipeGolden(t *testing.T) {
	plain := Swipe{Bad: [3]bool{true}, Tracks: [3]string{1: swiped}}.Append(nil)
	require.Len(t, plain, 344)
	assert.Equal(t, byte(1), plain[0])
	assert.Equal(t, byte(len(swiped)), plain[4])
	assert.Equal(t, swiped, string(plain[119:119+len(swiped)]))
	nothing := Swipe{Bad: [3]bool{true, true, true}}
	got, err := ParseSwipe(nothing.Append(nil))
	require.NoError(t, err)
	assert.False(t, got.Readable())
	assert.Equal(t, nothing, got)

	key := BaseKey{1}.HeadKey("S-1")
	s := Swipe{Tracks: [3]string{1: MaskTrack(swiped, TrackFormat{})}, Serial: "S-1", Sealed: Seal(key, "S-1", 9, swiped)}
	report := s.Append(nil)
	require.Len(t, report, 844)
	assert.NotContains(t, string(report), "424242424242")
	got, err = ParseSwipe(report)
	require.NoError(t, err)
	assert.Equal(t, s, got)
	text, counter, err := Open(key, got.Serial, got.Sealed)
	require.NoError(t, err)
	assert.Equal(t, swiped, text)
	assert.Equal(t, uint64(9), counter)
	assert.Equal(t, ";************4242=27122010000000000?", got.Tracks[1])
	assert.Equal(t, "****", MaskTrack("4242", TrackFormat{}))

	_, err = ParseSwipe(report[:343])
	require.ErrorIs(t, err, ErrSwipe)
	plain[4] = 200
	_, err = ParseSwipe(plain)
	require.ErrorIs(t, err, ErrSwipe)
	assert.NotContains(t, err.Error(), "4242")
}

func TestSwipeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 60, 112)
		s := Swipe{Tracks: [3]string{text.Draw(t, "1"), text.Draw(t, "2"), text.Draw(t, "3")},
			Bad: [3]bool{rapid.Bool().Draw(t, "b1"), rapid.Bool().Draw(t, "b2"), rapid.Bool().Draw(t, "b3")}}
		if rapid.Bool().Draw(t, "encrypting") {
			s.Serial = rapid.StringMatching(`[A-Z0-9-]{1,16}`).Draw(t, "serial")
			s.Sealed = rapid.SliceOfN(rapid.Byte(), counterLen, counterLen+trackRoom).Draw(t, "sealed")
		}
		got, err := ParseSwipe(s.Append(nil))
		require.NoError(t, err)
		require.Equal(t, s, got)
	})
}

// Every message of every verb comes back.
func TestMessageRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String()
		m := Message{Verb: rapid.SampledFrom([]Verb{Arm, Cancel, Status, Vibrate, Card, Removed, State, Confirm, Void, Result}).Draw(t, "verb")}
		if n, _ := fieldsOf(m.Verb); n > 0 {
			m.Ref = text.Draw(t, "ref")
		}
		switch m.Verb {
		case Arm:
			m.Amount = rapid.Int64().Draw(t, "amount")
		case State:
			m.Lives = rapid.Uint32().Draw(t, "lives")
		case Card:
			m.Masked, m.Serial = text.Draw(t, "masked"), text.Draw(t, "serial")
			m.Sealed = rapid.SliceOfN(rapid.Byte(), 1, 50).Draw(t, "sealed")
		case Result:
			m.Outcome, m.Masked, m.Code = text.Draw(t, "outcome"), text.Draw(t, "masked"), text.Draw(t, "code")
			m.STAN, m.Auth = text.Draw(t, "stan"), text.Draw(t, "auth")
		}
		seq, got, err := ParsePayload(AppendPayload(nil, '4', m))
		require.NoError(t, err)
		require.Equal(t, byte('4'), seq)
		require.Equal(t, m, got)
	})
}

func FuzzSwipe(f *testing.F) {
	f.Add(Swipe{Tracks: [3]string{1: swiped}}.Append(nil))
	f.Add(Swipe{Serial: "S", Sealed: make([]byte, 20)}.Append(nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ParseSwipe(data)
		if err != nil {
			require.ErrorIs(t, err, ErrSwipe)
			return
		}
		if len(data) >= swipeSealed && !s.Encrypting() {
			return // an encrypting head without a serial is written as a plain one
		}
		again, err := ParseSwipe(s.Append(nil))
		require.NoError(t, err)
		require.Equal(t, s, again)
	})
}
