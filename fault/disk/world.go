package disk

import (
	"fmt"
	"time"

	"stormrig/sim"
)

// World is a Disk as the simulated world drives it (sim.Disk, sim.Ailing).
type World struct{ *Disk }

var (
	_ sim.Disk   = World{}
	_ sim.Ailing = World{}
)

var opKinds = map[Kind]string{Write: sim.OpWrite, Truncate: sim.OpTruncate, Create: sim.OpCreate,
	Rename: sim.OpRename, Remove: sim.OpRemove, Sync: sim.OpSync, SyncDir: sim.OpSyncDir}

// Ops implements sim.Disk.
func (w World) Ops() []sim.Op {
	ops := w.Disk.Ops()
	if len(ops) == 0 {
		return nil
	}
	out := make([]sim.Op, len(ops))
	for i, o := range ops {
		out[i] = sim.Op{Kind: opKinds[o.Kind], File: o.File, Off: o.Off, Len: int64(o.Len), Begin: o.Begin, End: o.End, Fault: o.Fault}
	}
	return out
}

// Cut implements sim.Disk.
func (w World) Cut(at time.Duration, r sim.Chooser) sim.Image {
	im := w.Disk.Cut(at, r)
	return sim.Image{Pending: im.Pending + im.Names, Torn: im.Torn, Reordered: im.Reordered, Words: im.Words}
}

// Clone implements sim.Disk.
func (w World) Clone() sim.Disk { return World{w.Disk.Clone()} }

// Ail implements sim.Ailing.
func (w World) Ail(f sim.DiskFault) error {
	n := int(f.Arg)
	switch f.Mode {
	case sim.DiskEIOWrite:
		w.Faults.EIOWrite = max(n, 1)
	case sim.DiskEIOSync:
		w.Faults.EIOSync = max(n, 1)
	case sim.DiskFull:
		w.Faults.Capacity = max(w.cache.used()+f.Arg, 1)
	case sim.DiskSlow:
		w.Faults.Slow = max(n, 2)
	case sim.DiskLie:
		w.Faults.Lying = true
	default:
		return fmt.Errorf("disk: no fault %q", f.Mode)
	}
	return nil
}

// Heal implements sim.Ailing.
func (w World) Heal(mode string) (left string) {
	switch mode {
	case sim.DiskEIOWrite:
		w.Faults.EIOWrite = 0
	case sim.DiskEIOSync:
		w.Faults.EIOSync = 0
	case sim.DiskFull:
		w.Faults.Capacity = 0
	case sim.DiskSlow:
		w.Faults.Slow = 0
	case sim.DiskLie:
		w.Faults.Lying = false
	}
	switch f := w.Faults; {
	case f.Lying:
		return sim.DiskLie
	case f.Capacity > 0:
		return sim.DiskFull
	case f.EIOSync > 0:
		return sim.DiskEIOSync
	case f.EIOWrite > 0:
		return sim.DiskEIOWrite
	case f.Slow > 1:
		return sim.DiskSlow
	}
	return ""
}
