package till

import (
	"errors"
	"fmt"

	"stormrig/pos"
	"stormrig/pos/book"
	"stormrig/pos/engine"
	"stormrig/pos/fold"
	"stormrig/pos/journal"
	"stormrig/pos/vault"
)

// Start recovers what the disk holds and says so in the journal.
func (t *Till) Start(now pos.Now) Result {
	var r Result
	r.tell(Span{Name: "recovery"})
	found, err := t.recover()
	if err != nil {
		t.failed(err, &r)
		t.show(&r)
		return r
	}
	boot := pos.Boot{Recovered: found.journal.Entries, Folded: uint64(found.folded), Rebuilt: found.rebuilt}
	if err := t.incarnate(found, &boot); err != nil {
		t.failed(err, &r)
		t.show(&r)
		return r
	}
	r.tell(Started{Recovered: int64(found.journal.Entries), Folded: int64(found.folded),
		TailBytes: boot.TailBytes, Rebuilt: boot.Rebuilt, Lost: boot.Lost})
	t.carryOut(now, t.engine.Start(now, t.state, t.next(), boot), &r)
	if found.rebuilt != "" {
		t.rebuild(&r)
	}
	t.show(&r)
	return r
}

// Recover does the first part of Start and nothing more: it reads what the
// disk holds, in doubt repairs it, and says nothing of it in the journal. It is
// for those who want to know what a start would find; State is valid
// afterwards. A till that was asked this cannot be started.
func (t *Till) Recover() (Recovery, error) {
	f, err := t.recover()
	if err != nil {
		return Recovery{}, err
	}
	return Recovery{Journal: f.journal, Folded: f.folded, Rebuilt: f.rebuilt, Lost: f.lost}, nil
}

// Recovery is what a start finds.
type Recovery struct {
	Journal journal.Recovery
	Folded  int    // entries beyond the book's checkpoint
	Rebuilt string // why the book must be built anew; empty when it need not
	Lost    string // what the book knows and the journal does not
}

// failed stops a till whose disk cannot be trusted.
func (t *Till) failed(err error, r *Result) {
	if t.state == nil {
		t.state = fold.New(t.cfg.Engine.Device, t.cfg.Base)
	}
	headline := "DISK FAULT - STOP SELLING"
	if errors.Is(err, journal.ErrDamaged) {
		headline = "JOURNAL DAMAGED - STOP SELLING, KEEP THE DISK"
	}
	t.stop(r, headline, err)
}

// found is what recovery came upon.
type found struct {
	journal journal.Recovery
	folded  int
	rebuilt string // why the book must be built anew
	lost    string
	number  int64 // the last receipt number that a book put aside knew
}

// recover reads book, journal, replicas and vault.
func (t *Till) recover() (found, error) {
	var f found
	if err := t.openBook(&f); err != nil {
		return f, err
	}
	if err := t.openChains(&f); err != nil {
		return f, err
	}
	t.beyond = f.folded
	var err error
	t.vault, err = vault.Open(t.fs, t.cfg.VaultKey[:])
	if err != nil {
		return f, fmt.Errorf("opening the vault: %w", err)
	}
	if f.lost != "" {
		return f, nil // a lost entry may name card data that is still owed
	}
	return f, t.sweep()
}

// openBook loads the checkpoint, or begins with nothing.
func (t *Till) openBook(f *found) error {
	b, what, err := book.Open(t.fs, book.Options{Opener: t.cfg.Opener})
	if err != nil {
		return err
	}
	t.book = b
	t.fresh()
	if what.State != book.Loaded {
		f.rebuilt = what.State.String()
		if what.Why != "" {
			f.rebuilt += ": " + what.Why
		}
		return nil
	}
	var bad error
	err = b.Load(func(key string, value []byte) {
		if err := t.state.Load(key, value); err != nil && bad == nil {
			bad = err
		}
	})
	if err = errors.Join(err, bad); err != nil {
		f.rebuilt = "unreadable: " + err.Error()
		t.fresh()
		return nil
	}
	for _, m := range b.Meta().Applied {
		t.marks[m.Chain] = m.Hash
	}
	return nil
}

func (t *Till) fresh() {
	t.state = fold.New(t.cfg.Engine.Device, t.cfg.Base)
	t.marks = map[pos.Chain]journal.Hash{}
}

// openChains folds the entries beyond the checkpoint, own and others'. A book
// that does not match its chains is put aside, and everything is folded.
func (t *Till) openChains(f *found) error {
	if err := t.scan(f, t.state.Till().Head, t.state.High); err != nil || f.rebuilt != "" {
		return err
	}
	f.rebuilt = t.mismatch(f)
	if f.rebuilt == "" {
		return nil
	}
	f.number = t.state.Till().Number
	t.fresh()
	return t.scan(f, pos.Key{}, nil)
}

