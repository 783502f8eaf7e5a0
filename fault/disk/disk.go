package disk

import (
	"fmt"
	"io/fs"
	"slices"
	"syscall"
	"time"

	"stormrig/pos/store"
)

// SectorSize is what a loss of power leaves whole.
const SectorSize = 512

// Costs is how long operations take.
type Costs struct {
	Write       time.Duration // into the cache, each call
	WritePerKiB time.Duration
	Sync        time.Duration // of a file or a directory
	SyncPerKiB  time.Duration // of what is pending in the file
	Name        time.Duration // create, rename, remove, truncate
	Read        time.Duration // each call
	ReadPerKiB  time.Duration
}

// PhoneFlash is a phone's flash memory: a sync in milliseconds.
var PhoneFlash = Costs{
	Write: 20 * time.Microsecond, WritePerKiB: 2 * time.Microsecond,
	Sync: 3 * time.Millisecond, SyncPerKiB: 10 * time.Microsecond,
	Name: 50 * time.Microsecond,
	Read: 2 * time.Microsecond, ReadPerKiB: time.Microsecond,
}

// Faults is what is wrong with a disk. The zero value is an honest disk with
// room. It may be changed between operations.
type Faults struct {
	EIOWrite int   // the n-th next write fails; 0: none
	EIOSync  int   // the n-th next sync of a file fails; 0: none
	Capacity int64 // bytes of all files together; 0: no limit
	Slow     int   // every operation takes so many times longer; 0 and 1: not
	Lying    bool  // syncs are acknowledged and not done
}

// Disk is one simulated disk. It is a store.FS. Not safe for concurrent use.
type Disk struct {
	Faults Faults

	costs   Costs
	now     time.Duration
	life    int   // raised by Cut: files of an earlier life are dead
	cache   image // what reads see
	durable image // what power loss leaves, as of the last Begin
	pending []Op  // began before the last Begin, not durable
	ops     []Op  // since the last Begin
	next    int   // number of the next file
	forced  []Forced
}

// New returns an empty disk.
func New(costs Costs) *Disk {
	d := &Disk{costs: costs}
	d.cache.token, d.durable.token = new(token), new(token)
	return d
}

// StartAt tells a disk that was never used when its world begins: before time
// 0, maybe.
func (d *Disk) StartAt(at time.Duration) { d.now = at }

// Clone returns a copy that shares no changeable thing with d. It costs a few
// words for each file, not its bytes.
func (d *Disk) Clone() *Disk {
	c := *d
	c.cache = d.cache.share()
	c.durable = d.durable.share()
	c.pending = slices.Clone(d.pending)
	c.ops = slices.Clone(d.ops)
	return &c
}

// Begin sets the clock before a unit is given something to do: operations
// from here on begin at world time at, or when the one before has ended.
// What ended before is settled: it can no longer be cut.
func (d *Disk) Begin(at time.Duration) {
	if len(d.ops) > 0 {
		d.pending = settle(&d.durable, d.pending, d.ops)
		d.ops = d.ops[:0]
	}
	d.now = max(d.now, at)
}

// Busy returns when the last operation ends.
func (d *Disk) Busy() time.Duration { return d.now }

// Ops returns the operations since Begin. The slice is valid until the next
// Begin or Cut and must not be changed.
func (d *Disk) Ops() []Op { return d.ops }

// Pending returns how many operations are not durable.
func (d *Disk) Pending() int {
	im := d.durable.share()
	return len(settle(&im, slices.Clone(d.pending), d.ops))
}

// log stamps and keeps an operation.
func (d *Disk) log(op Op, cost time.Duration) {
	op.Begin = d.now
	d.spend(cost)
	op.End = d.now
	d.ops = append(d.ops, op)
}

func (d *Disk) spend(cost time.Duration) {
	if d.Faults.Slow > 1 {
		cost *= time.Duration(d.Faults.Slow)
	}
	d.now += cost
}

func perKiB(cost time.Duration, n int) time.Duration { return cost * time.Duration(n) / 1024 }

// check refuses names that the seam does not know.
func check(op, p string) error {
	if !fs.ValidPath(p) || p == "." {
		return &fs.PathError{Op: op, Path: p, Err: fs.ErrInvalid}
	}
	return nil
}

// Open implements store.FS.
func (d *Disk) Open(p string) (store.File, error) {
	if err := check("open", p); err != nil {
		return nil, err
	}
	file := d.cache.lookup(p)
	if file < 0 {
		return nil, &fs.PathError{Op: "open", Path: p, Err: fs.ErrNotExist}
	}
	return &handle{disk: d, file: file, path: p, life: d.life}, nil
}

// Create implements store.FS.
func (d *Disk) Create(p string) (store.File, error) {
	if err := check("create", p); err != nil {
		return nil, err
	}
	if d.cache.lookup(p) >= 0 {
		return nil, &fs.PathError{Op: "create", Path: p, Err: fs.ErrExist}
	}
	if d.Faults.Capacity > 0 && d.cache.used() >= d.Faults.Capacity {
		return nil, &fs.PathError{Op: "create", Path: p, Err: syscall.ENOSPC}
	}
	op := Op{Kind: Create, File: p, file: d.next}
	d.next++
	op.apply(&d.cache)
	d.log(op, d.costs.Name)
	return &handle{disk: d, file: op.file, path: p, life: d.life}, nil
}

// Rename implements store.FS. Both names must be in one directory: what a cut
// leaves of a move between two is not modelled.
func (d *Disk) Rename(from, to string) error {
	if err := check("rename", to); err != nil {
		return err
	}
	file := d.cache.lookup(from)
	if file < 0 {
		return &fs.PathError{Op: "rename", Path: from, Err: fs.ErrNotExist}
	}
	if dirOf(from) != dirOf(to) {
		return fmt.Errorf("disk: rename %s to %s: not in one directory: %w", from, to, fs.ErrInvalid)
	}
	op := Op{Kind: Rename, File: from, To: to, file: file}
	op.apply(&d.cache)
	d.log(op, d.costs.Name)
	return nil
}

// Remove implements store.FS.
func (d *Disk) Remove(p string) error {
	file := d.cache.lookup(p)
	if file < 0 {
		return &fs.PathError{Op: "remove", Path: p, Err: fs.ErrNotExist}
	}
	op := Op{Kind: Remove, File: p, file: file}
	op.apply(&d.cache)
	d.log(op, d.costs.Name)
	return nil
}

// List implements store.FS.
func (d *Disk) List(dir string) ([]string, error) {
	if dir == "" {
		dir = "."
	}
	if !fs.ValidPath(dir) {
		return nil, &fs.PathError{Op: "list", Path: dir, Err: fs.ErrInvalid}
	}
	d.spend(d.costs.Read)
	return d.cache.list(dir), nil
}

// SyncDir implements store.FS.
func (d *Disk) SyncDir(dir string) error {
	if dir == "" {
		dir = "."
	}
	op := Op{Kind: SyncDir, File: dir, file: -1}
	if d.Faults.Lying {
		op.Fault = "lie"
	}
	d.log(op, d.costs.Sync)
	return nil
}
