package storage

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"syscall"

	"stormrig/pos"
	"stormrig/pos/journal"
	"stormrig/pos/store"
)

// device is the name of the journal that an examination writes.
const device = "examined"

// Finding is what one start found.
type Finding struct {
	Acked int `json:"acked"` // entries that the witness holds of the lives before
	Lost  int `json:"lost"`  // acknowledged and gone
	// Wrong: acknowledged, there, and another content; Told is how many of
	// Lost and Wrong the journal found by itself.
	Wrong int `json:"wrong"`
	Told  int `json:"told"`
	Torn  int `json:"torn"` // tails that were begun and not acknowledged: fine
	// Words say what was found, for people.
	Words []string `json:"words,omitempty"`
}

// Bad tells whether anything that was acknowledged is not there.
func (f *Finding) Bad() bool { return f.Lost > 0 || f.Wrong > 0 }

// Begin starts a life: it examines what the lives before have left on the
// disk, tells the witness what was found, and returns what that holds then. A
// disk that cannot be read yet begins no life: the next start would count a cut
// that there was not. boot tells this start of the machine from others.
func (l *Line) Begin(f store.FS, boot string) (Finding, Held, error) {
	h, err := l.ask(call{Do: "look"})
	if err != nil {
		return Finding{}, h, err
	}
	found, err := Examine(f, h.Acks)
	if err != nil {
		return found, h, err
	}
	if h, err = l.ask(call{Do: "begin", Boot: boot}); err != nil {
		return found, h, err
	}
	h, err = l.ask(call{Do: "found", Finds: &found})
	return found, h, err
}

// Examine holds a journal against what was acknowledged of it. It changes
// nothing.
func Examine(f store.FS, acks []Ack) (Finding, error) {
	var out Finding
	hashes := map[pos.Chain]map[uint64]string{}
	damaged := journal.Walk(f, func(c pos.Chain, fr journal.Frame) error {
		if hashes[c] == nil {
			hashes[c] = map[uint64]string{}
		}
		hashes[c][fr.Seq] = hex.EncodeToString(fr.Hash[:])
		return nil
	})
	if damaged != nil && !errors.Is(damaged, journal.ErrDamaged) {
		return out, fmt.Errorf("reading what is left: %w", damaged)
	}
	rep, err := journal.Verify(f)
	if err != nil {
		return out, fmt.Errorf("reading what is left: %w", err)
	}
	for _, c := range rep.Chains {
		if c.Tail != nil {
			out.Torn++
		}
	}
	for _, a := range acks {
		out.hold(a, hashes[pos.Chain{Device: device, Incarnation: a.Incarnation}], damaged)
	}
	return out, nil
}

// hold compares one incarnation.
func (f *Finding) hold(a Ack, have map[uint64]string, damaged error) {
	f.Acked += int(a.Seq)
	got, ok := have[a.Seq]
	switch {
	case ok && got == a.Hash:
		return
	case ok:
		f.Wrong++
		f.Words = append(f.Words, fmt.Sprintf("incarnation %d: sale %d is there with another content", a.Incarnation, a.Seq))
		return
	}
	last := uint64(0)
	for seq := range have {
		last = max(last, seq)
	}
	n := int(a.Seq - min(last, a.Seq))
	f.Lost += n
	words := fmt.Sprintf("incarnation %d: sales %d to %d were acknowledged and are gone", a.Incarnation, last+1, a.Seq)
	if damaged != nil {
		f.Told += n
		words += "; the journal says so: " + damaged.Error()
	}
	f.Words = append(f.Words, words)
}

// Write journals sales until n are written, ctx ends, or the disk fails. Each
// is told to the witness when the disk has acknowledged it, and so is a disk that
// fails. told is called after each sale; may be nil.
func (l *Line) Write(ctx context.Context, f store.FS, n int, told func(done int)) error {
	err := l.write(ctx, f, n, told)
	if err == nil || errors.Is(err, ErrWitness) || errors.Is(err, journal.ErrDamaged) || errors.Is(err, syscall.ENOSPC) {
		return err
	}
	_, lost := l.ask(call{Do: "failed"})
	return errors.Join(err, lost)
}

func (l *Line) write(ctx context.Context, f store.FS, n int, told func(done int)) error {
	j, rec, err := journal.Open(f, journal.Options{Device: device})
	if errors.Is(err, journal.ErrDamaged) {
		return fmt.Errorf("the journal does not go on over damage; examine another directory: %w", err)
	}
	if err != nil {
		return err
	}
	inc := rec.Head.Incarnation
	if rec.NeedsIncarnation {
		if inc == math.MaxUint32 {
			return errors.New("no incarnation is left")
		}
		inc++
		if _, err := j.NewIncarnation(inc); err != nil {
			return errors.Join(err, j.Close())
		}
	}
	err = l.sell(ctx, j, inc, n, told)
	return errors.Join(err, j.Close())
}

func (l *Line) sell(ctx context.Context, j *journal.Journal, inc uint32, n int, told func(int)) error {
	for i := 1; i <= n && ctx.Err() == nil; i++ {
		head, _ := j.Head()
		seq, hash, err := j.Append(sale(inc, head.Seq+1))
		if err != nil {
			return fmt.Errorf("sale %d: %w", head.Seq+1, err)
		}
		if _, err := l.ask(call{Do: "ack", Ack: &Ack{Incarnation: inc, Seq: seq, Hash: hex.EncodeToString(hash[:])}}); err != nil {
			return err
		}
		if told != nil {
			told(i)
		}
	}
	return nil
}

// End says that the writer stops in order: what follows is no cut.
func (l *Line) End() (Held, error) { return l.ask(call{Do: "end"}) }

// sale is an entry of about 300 bytes, the size of a real one.
func sale(inc uint32, seq uint64) []byte {
	const goods = "beaded sandals 38 gold 1290.00, woven bag 2450.00, scarf 390.00, gift wrap 50.00, "
	return fmt.Appendf(nil, `{"sale":%d,"incarnation":%d,"text":"%s%s%s"}`, seq, inc, goods, goods, goods)
}

// Bound is the chance of a loss in one cut that is not refuted: after n cuts
// without a loss it lies below Bound(n) with 95 % confidence (the exact
// one-sided bound, 1 - 0.05^(1/n); about 3/n).
func Bound(n int) float64 {
	if n <= 0 {
		return 1
	}
	return 1 - math.Pow(0.05, 1/float64(n))
}
