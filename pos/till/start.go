package till

import (
	"errors"
	"fmt"
	"maps"

	"stormrig/pos"
	"stormrig/pos/book"
	"stormrig/pos/engine"
	"stormrig/pos/fold"
	"stormrig/pos/journal"
	"stormrig/pos/store"
	"stormrig/pos/vault"
)

// Start recovers what the disk holds and says so in the journal.
func (t *Till) Start(now pos.Now) Result {
	var r Result
	t.begin(now, &r)
	t.show(now, &r)
	return r
}

func (t *Till) begin(now pos.Now, r *Result) {
	r.tell(Span{Name: "recovery"})
	found, err := t.recover()
	boot := pos.Boot{Recovered: found.journal.Entries, Folded: uint64(found.folded), Rebuilt: found.rebuilt}
	if err == nil {
		err = t.incarnate(found, &boot)
	}
	if err != nil {
		t.failed(now, err, r)
		return
	}
	r.tell(Started{Recovered: int64(found.journal.Entries), Folded: int64(found.folded),
		TailBytes: boot.TailBytes, Rebuilt: boot.Rebuilt, Lost: boot.Lost})
	d := t.engine.Start(now, t.state, t.next(), boot)
	if err := t.carryOut(now, d, r); err != nil {
		t.refuse(now, d, err, false, r)
	}
	if found.rebuilt != "" {
		t.rebuild(r)
	}
}

// Recover does the first part of Start and nothing more: it reads what the
// disk holds, in doubt repairs it, and says nothing of it in the journal. It is
// for those who want to know what a start would find; State is valid
// afterwards. A till that was asked this cannot be started.
func (t *Till) Recover() (Recovery, error) {
	f, err := t.recover()
	return f.told(), err
}

// RecoverOn is Recover for a till on whose disk the book is known to be, byte
// for byte, the one that was opened, by a till of the same set-up. What was
// opened can be used again: who starts one till on thousands of disks that differ
// in the journal reads the book once.
func (t *Till) RecoverOn(o *Opened) (Recovery, error) {
	t.load(o)
	f, err := t.recoverOn(&Opened{book: o.book.CloneOn(t.fs), state: o.state.Clone(), marks: maps.Clone(o.marks), rebuilt: o.rebuilt})
	return f.told(), err
}

// Recovery is what a start finds.
type Recovery struct {
	Journal journal.Recovery
	Folded  int    // entries beyond the book's checkpoint
	Rebuilt string // why the book must be built anew; empty when it need not
	Lost    string // what the book knows and the journal does not
}

// failed stops a till whose disk cannot be trusted, or has no room.
func (t *Till) failed(now pos.Now, err error, r *Result) {
	if t.state == nil {
		t.state = fold.New(t.cfg.Engine.Device, t.cfg.Base)
	}
	t.stop(now, r, "DISK FAULT - STOP SELLING", err)
}

// found is what recovery came upon.
type found struct {
	journal journal.Recovery
	folded  int
	rebuilt string // why the book must be built anew
	lost    string
	number  int64 // the last receipt number that a book put aside knew
}

func (f found) told() Recovery {
	return Recovery{Journal: f.journal, Folded: f.folded, Rebuilt: f.rebuilt, Lost: f.lost}
}

// recover reads book, journal, replicas and vault.
func (t *Till) recover() (found, error) {
	o, err := t.OpenBook()
	if err != nil {
		return found{}, err
	}
	return t.recoverOn(o)
}

// recoverOn goes on where the book was opened.
func (t *Till) recoverOn(o *Opened) (found, error) {
	t.load(o)
	t.book, t.state, t.marks = o.book, o.state, o.marks
	f := found{rebuilt: o.rebuilt}
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

// scan opens journal and replicas and folds what after and othersHeld leave over.
// What a power cut took of the replicas is pulled again.
func (t *Till) scan(f *found, after pos.Key, othersHeld func(pos.Chain) uint64) (err error) {
	t.closeChains()
	f.folded = 0
	o := t.cfg.Journal
	o.Device, o.After = t.cfg.Engine.Device, after
	o.Known = func(c pos.Chain) uint64 { return t.book.Meta().Mark(c).Seq }
	o.Visit = func(c pos.Chain, fr journal.Frame) error {
		f.folded++
		return t.take(c, fr)
	}
	t.journal, f.journal, err = journal.Open(t.fs, o)
	if err != nil {
		return err
	}
	others := o.Replicas()
	others.After = othersHeld
	others.Visit = func(c pos.Chain, fr journal.Frame) error {
		f.folded++
		t.takeOther(c, fr, nil)
		return nil
	}
	t.replica, _, err = journal.OpenReplicas(t.fs, others)
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
	if errors.Is(err, journal.ErrArchived) { // which was carried away
		return t.journal.Ends(m.Chain.Incarnation, m.Seq, m.Hash)
	}
	return err == nil && len(frames) > 0 && frames[0].Hash == m.Hash
}

// take folds one frame of the own chain.
func (t *Till) take(c pos.Chain, fr journal.Frame) error {
	e, err := t.decode(c, fr)
	if err != nil {
		return err
	}
	t.state.Apply(e)
	t.marks[c] = fr.Hash
	return nil
}

func (t *Till) decode(c pos.Chain, fr journal.Frame) (*pos.Entry, error) {
	if t.cfg.Decode != nil {
		return t.cfg.Decode(c, fr.Seq, fr.Payload)
	}
	return pos.DecodeFrame(c, fr.Seq, fr.Payload)
}

// takeOther folds one frame of another device. One that nobody can read is
// kept and passed on, and means nothing: it must not block what follows it.
func (t *Till) takeOther(c pos.Chain, fr journal.Frame, r *Result) {
	e, err := t.decode(c, fr)
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
		if link, err = t.newChain(f.journal.Head.Incarnation); err != nil {
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

// newChain begins a chain after that of an incarnation. A disk that failed once
// is given a second try, as with an entry. One life has one new chain at most:
// a second would take the number of the next life, which a device that then lost
// its disk could use again.
func (t *Till) newChain(before uint32) (journal.Link, error) {
	if t.restarted && before >= t.life {
		return journal.Link{}, errNeedsLife
	}
	inc := max(t.life, before+1)
	link, err := t.journal.NewIncarnation(inc)
	if err != nil && !store.IsFull(err) {
		link, err = t.journal.NewIncarnation(inc)
	}
	return link, err
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
