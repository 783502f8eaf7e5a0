package mount

import (
	"fmt"
	"io"
	"log"
	"path"
	"sync"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"stormrig/fault/disk"
)

// tick is how far operations lie apart on the disk's own clock: more than any
// of them takes, so that each is settled before the next begins.
const tick = 10 * time.Second

// fsName is what a mount is called in the kernel's table.
const fsName = "stormrig"

// Server serves one disk at one directory.
type Server struct {
	dir string

	mu       sync.Mutex
	disk     *disk.Disk
	dirs     map[string]bool // made by mkdir; "" is the root
	ops      int             // operations that change something, since the start
	cutAt    int             // the operation inside which the power goes; 0: none
	dark     chan struct{}   // closed when the power comes back; nil: it never went since Mount
	released bool            // dark is closed
	inside   bool            // the power went inside the last operation
	wentOut  chan string     // told the operation inside which the power went
	mounted  *fuse.Server
}

// New makes a server for a disk; the directory must exist and be empty.
func New(d *disk.Disk, dir string) *Server {
	return &Server{dir: dir, disk: d, dirs: map[string]bool{"": true}, wentOut: make(chan string, 1)}
}

// Mount serves. It returns when the directory can be used.
func (s *Server) Mount() error {
	s.mu.Lock()
	s.dark, s.released = nil, false
	s.mu.Unlock()
	hour := time.Hour
	quiet := log.New(io.Discard, "", 0)
	m, err := fs.Mount(s.dir, &node{server: s}, &fs.Options{
		EntryTimeout: &hour, AttrTimeout: &hour, Logger: quiet,
		MountOptions: fuse.MountOptions{
			FsName: fsName, Name: fsName, DirectMount: true, DisableXAttrs: true,
			ExplicitDataCacheControl: true, MaxWrite: 128 << 10, Logger: quiet,
		},
	})
	if err != nil {
		return fmt.Errorf("mounting at %s: %w", s.dir, err)
	}
	s.mounted = m
	return nil
}

// Unmount ends serving; the disk keeps what it has.
func (s *Server) Unmount() error {
	if s.mounted == nil {
		return nil
	}
	s.Release()
	m := s.mounted
	s.mounted = nil
	if err := m.Unmount(); err != nil { // it is in use
		return detach(s.dir)
	}
	m.Wait()
	return nil
}

// CutAt arms a cut inside the n-th changing operation from now (1 is the
// next): the operation is begun and never answered. 0 takes that back.
func (s *Server) CutAt(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cutAt = 0; n > 0 {
		s.cutAt = s.ops + n
	}
}

// CutNow takes the power between two operations.
func (s *Server) CutNow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out("between two operations", false)
}

// WentOut tells, once a cut, inside which operation the power went.
func (s *Server) WentOut() <-chan string { return s.wentOut }

// out takes the power; the lock is held.
func (s *Server) out(where string, inside bool) {
	if s.dark != nil {
		return
	}
	s.dark, s.inside, s.cutAt = make(chan struct{}), inside, 0
	select {
	case s.wentOut <- where:
	default:
	}
}

// Image picks what the disk is after the cut, or after one that comes now.
func (s *Server) Image(rng disk.Picker) disk.Image {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out("between two operations", false)
	at := s.clock() + tick // when the last operation has long ended
	if n := len(s.disk.Ops()); s.inside && n > 0 {
		last := s.disk.Ops()[n-1]
		at = last.Begin + (last.End-last.Begin)/2
	}
	return s.disk.Cut(at, rng)
}

// Release ends what waits for the power with EIO: who asked is dead. So ends
// whatever is asked of this mount from now on; the disk as it is after the cut
// is seen by the next. False: the power has not gone.
func (s *Server) Release() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dark != nil && !s.released {
		s.released = true
		close(s.dark)
	}
	return s.dark != nil
}

// Ail changes what is wrong with the disk.
func (s *Server) Ail(f disk.Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disk.Faults = f
}

// Ops counts the operations that changed something.
func (s *Server) Ops() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ops
}

func (s *Server) clock() time.Duration { return time.Duration(s.ops+1) * tick }

// change carries out an operation that changes the disk, and takes the power
// in it when its turn has come.
func (s *Server) change(what, name string, do func(*disk.Disk) error) error {
	s.mu.Lock()
	if err := s.awake(); err != nil {
		return err
	}
	s.ops++
	s.disk.Begin(s.clock())
	err := do(s.disk)
	if s.ops != s.cutAt {
		s.mu.Unlock()
		return err
	}
	s.out(what+" "+name, true)
	return s.awake()
}

// look carries out an operation that changes nothing.
func (s *Server) look(do func(*disk.Disk) error) error {
	s.mu.Lock()
	if err := s.awake(); err != nil {
		return err
	}
	defer s.mu.Unlock()
	return do(s.disk)
}

// awake waits for the power; the lock is held, and given up when there was
// none: what was asked for before the power came back fails.
func (s *Server) awake() error {
	dark := s.dark
	if dark == nil {
		return nil
	}
	s.mu.Unlock()
	<-dark
	return errDark
}

func join(dir, name string) string { return path.Join(dir, name) }
