package disk

import "slices"

// settle plays ops, all of them ended, onto a durable image: what syncs name
// goes in, the rest is appended to pending, which is returned.
func settle(im *image, pending, ops []Op) []Op {
	for i := range ops {
		op := &ops[i]
		switch {
		case op.Kind == Write && len(op.data) == 0:
		case op.Kind != Sync && op.Kind != SyncDir:
			pending = append(pending, *op)
		case op.Fault == "lie":
		case op.Fault == "eio-sync":
			markClean(pending, op.file)
		case op.Kind == Sync:
			pending = flushFile(im, pending, op.file)
		default:
			pending = flushNames(im, pending, op.File)
		}
	}
	return pending
}

// markClean is the page cache's lie: after a failed sync it believes that
// what it holds of the file is on the disk.
func markClean(pending []Op, file int) {
	for i := range pending {
		if pending[i].Kind == Write && pending[i].file == file {
			pending[i].clean = true
		}
	}
}

// flushFile makes the writes and truncates of one file durable, but for those
// that the cache takes for clean.
func flushFile(im *image, pending []Op, file int) []Op {
	kept := pending[:0]
	if slices.ContainsFunc(pending, func(o Op) bool { return o.clean && o.file == file }) {
		kept = make([]Op, 0, len(pending)) // pieces may outnumber what was read
	}
	for i := range pending {
		op := pending[i]
		switch {
		case op.file != file || op.Kind != Write && op.Kind != Truncate:
			kept = append(kept, op)
		case op.clean:
			kept = append(kept, flushShared(im, &op, pending[i+1:])...)
		default:
			op.apply(im)
		}
	}
	return kept
}

// flushShared writes those sectors of a clean write that a later dirty write
// touches too, since a sector goes to the disk as a whole, and returns what
// is left of it, in pieces.
func flushShared(im *image, op *Op, later []Op) []Op {
	var kept []Op
	first, end := op.sectors()
	for s := first; s < end; s++ {
		data, off := op.part(s)
		if slices.ContainsFunc(later, func(l Op) bool { return l.touches(op.file, s) }) {
			im.own(op.file).write(data, off)
			continue
		}
		if n := len(kept); n > 0 && kept[n-1].Off+int64(len(kept[n-1].data)) == off {
			kept[n-1].data = op.data[kept[n-1].Off-op.Off : off-op.Off+int64(len(data))]
			kept[n-1].Len = len(kept[n-1].data)
			continue
		}
		piece := *op
		piece.Off, piece.data, piece.Len = off, data, len(data)
		kept = append(kept, piece)
	}
	return kept
}

// touches tells whether a dirty write reaches into sector s of file.
func (o *Op) touches(file int, s int64) bool {
	if o.Kind != Write || o.clean || o.file != file {
		return false
	}
	first, end := o.sectors()
	return s >= first && s < end
}

// flushNames makes the changes of names in one directory durable.
func flushNames(im *image, pending []Op, dir string) []Op {
	kept := pending[:0]
	for i := range pending {
		op := &pending[i]
		if op.Kind == Create || op.Kind == Rename || op.Kind == Remove {
			if op.dir() == dir {
				op.apply(im)
				continue
			}
		}
		kept = append(kept, *op)
	}
	return kept
}
