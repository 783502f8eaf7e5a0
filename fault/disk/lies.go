package disk

import (
	"fmt"
	"time"
)

// Lies returns what a disk may be that was not honest about the last sync
// that had ended by a time: it acknowledged the sync and (1) did nothing of
// it, (2) lost one page of what it named, (3) wrote one bit of it wrong, or
// (4) put one write of it in another place. What came after that sync is not
// there. At a time after all operations since Begin had ended, the same of each
// sync before it follows, with what came after done as it should be. nil where
// no sync had anything to do.
func (d *Disk) Lies(at time.Duration) []State {
	var syncs []int
	for i := range d.ops {
		if op := &d.ops[i]; op.End <= at && (op.Kind == Sync || op.Kind == SyncDir) && op.Fault == "" {
			syncs = append(syncs, i)
		}
	}
	var out []State
	for n := len(syncs) - 1; n >= 0; n-- {
		last := n == len(syncs)-1
		if !last && at <= d.now {
			break
		}
		l := d.liar(at, syncs[n])
		if !last {
			l.rest = d.ops[syncs[n]+1:]
		}
		l.all()
		out = append(out, l.out...)
	}
	return out
}

// liar collects what a sync named.
func (d *Disk) liar(at time.Duration, nth int) *liar {
	l := &liar{crash: &crash{at: at, base: d.durable.share()}}
	pending := settle(&l.crash.base, append([]Op(nil), d.pending...), d.ops[:nth])
	sync := &d.ops[nth]
	for i := range pending {
		op := &pending[i]
		named := sync.Kind == Sync && op.file == sync.file && (op.Kind == Write || op.Kind == Truncate)
		named = named || sync.Kind == SyncDir && op.meta() && op.Kind != Truncate && op.dir() == sync.File
		if named {
			l.ops = append(l.ops, *op)
		} else {
			l.others = append(l.others, *op)
		}
	}
	return l
}

// liar makes the states of one sync that was not honest.
type liar struct {
	crash  *crash
	ops    []Op // what the sync named
	others []Op // what was pending beside it
	rest   []Op // what came after, all of it done; nil: nothing of it
	out    []State
}

func (l *liar) all() {
	if len(l.ops) == 0 {
		return
	}
	l.add("the sync was dropped", func(*image) {})
	for i := range l.ops {
		op := &l.ops[i]
		if op.Kind != Write || len(op.data) == 0 {
			continue
		}
		for page := op.Off / pageSize; page*pageSize < op.Off+int64(len(op.data)); page++ {
			l.add(fmt.Sprintf("page %d of %s was lost", page, op.File), func(im *image) { l.lose(im, i, page) })
		}
		l.add(fmt.Sprintf("a bit of %s at %d was flipped", op.File, op.Off+int64(len(op.data)/2)), func(im *image) {
			l.whole(im)
			b := []byte{op.data[len(op.data)/2] ^ 0x10}
			im.own(op.file).write(b, op.Off+int64(len(op.data)/2))
		})
		l.add(fmt.Sprintf("the write to %s at %d went %d bytes too far", op.File, op.Off, pageSize), func(im *image) {
			l.but(im, i)
			im.own(op.file).write(op.data, op.Off+pageSize)
		})
	}
}

func (l *liar) add(words string, change func(*image)) {
	im := l.crash.base.share()
	change(&im)
	if l.rest != nil {
		for _, list := range [][]Op{l.others, l.rest} {
			for i := range list {
				list[i].apply(&im)
			}
		}
	}
	l.out = append(l.out, State{Represents: 1, crash: l.crash, image: &im, key: im.hash(), told: words})
}

// whole does all that the sync named.
func (l *liar) whole(im *image) { l.but(im, -1) }

// but does all of it except one operation.
func (l *liar) but(im *image, without int) {
	for i := range l.ops {
		if i != without {
			l.ops[i].apply(im)
		}
	}
}

// lose does all of it, with one page of one write left as it was.
func (l *liar) lose(im *image, i int, page int64) {
	l.but(im, i)
	op := &l.ops[i]
	for _, part := range [2][2]int64{{op.Off, page * pageSize}, {(page + 1) * pageSize, op.Off + int64(len(op.data))}} {
		from, to := max(part[0], op.Off), min(part[1], op.Off+int64(len(op.data)))
		if from < to {
			im.own(op.file).write(op.data[from-op.Off:to-op.Off], from)
		}
	}
}
