package till

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"stormrig/pos"
	"stormrig/pos/engine"
	"stormrig/pos/journal"
	"stormrig/pos/sync"
	"stormrig/pos/vault"
)

// holdings is what the till holds durably, as the exchange sees it.
type holdings struct {
	journal *journal.Journal
	replica *journal.Replicas
}

func (t *Till) chains() holdings { return holdings{t.journal, t.replica} }

// Marks lists own and others' chains.
func (h holdings) Marks() []sync.Mark {
	var out []sync.Mark
	for _, k := range append(h.journal.Chains(), h.replica.Chains()...) {
		out = append(out, sync.Mark{Chain: k.Chain(), Seq: k.Seq})
	}
	sync.SortMarks(out)
	return out
}

// Frames returns own frames to push.
func (h holdings) Frames(c pos.Chain, after uint64, maxBytes int) ([]byte, error) {
	frames, err := h.journal.Read(c.Incarnation, after, maxBytes)
	var out []byte
	for _, f := range frames {
		out = append(out, f.Raw...)
	}
	return out, err
}

// hubLink tells the exchange of its link.
func (t *Till) hubLink(now pos.Now, ev pos.Event, r *Result) {
	switch ev := ev.(type) {
	case pos.LinkUp:
		if ev.Link == "hub" {
			t.silent = false
			t.exchange(now, t.client.Up(now.Mono, t.chains()), r)
		}
	case pos.LinkDown:
		if ev.Link == "hub" {
			t.silent = false
			t.client.Down()
			t.status(r)
		}
	}
}

func (t *Till) hubMessage(now pos.Now, data []byte, r *Result) {
	m, err := sync.Decode(data)
	if err != nil {
		return // a message that cannot be read is a message that was lost
	}
	t.exchange(now, t.client.Receive(now.Mono, t.chains(), m), r)
	t.hearing(now, r)
}

// hearing lets the engine know when the hub ceases to answer over a link that
// seems to be there, and when it answers again: an outage like any other.
func (t *Till) hearing(now pos.Now, r *Result) {
	silent := t.client.Silent()
	if silent == t.silent || t.engine.Stopped() {
		return
	}
	t.silent = silent
	if silent {
		t.decide(now, pos.LinkDown{Link: "hub", Why: "no answer"}, r)
		return
	}
	t.decide(now, pos.LinkUp{Link: "hub", Why: "no answer"}, r)
}

// exchange carries out what the client wants.
func (t *Till) exchange(now pos.Now, out sync.Output, r *Result) {
	for _, m := range out.Send {
		if b, err := m.Encode(); err == nil {
			r.let(pos.SendHub{Data: b})
		}
	}
	if out.Acked != nil {
		r.tell(Acknowledged{Chain: out.Acked.Chain, Seq: out.Acked.Seq})
	}
	if out.Store != nil {
		t.pulled(now, out.Store, r)
	}
	if out.Recalled != nil {
		t.lookFor(now, out.Recalled, r)
	}
	t.status(r)
}

// pulled makes others' entries durable, folds them, and only then says so.
func (t *Till) pulled(now pos.Now, m *sync.Message, r *Result) {
	frames, err := t.replica.Append(m.Chain, m.Frames)
	if errors.Is(err, journal.ErrFork) {
		t.exchange(now, t.client.Forked(now.Mono, t.chains(), m.Chain), r)
		return
	}
	if err != nil {
		return // not stored: asked for again after the next hello
	}
	if len(frames) > 0 {
		r.span("pull")
	}
	for _, f := range frames {
		t.takeOther(m.Chain, f, r)
	}
	if n := len(frames); n > 0 {
		r.tell(Replicated{Chain: m.Chain, Seq: frames[n-1].Seq})
		t.folded(now, n)
	}
	t.exchange(now, t.client.Stored(now.Mono, t.chains(), m.Chain, t.heldUpTo(m.Chain)), r)
}

// status puts the exchange's figure on the display. It says 100 % only when
// everything that the session began with is durable at the other side.
func (t *Till) status(r *Result) {
	session, done, total := t.client.Progress()
	if t.cfg.Engine.Sabotage.FullTooEarly {
		done = total
	}
	p := Progress{Session: session, Done: done, Total: total}
	if p != t.progress && total > 0 {
		t.progress = p
		r.tell(p)
	}
	line := ""
	switch waiting := t.client.Waiting(t.chains()); {
	case waiting > 0 && t.client.Stuck(): // the hub holds another chain, or the own one cannot be read
		line = fmt.Sprintf("%d CANNOT BE SENT", waiting)
	case done < total:
		line = fmt.Sprintf("SYNC %d%%", done*100/total)
	case !t.client.Connected() && waiting > 0 && !t.cfg.NoHub:
		line = fmt.Sprintf("OFFLINE %d WAITING", waiting)
	}
	if t.unkept {
		line = strings.TrimSpace("BOOK NOT KEPT - CHECK THE DISK " + line)
	}
	t.engine.SetStatus(line)
}

func (t *Till) heldUpTo(c pos.Chain) uint64 {
	seq, _ := t.replica.Head(c)
	return seq
}

// stored fetches the card data that a request to the host needs.
func (t *Till) stored(in pos.Intent) (*engine.Card, error) {
	if in.Host == nil || in.Host.Kind != "forward" {
		return nil, nil
	}
	d, ok := t.state.Deferred(in.Host.Ref)
	if !ok {
		return nil, fmt.Errorf("no stored payment %s", in.Host.Ref)
	}
	data, err := t.vault.Get(d.Vault)
	if err != nil {
		return nil, err
	}
	serial, sealed, _ := bytes.Cut(data, []byte{'\n'})
	return &engine.Card{Name: d.Vault, Ref: d.Ref, Serial: string(serial), Sealed: sealed}, nil
}

// nonce of a vault file: made of what it seals, so that a payment whose card
// is read a second time never has two texts under one nonce.
func (t *Till) nonce(name string, data []byte) vault.Nonce {
	sum := sha256.Sum256(append([]byte("vault "+t.cfg.Engine.Device+" "+name+"\n"), data...))
	return vault.Nonce(sum[:vault.NonceSize])
}

// Settled tells whether the till waits for nothing: every outcome is known and
// durable, no payment or reversal waits, the hub holds all of the own chain.
func (t *Till) Settled() bool {
	return t.state != nil && t.journal != nil && !t.engine.Stopped() && len(t.state.OpenIntents()) == 0 &&
		len(t.state.DeferredQueue()) == 0 && len(t.state.Undo()) == 0 && t.client.Waiting(t.chains()) == 0
}
