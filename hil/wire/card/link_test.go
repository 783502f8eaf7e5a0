package card

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func testLink() Link { return NewLink(Timing{AckWait: time.Second, Tries: 3}) }

func TestLinkOneUnderWay(t *testing.T) {
	l := testLink()
	first := l.Send(0, Message{Verb: Status})
	assert.Equal(t, AppendMessage(nil, '1', Message{Verb: Status}), first)
	assert.Empty(t, l.Send(0, Message{Verb: Vibrate}), "waits its turn")
	assert.Empty(t, l.Feed(0, AppendAck(nil, '7')).Acked, "not this frame's")
	h := l.Feed(0, AppendAck(nil, '1'))
	assert.Equal(t, []Message{{Verb: Status}}, h.Acked)
	assert.Equal(t, AppendMessage(nil, '2', Message{Verb: Vibrate}), h.Reply)
	l.Feed(0, AppendAck(nil, '2'))
	assert.Equal(t, time.Duration(-1), l.At())
}

func TestLinkRepeatsThenDies(t *testing.T) {
	l := testLink()
	frame := l.Send(0, Message{Verb: Status})
	out, dead := l.Due(time.Second - 1)
	assert.Empty(t, out, "not yet")
	assert.False(t, dead)
	for i := range 2 {
		out, dead = l.Due(l.At())
		assert.Equal(t, frame, out, i)
		assert.False(t, dead)
	}
	out, dead = l.Due(l.At())
	assert.Empty(t, out)
	assert.True(t, dead)
	assert.Negative(t, l.At(), "dead once, not for ever")
	_, dead = l.Due(time.Hour)
	assert.False(t, dead)
	l.Reset()
	assert.Equal(t, frame, l.Send(0, Message{Verb: Status}), "numbers start anew")
}

func TestLinkNaks(t *testing.T) {
	l := testLink()
	frame := l.Send(0, Message{Verb: Status})
	assert.Equal(t, frame, l.Feed(0, []byte{nak, nak}).Reply, "one repeat, however many ask")
	assert.Equal(t, frame, l.Feed(0, []byte{nak}).Reply)
	assert.Empty(t, l.Feed(0, []byte{nak}).Reply, "tries are used up")
	idle := testLink()
	assert.Empty(t, idle.Feed(0, []byte{nak}).Reply)
	bad := AppendMessage(nil, '1', Message{Verb: Vibrate})
	bad[3] ^= 1
	assert.Equal(t, []byte{nak}, idle.Feed(0, append(bad, bad...)).Reply, "one NAK for a burst")
	// What passes the LRC and is no message is refused in the same way.
	assert.Equal(t, []byte{nak}, idle.Feed(0, AppendFrame(nil, []byte("1|vibrate|0000"))).Reply)
}

func TestLinkTellsRepeats(t *testing.T) {
	l := testLink()
	frame := AppendMessage(nil, '4', Message{Verb: Vibrate})
	h := l.Feed(0, append(append([]byte{}, frame...), frame...))
	require.Len(t, h.Got, 2)
	assert.False(t, h.Got[0].Again)
	assert.True(t, h.Got[1].Again)
	assert.Equal(t, AppendAck(AppendAck(nil, '4'), '4'), h.Reply, "both are acknowledged")
	l.Reset()
	assert.False(t, l.Feed(0, frame).Got[0].Again, "a new link knows no repeats")
}

func TestLinkClone(t *testing.T) {
	frame := AppendMessage(nil, '1', Message{Verb: Vibrate})
	l := testLink()
	l.Send(0, Message{Verb: Status})
	l.Send(0, Message{Verb: Vibrate})
	l.Feed(0, frame[:4])
	c := l.Clone()
	l.Reset()
	l.Feed(0, []byte{stx, 'x', 'x', 'x'})
	l.Send(0, Message{Verb: Cancel})
	h := c.Feed(0, append(frame[4:], AppendAck(nil, '1')...))
	require.Len(t, h.Got, 1)
	assert.Equal(t, append(AppendAck(nil, '1'), AppendMessage(nil, '2', Message{Verb: Vibrate})...), h.Reply)
}
