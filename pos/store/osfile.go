package store

import (
	"errors"
	"os"
	"syscall"
)

// osFile is a File on an operating system's file.
type osFile struct {
	*os.File
	// What a sync needs, made once: a sale should leave nothing to collect.
	conn syscall.RawConn
	sync func(fd uintptr)
	err  error // of the last sync
}

func newOSFile(f *os.File) (File, error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	o := &osFile{File: f, conn: conn}
	o.sync = func(fd uintptr) { o.err = dataSync(f, fd) }
	return o, nil
}

// Sync makes bytes and size durable; the name is SyncDir's matter. It goes
// through the raw connection so that a file that was closed is told as such.
func (f *osFile) Sync() error {
	if err := f.conn.Control(f.sync); err != nil { // it fails for no other reason
		return &os.PathError{Op: "sync", Path: f.Name(), Err: os.ErrClosed}
	}
	return f.err
}

// Size returns the length in bytes.
func (f *osFile) Size() (int64, error) {
	st, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}

// zeroStep is how much is written at a time where room can only be had by
// writing it.
const zeroStep = 64 << 10

// Preallocate implements File.
func (f *osFile) Preallocate(size int64) error {
	have, err := f.Size()
	if err != nil || size <= have {
		return err
	}
	err = allocate(f.File, have, size-have)
	if !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return zeroFill(f.File, have, size)
}

// zeroFill writes zeros. What could not be written to its end is taken back,
// so that a full disk is no fuller than before.
func zeroFill(f *os.File, from, size int64) error {
	zeros := make([]byte, zeroStep)
	for at := from; at < size; {
		n, err := f.WriteAt(zeros[:min(zeroStep, size-at)], at)
		if err != nil {
			return errors.Join(err, f.Truncate(from))
		}
		at += int64(n)
	}
	return nil
}
