package till

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"stormrig/pos"
	"stormrig/pos/book"
	"stormrig/pos/engine"
	"stormrig/pos/fold"
	"stormrig/pos/journal"
	"stormrig/pos/store"
	"stormrig/pos/sync"
	"stormrig/pos/vault"
)

// Config is what a till is told when it is set up. It never changes and is
// shared by copies.
type Config struct {
	Engine engine.Config
	Base   *fold.Base
	// Opener opens the book's file; nil for a real directory.
	Opener book.Opener
	// Decode reads entries; nil for pos.DecodeFrame.
	Decode pos.Decoder
	// NoHub: the shop has none, so that nothing waits for it and nothing is asked
	// of it.
	NoHub bool
	// VaultKey seals deferred card data; it is never on the till's disk.
	VaultKey [32]byte
	// CheckpointEvery is how many entries may lie beyond the checkpoint
	// before the next one is due.
	CheckpointEvery int
	// Journal holds the sizes of the journal's segments (journal.OnDisk on a
	// disk of its own, zero in a simulated world); what else it says is
	// overruled.
	Journal journal.Options
	// Keep is how many of the newest own entries stay in the journal when older
	// ones, which the hub holds, move to the archive beside it; 0: none move.
	Keep uint64
}

// checkpointWait lets a checkpoint wait for a quiet moment.
const checkpointWait = 2 * time.Second

// reserveBytes is the room for the outcomes of something irrevocable, lineBytes
// what a line of a cart takes of a sale, beside its texts.
const (
	reserveBytes = 8 << 10
	lineBytes    = 160
)

// Till is one life of a till. It is made by New and begins with Start.
type Till struct {
	cfg  *Config
	fs   store.FS
	life uint32

	journal *journal.Journal
	replica *journal.Replicas
	book    *book.Book
	vault   *vault.Vault
	state   *fold.State
	engine  *engine.Engine
	client  *sync.Client

	shown        *pos.Screen // last screen sent
	question     question    // that it asks
	progress     Progress    // last progress told
	beyond       int         // entries beyond the checkpoint
	unkept       bool        // the book could not be brought up to date
	checkpointAt time.Duration
	marks        map[pos.Chain]journal.Hash // head hashes of what is folded
	halted       bool                       // stopped in order
	againAt      time.Duration              // stopped for want of room: when to look again; negative: never
	restarted    bool                       // begun anew in one life, after a stop for want of room
	missed       []pos.Event                // of devices and links, while stopped; shared by copies
	late         *belated                   // of a sabotage; nil in an honest till
	silent       bool                       // the hub gives no answer, as the journal says
	recalled     pos.Recalled               // what the hub was found to hold of a payment that is asked for
}

// New puts a till on a store. life is a number that this device has never
// used before, at least 1: it becomes the incarnation when a new one must
// begin, so that a device that lost its disk does not use a key twice.
func New(cfg *Config, fs store.FS, life uint32) *Till {
	return &Till{cfg: cfg, fs: fs, life: life, engine: engine.New(&cfg.Engine),
		client: sync.NewClient(cfg.Engine.Device, life), checkpointAt: -1, againAt: -1}
}

// CloneOn returns a copy that works on a store with the same content.
func (t *Till) CloneOn(fs store.FS) *Till {
	c := *t
	c.fs = fs
	c.engine, c.client = t.engine.Clone(), t.client.Clone()
	if t.journal != nil {
		c.journal = t.journal.CloneOn(fs)
	}
	if t.replica != nil {
		c.replica = t.replica.CloneOn(fs)
	}
	if t.book != nil {
		c.book = t.book.CloneOn(fs)
	}
	if t.vault != nil {
		c.vault = t.vault.CloneOn(fs)
	}
	if t.state != nil {
		c.state = t.state.Clone()
	}
	if t.shown != nil {
		s := *t.shown
		c.shown = &s
	}
	c.marks = make(map[pos.Chain]journal.Hash, len(t.marks))
	for k, v := range t.marks {
		c.marks[k] = v
	}
	return &c
}

// State returns the fold, to look at.
func (t *Till) State() *fold.State { return t.state }

// Close lets go of file handles and mappings. Nothing is written.
func (t *Till) Close() {
	if t.book != nil {
		_ = t.book.Release() // a cache: what it held is on disk or does not count
	}
	t.closeChains()
}

func (t *Till) closeChains() { // everything appended is durable already
	if t.journal != nil {
		_ = t.journal.Close()
	}
	if t.replica != nil {
		_ = t.replica.Close()
	}
}

// Wake returns when Handle wants a Tick; negative for never.
func (t *Till) Wake() time.Duration {
	switch {
	case t.halted:
		return -1
	case t.engine.Stopped():
		return t.wakeStopped()
	}
	if t.late != nil {
		return t.late.at
	}
	first := t.checkpointAt
	for _, at := range []time.Duration{t.engine.Wake(), t.client.Wake()} {
		if at >= 0 && (first < 0 || at < first) {
			first = at
		}
	}
	return first
}

