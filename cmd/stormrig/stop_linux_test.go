package main

import (
	"bytes"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk/mount"
	"stormrig/fault/disk/mount/mounttest"
)

// begun is this program at work as a person's terminal starts it: a group of its
// own, and a place of its own for what it leaves.
type begun struct {
	*exec.Cmd
	temp string
	says *bytes.Buffer
}

func begin(t *testing.T, args ...string) begun {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	b := begun{exec.Command(self, args...), t.TempDir(), &bytes.Buffer{}}
	b.Args[0] = "stormrig"
	b.Env = append(os.Environ(), "TMPDIR="+b.temp)
	b.Stdout, b.Stderr = b.says, b.says
	b.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return b
}

// until waits for what is at a directory, the first of a pattern.
func until(t *testing.T, want mount.State, pattern string) {
	t.Helper()
	require.Eventually(t, func() bool {
		dirs, err := filepath.Glob(pattern)
		if err != nil || len(dirs) == 0 {
			return false
		}
		s, err := mount.At(dirs[0])
		return err == nil && s == want
	}, 30*time.Second, 2*time.Millisecond)
}

// longDay is a day on a served disk that is not over before a signal comes.
const longDay = `scenario: long-day
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 21:00"}
tills: {phone: {devices: [scanner, printer]}}
shoppers: {before: 900, card: 0%}
weather:
  - {drop: phone, during: commit, of: sale 899}
`

func beginDay(t *testing.T) begun {
	t.Helper()
	day := filepath.Join(t.TempDir(), "long-day.yaml")
	require.NoError(t, os.WriteFile(day, []byte(longDay), 0o600))
	b := begin(t, "run", day, "--rig", "process", "--out", filepath.Join(t.TempDir(), "r"))
	require.NoError(t, b.Start())
	return b
}

// A signal to the process or to its group ends a day on real files: no disk stays
// mounted, no process and no file.
func TestADayIsStoppedInOrder(t *testing.T) {
	mounttest.Need(t)
	t.Parallel()
	for _, c := range []struct {
		sign  syscall.Signal
		group int // -1: to the group
	}{{syscall.SIGINT, -1}, {syscall.SIGTERM, 1}, {syscall.SIGHUP, -1}} {
		if signal.Ignored(c.sign) { // under nohup a day goes on, as it should
			t.Logf("%s is ignored here, and was not tried", c.sign)
			continue
		}
		b := beginDay(t)
		until(t, mount.Served, filepath.Join(b.temp, dayDirs+"*", "phone"))
		require.NoError(t, syscall.Kill(c.group*b.Process.Pid, c.sign))
		_ = b.Wait()
		assert.Equal(t, int(Interrupted), b.ProcessState.ExitCode(), "%s: %s", c.sign, b.says)
		left, err := os.ReadDir(b.temp)
		require.NoError(t, err)
		assert.Empty(t, left, "%s: %s", c.sign, b.says)
	}
}

// The disk of a day that is killed, with its whole group, is unmounted all the
// same: it ends with its orders.
func TestAKilledDayLeavesNoDisk(t *testing.T) {
	mounttest.Need(t)
	t.Parallel()
	b := beginDay(t)
	disk := filepath.Join(b.temp, dayDirs+"*", "phone")
	until(t, mount.Served, disk)
	require.NoError(t, syscall.Kill(-b.Process.Pid, syscall.SIGKILL))
	_ = b.Wait()
	until(t, mount.Free, disk)
}

// What a killed day leaves is named by 'doctor' and taken away by the next one.
func TestWhatAKilledDayLeaves(t *testing.T) {
	t.Parallel()
	next := begin(t, "run", "one-sale", "--rig", "process", "--out", filepath.Join(t.TempDir(), "r"))
	left := filepath.Join(next.temp, dayDirs+"1")
	require.NoError(t, os.MkdirAll(filepath.Join(left, "phone"), 0o700))
	old := time.Now().Add(-2 * lockedSoon)
	require.NoError(t, os.Chtimes(left, old, old))
	mine, ok := lockDir(left)
	require.True(t, ok)

	doctor := func() string {
		d := begin(t, "doctor")
		d.Env = append(os.Environ(), "TMPDIR="+next.temp)
		require.NoError(t, d.Run(), d.says)
		_, says, _ := strings.Cut(d.says.String(), "left behind")
		return says
	}
	assert.NotContains(t, doctor(), left, "somebody works there")
	require.NoError(t, mine.Close())
	assert.Contains(t, doctor(), left)
	require.NoError(t, next.Run(), next.says)
	assert.NoDirExists(t, left)
}

// A disk that a person serves is unmounted by a signal; one that was killed is
// taken away by the next start, and one in use is left alone.
func TestADiskIsStoppedInOrder(t *testing.T) {
	mounttest.Need(t)
	t.Parallel()
	dir := t.TempDir()
	for _, sign := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL, syscall.SIGTERM} {
		d := begin(t, "disk", dir)
		orders, err := d.StdinPipe()
		require.NoError(t, err)
		require.NoError(t, d.Start())
		until(t, mount.Served, dir)
		again := begin(t, "disk", dir)
		require.Error(t, again.Run())
		assert.Contains(t, again.says.String(), "another 'stormrig disk' serves")
		require.NoError(t, d.Process.Signal(sign))
		err = d.Wait()
		state, e := mount.At(dir)
		require.NoError(t, e)
		if sign == syscall.SIGKILL {
			assert.Equal(t, mount.Dead, state)
			continue
		}
		require.NoError(t, err, d.says)
		assert.Equal(t, mount.Free, state)
		_ = orders.Close()
	}
}
