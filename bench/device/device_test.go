package device

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOf(t *testing.T) {
	p, err := Of(t.TempDir())
	require.NoError(t, err)
	assert.NotEmpty(t, p.Describe())
	_, err = Of(t.TempDir() + "/none")
	require.Error(t, err)
}

func TestDoubts(t *testing.T) {
	for _, tc := range []struct {
		place Place
		want  []string
	}{
		{Place{FileSystem: "ext4", Device: "/dev/sda1", Options: "rw,relatime"}, nil},
		{Place{FileSystem: "tmpfs", Options: "rw"}, []string{"is memory"}},
		{Place{FileSystem: "overlay", Options: "rw,volatile"}, []string{"another file system", "volatile"}},
		{Place{FileSystem: "fuse.sshfs"}, []string{"its own word"}},
		{Place{FileSystem: "ext4", Device: "/dev/sda1", Options: "rw,nobarrier"}, []string{"does not empty"}},
		{Place{FileSystem: "ext4", Device: "/dev/loop3"}, []string{"a file on another"}},
		{Place{FileSystem: "ext4", Device: "/dev/zram0"}, []string{"is memory"}},
		{Place{}, []string{"not known"}},
	} {
		got := tc.place.Doubts()
		require.Len(t, got, len(tc.want), "%+v: %v", tc.place, got)
		for i, w := range tc.want {
			assert.Contains(t, got[i], w)
		}
	}
}

func TestImplausible(t *testing.T) {
	back := &Place{WriteCache: "write back"}
	assert.Empty(t, Implausible(120*time.Microsecond, 1000, Counters{Flushes: 1003}, back))
	assert.Empty(t, Implausible(120*time.Microsecond, 1000, Counters{Flushes: -1}, back))
	assert.Len(t, Implausible(3*time.Microsecond, 1000, Counters{Flushes: -1}, back), 1)
	assert.Len(t, Implausible(120*time.Microsecond, 1000, Counters{Flushes: 2}, back), 1)
	assert.Empty(t, Implausible(120*time.Microsecond, 1000, Counters{Flushes: 2}, &Place{WriteCache: "write through"}))
}
