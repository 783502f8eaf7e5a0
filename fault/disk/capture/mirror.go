package capture

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"unsafe"

	"go.etcd.io/bbolt"

	"stormrig/pos/book"
	"stormrig/pos/store"
)

// mirror is bbolt on a file in memory, and the disk that gets the same writes.
// It must not know its DB, which could never be collected then.
type mirror struct {
	disk store.File
	mem  *os.File  // closed by bbolt
	bolt *bbolt.DB // nil while not open
}

// open loads the disk's file and opens bbolt on it. bbolt writes nothing here,
// before the hook: the file is not empty and its freelist is on disk.
func (m *mirror) open(name string) error {
	mem, err := load(m.disk)
	if err != nil {
		return fmt.Errorf("loading %s into memory: %w", name, err)
	}
	m.mem = mem
	// A larger InitialMmapSize or MAP_POPULATE was measured and gains nothing
	// on files of this size.
	m.bolt, err = bbolt.Open(name, 0o600, &bbolt.Options{
		OpenFile:     func(string, int, os.FileMode) (*os.File, error) { return mem, nil },
		PageSize:     book.PageSize,
		FreelistType: bbolt.FreelistArrayType, // smallest page first: reproducible
		NoSync:       true,
		NoGrowSync:   true, // growth would be an ftruncate and an fsync of memory
		NoStatistics: true,
	})
	if err != nil { // bbolt has closed mem
		return fmt.Errorf("opening bbolt on %s: %w", name, err)
	}
	return hook(m.bolt, m.writeAt)
}

// Mapped returns the bytes of a file as a memory map shows them: where the file
// can be mapped no read is done, and on a simulated disk no time passes. When a
// handle is opened then decides nothing: a copy of a world opens its own, at its
// next checkpoint.
func Mapped(f store.File) ([]byte, error) {
	if m, ok := f.(interface{ Map() ([]byte, error) }); ok {
		return m.Map()
	}
	return store.ReadAll(f)
}

// load copies a disk file into a file in memory.
func load(disk store.File) (*os.File, error) {
	data, err := Mapped(disk)
	if err != nil {
		return nil, err
	}
	mem, err := memoryFile()
	if err != nil {
		return nil, err
	}
	if _, err := mem.WriteAt(data, 0); err != nil {
		err = errors.Join(err, mem.Close())
		forget(mem)
		return nil, err
	}
	return mem, nil
}

// writeAt stands in for bbolt's. It turns a panic of the disk into an error:
// bbolt holds locks here, and its Close would wait for them for ever.
func (m *mirror) writeAt(p []byte, off int64) (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			n, err = 0, fmt.Errorf("the disk panicked: %v", r)
		}
	}()
	if off < 2*book.PageSize {
		if err := m.disk.Sync(); err != nil {
			return 0, fmt.Errorf("syncing before the meta page: %w", err)
		}
	}
	if n, err := m.mem.WriteAt(p, off); err != nil {
		return n, err
	}
	return m.disk.WriteAt(p, off)
}

// free gives back the memory and its map. The disk is not touched.
func (m *mirror) free() error {
	if m.mem == nil {
		return nil
	}
	var err error
	if m.bolt != nil {
		err = m.bolt.Close()
	}
	forget(m.mem)
	m.mem, m.bolt = nil, nil
	return err
}

// hook replaces the function through which bbolt writes. The field is not
// exported; bbolt keeps it for tests of its own. TestHookResolves tells when a
// new version of bbolt has it no more.
func hook(db *bbolt.DB, write func([]byte, int64) (int, error)) error {
	f := reflect.ValueOf(db).Elem().FieldByName("ops")
	if f.IsValid() && f.Kind() == reflect.Struct {
		f = f.FieldByName("writeAt")
	}
	if !f.IsValid() || f.Type() != reflect.TypeFor[func([]byte, int64) (int, error)]() {
		return errors.New("this version of bbolt has no DB.ops.writeAt: the capture hook was written for v1.5.0")
	}
	*(*func([]byte, int64) (int, error))(unsafe.Pointer(f.UnsafeAddr())) = write
	return nil
}
