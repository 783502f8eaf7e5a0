package card

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The bytes were computed by another program from the package comment.
var golden = []struct {
	seq  byte
	m    Message
	text string
	hex  string
}{
	{'1', Message{Verb: Arm, Ref: "S-12", Amount: 129000}, "1|arm|S-12|129000|6fe1", "02317c61726d7c532d31327c3132393030307c36666531033f"},
	{'2', Message{Verb: Cancel, Ref: "a b|c"}, "2|cancel|a%20b%7cc|c391", "02327c63616e63656c7c6125323062253763637c633339310325"},
	{'3', Message{Verb: Status}, "3|status|e497", "02337c7374617475737c65343937037b"},
	{'4', Message{Verb: State, Lives: 3}, "4|state||3|4f40", "02347c73746174657c7c337c346634300325"},
	{'5', Message{Verb: Card, Ref: "S-12", Masked: "************4242", Serial: "R-0001", Sealed: []byte{0, 0xFF}},
		"5|card|S-12|************4242|R-0001|00ff|0f13",
		"02357c636172647c532d31327c2a2a2a2a2a2a2a2a2a2a2a2a343234327c522d303030317c303066667c306631330375"},
}

func TestMessagesGolden(t *testing.T) {
	for _, g := range golden {
		assert.Equal(t, g.text, string(AppendPayload(nil, g.seq, g.m)))
		frame := AppendMessage(nil, g.seq, g.m)
		assert.Equal(t, g.hex, hex.EncodeToString(frame))
		var p Parser
		pieces := p.Feed(frame)
		require.Len(t, pieces, 1, g.text)
		seq, m, err := ParsePayload(pieces[0].Payload)
		require.NoError(t, err)
		assert.Equal(t, g.seq, seq)
		assert.Equal(t, g.m, m)
	}
	assert.Equal(t, []byte{0x06, '7', 0x31}, AppendAck(nil, '7'))
	assert.Equal(t, []byte{0x15}, AppendNak(nil))
}

func TestParsePayloadRefuses(t *testing.T) {
	for _, payload := range []string{
		"", "1", "x|status", "12|status", "1|statu", "1|status|x", "1|arm|S-12", "1|arm|S-12|x", "1|arm|S-12|1.0",
		"1|arm|S-12|9223372036854775808", "1|state||-1", "1|state||4294967296", "1|cancel|%4", "1|cancel|%zz",
		"1|card|r|m|s|0", "1|card|r|m|s|zz", "1|card|r|%|s|00",
	} {
		_, _, err := ParsePayload(appendCheck([]byte(payload), 0))
		assert.ErrorIs(t, err, ErrMessage, payload)
		assert.NotContains(t, err.Error(), "check does not fit", payload)
	}
	for _, payload := range []string{"", "|", "e497", "3|status", "3|status|e498", "3|status|E497", "3|status|e497 "} {
		_, _, err := ParsePayload([]byte(payload))
		assert.ErrorContains(t, err, "check does not fit", payload)
	}
	assert.Equal(t, uint16(0x29B1), crc16([]byte("123456789")), "the catalogue's check value")
}

// After garbage of any kind the next whole frame is found.
func TestParserFindsItsFeet(t *testing.T) {
	frame := AppendMessage(nil, '3', Message{Verb: Status})
	other := AppendMessage(nil, '4', Message{Verb: Vibrate})
	for name, before := range map[string][]byte{
		"nothing":               {},
		"noise":                 {0x00, 0xFF, 'x', etx},
		"a frame cut short":     other[:5],
		"LRC lost":              other[:len(other)-1],
		"LRC wrong":             append(bytes.Clone(other[:len(other)-1]), 'x'),
		"ETX lost":              append(bytes.Clone(other[:len(other)-2]), other[len(other)-1]),
		"an ACK cut short":      {ack},
		"a second STX":          {stx, stx, stx},
		"too long":              append([]byte{stx}, bytes.Repeat([]byte{'x'}, MaxPayload+1)...),
		"a NAK inside a frame":  {stx, 'a', nak},
		"an ACK's check lost":   {ack, '1'},
		"garbage behind an ACK": {ack, 0x01},
	} {
		var p Parser
		var frames []string
		for _, piece := range p.Feed(append(bytes.Clone(before), frame...)) {
			if piece.Kind == Frame {
				frames = append(frames, string(piece.Payload))
			}
		}
		assert.Equal(t, []string{"3|status|e497"}, frames, name)
	}
}

// What the LRC lets pass, the check finds: two lost bytes of the same value.
func TestTwoErrorsThatCancelOut(t *testing.T) {
	whole := AppendPayload(nil, '1', Message{Verb: Arm, Ref: "S-12", Amount: 129000})
	wrong := bytes.Replace(whole, []byte("S-12|129000"), []byte("S-1|19000"), 1)
	require.Equal(t, LRC(whole), LRC(wrong))
	_, _, err := ParsePayload(wrong)
	assert.ErrorIs(t, err, ErrMessage)
}

