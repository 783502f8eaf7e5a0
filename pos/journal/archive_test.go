package journal

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk"
	"stormrig/pos"
	"stormrig/pos/store"
)

func archiveOf(d *disk.Disk) store.FS { return store.Below(d, ArchiveDir) }

// everything opens a journal with its archive and returns all payloads.
func everything(t testing.TB, d *disk.Disk) (*Journal, Recovery, []string) {
	t.Helper()
	var got []string
	j, r, err := Open(d, Options{Device: "phone", SegmentSize: 2000, Visit: func(_ pos.Chain, f Frame) error {
		got = append(got, string(f.Payload))
		return nil
	}})
	require.NoError(t, err)
	return j, r, got
}

// lives makes a journal of three incarnations and many segments.
func lives(t testing.TB) (*disk.Disk, *Journal, []string) {
	t.Helper()
	d := disk.New(disk.PhoneFlash)
	j, _, err := Open(d, Options{Device: "phone", SegmentSize: 2000})
	require.NoError(t, err)
	var said []string
	for inc := range uint32(3) {
		_, err = j.NewIncarnation(inc + 1)
		require.NoError(t, err)
		for i := range 8 {
			p := fmt.Sprintf("life %d entry %d %s", inc, i, make([]byte, 700))
			said = append(said, p)
			_, _, err = j.Append([]byte(p))
			require.NoError(t, err)
		}
	}
	d.Begin(d.Busy())
	return d, j, said
}

// Every cut while segments move to the archive: nothing is lost, and moving
// goes on where it was.
func TestEveryCutOfAnArchive(t *testing.T) {
	d, j, said := lives(t)
	require.NoError(t, j.MarkStopped())
	d.Begin(d.Busy())
	done, err := j.Archive(archiveOf(d), 5)
	require.NoError(t, err)
	require.Equal(t, pos.Key{Device: "phone", Incarnation: 3, Seq: 4}, done.To)
	states := 0
	for _, at := range moments(d) {
		for _, s := range d.States(at) {
			states++
			f := d.Fork(s)
			where := fmt.Sprintf("cut at %v, %s", at, s.Describe().Words)
			j, r, got := everything(t, f)
			require.Equal(t, said, got, where)
			require.False(t, r.NeedsIncarnation, where)
			require.EqualValues(t, len(said), r.Entries, where)
			_, err := j.Archive(archiveOf(f), 5)
			require.NoError(t, err, where)
			_, _, err = j.Append([]byte("after"))
			require.NoError(t, err, where)
			require.NoError(t, j.MarkStopped())
			_, _, got = everything(t, lost(t, f))
			require.Equal(t, append(said[:len(said):len(said)], "after"), got, where)
			names, err := f.List(Dir)
			require.NoError(t, err)
			require.Len(t, names, 4, "%s: two segments, the base, the mark: %v", where, names)
		}
	}
	t.Logf("%d states", states)
	assert.Greater(t, states, 100)
}

// What is archived can be verified alone, here and there, and tells what it is
// part of; a second archive goes on where the first ends.
func TestArchivesStandAlone(t *testing.T) {
	d, j, said := lives(t)
	first, second := store.Below(d, "first"), store.Below(d, "second")
	_, err := j.Archive(first, 3)
	require.NoError(t, err)
	_, err = j.Archive(second, 3)
	require.NoError(t, err)
	names, err := second.List(Dir)
	require.NoError(t, err)
	require.Empty(t, names, "nothing was due")
	_, err = j.Archive(second, 100)
	require.NoError(t, err)
	var total uint64
	var ends []string
	for _, f := range []store.FS{first, second, d} {
		rep, err := Verify(f)
		require.NoError(t, err)
		require.Nil(t, rep.Damage)
		total += rep.Entries
		for _, c := range rep.Chains {
			ends = append(ends, fmt.Sprintf("%d-%v", c.From, c.Head))
		}
	}
	assert.EqualValues(t, len(said), total)
	assert.Equal(t, []string{"1-phone/1/8", "1-phone/2/8", "1-phone/3/2", "3-phone/3/6", "7-phone/3/8"}, ends)
}