// scan opens journal and replicas and folds what after and others leave over.
// What a power cut took of the replicas is pulled again.
func (t *Till) scan(f *found, after pos.Key, others func(pos.Chain) uint64) (err error) {
	t.closeChains()
	f.folded = 0
	t.journal, f.journal, err = journal.Open(t.fs, journal.Options{
		Device: t.cfg.Engine.Device,
		After:  after,
		Known:  func(c pos.Chain) uint64 { return t.book.Meta().Mark(c).Seq },
		Visit: func(c pos.Chain, fr journal.Frame) error {
			f.folded++
			return t.take(c, fr)
		},
	})
	if err != nil {
		return err
	}
	t.replica, _, err = journal.OpenReplicas(t.fs, journal.ReplicaOptions{
		After: others,
		Visit: func(c pos.Chain, fr journal.Frame) error {
			f.folded++
			t.takeOther(c, fr, nil)
			return nil
		},
	})
	return err
}

// mismatch says why the book is not one of these chains; empty when it is.
func (t *Till) mismatch(f *found) string {
	if f.journal.LostTo > 0 {
		head := f.journal.Head
		f.lost = fmt.Sprintf("%s: entries %d to %d are known to the book and gone from the journal",
			head.Chain(), head.Seq+1, f.journal.LostTo)
		return "ahead of its journal"
	}
	for _, m := range t.book.Meta().Applied {
		if t.holds(m) {
			continue
		}
		if m.Chain.Device != t.cfg.Engine.Device {
			return "ahead of the replica " + m.Chain.String()
		}
		if f.journal.Entries == 0 {
			f.lost = fmt.Sprintf("%s: all entries up to %d are known to the book and gone from the journal", m.Chain, m.Seq)
		}
		return "of another journal"
	}
	return ""
}

// holds tells whether the last entry of a chain that the book was made from
// is the one that lies on the disk.
func (t *Till) holds(m book.ChainMark) bool {
	read := t.replica.Read
	if m.Chain.Device == t.cfg.Engine.Device {
		read = func(c pos.Chain, after uint64, most int) ([]journal.Frame, error) {
			return t.journal.Read(c.Incarnation, after, most)
		}
	}
	frames, err := read(m.Chain, m.Seq-1, 1)
	return err == nil && len(frames) > 0 && frames[0].Hash == m.Hash
}

// take folds one frame of the own chain.
func (t *Till) take(c pos.Chain, fr journal.Frame) error {
	e, err := pos.DecodeFrame(c, fr.Seq, fr.Payload)
	if err != nil {
		return err
	}
	t.state.Apply(e)
	t.marks[c] = fr.Hash
	return nil
}

// takeOther folds one frame of another device. One that nobody can read is
// kept and passed on, and means nothing: it must not block what follows it.
func (t *Till) takeOther(c pos.Chain, fr journal.Frame, r *Result) {
	e, err := pos.DecodeFrame(c, fr.Seq, fr.Payload)
	if err != nil {
		e = &pos.Entry{Key: pos.Key{Device: c.Device, Incarnation: c.Incarnation, Seq: fr.Seq}}
		if r != nil {
			r.tell(Unreadable{Key: e.Key, Why: err.Error()})
		}
	}
	if t.cfg.Engine.Sabotage.LastCountWins && e.HLC < t.state.Till().HLC {
		e = withoutMoves(e)
	}
	t.state.Apply(e)
	t.marks[c] = fr.Hash
}

// incarnate begins a new chain where the old one cannot be known to be whole.
func (t *Till) incarnate(f found, boot *pos.Boot) error {
	boot.Lost = f.lost
	if f.number > t.state.Till().Number {
		boot.Number = f.number
	}
	if f.journal.Tail != nil {
		boot.TailBytes = f.journal.Tail.Bytes
	}
	link := f.journal.Link
	if f.journal.NeedsIncarnation || f.journal.LostTo > 0 {
		var err error
		if link, err = t.journal.NewIncarnation(max(t.life, f.journal.Head.Incarnation+1)); err != nil {
			return err
		}
	} else if f.journal.Head.Seq > 0 {
		return nil
	}
	// The first entry of a chain says what it follows, also when the power
	// went between the chain's beginning and this entry.
	boot.TailBytes = max(boot.TailBytes, link.CutBytes)
	if link.Before.Incarnation != 0 && !t.cfg.Engine.Sabotage.UnlinkedIncarnation {
		before := link.Before
		boot.Before, boot.BeforeHash = &before, fmt.Sprintf("%x", link.Hash)
	}
	return nil
}

// sweep removes card data that no open payment names.
func (t *Till) sweep() error {
	_, err := t.vault.Sweep(func(name string) bool {
		_, waiting := t.state.Deferred(name)
		return waiting
	})
	return err
}

// keep puts card data into the vault before the entry that names it.
func (t *Till) keep(c *engine.Card) error {
	data := append([]byte(c.Serial+"\n"), c.Sealed...)
	return t.vault.Put(c.Name, t.nonce(c.Name, data), data)
}
