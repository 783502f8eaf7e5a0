package hub

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"stormrig/pos"
	"stormrig/pos/fold"
	"stormrig/pos/journal"
	"stormrig/pos/sabotage"
	"stormrig/pos/store"
	"stormrig/pos/sync"
)

// maxOffset is how far ahead of the hub's clock a device's may pull it.
const maxOffset = time.Hour

// batchSize bounds the frames in one message to a device, in bytes.
const batchSize = journal.BatchSize

// Config is what a hub is told when it is set up.
type Config struct {
	Device string // its name in chains: "hub"
	Base   *fold.Base
	// Decode reads entries; nil for pos.DecodeFrame.
	Decode pos.Decoder
	// Journal holds the sizes of the files, as in till.Config.
	Journal journal.Options
	// Sabotage is what is wrong with this hub; the zero value is an honest one.
	Sabotage sabotage.Set
}

// Send is a message to whoever is at the other end of a link.
type Send struct {
	Link string
	Data []byte
}

// Result is what one handling lets out, after all that it wrote is durable.
type Result struct {
	Sends []Send
	Tells []any
}

// What a hub tells of itself.
type (
	// Span as in pos/till: "recovery", "push".
	Span struct{ Name string }
	// Started: a recovery ended. StaleMark as in journal.Recovery.
	Started struct {
		Recovered int64
		StaleMark bool
	}
	// Replicated: a device's chain is durable here up to Seq.
	Replicated struct {
		Chain pos.Chain
		Seq   uint64
	}
	// Committed: an entry of the hub's own chain became durable.
	Committed struct {
		Key     pos.Key
		Prev    journal.Hash
		Hash    journal.Hash
		Payload []byte
	}
	// Unreadable as in pos/till.
	Unreadable struct {
		Key pos.Key
		Why string
	}
	// Stopped: the hub's disk cannot be trusted; it acknowledges nothing.
	Stopped struct{ Why string }
)

// Hub is one life of a hub.
type Hub struct {
	cfg     *Config
	fs      store.FS
	life    uint32
	journal *journal.Journal
	replica *journal.Replicas
	shared  *fold.Shared
	hlc     uint64              // highest that the hub gave
	seen    uint64              // highest that a device gave under a good clock
	links   map[string]listener // who has said hello, by link
	grown   ledger
	stopped bool
	clock   clock
}

// New puts a hub on a store. life as in till.New.
func New(cfg *Config, fs store.FS, life uint32) *Hub {
	return &Hub{cfg: cfg, fs: fs, life: life, links: map[string]listener{}, grown: ledger{newest: map[pos.Chain]uint64{}}}
}

// CloneOn returns a copy that works on a store with the same content.
func (h *Hub) CloneOn(fs store.FS) *Hub {
	c := *h
	c.fs, c.links, c.grown = fs, maps.Clone(h.links), h.grown.clone()
	if h.journal != nil {
		c.journal = h.journal.CloneOn(fs)
	}
	if h.replica != nil {
		c.replica = h.replica.CloneOn(fs)
	}
	if h.shared != nil {
		c.shared = h.shared.Clone()
	}
	return &c
}

// Shared returns the fold, to look at.
func (h *Hub) Shared() *fold.Shared { return h.shared }

// Close lets go of file handles.
func (h *Hub) Close() {
	if h.journal != nil {
		_ = h.journal.Close() // everything appended is durable already
	}
	if h.replica != nil {
		_ = h.replica.Close()
	}
}

// Start recovers what the disk holds.
func (h *Hub) Start(now pos.Now) Result {
	r := Result{Tells: []any{Span{Name: "recovery"}}}
	if err := h.recover(now, &r); err != nil {
		h.stopped = true
		r.Tells = append(r.Tells, Stopped{Why: err.Error()})
	}
	return r
}

