package disk

import "time"

// Kind says what an operation does.
type Kind uint8

// The kinds of operation that change the disk or make a change durable.
const (
	Write Kind = iota
	Truncate
	Create
	Rename
	Remove
	Sync
	SyncDir
)

var kindNames = [...]string{"write", "truncate", "create", "rename", "remove", "sync", "syncdir"}

func (k Kind) String() string { return kindNames[k] }

// Op is one operation as it was carried out.
type Op struct {
	Kind Kind
	// File is the path; for SyncDir the directory, for Rename the old path.
	File string
	To   string // Rename: the new path
	Off  int64  // Write: where; Truncate: the new size
	Len  int    // Write: bytes written
	// Begin and End are world time. The next operation begins where this one
	// ends, or later.
	Begin, End time.Duration
	// Fault names what the disk did wrong: "eio-write", "eio-sync", "full",
	// "lie", or is empty.
	Fault string

	file  int
	data  []byte // Write: the bytes; never changed
	clean bool   // Write: a sync failed, the cache will not write it again
}

// meta tells whether the operation is kept in the order of metadata.
func (o *Op) meta() bool { return o.Kind != Write }

// dir is the directory whose sync makes a change of names durable.
func (o *Op) dir() string { return dirOf(o.File) }

// sectors returns the first and one past the last sector of a write.
func (o *Op) sectors() (first, end int64) {
	if len(o.data) == 0 {
		return 0, 0
	}
	return o.Off / SectorSize, (o.Off+int64(len(o.data))-1)/SectorSize + 1
}

// part returns the bytes of a write that lie in sector s, and their offset.
func (o *Op) part(s int64) ([]byte, int64) {
	from := max(o.Off, s*SectorSize)
	to := min(o.Off+int64(len(o.data)), (s+1)*SectorSize)
	return o.data[from-o.Off : to-o.Off], from
}

// apply carries a whole operation out on an image.
func (o *Op) apply(im *image) {
	switch o.Kind {
	case Write:
		im.own(o.file).write(o.data, o.Off)
	case Truncate:
		im.own(o.file).truncate(o.Off)
	case Create:
		im.own(o.file)
		im.bind(o.File, o.file)
	case Rename:
		im.unbind(o.File)
		im.own(o.file)
		im.bind(o.To, o.file)
	case Remove:
		im.unbind(o.File)
	}
}
