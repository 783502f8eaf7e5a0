package sync

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos"
)

// met is a client that has own entries and met a hub which holds so much.
func met(own2, theirs2 uint64, have ...Mark) (*Client, chains, Output) {
	src := chains{own: own2, theirs: theirs2}
	c := NewClient("phone", 1)
	c.Up(0, src)
	return c, src, c.Receive(0, src, Message{Type: Welcome, Have: have})
}

func figure(c *Client) [2]int64 {
	_, done, total := c.Progress()
	return [2]int64{done, total}
}

func TestFirstExchange(t *testing.T) {
	c, src, out := met(5, 1, Mark{Chain: own, Seq: 2}, Mark{Chain: theirs, Seq: 4})
	require.Len(t, out.Send, 2)
	assert.Equal(t, Message{Type: Push, From: "phone", Session: "phone.1#1", Chain: own, Seq: 3, Frames: []byte("frames")}, out.Send[0])
	assert.Equal(t, Message{Type: Pull, From: "phone", Session: "phone.1#1", Chain: theirs, Seq: 1}, out.Send[1])
	assert.Equal(t, [2]int64{0, 6}, figure(c))
	assert.Equal(t, int64(3), c.Waiting(src))

	src.own = 9 // sold meanwhile: another session's business
	out = c.Receive(1, src, Message{Type: Ack, Chain: own, Seq: 5})
	assert.Equal(t, &Mark{Chain: own, Seq: 5}, out.Acked)
	assert.Equal(t, [2]int64{3, 6}, figure(c))
	require.Len(t, out.Send, 1, "and on with what was sold meanwhile")

	out = c.Receive(2, src, Message{Type: Batch, Chain: theirs, Seq: 2, Frames: []byte("x")})
	require.NotNil(t, out.Store)
	assert.Equal(t, [2]int64{3, 6}, figure(c), "here, but not yet durable")
	src.theirs = 4
	c.Stored(3, src, theirs, 4)
	assert.Equal(t, [2]int64{6, 6}, figure(c))
}

// A push whose answer is lost is found out although the answers to pulls keep
// coming.
func TestALostAnswerIsNotHiddenByOthers(t *testing.T) {
	c, src, _ := met(5, 0, Mark{Chain: theirs, Seq: 100})
	for s := time.Duration(1); s <= 2; s++ {
		src.theirs++
		c.Stored(s*time.Second, src, theirs, src.theirs)
	}
	require.Equal(t, replyWait, c.Wake())
	assert.Equal(t, Hello, c.Tick(replyWait, src).Send[0].Type)
}

func TestHubRestoredFromABackup(t *testing.T) {
	c, src, _ := met(9, 0)
	c.Receive(1, src, Message{Type: Ack, Chain: own, Seq: 6})
	before, _, _ := c.Progress()
	require.Equal(t, [2]int64{6, 9}, figure(c))
	c.Down()
	c.Up(2, src)
	out := c.Receive(3, src, Message{Type: Welcome, Have: []Mark{{Chain: own, Seq: 2}}})
	require.Equal(t, uint64(3), out.Send[0].Seq, "begins where the hub is")
	after, _, _ := c.Progress()
	assert.NotEqual(t, before, after, "another session, whose figure counts what the hub holds now")
	assert.Equal(t, [2]int64{0, 7}, figure(c))
}

func TestAnInterruptedSessionGoesOn(t *testing.T) {
	c, src, _ := met(9, 0)
	c.Receive(1, src, Message{Type: Ack, Chain: own, Seq: 6})
	before, _, _ := c.Progress()
	c.Down()
	c.Up(2, src)
	c.Receive(3, src, Message{Type: Welcome, Have: []Mark{{Chain: own, Seq: 7}}})
	after, _, _ := c.Progress()
	assert.Equal(t, before, after)
	assert.Equal(t, [2]int64{7, 9}, figure(c))
}

