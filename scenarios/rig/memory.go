package rig

import (
	"sync"

	"stormrig/pos"
)

// memory remembers decoded entries by the bytes they were decoded from. Every
// till and the hub read the same entries, and so does every copy of a world: a
// day that is explored has thousands. Entries are never changed, so that it
// cannot be seen who decoded one; worlds in different goroutines share it.
type memory struct {
	mu sync.Mutex
	// What was asked for since the last turn, and before it: what nobody asks
	// for goes with the second.
	now, before map[string]*pos.Entry
}

// remembered is after how many entries a turn comes.
const remembered = 1 << 12

func newMemory() *memory { return &memory{now: map[string]*pos.Entry{}} }

// decode is pos.DecodeFrame. What fails is not remembered.
func (m *memory) decode(c pos.Chain, seq uint64, payload []byte) (*pos.Entry, error) {
	if e := m.known(payload); e != nil && e.Chain() == c && e.Seq == seq {
		return e, nil
	}
	e, err := pos.DecodeFrame(c, seq, payload)
	if err == nil {
		m.keep(string(payload), e)
	}
	return e, err
}

func (m *memory) known(payload []byte) *pos.Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.now[string(payload)]; e != nil {
		return e
	}
	e := m.before[string(payload)]
	if e != nil {
		m.put(string(payload), e)
	}
	return e
}

func (m *memory) keep(payload string, e *pos.Entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(payload, e)
}

func (m *memory) put(payload string, e *pos.Entry) {
	if len(m.now) >= remembered {
		m.now, m.before = make(map[string]*pos.Entry, remembered), m.now
	}
	m.now[payload] = e
}