func TestWhatIsArchivedIsNotHere(t *testing.T) {
	d, j, said := lives(t)
	_, err := j.Archive(store.Below(d, "elsewhere"), 4)
	require.NoError(t, err)
	require.NoError(t, j.MarkStopped())
	for _, marked := range []bool{true, false} {
		if !marked {
			require.NoError(t, d.Remove(Dir+"/"+StoppedName))
		}
		visit := func(pos.Chain, Frame) error { return nil }
		_, _, err = Open(d, Options{Device: "phone", Visit: visit})
		require.ErrorIs(t, err, ErrArchived)
		j, r, err := Open(d, Options{Device: "phone", Visit: visit, After: pos.Key{Device: "phone", Incarnation: 3, Seq: 4}})
		require.NoError(t, err)
		assert.EqualValues(t, 4, r.Visited)
		assert.EqualValues(t, len(said), r.Entries)
		assert.Len(t, j.Chains(), 3, "it is known that they were")
		assert.Equal(t, pos.Key{Device: "phone", Incarnation: 2, Seq: 8}, r.Link.Before)
		for _, at := range [][2]uint64{{1, 0}, {2, 7}, {3, 3}} {
			_, err = j.Read(uint32(at[0]), at[1], 1000)
			require.ErrorIs(t, err, ErrArchived)
		}
		frames, err := j.Read(3, 4, 1)
		require.NoError(t, err)
		assert.Equal(t, said[20], string(frames[0].Payload))
	}
}

func TestArchiveIsHeldAgainstWhatIsHere(t *testing.T) {
	start, j, _ := lives(t)
	_, err := j.Archive(archiveOf(start), 4)
	require.NoError(t, err)
	in := "archive/" + Dir + "/"
	for name, change := range map[string]func(*testing.T, *disk.Disk){
		"a flipped bit": func(t *testing.T, d *disk.Disk) {
			edit(t, d, in+"phone-000002-000000000003.seg", flip(400))
		},
		"a segment is gone": func(t *testing.T, d *disk.Disk) {
			require.NoError(t, d.Remove(in+"phone-000003-000000000003.seg"))
		},
		"an incarnation is gone": func(t *testing.T, d *disk.Disk) {
			for _, n := range []string{"1", "3", "5", "7"} {
				require.NoError(t, d.Remove(in+"phone-000001-00000000000"+n+".seg"))
			}
		},
		"the base is damaged": func(t *testing.T, d *disk.Disk) { edit(t, d, Dir+"/"+BaseName, flip(20)) },
		"what goes on here is gone": func(t *testing.T, d *disk.Disk) {
			require.NoError(t, d.Remove(Dir+"/phone-000003-000000000005.seg"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := start.Clone()
			change(t, d)
			_, _, err := Open(d, Options{Device: "phone", Visit: func(pos.Chain, Frame) error { return nil }})
			require.ErrorIs(t, err, ErrDamaged)
		})
	}
}

// Damage is not carried into an archive, and nothing is removed for it.
func TestDamageIsNotArchived(t *testing.T) {
	d, j, _ := lives(t)
	edit(t, d, Dir+"/phone-000002-000000000003.seg", flip(400))
	_, err := j.Archive(archiveOf(d), 100)
	require.ErrorIs(t, err, ErrDamaged)
	ok, err := store.Exists(d, Dir+"/phone-000001-000000000001.seg")
	require.NoError(t, err)
	assert.True(t, ok)
	_, err = store.Below(d, "other").Create(Dir + "/phone-000001-000000000001.seg")
	require.NoError(t, err)
	_, err = j.Archive(store.Below(d, "other"), 100)
	require.ErrorIs(t, err, ErrFork, "it holds another file of that name")
}