// One changed bit in a frame or an ACK is always noticed, and never makes an
// ACK of anything else.
func TestOneBitIsNoticed(t *testing.T) {
	for _, g := range golden {
		frame, _ := hex.DecodeString(g.hex)
		for i := range frame {
			for bit := range 8 {
				bad := bytes.Clone(frame)
				bad[i] ^= 1 << bit
				var p Parser
				for _, piece := range p.Feed(bad) {
					assert.NotEqual(t, Frame, piece.Kind, "byte %d bit %d of %s", i, bit, g.text)
					assert.NotEqual(t, Acked, piece.Kind, "byte %d bit %d of %s", i, bit, g.text)
				}
			}
		}
	}
	for i := range AppendAck(nil, '2') {
		for bit := range 8 {
			bad := AppendAck(nil, '2')
			bad[i] ^= 1 << bit
			var p Parser
			for _, piece := range p.Feed(bad) {
				assert.NotEqual(t, Acked, piece.Kind)
			}
		}
	}
}

func TestTracks(t *testing.T) {
	two := Track{Number: 2, PAN: "4242424242424242", Year: 27, Month: 12, Service: "201", Rest: "0000000000"}
	one := two
	one.Number, one.Name = 1, "PUBLIC/JANE Q"
	bare := Track{Number: 2, PAN: "36227206271667"}
	for _, c := range []struct {
		text string
		f    TrackFormat
		lrc  bool
		want Track
	}{
		// LRC characters computed by another program.
		{";4242424242424242=27122010000000000?<", TrackFormat{}, true, two},
		{";4242424242424242=27122010000000000?", TrackFormat{}, false, two},
		{"%B4242424242424242^PUBLIC/JANE Q^27122010000000000?2", TrackFormat{}, true, one},
		{";4242424242424242=12272010000000000?", TrackFormat{ExpiryMMYY: true}, false, two},
		{";36227206271667===?", TrackFormat{}, false, bare},
	} {
		got, err := ParseTrack(c.text, c.f)
		require.NoError(t, err, c.text)
		assert.Equal(t, c.want, got, c.text)
		assert.Equal(t, c.text, got.Text(c.f, c.lrc))
	}
}

func TestTracksRefused(t *testing.T) {
	for _, text := range []string{
		"", "4242424242424242=2712201?", ";4242424242424242=2712201", ";4242424242424242?", ";424242=2712201?",
		";42424242424242424242=2712201?", ";42424242A4242424=2712201?", ";4242424242424242=27?", ";4242424242424242=2712?",
		";4242424242424242=27132010?", ";4242424242424242=27122010000000000?=", ";4242424242424242=27122010000000000?<<",
		"%A4242424242424242^PUBLIC/JANE^2712201?", "%B4242424242424242^P^2712201?", "%B4242424242424242^PUBLIC/JANE?",
	} {
		_, err := ParseTrack(text, TrackFormat{})
		require.ErrorIs(t, err, ErrTrack, text)
		assert.NotContains(t, err.Error(), "42424242", "an error must not hold a card number")
	}
	// The trap: December 2027 in the other order has no month 27.
	_, err := ParseTrack(";4242424242424242=12272010000000000?", TrackFormat{})
	assert.ErrorContains(t, err, "MMYY")
}

func TestPANs(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range TestCards() {
		assert.True(t, Luhn(c.PAN), c.PAN)
		assert.False(t, seen[c.PAN], c.PAN)
		seen[c.PAN] = true
		got, ok := Behaviour(c.PAN)
		assert.True(t, ok)
		assert.Equal(t, c.Behaviour, got)
	}
	got, ok := Behaviour("4000000000000002")
	assert.True(t, ok)
	assert.Equal(t, Declines, got)
	assert.Equal(t, "4242424242424242", MakePAN(424242424))
	for _, n := range []int{0, 1, 999_999_999} {
		assert.True(t, Luhn(MakePAN(n)))
		got, ok := Behaviour(MakePAN(n))
		assert.True(t, ok)
		assert.Equal(t, Approves, got)
	}
	_, ok = Behaviour("4929000000006") // a number that is nobody's test number here
	assert.False(t, ok)
	assert.False(t, Luhn("4242424242424241"))
	assert.False(t, Luhn(""))
	assert.Equal(t, "************4242", Mask("4242424242424242"))
	assert.Equal(t, "***", Mask("123"))
	assert.NotContains(t, HashPAN("4242424242424242"), "4242424242424242")
}