// Handle takes one event.
func (t *Till) Handle(now pos.Now, ev pos.Event) Result {
	var r Result
	switch {
	case t.halted:
		return r
	case t.engine.Stopped():
		t.handleStopped(now, ev, &r)
		t.show(now, &r)
		return r
	}
	t.catchUp(now, &r)
	if t.question.typedAhead(now.Mono, ev) {
		return r
	}
	switch ev := ev.(type) {
	case pos.HubMessage:
		t.hubMessage(now, ev.Data, &r)
	case pos.Tick:
		t.tick(now, &r)
	default:
		if _, said := ev.(pos.TerminalResult); said { // each word is looked up anew
			t.recalled = pos.Recalled{}
		}
		t.decide(now, ev, &r)
		t.hubLink(now, ev, &r)
	}
	if !t.engine.Stopped() {
		t.recall(now, &r)
	}
	t.show(now, &r)
	return r
}

// tick does what is due: first the seat and the exchange, and the checkpoint
// in a handling of its own, so that it stalls nothing.
func (t *Till) tick(now pos.Now, r *Result) {
	if at := t.engine.Wake(); at >= 0 && now.Mono >= at {
		t.decide(now, pos.Tick{}, r)
		return
	}
	if at := t.client.Wake(); at >= 0 && now.Mono >= at {
		t.exchange(now, t.client.Tick(now.Mono, t.chains()), r)
		t.hearing(now, r)
		return
	}
	if t.checkpointAt >= 0 && now.Mono >= t.checkpointAt {
		t.checkpoint(r)
	}
}

// decide asks the engine and carries out its decision. What had no room may be
// what was due by the clock, not what the event asks for: so the event comes once
// more, by itself, and what a device says is known.
func (t *Till) decide(now pos.Now, ev pos.Event, r *Result) {
	for _, last := range []bool{false, true} {
		d := t.engine.Decide(now, t.state, t.next(), ev)
		if t.actFirst(now, d, r) {
			return
		}
		err := t.carryOut(now, d, r)
		if err == nil {
			return
		}
		if t.refuse(now, d, err, last, r); t.engine.Stopped() {
			return
		}
	}
}

// next is the key of the next own entry.
func (t *Till) next() pos.Key {
	k, _ := t.journal.Head()
	k.Seq++
	return k
}

// carryOut commits a decision and lets its effects out.
func (t *Till) carryOut(now pos.Now, d engine.Decision, r *Result) error {
	if t.cfg.Engine.Sabotage.CardDroppedFirst {
		t.dropCards(d)
	}
	if len(d.Facts)+len(d.Intents) > 0 {
		if err := t.commit(now, d, r); err != nil {
			return err
		}
	}
	for _, in := range d.Intents {
		t.release(now, in.ID, false, r)
	}
	for _, id := range d.Again {
		if _, open := t.state.Open(id); open { // the same decision may have closed it
			t.release(now, id, true, r)
		}
	}
	for _, s := range d.Soft {
		r.let(s)
	}
	t.dropCards(d)
	return nil
}

// dropCards removes card data that is not needed any more. What cannot be
// removed now is swept at the next start.
func (t *Till) dropCards(d engine.Decision) {
	for _, name := range d.Drop {
		_ = t.vault.Remove(name)
	}
}

// commit makes the decision one durable entry and folds it.
func (t *Till) commit(now pos.Now, d engine.Decision, r *Result) error {
	if t.cfg.Engine.Sabotage.TwoFrames {
		var err error
		if d, err = t.firstHalf(now, d, r); err != nil {
			return err
		}
	}
	e := &pos.Entry{Key: t.next(), Wall: now.Wall, Clock: d.Clock, HLC: t.state.NextHLC(now.Wall), Facts: d.Facts, Intents: d.Intents}
	payload, err := e.Encode()
	if err != nil {
		return err
	}
	// Every entry leaves room for the outcome of what it may begin. When
	// there is none, nothing new begins; an outcome uses what was kept for it.
	err = t.journal.Reserve(t.outcome() + int64(len(payload)))
	if err != nil && settles(d) {
		err = t.journal.Reserve(int64(len(payload)))
	}
	if err != nil && (!settles(d) || store.IsFull(err)) {
		return err
	}
	if d.Keep != nil {
		if err := t.keep(d.Keep); err != nil {
			return err
		}
	}
	_, prev := t.journal.Head()
	_, hash, err := t.journal.Append(payload)
	if errors.Is(err, journal.ErrUnknown) {
		err = t.journal.Rewrite()
	}
	if err != nil {
		return err
	}
	t.state.Apply(e)
	t.marks[e.Chain()] = hash
	t.engine.Committed()
	r.span("commit")
	r.tell(Committed{Key: e.Key, Prev: prev, Hash: hash, Payload: payload})
	t.folded(now, 1)
	t.exchange(now, t.client.Appended(now.Mono, t.chains()), r)
	return nil
}