func TestAForkBlocksNothingElse(t *testing.T) {
	c, src, _ := met(5, 0, Mark{Chain: own, Seq: 2}, Mark{Chain: theirs, Seq: 4})
	out := c.Receive(1, src, Message{Type: Ack, Chain: own, Seq: 2, Fork: true})
	assert.Equal(t, &Mark{Chain: own, Seq: 2}, out.Fork)
	assert.Nil(t, out.Acked)
	assert.Empty(t, out.Send, "it is not pushed again and again")
	out = c.Forked(2, src, theirs)
	assert.Empty(t, out.Send, "nor pulled")
	assert.Equal(t, 2+quietWait, c.Wake(), "and nothing is waited for")
}

func TestAHubThatPromisedMoreThanItHolds(t *testing.T) {
	c, src, out := met(0, 1, Mark{Chain: theirs, Seq: 4})
	require.Len(t, out.Send, 1)
	out = c.Receive(1, src, Message{Type: Batch, Chain: theirs, Seq: 2})
	assert.Empty(t, out.Send, "is not asked again at once")
}

func TestWhatComesAfterTheLinkIsGone(t *testing.T) {
	c, src, _ := met(5, 0)
	c.Down()
	assert.Empty(t, c.Receive(1, src, Message{Type: Ack, Chain: own, Seq: 5}))
	assert.Empty(t, c.Stored(1, src, theirs, 1).Send)
	assert.Empty(t, c.Appended(1, src).Send)
	assert.Negative(t, c.Wake(), "nobody is waited for")
}

func TestAHubThatKnowsMoreOfTheDevice(t *testing.T) {
	_, _, out := met(5, 0, Mark{Chain: own, Seq: 8})
	assert.Equal(t, &Mark{Chain: own, Seq: 8}, out.Lost)
}

func TestOwnEntriesAreNeverStoredAsAnothers(t *testing.T) {
	c, src, _ := met(5, 0)
	out := c.Receive(1, src, Message{Type: Batch, Chain: own, Seq: 6, Frames: []byte("x")})
	assert.Nil(t, out.Store)
}

func TestCopyGoesItsOwnWay(t *testing.T) {
	c, src, _ := met(5, 0)
	n := c.Clone()
	n.Receive(1, src, Message{Type: Ack, Chain: own, Seq: 5})
	n.Receive(1, src, Message{Type: Ack, Chain: own, Seq: 5, Fork: true})
	assert.Equal(t, [2]int64{0, 5}, figure(c))
	assert.Empty(t, c.forked)
	assert.Equal(t, map[pos.Chain]bool{own: true}, n.forked)
}

// A chain of the device that it does not hold is read from the hub, and not kept;
// a batch that comes twice, or late, is not read twice.
func TestRecall(t *testing.T) {
	before := pos.Chain{Device: "phone", Incarnation: 9}
	c, src, _ := met(2, 0, Mark{Chain: own, Seq: 2}, Mark{Chain: before, Seq: 7})
	ask := func(seq uint64) Message {
		return Message{Type: Pull, From: "phone", Session: "phone.1#0", Chain: before, Seq: seq}
	}
	out := c.Recall(1, src, Mark{Chain: before})
	require.Equal(t, []Message{ask(0)}, out.Send)
	batch := Message{Type: Batch, Chain: before, Seq: 1, Frames: []byte("x")}
	require.Equal(t, &batch, c.Receive(2, src, batch).Recalled)
	require.Equal(t, []Message{ask(4)}, c.Recall(2, src, Mark{Chain: before, Seq: 4}).Send)
	out = c.Receive(3, src, batch)
	assert.Nil(t, out.Recalled)
	assert.Equal(t, []Message{ask(4)}, out.Send)
	c.Receive(4, src, Message{Type: Batch, Chain: before, Seq: 5, Frames: []byte("x")})
	out = c.Recall(4, src, Mark{Chain: before, Seq: 7})
	assert.Empty(t, out.Send)
	require.NotNil(t, out.Recalled)
	assert.Empty(t, out.Recalled.Frames, "the end")
	assert.Nil(t, c.Recall(5, src, Mark{}).Recalled)
}
