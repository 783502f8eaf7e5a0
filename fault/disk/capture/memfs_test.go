package capture

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"sort"

	"stormrig/pos/store"
)

var errEIO = errors.New("input/output error")

// op is one operation that changes a disk.
type op struct {
	kind string // create, write, sync, rename, remove, syncdir
	name string // of the file or directory; for rename the old one
	to   string
	node int
	off  int64
	data []byte
}

// memFS is a disk in memory that logs what changes it, and can fail.
type memFS struct {
	names map[string]int
	nodes [][]byte
	log   []op
	// failAt makes the n-th operation from now fail; 0 means none.
	failAt int
	// late lets the failing operation take effect all the same.
	late bool
}

func newMemFS() *memFS { return &memFS{names: map[string]int{}} }

func (m *memFS) clone() *memFS {
	c := &memFS{names: map[string]int{}}
	for n, i := range m.names {
		c.names[n] = i
	}
	for _, b := range m.nodes {
		c.nodes = append(c.nodes, append([]byte(nil), b...))
	}
	return c
}

// bytes returns the content of a file, to be changed in place.
func (m *memFS) bytes(name string) []byte { return m.nodes[m.names[name]] }

// do logs an operation and does it, unless it is to fail.
func (m *memFS) do(o op) error {
	fail := false
	if m.failAt > 0 {
		m.failAt--
		fail = m.failAt == 0
	}
	if fail && !m.late {
		return errEIO
	}
	m.log = append(m.log, o)
	m.apply(o)
	if fail {
		return errEIO
	}
	return nil
}

func (m *memFS) apply(o op) {
	switch o.kind {
	case "create":
		for len(m.nodes) <= o.node {
			m.nodes = append(m.nodes, nil)
		}
		m.names[o.name] = o.node
	case "write":
		b := m.nodes[o.node]
		if end := int(o.off) + len(o.data); end > len(b) {
			b = append(b, make([]byte, end-len(b))...)
		}
		copy(b[o.off:], o.data)
		m.nodes[o.node] = b
	case "rename":
		m.names[o.to] = m.names[o.name]
		delete(m.names, o.name)
	case "remove":
		delete(m.names, o.name)
	}
}

func (m *memFS) Open(name string) (store.File, error) {
	n, ok := m.names[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &memFile{m, n}, nil
}

func (m *memFS) Create(name string) (store.File, error) {
	if _, ok := m.names[name]; ok {
		return nil, &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	}
	n := len(m.nodes)
	if err := m.do(op{kind: "create", name: name, node: n}); err != nil {
		return nil, err
	}
	return &memFile{m, n}, nil
}

func (m *memFS) Rename(from, to string) error { return m.do(op{kind: "rename", name: from, to: to}) }

func (m *memFS) Remove(name string) error {
	if _, ok := m.names[name]; !ok {
		return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrNotExist}
	}
	return m.do(op{kind: "remove", name: name})
}

func (m *memFS) SyncDir(dir string) error { return m.do(op{kind: "syncdir", name: dir}) }

func (m *memFS) List(dir string) ([]string, error) {
	var out []string
	for n := range m.names {
		if path.Dir(n) == dir {
			out = append(out, path.Base(n))
		}
	}
	sort.Strings(out)
	return out, nil
}

type memFile struct {
	m *memFS
	n int
}

func (f *memFile) ReadAt(p []byte, off int64) (int, error) {
	b := f.m.nodes[f.n]
	if off >= int64(len(b)) {
		return 0, io.EOF
	}
	n := copy(p, b[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *memFile) WriteAt(p []byte, off int64) (int, error) {
	err := f.m.do(op{kind: "write", node: f.n, off: off, data: append([]byte(nil), p...)})
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

func (f *memFile) Sync() error          { return f.m.do(op{kind: "sync", node: f.n}) }
func (f *memFile) Truncate(int64) error { return errors.ErrUnsupported }

func (f *memFile) Preallocate(int64) error { return errors.ErrUnsupported }
func (f *memFile) Size() (int64, error)    { return int64(len(f.m.nodes[f.n])), nil }
func (f *memFile) Close() error            { return nil }

// remains is what a power cut leaves to choose: what is durable, and what is not yet.
type remains struct {
	durable *memFS
	writes  []op // not synced
	names   []op // not synced
}

// cut returns what remains after the first n operations of a log.
func cut(log []op, n int) remains {
	d := remains{durable: newMemFS()}
	for _, o := range log[:n] {
		switch o.kind {
		case "write":
			d.writes = append(d.writes, o)
		case "sync":
			var rest []op
			for _, w := range d.writes {
				if w.node == o.node {
					d.durable.apply(w)
				} else {
					rest = append(rest, w)
				}
			}
			d.writes = rest
		case "syncdir":
			for _, r := range d.names {
				d.durable.apply(r)
			}
			d.names = nil
		default:
			if o.kind == "create" { // the file is there, its name is not
				for len(d.durable.nodes) <= o.node {
					d.durable.nodes = append(d.durable.nodes, nil)
				}
			}
			d.names = append(d.names, o)
		}
	}
	return d
}

// states visits every state that the cut may leave: each prefix of the names,
// with each subset of the unsynced writes (beyond 8 of them: none, all, prefixes,
// each missing, each alone), and with each write torn at some sectors.
func (d remains) states(visit func(*memFS)) {
	for names := 0; names <= len(d.names); names++ {
		for _, pick := range subsets(len(d.writes)) {
			visit(d.state(names, pick, -1, 0))
			for i := range d.writes {
				if !pick[i] {
					continue
				}
				for _, keep := range []int{512, 2048, len(d.writes[i].data) - 512} {
					visit(d.state(names, pick, i, keep))
				}
			}
		}
	}
}

func (d remains) state(names int, pick []bool, torn, keep int) *memFS {
	m := d.durable.clone()
	for _, o := range d.names[:names] {
		m.apply(o)
	}
	for i, w := range d.writes {
		if i == torn {
			w.data = w.data[:keep]
		}
		if pick[i] {
			m.apply(w)
		}
	}
	return m
}

func subsets(n int) [][]bool {
	var out [][]bool
	if n <= 8 {
		for bits := range 1 << n {
			s := make([]bool, n)
			for i := range s {
				s[i] = bits>>i&1 == 1
			}
			out = append(out, s)
		}
		return out
	}
	for k := range n + 1 { // prefixes; each missing; each alone
		p, miss, alone := make([]bool, n), make([]bool, n), make([]bool, n)
		for i := range n {
			p[i], miss[i], alone[i] = i < k, i != k, i == k
		}
		out = append(out, p, miss, alone)
	}
	return out
}