func (h *Hub) recover(now pos.Now, r *Result) error {
	h.shared = fold.NewShared(h.cfg.Base)
	o := h.cfg.Journal
	o.Device, o.Visit = h.cfg.Device, h.take
	j, rec, err := journal.Open(h.fs, o)
	if err != nil {
		return err
	}
	h.journal = j
	others := o.Replicas()
	others.Visit = func(c pos.Chain, f journal.Frame) error {
		h.takeOther(c, f, r)
		return nil
	}
	if h.replica, _, err = journal.OpenReplicas(h.fs, others); err != nil {
		return err
	}
	boot := pos.Boot{Recovered: rec.Entries, Folded: rec.Entries}
	link := rec.Link
	if rec.NeedsIncarnation {
		if link, err = j.NewIncarnation(max(h.life, rec.Head.Incarnation+1)); err != nil {
			return err
		}
	}
	if head, _ := j.Head(); head.Seq == 0 && link.Before.Incarnation != 0 {
		boot.Before, boot.BeforeHash = &link.Before, fmt.Sprintf("%x", link.Hash)
	}
	r.Tells = append(r.Tells, Started{Recovered: int64(rec.Entries), StaleMark: rec.StaleMark})
	return h.commit(now, r, append([]pos.Fact{{Boot: &boot}}, h.ranks(now)...))
}

// take folds one frame of the hub's own chain.
func (h *Hub) take(c pos.Chain, f journal.Frame) error {
	e, err := h.decode(c, f)
	if err != nil {
		return err
	}
	h.shared.Apply(e)
	h.clock.last = e.Wall
	h.hlc = max(h.hlc, e.HLC)
	return nil
}

func (h *Hub) decode(c pos.Chain, f journal.Frame) (*pos.Entry, error) {
	if h.cfg.Decode != nil {
		return h.cfg.Decode(c, f.Seq, f.Payload)
	}
	return pos.DecodeFrame(c, f.Seq, f.Payload)
}

// takeOther folds one frame of a device. One that nobody can read is kept and
// passed on, and means nothing: it must not block what follows it.
func (h *Hub) takeOther(c pos.Chain, f journal.Frame, r *Result) {
	e, err := h.decode(c, f)
	if err != nil {
		e = &pos.Entry{Key: pos.Key{Device: c.Device, Incarnation: c.Incarnation, Seq: f.Seq}}
		r.Tells = append(r.Tells, Unreadable{Key: e.Key, Why: err.Error()})
	}
	h.shared.Apply(e)
	if e.Clock == pos.ClockGood {
		h.seen = max(h.seen, e.HLC)
	}
}

// ranks gives a place in time to edits whose own clock was doubtful: now.
func (h *Hub) ranks(now pos.Now) []pos.Fact {
	if h.cfg.Sabotage.NeverRanked {
		return nil
	}
	var facts []pos.Fact
	for _, k := range h.shared.Unranked() {
		facts = append(facts, pos.Fact{Rank: &pos.Rank{Of: k, HLC: h.tick(now)}})
	}
	return facts
}

// tick gives the hub's next clock: above all that it gave, and above all that
// it saw of devices, unless one of them is further ahead than a clock may be.
func (h *Hub) tick(now pos.Now) uint64 {
	physical := hlcAt(now.Wall)
	h.hlc = max(physical, h.hlc+1)
	if h.seen <= physical+hlcAt(int64(maxOffset)) {
		h.hlc = max(h.hlc, h.seen+1)
	}
	return h.hlc
}

func hlcAt(wall int64) uint64 { return uint64(max(wall, 0)/int64(time.Millisecond)) << 16 }

// commit makes one entry of the hub's own chain durable and folds it.
func (h *Hub) commit(now pos.Now, r *Result, facts []pos.Fact) error {
	head, prev := h.journal.Head()
	head.Seq++
	if j := h.clock.jump(now); j != nil {
		facts = append([]pos.Fact{{ClockJump: j}}, facts...)
	}
	e := &pos.Entry{Key: head, Wall: now.Wall, HLC: h.tick(now), Facts: facts}
	payload, err := e.Encode()
	if err != nil {
		return err
	}
	_, hash, err := h.journal.Append(payload)
	if errors.Is(err, journal.ErrUnknown) {
		err = h.journal.Rewrite()
	}
	if err != nil {
		return err
	}
	h.shared.Apply(e)
	h.clock.seen(now)
	r.Tells = append(r.Tells, Committed{Key: head, Prev: prev, Hash: hash, Payload: payload})
	return nil
}