// outcome is the room for the entries that end what the next one may begin: a
// few small ones, and the sale of the open cart.
func (t *Till) outcome() int64 {
	n := int64(reserveBytes)
	for _, l := range t.state.Till().Draft {
		n += lineBytes + 2*int64(len(l.SKU)) + int64(len(l.Label)+len(l.Code))
	}
	return n
}

// settles tells whether a decision records the end of something that cannot
// be taken back and begins nothing, and so must be written even when no new room
// is to be had.
func settles(d engine.Decision) bool {
	ended, begun := weigh(d)
	return ended && !begun
}

// weigh tells whether a decision ends something, and whether it begins something
// that needs room of its own. An undo ends what a terminal took; notes that ride on
// something new do not carry it through, but a result does. What rides on all
// alike (a jump of the clock, outages) is neither.
func weigh(d engine.Decision) (ended, begun bool) {
	for _, f := range d.Facts {
		switch {
		case f.Boot != nil || f.Result != nil || f.Reversal != nil || f.Forward != nil || f.Exception != nil:
			return true, false
		case f.Note != nil:
			ended = true
		case f.ClockJump == nil && f.Outage == nil:
			begun = true
		}
	}
	for _, in := range d.Intents {
		ended, begun = ended || in.Undo != nil, begun || in.Undo == nil
	}
	return ended, begun
}

// refuse takes back a decision that is certainly not durable, or stops. The end
// of something that cannot be taken back comes again: a deadline is set anew, a
// host is asked again, a device repeats what it says. Only what somebody at the
// seat began is said aloud.
func (t *Till) refuse(now pos.Now, d engine.Decision, cause error, aloud bool, r *Result) {
	if errors.Is(cause, store.ErrStopped) || begins(d) {
		t.engine.Untold(d)
		t.stop(now, r, "DISK FAULT - STOP SELLING", cause)
		return
	}
	if _, begun := weigh(d); !aloud || !begun && d.Keep == nil { // whether anything was charged is not for the disk to say
		t.engine.Refused(now, d, "", store.IsFull(cause))
		return
	}
	t.engine.Refused(now, d, "DISK FULL OR FAILING - "+undone(d), store.IsFull(cause))
	r.let(pos.Beep{Good: false})
}

// begins tells whether a decision is a till's first word after it was switched
// on: without that nothing goes on.
func begins(d engine.Decision) bool {
	return slices.ContainsFunc(d.Facts, func(f pos.Fact) bool { return f.Boot != nil })
}

// undone says what did not happen of a decision that was taken back. A scan is
// named, since a person who scans fast cannot know which one it was.
func undone(d engine.Decision) string {
	for _, f := range d.Facts {
		if f.Line != nil {
			return "NOT ADDED " + f.Line.Code
		}
	}
	return "NOTHING WAS CHARGED"
}

// release lets out the effect of an intent that the journal holds as open.
// This is the only way for anything but a soft effect to leave the till.
func (t *Till) release(now pos.Now, id string, again bool, r *Result) {
	open, ok := t.state.Open(id)
	if !ok {
		panic(fmt.Sprintf("till: effect %s without an open intent in the journal", id))
	}
	card, err := t.stored(open.Intent)
	switch {
	case errors.Is(err, vault.ErrNotFound), errors.Is(err, vault.ErrSealed):
		t.engine.CardLost(now, open.Host.Ref, again)
		return
	case err != nil: // the vault cannot give it now; it is asked for again later
		t.engine.Postpone(now, open.Host.Ref)
		return
	}
	effect, err := t.engine.Effect(now, t.state, open.Intent, again, card)
	if err != nil {
		panic(fmt.Sprintf("till: %v", err))
	}
	r.let(effect)
}

// show sends the screen when it differs from what the seat shows.
func (t *Till) show(now pos.Now, r *Result) {
	if t.state == nil || t.late != nil {
		return
	}
	s := t.engine.Screen(t.state)
	t.engine.Heard() // a tone sounds once, and a refusal that comes again sounds again
	silent := s
	silent.Tone = pos.ToneNone
	if t.shown == nil || s.Tone != pos.ToneNone || !reflect.DeepEqual(silent, *t.shown) {
		t.question.shown(now.Mono, &silent)
		t.shown = &silent
		r.let(pos.Show{Screen: s})
	}
}

// Stop ends this life in order: outcomes are written down and the book is
// brought up to date, so that the next start folds nothing.
func (t *Till) Stop(now pos.Now) Result {
	var r Result
	if t.halted || t.engine.Stopped() {
		return r
	}
	d := t.engine.Flush(now, t.state, t.next())
	if err := t.carryOut(now, d, &r); err != nil {
		t.refuse(now, d, err, false, &r)
	}
	t.clean(&r)
	_ = t.journal.MarkStopped() // only speed: without it the next start reads everything
	t.halted = true
	return r
}
