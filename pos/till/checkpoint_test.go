package till

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk/capture"
	"stormrig/pos"
	"stormrig/pos/book"
	"stormrig/pos/store"
	"stormrig/pos/sync"
)

// lockable opens books unless something keeps it from that: a lock that
// another process holds, a disk that has gone bad under the file.
type lockable struct{ locked *bool }

func (l lockable) Open(f store.FS, name string) (book.DB, error) {
	if *l.locked {
		return nil, errors.New("the book is locked")
	}
	return capture.Opener{}.Open(f, name)
}

// A till whose book cannot be opened says so, sells on, and loses nothing: the
// next start folds what the book does not have.
func TestABookThatCannotBeKept(t *testing.T) {
	const says = "BOOK NOT KEPT - CHECK THE DISK"
	b := newBench(t)
	locked := false
	b.config.Opener = lockable{&locked}
	b.start()
	for _, locked = range []bool{true, false, true} {
		b.sell(5)
		b.pass(2 * checkpointWait)
		assert.Equal(t, locked, strings.HasPrefix(b.screen().Status, says), b.screen().Status)
		assert.False(t, b.till.engine.Stopped())
	}
	b.do(pos.LinkUp{Link: "hub"})
	assert.Contains(t, b.screen().Status, "OFFLINE", "and what else there is to say")

	b.disk.Begin(b.disk.Busy())
	b.disk.Cut(b.disk.Busy(), firstOf{})
	assert.Equal(t, Started{Recovered: 33, Folded: 12}, b.start(), "what the book does not have is in the journal")
	assert.Equal(t, int64(15), b.till.State().Till().Number)
	assert.NotContains(t, b.screen().Status, says)
}

// firstOf is a power cut that leaves the first of what the disk may keep.
type firstOf struct{}

func (firstOf) Intn(int) int { return 0 }

// unreadable is a disk on which nothing can be read back while it is bad.
type unreadable struct {
	store.FS
	bad *bool
}

func (u unreadable) Open(name string) (store.File, error) {
	if *u.bad {
		return nil, errors.New("input/output error")
	}
	return u.FS.Open(name)
}

// A till that cannot read its own entries cannot hand them over, and says so.
func TestEntriesThatCannotBeSent(t *testing.T) {
	b := newBench(t)
	bad := false
	b.start()
	b.till.Close()
	b.life++
	b.till = New(b.config, unreadable{b.disk, &bad}, b.life)
	b.till.Start(b.now)
	hello := sent(t, b.do(pos.LinkUp{Link: "hub"}))
	head, _ := b.till.journal.Head()
	b.do(hubSays(t, sync.Message{Type: sync.Welcome, From: "hub", Session: hello[0].Session, Have: []sync.Mark{{Chain: head.Chain(), Seq: head.Seq}}}))
	bad = true
	b.sell(1)
	assert.Equal(t, "2 CANNOT BE SENT", b.screen().Status)
	bad = false
	out := sent(t, b.do(pos.Scanned{Code: "22"}))
	require.Len(t, out, 1)
	assert.Equal(t, sync.Push, out[0].Type)
	assert.Empty(t, b.screen().Status)
}
