package journal

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk"
	"stormrig/pos/store"
)

// ahead is a file system that counts the bytes of writes of nothing but zeros,
// and of them those that made a file longer.
type ahead struct {
	store.FS
	zeros, longer *int
}

type aheadFile struct {
	store.File
	ahead
}

func (a ahead) Open(name string) (store.File, error) {
	h, err := a.FS.Open(name)
	return aheadFile{h, a}, err
}

func (a aheadFile) WriteAt(p []byte, off int64) (int, error) {
	if size, err := a.Size(); len(trimZeros(p)) == 0 && err == nil {
		*a.zeros += len(p)
		*a.longer += max(0, int(off)+len(p)-int(size))
	}
	return a.File.WriteAt(p, off)
}

// Zeros are written ahead of small commits that follow each other, and never
// more than the room that is there.
func TestZerosAheadOfSmallCommits(t *testing.T) {
	const small, large, room, head = 300, 3 * smallWrite, 24 << 10, segHead + len("phone")
	for _, tc := range []struct {
		name    string
		commits []int
		want    int // bytes of zeros
	}{
		{"small ones", []int{small, small, small}, 16 << 10},
		{"until they are used up", []int{3500, 3500, 3500, 3500, 3500, 3500}, 16<<10 + room - head - 6*3500},
		{"large ones", []int{large, large}, 0},
		{"a small one among large", []int{large, small, large, small, large}, 0},
		{"small ones after a large", []int{large, small, small, small}, room - head - large - 2*small},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, longer := 0, 0
			o := Options{Device: "phone", SegmentSize: 1 << 20, Preallocate: room, Warm: 16 << 10}
			j, _, err := Open(ahead{disk.New(disk.PhoneFlash), &got, &longer}, o)
			require.NoError(t, err)
			_, err = j.NewIncarnation(1)
			require.NoError(t, err)
			for _, n := range tc.commits {
				_, _, err := j.Append(make([]byte, n-frameHead))
				require.NoError(t, err)
			}
			assert.Equal(t, tc.want, got)
			assert.Zero(t, longer, "zeros are no reason to take room")
		})
	}
}

// Every cut where small commits, with zeros ahead, and large groups, without,
// take turns: a group lies in zeros, goes beyond them, ends a segment.
func TestEveryCutOfLargeGroups(t *testing.T) {
	for _, tc := range []struct {
		name  string
		room  int64
		zeros bool
	}{
		{"room for a segment", 32 << 10, false},
		{"room as it is needed", 0, false},
		{"room by zeros", 32 << 10, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := newBench(t, 32<<10)
			b.options.Preallocate, b.options.Warm, b.zeros = tc.room, 8<<10, tc.zeros
			b.step("create", b.open)
			for i, group := range [][]int{
				{300}, {200, 2100, 2000}, {2500, 2500, 1200}, {300}, {400}, {500, 600}, {2500, 40, 2500},
				{3000, 3000}, {300}, {200, 3000, 3000, 3000}, {20}, {20}, {4500},
			} {
				b.step(fmt.Sprintf("group %d", i), func() { require.NoError(t, b.append(group...)) })
			}
			require.Greater(t, len(b.j.current().segs), 1, "no rotation was met")
			b.step("stop and start", b.open)
			b.step("group", func() { require.NoError(t, b.append(2000, 2000, 2000)) })
			b.step("mark", func() { require.NoError(t, b.j.MarkStopped()) })
			b.step("start and group", func() {
				b.open()
				require.NoError(t, b.append(300, 4200))
			})
			t.Logf("%d states, %d of them torn", b.states, b.torn)
			assert.Greater(t, b.torn, 300, "no torn tail was met")
		})
	}
}
