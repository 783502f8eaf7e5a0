package sim

import "time"

// Kinds of disk operation, as Op.Kind names them.
const (
	OpCreate   = "create"
	OpWrite    = "write"
	OpTruncate = "truncate"
	OpSync     = "sync"     // of a file's bytes and size
	OpSyncDir  = "sync-dir" // of a directory's names
	OpRename   = "rename"
	OpRemove   = "remove"
	OpRead     = "read" // only where a read is slow enough to matter
)

// Op is one operation of a disk, placed in world time by the disk's own cost
// model. Begin and End are what lets a power cut be aimed inside it.
type Op struct {
	Kind       string // OpWrite and so on
	File       string // name below the disk's root
	Off, Len   int64  // bytes; 0 where they mean nothing
	Begin, End time.Duration
	Fault      string // what the disk did wrong: "eio-write", "eio-sync", "full", "lie", or empty
}

// IsSync tells whether the operation makes something durable.
func (o Op) IsSync() bool { return o.Kind == OpSync || o.Kind == OpSyncDir }

// Chooser is where a disk gets its decisions from (which sectors survive).
// [Stream] is one.
type Chooser interface {
	// Intn returns a number in [0, n); n must be positive.
	Intn(n int) int
}

// Image says what state a disk came back with after a power cut.
type Image struct {
	Pending   int    // sectors (or names) that were not yet durable
	Torn      bool   // a write survived in part
	Reordered bool   // a later write survived where an earlier one did not
	Words     string // which survived, in words
}

// Disk is a unit's disk as the world sees it; package fault/disk has one. The
// unit's machine writes to it from within Handle, where world time stands
// still, so the disk keeps a time of its own: it stamps each operation with a
// virtual begin and end, and the world cuts the log back when power fails
// inside.
type Disk interface {
	// Begin starts a handling at world time at: the next operation begins
	// then, and Ops starts empty.
	Begin(at time.Duration)
	// Busy returns when the last operation since Begin ends; the time given
	// to Begin if there was none.
	Busy() time.Duration
	// Ops returns the operations since Begin, in order. The slice is not
	// changed afterwards.
	Ops() []Op
	// Cut is loss of power at world time at. Operations with Begin >= at
	// never happened; those with End <= at had ended; one between was under
	// way. What was not durable is dropped, torn or reordered as r decides,
	// within what the model allows. Afterwards the disk is as found when
	// power returns: nothing pending, no file open.
	Cut(at time.Duration, r Chooser) Image
	// Kill is the death of the process at world time at, with power on:
	// operations with Begin >= at never happened, all others did, and the
	// page cache stays (what was pending is still pending).
	Kill(at time.Duration)
	// Clone returns a deep copy.
	Clone() Disk
}

// Faults of a disk, as DiskFault.Mode names them.
const (
	DiskEIOWrite = "eio-write" // writes fail
	DiskEIOSync  = "eio-sync"  // syncs fail, and the page cache lies afterwards
	DiskFull     = "full"      // nothing can grow
	DiskSlow     = "slow"      // every operation takes Arg times as long
	DiskLie      = "lie"       // syncs are acknowledged and not done
)

// DiskFault is something that a disk does wrong from now on.
type DiskFault struct {
	Mode string
	// Arg is the factor of DiskSlow; for DiskEIOWrite and DiskEIOSync the
	// number of operations that fail (0: all); for DiskFull the bytes left.
	Arg int64
}

// Ailing is a Disk that can be given faults.
type Ailing interface {
	// Ail starts a fault. A mode that the disk does not know is an error.
	Ail(f DiskFault) error
	// Heal ends the fault of that mode, if there is one. left is the mode of one
	// that goes on, empty for a disk that is well.
	Heal(mode string) (left string)
}
