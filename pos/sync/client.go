package sync

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"stormrig/pos"
)

// Chains is what a side holds durably.
type Chains interface {
	// Marks lists the chains with their last sequence, sorted.
	Marks() []Mark
	// Frames returns whole frames of a chain after a sequence, concatenated,
	// at most max bytes but at least one frame when there is one.
	Frames(c pos.Chain, after uint64, max int) ([]byte, error)
}

// Timing of the client.
const (
	replyWait = 3 * time.Second  // then the same again
	quietWait = 10 * time.Minute // between looks when nothing happens
	batchSize = 16 << 10         // bytes of frames in one message
)

// Output is what a client wants done.
type Output struct {
	Send []Message
	// Store is a batch of another device's frames to make durable; the answer
	// is a call of Stored.
	Store *Message
	// Acked is a mark that the hub acknowledged for an own chain, Lost one
	// that lies beyond what the device itself holds: its journal has lost
	// entries that the hub knows.
	Acked, Lost *Mark
	Fork        *Mark
	HubWall     int64 // the hub's clock, with a welcome
}

// Client is the device's side. It keeps nothing that must outlive power.
type Client struct {
	device  string
	life    uint32 // sessions of two lives are never the same one
	up      bool
	session int
	hub     map[pos.Chain]uint64 // what the hub is known to hold
	target  map[pos.Chain]uint64 // own chains: to be acknowledged; others: to be stored
	begun   map[pos.Chain]uint64 // marks at the session's start
	moved   map[pos.Chain]uint64 // marks now
	greeted bool
	pushing bool // a push is on its way
	pulling bool
	replyBy time.Duration
	lookAt  time.Duration
}

// NewClient returns a client that has not met the hub yet. life is a number
// that the device never used before.
func NewClient(device string, life uint32) *Client {
	return &Client{device: device, life: life, hub: map[pos.Chain]uint64{}, replyBy: -1, lookAt: -1}
}

// Clone returns a copy that shares nothing changeable.
func (c *Client) Clone() *Client {
	n := *c
	n.hub, n.target, n.begun, n.moved = maps.Clone(c.hub), maps.Clone(c.target), maps.Clone(c.begun), maps.Clone(c.moved)
	return &n
}

// Progress says how much of the session's fixed set is durable on the other
// side. Total is 0 before the first session.
func (c *Client) Progress() (session string, done, total int64) {
	for ch, to := range c.target {
		from := c.begun[ch]
		total += int64(to - from)
		done += int64(min(max(c.moved[ch], from), to) - from)
	}
	return c.sessionName(), done, total
}

func (c *Client) sessionName() string { return fmt.Sprintf("%s.%d#%d", c.device, c.life, c.session) }

// Waiting returns how many own entries the hub is not known to hold.
func (c *Client) Waiting(src Chains) int64 {
	var n int64
	for _, m := range src.Marks() {
		if h := c.hub[m.Chain]; m.Device == c.device && m.Seq > h {
			n += int64(m.Seq - h)
		}
	}
	return n
}

// Wake returns when Tick is wanted; negative for never.
func (c *Client) Wake() time.Duration {
	switch {
	case c.replyBy < 0:
		return c.lookAt
	case c.lookAt < 0:
		return c.replyBy
	}
	return min(c.replyBy, c.lookAt)
}

// Up: the link to the hub is there.
func (c *Client) Up(now time.Duration, src Chains) Output {
	c.up = true
	return c.hello(now, src)
}

// Down: it is gone.
func (c *Client) Down() {
	c.up, c.greeted, c.pushing, c.pulling, c.replyBy, c.lookAt = false, false, false, false, -1, -1
}

// Tick: time has come.
func (c *Client) Tick(now time.Duration, src Chains) Output {
	if !c.up {
		return Output{}
	}
	if c.replyBy >= 0 && now >= c.replyBy {
		return c.hello(now, src) // an answer was lost: begin with the marks
	}
	if c.lookAt >= 0 && now >= c.lookAt {
		return c.hello(now, src)
	}
	return Output{}
}

func (c *Client) hello(now time.Duration, src Chains) Output {
	c.greeted, c.pushing, c.pulling = false, false, false
	c.replyBy, c.lookAt = now+replyWait, -1
	return Output{Send: []Message{{Type: Hello, From: c.device, Session: c.sessionName(), Have: src.Marks()}}}
}

// Appended: the device has new entries of its own.
func (c *Client) Appended(now time.Duration, src Chains) Output {
	var out Output
	if c.up && c.greeted {
		c.next(now, src, &out)
	}
	return out
}

// Receive takes a message of the hub.
func (c *Client) Receive(now time.Duration, src Chains, m Message) Output {
	var out Output
	switch m.Type {
	case Welcome:
		c.welcome(src, m, &out)
	case News:
		c.learn(m.Have)
	case Ack:
		c.acked(m, &out)
	case Batch:
		if len(m.Frames) > 0 {
			out.Store = &m
			return out
		}
		c.pulling = false
	default:
		return out
	}
	if c.greeted {
		c.next(now, src, &out)
	}
	return out
}

