package journal

import (
	"fmt"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk"
	"stormrig/pos"
	"stormrig/pos/store"
)

// readAll returns all payloads as those do who ask a running journal.
func readAll(t testing.TB, j *Journal) (got []string) {
	t.Helper()
	for _, c := range j.Chains() {
		for after := uint64(0); after < c.Seq; {
			frames, err := j.Read(c.Incarnation, after, 1500)
			require.NoError(t, err)
			require.NotEmpty(t, frames)
			for _, f := range frames {
				got, after = append(got, string(f.Payload)), f.Seq
			}
		}
	}
	return got
}

// walked returns all payloads as those do who look at a disk.
func walked(t testing.TB, d *disk.Disk) (got []string) {
	t.Helper()
	require.NoError(t, Walk(d, func(_ pos.Chain, f Frame) error { got = append(got, string(f.Payload)); return nil }))
	return got
}

// Every cut while entries move a second time: who starts, who reads on and who
// looks at the disk sees each entry once, and moving goes on where it was.
func TestEveryCutOfASecondMove(t *testing.T) {
	d, j, said := lives(t)
	_, err := j.Retire(3)
	require.NoError(t, err)
	require.Equal(t, said, readAll(t, j))
	for i := range 4 {
		said = append(said, fmt.Sprintf("later %d %s", i, make([]byte, 700)))
		_, _, err = j.Append([]byte(said[len(said)-1]))
		require.NoError(t, err)
	}
	d.Begin(d.Busy())
	done, err := j.Retire(9)
	require.NoError(t, err)
	require.Equal(t, pos.Key{Device: "phone", Incarnation: 3, Seq: 8}, done.To)
	require.Equal(t, said, readAll(t, j))
	states := 0
	for _, at := range moments(d) {
		for _, s := range d.States(at) {
			states++
			f := d.Fork(s)
			where := fmt.Sprintf("cut at %v, %s", at, s.Describe().Words)
			require.Equal(t, said, walked(t, f), where)
			j, r, got := everything(t, f)
			require.Equal(t, said, got, where)
			require.False(t, r.NeedsIncarnation, where)
			require.Equal(t, said, readAll(t, j), where)
			_, err := j.Retire(9)
			require.NoError(t, err, where)
			require.Equal(t, said, readAll(t, j.CloneOn(f)), where)
			require.Equal(t, said, walked(t, lost(t, f)), where)
		}
	}
	t.Logf("%d states", states)
	assert.Greater(t, states, 100)
}

// What lies in the archive is read from where it is; it is missed when it was
// carried away, and damage in it is named.
func TestReadingWhatHasMoved(t *testing.T) {
	d, j, said := lives(t)
	_, err := j.Retire(5)
	require.NoError(t, err)
	again, err := j.Retire(5)
	require.NoError(t, err)
	assert.Zero(t, again, "nothing is due")
	require.Equal(t, said, readAll(t, j))

	hurt := d.Clone()
	edit(t, hurt, ArchiveDir+"/"+Dir+"/phone-000002-000000000003.seg", flip(400))
	_, err = j.CloneOn(hurt).Read(2, 2, 1)
	require.ErrorIs(t, err, ErrDamaged)
	var got []string
	require.ErrorIs(t, Walk(hurt, func(_ pos.Chain, f Frame) error { got = append(got, string(f.Payload)); return nil }), ErrDamaged)
	assert.Equal(t, said[len(said)-4:], got[len(got)-4:], "what is here is seen all the same")

	archive := store.Below(d, ArchiveDir)
	names, err := archive.List(Dir)
	require.NoError(t, err)
	for _, n := range names {
		require.NoError(t, archive.Remove(Dir+"/"+n))
	}
	_, err = j.CloneOn(d).Read(2, 2, 1)
	require.ErrorIs(t, err, ErrArchived)
	assert.Equal(t, said[len(said)-4:], walked(t, d))
}

// unsynced is a store that once says that it could not sync a directory.
type unsynced struct {
	store.FS
	fails *int // the n-th time from now
}

func (u unsynced) SyncDir(dir string) error {
	if *u.fails--; *u.fails == 0 {
		return syscall.EIO
	}
	return u.FS.SyncDir(dir)
}

// A move that failed anywhere is done again, and then nothing hangs on a name
// that was not made durable.
func TestAMoveThatFailedIsDoneAgain(t *testing.T) {
	n, failed := 0, true
	for failed {
		n++
		d, j, said := lives(t)
		countdown := n
		j = j.CloneOn(unsynced{d, &countdown})
		_, err := j.Retire(5)
		failed = err != nil
		_, err = j.Retire(5)
		require.NoError(t, err, "sync %d of a directory", n)
		require.Equal(t, said, readAll(t, j), "sync %d of a directory", n)
		require.Equal(t, said, walked(t, lost(t, d)), "sync %d of a directory", n)
	}
	assert.Greater(t, n, 10, "a move syncs more than that")
}
