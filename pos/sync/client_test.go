package sync

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos"
)

var (
	own    = pos.Chain{Device: "phone", Incarnation: 1}
	theirs = pos.Chain{Device: "assistant", Incarnation: 1}
)

// chains holds so many own entries and so many of another device.
type chains struct{ own, theirs uint64 }

func (c chains) Marks() []Mark {
	return []Mark{{Chain: theirs, Seq: c.theirs}, {Chain: own, Seq: c.own}}
}

func (c chains) Frames(pos.Chain, uint64, int) ([]byte, error) { return []byte("frames"), nil }

// TestALateAnswerEndsNoWaitingForAWelcome: on a link that repeats and loses
// messages the second copy of an answer can come after the client began anew
// and before its hello was answered. The hello may be lost, too.
func TestALateAnswerEndsNoWaitingForAWelcome(t *testing.T) {
	late := map[string]func(c *Client, now time.Duration, src chains){
		"an acknowledgement": func(c *Client, now time.Duration, src chains) {
			c.Receive(now, src, Message{Type: Ack, Chain: own, Seq: 2})
		},
		"a batch that was stored": func(c *Client, now time.Duration, src chains) {
			c.Stored(now, src, theirs, 1)
		},
		"an empty batch": func(c *Client, now time.Duration, src chains) {
			c.Receive(now, src, Message{Type: Batch, Chain: theirs})
		},
	}
	for name, comes := range late {
		t.Run(name, func(t *testing.T) {
			src := chains{own: 3, theirs: 1}
			c := NewClient("phone", 1)
			c.Up(0, src)
			c.Receive(time.Second, src, Message{Type: Welcome, Have: []Mark{{Chain: own, Seq: 1}}})
			require.True(t, c.Connected())
			again := c.Tick(4*time.Second, src)
			require.Equal(t, Hello, again.Send[0].Type, "no answer: begin with the marks")

			comes(c, 5*time.Second, src)
			require.False(t, c.Connected())
			require.Equal(t, 7*time.Second, c.Wake())
			assert.Equal(t, Hello, c.Tick(7*time.Second, src).Send[0].Type)
		})
	}
}