func (c *Client) learn(have []Mark) {
	for _, m := range have {
		if m.Device != c.device {
			c.hub[m.Chain] = max(c.hub[m.Chain], m.Seq)
		}
	}
}

// welcome takes the hub's marks as they are: a hub that was restored from a
// backup holds less than it did.
func (c *Client) welcome(src Chains, m Message, out *Output) {
	c.greeted, c.pushing, c.pulling, c.replyBy = true, false, false, -1
	c.hub = map[pos.Chain]uint64{}
	for _, h := range m.Have {
		c.hub[h.Chain] = h.Seq
	}
	own := map[pos.Chain]uint64{}
	for _, o := range src.Marks() {
		own[o.Chain] = o.Seq
	}
	for _, h := range m.Have {
		if h.Device == c.device && h.Seq > own[h.Chain] {
			lost := h
			out.Lost = &lost
		}
	}
	out.HubWall = m.Wall
	c.begin(own)
}

// begin fixes a session: unless the one under way is not done yet and what it
// was to move still is what is to be moved.
func (c *Client) begin(own map[pos.Chain]uint64) {
	if _, done, total := c.Progress(); total > done {
		c.refresh(own)
		return
	}
	target, begun, moved := map[pos.Chain]uint64{}, map[pos.Chain]uint64{}, map[pos.Chain]uint64{}
	for ch, seq := range own {
		if ch.Device == c.device && seq > c.hub[ch] {
			target[ch], begun[ch], moved[ch] = seq, c.hub[ch], c.hub[ch]
		}
	}
	for ch, seq := range c.hub {
		if ch.Device != c.device && seq > own[ch] {
			target[ch], begun[ch], moved[ch] = seq, own[ch], own[ch]
		}
	}
	if len(target) > 0 {
		c.session++
		c.target, c.begun, c.moved = target, begun, moved
	}
}

// refresh takes up a session that was interrupted.
func (c *Client) refresh(own map[pos.Chain]uint64) {
	for ch := range c.target {
		at := own[ch]
		if ch.Device == c.device {
			at = c.hub[ch]
		}
		c.moved[ch] = max(c.moved[ch], at)
	}
}

func (c *Client) acked(m Message, out *Output) {
	if m.Chain.Device != c.device {
		return
	}
	c.answered(&c.pushing)
	mark := Mark{Chain: m.Chain, Seq: m.Seq}
	if m.Fork {
		out.Fork = &mark
		c.greeted, c.replyBy = false, -1
		return
	}
	c.hub[m.Chain] = m.Seq
	if c.moved != nil && m.Seq > c.moved[m.Chain] {
		c.moved[m.Chain] = m.Seq
	}
	out.Acked = &mark
}

// answered: what was under way has its answer. A late one, that comes while a
// hello waits for its own, ends no waiting: the hello would never be repeated.
func (c *Client) answered(underWay *bool) {
	*underWay = false
	if c.greeted {
		c.replyBy = -1
	}
}

// Stored: a batch of another device's chain is durable up to seq.
func (c *Client) Stored(now time.Duration, src Chains, chain pos.Chain, seq uint64) Output {
	c.answered(&c.pulling)
	if c.moved != nil && seq > c.moved[chain] {
		c.moved[chain] = seq
	}
	var out Output
	if c.up && c.greeted {
		c.next(now, src, &out)
	}
	return out
}

// next sends what is due: one push and one pull at a time.
func (c *Client) next(now time.Duration, src Chains, out *Output) {
	marks := src.Marks()
	if !c.pushing {
		c.push(src, marks, out)
	}
	if !c.pulling {
		c.pull(marks, out)
	}
	if c.pushing || c.pulling {
		if len(out.Send) > 0 || c.replyBy < 0 {
			c.replyBy = now + replyWait
		}
		c.lookAt = -1
		return
	}
	c.replyBy, c.lookAt = -1, now+quietWait
}

func (c *Client) push(src Chains, marks []Mark, out *Output) {
	for _, m := range marks {
		if m.Device != c.device || m.Seq <= c.hub[m.Chain] {
			continue
		}
		frames, err := src.Frames(m.Chain, c.hub[m.Chain], batchSize)
		if err != nil || len(frames) == 0 {
			continue // a damaged own frame stops this chain, not the others
		}
		out.Send = append(out.Send, Message{Type: Push, From: c.device, Session: c.sessionName(),
			Chain: m.Chain, Seq: c.hub[m.Chain] + 1, Frames: frames})
		c.pushing = true
		return
	}
}

func (c *Client) pull(marks []Mark, out *Output) {
	have := map[pos.Chain]uint64{}
	for _, m := range marks {
		have[m.Chain] = m.Seq
	}
	chains := slices.SortedFunc(maps.Keys(c.hub), func(a, b pos.Chain) int {
		return compareChains(a, b)
	})
	for _, ch := range chains {
		if c.hub[ch] <= have[ch] || ch.Device == c.device {
			continue
		}
		out.Send = append(out.Send, Message{Type: Pull, From: c.device, Session: c.sessionName(), Chain: ch, Seq: have[ch]})
		c.pulling = true
		return
	}
}

// Connected tells whether the hub has answered since the link came up.
func (c *Client) Connected() bool { return c.up && c.greeted }
