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

	mostMissed = 2        // answers, one after the other, and the hub is silent
	batchSize  = 16 << 10 // bytes of frames in one message; journal.BatchSize
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
	// Recalled is a batch of the chain that Recall asked for, to be looked at and
	// not kept; one without frames is the end of it.
	Recalled *Message
	Fork     *Mark
	HubWall  int64 // the hub's clock, with a welcome
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
	forked  map[pos.Chain]bool // chains of which the hub holds another version
	// When an answer is due, -1 while none is awaited: each kind by itself, so
	// that answers to one do not hide that the other was lost.
	helloBy, pushBy, pullBy time.Duration
	lookAt                  time.Duration // when to say hello though all is done
	missed                  int           // answers that did not come, since the last that did
	pushOnly                bool          // nothing of others is asked for
	recall                  Mark          // a chain of the device that it does not hold, read so far; none: no device
}

// NewClient returns a client that has not met the hub yet. life is a number
// that the device never used before.
func NewClient(device string, life uint32) *Client {
	return &Client{device: device, life: life, hub: map[pos.Chain]uint64{}, forked: map[pos.Chain]bool{},
		helloBy: -1, pushBy: -1, pullBy: -1, lookAt: -1}
}

// Clone returns a copy that shares nothing changeable.
func (c *Client) Clone() *Client {
	n := *c
	n.hub, n.target, n.begun, n.moved = maps.Clone(c.hub), maps.Clone(c.target), maps.Clone(c.begun), maps.Clone(c.moved)
	n.forked = maps.Clone(c.forked)
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

// Held returns up to where the hub is known to hold a chain.
func (c *Client) Held(chain pos.Chain) uint64 { return c.hub[chain] }

// Wake returns when Tick is wanted; negative for never.
func (c *Client) Wake() time.Duration {
	first := time.Duration(-1)
	for _, at := range []time.Duration{c.helloBy, c.pushBy, c.pullBy, c.lookAt} {
		if at >= 0 && (first < 0 || at < first) {
			first = at
		}
	}
	return first
}

// Silent tells whether the hub gave no answer, again and again, though the
// link is there.
func (c *Client) Silent() bool { return c.up && c.missed >= mostMissed }

// Up: the link to the hub is there.
func (c *Client) Up(now time.Duration, src Chains) Output {
	c.up, c.missed = true, 0
	return c.hello(now, src)
}

// Down: it is gone.
func (c *Client) Down() {
	c.up, c.missed = false, 0
	c.idle()
}

// idle forgets what was under way.
func (c *Client) idle() {
	c.greeted = false
	c.helloBy, c.pushBy, c.pullBy, c.lookAt = -1, -1, -1, -1
}

// PushOnly lets a device whose disk takes nothing any more hand over what it
// holds, and ask for nothing; or lets it ask again.
func (c *Client) PushOnly(on bool) { c.pushOnly = on }

// Tick: time has come. Whatever was lost, the answer is to begin with the
// marks.
func (c *Client) Tick(now time.Duration, src Chains) Output {
	if at := c.Wake(); at < 0 || now < at {
		return Output{}
	}
	if c.lookAt < 0 { // it was no look, but an answer that did not come
		c.missed++
	}
	return c.hello(now, src)
}

func (c *Client) hello(now time.Duration, src Chains) Output {
	c.idle()
	c.helloBy = now + replyWait
	return Output{Send: []Message{{Type: Hello, From: c.device, Session: c.sessionName(), Have: src.Marks()}}}
}

// Appended: the device has new entries of its own.
func (c *Client) Appended(now time.Duration, src Chains) Output {
	var out Output
	c.next(now, src, &out)
	return out
}

// Receive takes a message of the hub.
func (c *Client) Receive(now time.Duration, src Chains, m Message) Output {
	var out Output
	if !c.up {
		return out // from a link that is gone
	}
	c.missed = 0
	switch m.Type {
	case Welcome:
		c.welcome(src, m, &out)
	case News:
		c.learn(m.Have)
	case Ack:
		c.acked(m, &out)
	case Batch:
		if len(m.Frames) > 0 && m.Chain == c.recall.Chain {
			c.pullBy = -1
			if m.Seq == c.recall.Seq+1 { // not one that was asked for before, or came twice
				out.Recalled = &m
				return out
			}
			break
		}
		if len(m.Frames) > 0 && m.Chain.Device != c.device {
			out.Store = &m
			return out
		}
		// The hub holds no more of it, whatever it said before.
		c.hub[m.Chain] = min(c.hub[m.Chain], max(m.Seq, 1)-1)
		c.pullBy = -1
	default:
		return out
	}
	c.next(now, src, &out)
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
	c.idle()
	c.greeted = true
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

// begin fixes a session, unless the one under way is not done yet and the hub
// still holds what it acknowledged of it.
func (c *Client) begin(own map[pos.Chain]uint64) {
	if _, done, total := c.Progress(); total > done && c.stands() {
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

// stands tells whether the hub holds all that the session's figure counts.
func (c *Client) stands() bool {
	for ch := range c.target {
		if ch.Device == c.device && c.hub[ch] < c.moved[ch] {
			return false
		}
	}
	return true
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
	c.pushBy = -1 // a late one ends no waiting for a welcome
	mark := Mark{Chain: m.Chain, Seq: m.Seq}
	if m.Fork {
		out.Fork = &mark
		c.forked[m.Chain] = true // pushing it again changes nothing
		return
	}
	c.hub[m.Chain] = m.Seq
	if c.moved != nil && m.Seq > c.moved[m.Chain] {
		c.moved[m.Chain] = m.Seq
	}
	out.Acked = &mark
}

// Stored: a batch of another device's chain is durable up to seq.
func (c *Client) Stored(now time.Duration, src Chains, chain pos.Chain, seq uint64) Output {
	c.pullBy = -1
	if c.moved != nil && seq > c.moved[chain] {
		c.moved[chain] = seq
	}
	var out Output
	c.next(now, src, &out)
	return out
}

// Recall reads what the hub holds of a chain of this device that the device does
// not hold itself, after a sequence; a chain without a device ends that.
func (c *Client) Recall(now time.Duration, src Chains, after Mark) Output {
	var out Output
	if c.recall != after {
		c.recall = after
		c.next(now, src, &out)
	}
	return out
}

// Forked: a batch cannot be stored because another version of the chain is
// held. The others go on.
func (c *Client) Forked(now time.Duration, src Chains, chain pos.Chain) Output {
	c.pullBy, c.forked[chain] = -1, true
	var out Output
	c.next(now, src, &out)
	return out
}

// next sends what is due: one push and one pull at a time.
func (c *Client) next(now time.Duration, src Chains, out *Output) {
	if !c.up || !c.greeted {
		return
	}
	marks := src.Marks()
	if c.pushBy < 0 && c.push(src, marks, out) {
		c.pushBy = now + replyWait
	}
	if c.pullBy < 0 && !c.pushOnly && c.pull(marks, out) {
		c.pullBy = now + replyWait
	}
	c.lookAt = -1
	if c.pushBy < 0 && c.pullBy < 0 {
		c.lookAt = now + quietWait
	}
}

func (c *Client) push(src Chains, marks []Mark, out *Output) bool {
	for _, m := range marks {
		if m.Device != c.device || m.Seq <= c.hub[m.Chain] || c.forked[m.Chain] {
			continue
		}
		frames, err := src.Frames(m.Chain, c.hub[m.Chain], batchSize)
		if err != nil || len(frames) == 0 {
			continue // a damaged own frame stops this chain, not the others
		}
		out.Send = append(out.Send, Message{Type: Push, From: c.device, Session: c.sessionName(),
			Chain: m.Chain, Seq: c.hub[m.Chain] + 1, Frames: frames})
		return true
	}
	return false
}

func (c *Client) pull(marks []Mark, out *Output) bool {
	if r := c.recall; r.Device != "" && r.Seq < c.hub[r.Chain] {
		out.Send = append(out.Send, Message{Type: Pull, From: c.device, Session: c.sessionName(), Chain: r.Chain, Seq: r.Seq})
		return true
	} else if r.Device != "" {
		out.Recalled, c.recall = &Message{Type: Batch, Chain: r.Chain}, Mark{}
	}
	have := map[pos.Chain]uint64{}
	for _, m := range marks {
		have[m.Chain] = m.Seq
	}
	for _, ch := range slices.SortedFunc(maps.Keys(c.hub), pos.Chain.Compare) {
		if c.hub[ch] <= have[ch] || ch.Device == c.device || c.forked[ch] {
			continue
		}
		out.Send = append(out.Send, Message{Type: Pull, From: c.device, Session: c.sessionName(), Chain: ch, Seq: have[ch]})
		return true
	}
	return false
}

// Stuck tells whether nothing is on its way to a hub that answers: if entries
// wait all the same, none of them can be sent.
func (c *Client) Stuck() bool { return c.Connected() && c.pushBy < 0 }

// Connected tells whether the hub has answered since the link came up.
func (c *Client) Connected() bool { return c.up && c.greeted }
