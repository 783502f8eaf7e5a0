//go:build linux

package mount_test

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk/mount"
	"stormrig/fault/disk/mount/mounttest"
)

func at(t *testing.T, dir string) mount.State {
	t.Helper()
	s, err := mount.At(dir)
	require.NoError(t, err)
	return s
}

// A process that is killed leaves its disk mounted, and dead. Whoever started it
// takes that away when it is stopped; so does the next that comes.
func TestWhatAKilledProcessLeaves(t *testing.T) {
	mounttest.Need(t)
	for _, stopped := range []bool{true, false} {
		dir := filepath.Join(t.TempDir(), "a disk") // mountinfo escapes the blank
		require.NoError(t, os.Mkdir(dir, 0o700))
		assert.Equal(t, mount.Free, at(t, dir))
		cmd := mounttest.Command(dir)
		c, err := mount.Start(cmd, dir)
		require.NoError(t, err)
		assert.Equal(t, mount.Served, at(t, dir))
		require.NoError(t, mount.Clear(dir))
		assert.Equal(t, mount.Served, at(t, dir), "it is in use")

		require.NoError(t, cmd.Process.Kill())
		<-c.Cuts // closed when its words have ended
		if stopped {
			require.Error(t, c.Stop(), "it was killed")
		} else {
			_, err = cmd.Process.Wait()
			require.NoError(t, err)
			assert.Equal(t, mount.Dead, at(t, dir))
			left, err := mount.Left()
			require.NoError(t, err)
			assert.Contains(t, left, dir)
			require.NoError(t, mount.Clear(dir))
		}
		assert.Equal(t, mount.Free, at(t, dir))
	}
}

// A disk without power answers nobody, and is there.
func TestADiskWithoutPowerIsNotDead(t *testing.T) {
	c, dir := mounttest.Serve(t)
	_, err := c.Do(mount.Order{Do: "cut"})
	require.NoError(t, err)
	assert.Equal(t, mount.Served, at(t, dir))
}

// Who gave the orders is gone: the disk unmounts, though nobody hears its words
// any more.
func TestADiskEndsWithWhoStartedIt(t *testing.T) {
	mounttest.Need(t)
	dir := t.TempDir()
	cmd := mounttest.Command(dir)
	orders, err := cmd.StdinPipe()
	require.NoError(t, err)
	words, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	said, err := bufio.NewReader(words).ReadString('\n')
	require.NoError(t, err, said)
	require.NoError(t, words.Close())
	_, err = io.WriteString(orders, `{"do":"ops"}`+"\n")
	require.NoError(t, err)
	require.NoError(t, orders.Close())
	require.NoError(t, cmd.Wait())
	assert.Equal(t, mount.Free, at(t, dir))
}