// Stop ends this life in order: nothing is kept or acknowledged any more, and
// the journal says where it ends.
func (h *Hub) Stop() Result {
	r := Result{Tells: []any{Span{Name: "stop"}}}
	if h.stopped || h.journal == nil {
		return Result{}
	}
	h.stopped = true
	_ = h.journal.MarkStopped() // without it the next start reads as after a loss of power
	return r
}

// LinkDown: nobody is at the other end any more.
func (h *Hub) LinkDown(link string) { delete(h.links, link) }

// Message takes a message that came over a link.
func (h *Hub) Message(now pos.Now, link string, data []byte) Result {
	var r Result
	m, err := sync.Decode(data)
	if err != nil || h.stopped {
		return r // what cannot be read was lost; what cannot be kept is not answered
	}
	if !h.look(now, &r) {
		return r
	}
	h.spoke(link)
	var sent sync.Mark
	switch m.Type {
	case sync.Hello:
		h.links[link] = listener{upTo: h.grown.turn} // the welcome names all
		h.send(&r, link, sync.Message{Type: sync.Welcome, Session: m.Session, Have: h.marks(), Wall: now.Wall})
	case sync.Push:
		h.push(now, link, m, &r)
	case sync.Pull:
		sent = h.pull(link, m, &r)
	}
	h.tell(now, &r, link, sent)
	return r
}

func (h *Hub) send(r *Result, link string, m sync.Message) {
	m.From = h.cfg.Device
	if b, err := m.Encode(); err == nil {
		r.Sends = append(r.Sends, Send{Link: link, Data: b})
	}
}

func (h *Hub) marks() []sync.Mark {
	var out []sync.Mark
	for _, k := range append(h.journal.Chains(), h.replica.Chains()...) {
		out = append(out, sync.Mark{Chain: k.Chain(), Seq: k.Seq})
	}
	sync.SortMarks(out)
	return out
}

// push keeps a device's frames, and acknowledges what is durable: all that it
// holds of the chain, whatever of it came just now.
func (h *Hub) push(now pos.Now, link string, m sync.Message, r *Result) {
	if m.Chain.Device == h.cfg.Device {
		return // nobody else writes the hub's chain
	}
	frames, err := h.replica.Append(m.Chain, m.Frames)
	fork := errors.Is(err, journal.ErrFork)
	if err != nil && !fork && !errors.Is(err, journal.ErrGap) {
		return // not durable: not acknowledged, and pushed again
	}
	r.Tells = append(r.Tells, Span{Name: "push"})
	for _, f := range frames {
		h.takeOther(m.Chain, f, r)
	}
	if h.cfg.Sabotage.AppliedTwice {
		h.again(m.Chain, m.Frames, len(frames))
	}
	seq, _ := h.replica.Head(m.Chain)
	if len(frames) > 0 {
		r.Tells = append(r.Tells, Replicated{Chain: m.Chain, Seq: seq})
	}
	own := false
	if facts := h.ranks(now); len(facts) > 0 {
		if err := h.commit(now, r, facts); err != nil {
			h.stopped = true
			r.Tells = append(r.Tells, Stopped{Why: err.Error()})
			return
		}
		own = true
	}
	h.send(r, link, sync.Message{Type: sync.Ack, Session: m.Session, Chain: m.Chain, Seq: seq, Fork: fork})
	if len(frames) > 0 {
		h.news(now, r, link, own, m.Chain)
	}
}

// pull gives a device what it lacks of a chain, a batch at a time; it returns up
// to where.
func (h *Hub) pull(link string, m sync.Message, r *Result) sync.Mark {
	var frames []journal.Frame
	var err error
	if m.Chain.Device == h.cfg.Device {
		frames, err = h.journal.Read(m.Chain.Incarnation, m.Seq, batchSize)
	} else {
		frames, err = h.replica.Read(m.Chain, m.Seq, batchSize)
	}
	if err != nil {
		return sync.Mark{}
	}
	sent := sync.Mark{Chain: m.Chain, Seq: m.Seq}
	var raw []byte
	for _, f := range frames {
		raw, sent.Seq = append(raw, f.Raw...), f.Seq
	}
	h.send(r, link, sync.Message{Type: sync.Batch, Session: m.Session, Chain: m.Chain, Seq: m.Seq + 1, Frames: raw})
	return sent
}