// The bytes were computed by another program's HMAC and AES-GCM.
func TestSealGolden(t *testing.T) {
	var base BaseKey
	for i := range base {
		base[i] = byte(i)
	}
	key := base.HeadKey("R-0001")
	assert.Equal(t, "a809704cf02eaa143af5a531b90ce6db2d246b46664556ff23d61f4db4c6d16f", hex.EncodeToString(key[:]))
	const track = ";4242424242424242=27122010000000000?"
	sealed := Seal(key, "R-0001", 7, track)
	assert.Equal(t, "0000000000000007fb5b182e53f796125d277d6c4b5126007089660d0b04f34817082ce7799505fa565ecffefa4bc384efaeda2c2d2920aa0e9d5ace",
		hex.EncodeToString(sealed))
	got, counter, err := Open(key, "R-0001", sealed)
	require.NoError(t, err)
	assert.Equal(t, track, got)
	assert.Equal(t, uint64(7), counter)
	_, _, err = Open(key, "R-0002", sealed)
	assert.ErrorIs(t, err, ErrSealed, "serial is bound")
	_, _, err = Open(base.HeadKey("R-0002"), "R-0001", sealed)
	assert.ErrorIs(t, err, ErrSealed, "another head")
}

func FuzzFrames(f *testing.F) {
	for _, g := range golden {
		f.Add(AppendMessage(nil, g.seq, g.m), 5)
	}
	f.Add([]byte("5|card|S-12|****4242|R-0001|00ff"), 5)
	f.Add([]byte{stx, 'a', etx, stx, '1', '|', etx, ack, '1', ack ^ '1', nak}, 2)
	f.Fuzz(func(t *testing.T, data []byte, cut int) {
		cut = min(max(cut, 0), len(data))
		var whole, parts Parser
		pieces := whole.Feed(data)
		require.Equal(t, pieces, append(parts.Feed(data[:cut]), parts.Feed(data[cut:])...))
		require.LessOrEqual(t, len(whole.buf), MaxPayload)
		for _, p := range pieces {
			if p.Kind != Frame {
				continue
			}
			if seq, m, err := ParsePayload(p.Payload); err == nil {
				same(t, seq, m)
			}
		}
		if seq, m, err := ParsePayload(appendCheck(bytes.Clone(data), 0)); err == nil {
			same(t, seq, m)
		}
		link := NewLink(Timing{AckWait: 1, Tries: 3})
		link.Send(0, Message{Verb: Status})
		link.Feed(0, data)
	})
}

func same(t *testing.T, seq byte, m Message) {
	seq2, m2, err := ParsePayload(AppendPayload(nil, seq, m))
	require.NoError(t, err)
	require.Equal(t, seq, seq2)
	if len(m.Sealed) == 0 {
		m.Sealed, m2.Sealed = nil, nil
	}
	require.Equal(t, m, m2)
}

func FuzzTracks(f *testing.F) {
	f.Add(";4242424242424242=27122010000000000?<", false)
	f.Add("%B4242424242424242^PUBLIC/JANE Q^27122010000000000?2", true)
	f.Add(";36227206271667===?", false)
	f.Fuzz(func(t *testing.T, text string, mmyy bool) {
		format := TrackFormat{ExpiryMMYY: mmyy}
		track, err := ParseTrack(text, format)
		if err != nil {
			return
		}
		again, err := ParseTrack(track.Text(format, true), format)
		require.NoError(t, err)
		require.Equal(t, track, again)
		require.True(t, strings.HasPrefix(text, track.Text(format, false)))
	})
}

func FuzzSealedOpen(f *testing.F) {
	key := BaseKey{1}.HeadKey("R-0001")
	f.Add(Seal(key, "R-0001", 1, ";4242424242424242=2712201?"), 0, byte(0))
	f.Add([]byte{}, 3, byte(9))
	f.Fuzz(func(t *testing.T, sealed []byte, at int, change byte) {
		text, counter, err := Open(key, "R-0001", sealed)
		if err != nil {
			require.ErrorIs(t, err, ErrSealed)
			return
		}
		// Only the head itself makes what opens; a changed byte never does.
		require.Equal(t, sealed, Seal(key, "R-0001", counter, text))
		if at >= 0 && at < len(sealed) && change != 0 {
			bad := bytes.Clone(sealed)
			bad[at] ^= change
			_, _, err := Open(key, "R-0001", bad)
			require.Error(t, err)
		}
	})
}

func TestSealsDiffer(t *testing.T) {
	key := BaseKey{2}.HeadKey("R")
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Uint64().Draw(t, "a"), rapid.Uint64().Draw(t, "b")
		track := rapid.String().Draw(t, "track")
		if same := bytes.Equal(Seal(key, "R", a, track), Seal(key, "R", b, track)); same != (a == b) {
			t.Fatalf("counters %d and %d: same %v", a, b, same)
		}
	})
}
