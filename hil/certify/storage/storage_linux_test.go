package storage_test

import (
	"context"
	"net"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk/mount"
	"stormrig/fault/disk/mount/mounttest"
	"stormrig/hil/certify/storage"
	"stormrig/pos/store"
)

func TestMain(m *testing.M) { mounttest.Main(m) }

// witness serves one for the test's time and returns its address.
func witness(t *testing.T, file string) string {
	t.Helper()
	w, err := storage.NewWitness(file)
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan error)
	ctx, stop := context.WithCancel(context.Background())
	go func() { done <- w.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-done)
	})
	return l.Addr().String()
}

// life examines, writes until the power goes inside operation n from now, and
// comes back.
func life(t *testing.T, c *mount.Child, dir, addr string, n int) (found storage.Finding, held storage.Held) {
	t.Helper()
	line, err := storage.Call(t.Context(), addr, "run")
	require.NoError(t, err)
	defer line.Close()
	f, err := store.NewDir(dir)
	require.NoError(t, err)
	found, held, err = line.Begin(f, "boot 1")
	require.NoError(t, err)
	if n == 0 || found.Bad() {
		return found, held
	}
	_, err = c.Do(mount.Order{Do: "cut-at", Op: n})
	require.NoError(t, err)
	done := make(chan error)
	go func() { done <- line.Write(t.Context(), f, 1000, nil) }()
	select {
	case <-c.Cuts:
	case err := <-done:
		require.FailNow(t, "it stopped before the power went", "%v", err)
	}
	_, err = c.Do(mount.Order{Do: "power-on", Seed: uint64(n)})
	require.NoError(t, err)
	require.Error(t, <-done)
	return found, held
}

func TestAnHonestDiskPasses(t *testing.T) {
	c, dir := mounttest.Serve(t)
	addr := witness(t, filepath.Join(t.TempDir(), "held.json"))
	var last storage.Held
	for n := range 12 {
		found, held := life(t, c, dir, addr, 40+n)
		require.False(t, found.Bad(), "%v", found.Words)
		last = held
	}
	found, last := life(t, c, dir, addr, 0)
	assert.Equal(t, 12, last.Cuts)
	assert.Zero(t, last.Lost+last.Wrong)
	assert.Greater(t, found.Acked, 12, "sales were acknowledged")
	assert.InDelta(t, 0.2209, storage.Bound(last.Cuts), 0.0001)
}

func TestALyingDiskIsFound(t *testing.T) {
	c, dir := mounttest.Serve(t)
	addr := witness(t, "")
	for n := 40; n < 50; n++ {
		_, err := c.Do(mount.Order{Do: "ail", Lying: true})
		require.NoError(t, err)
		life(t, c, dir, addr, n)
		found, held := life(t, c, dir, addr, 0)
		if found.Bad() {
			assert.Positive(t, held.Lost)
			assert.NotEmpty(t, found.Words)
			return
		}
	}
	t.Fatal("ten cuts of a disk that acknowledges what it did not do, and nothing was missed")
}

// unread is a disk that is not there yet.
type unread struct{ store.FS }

func (unread) List(string) ([]string, error) { return nil, syscall.EIO }

func (unread) Open(string) (store.File, error) { return nil, syscall.EIO }

func TestADiskThatCannotBeReadYetCountsNoCut(t *testing.T) {
	d, err := store.NewDir(t.TempDir())
	require.NoError(t, err)
	addr := witness(t, "")
	for range 3 {
		line, err := storage.Call(t.Context(), addr, "run")
		require.NoError(t, err)
		_, _, err = line.Begin(unread{d}, "boot 1")
		require.ErrorIs(t, err, syscall.EIO)
		require.NotErrorIs(t, err, storage.ErrWitness)
		require.NoError(t, line.Close())
	}
	line, err := storage.Call(t.Context(), addr, "run")
	require.NoError(t, err)
	defer line.Close()
	_, held, err := line.Begin(d, "boot 1")
	require.NoError(t, err)
	assert.Zero(t, held.Cuts)
	assert.Equal(t, 1, held.Lives)
}

func TestAWitnessRemembers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "held.json")
	d, err := store.NewDir(t.TempDir())
	require.NoError(t, err)
	line, err := storage.Call(t.Context(), witness(t, file), "run")
	require.NoError(t, err)
	_, _, err = line.Begin(d, "boot 1")
	require.NoError(t, err)
	require.NoError(t, line.Write(t.Context(), d, 5, nil))
	_, err = line.End()
	require.NoError(t, err)

	again, err := storage.Call(t.Context(), witness(t, file), "run")
	require.NoError(t, err)
	empty, err := store.NewDir(t.TempDir()) // another disk is put in
	require.NoError(t, err)
	found, held, err := again.Begin(empty, "boot 2")
	require.NoError(t, err)
	assert.Equal(t, 5, found.Lost)
	assert.Zero(t, held.Cuts, "it was stopped in order")
	_, err = storage.Call(t.Context(), "127.0.0.1:1", "run")
	assert.ErrorContains(t, err, "stormrig witness")
}

func TestACutIsTold(t *testing.T) {
	addr := witness(t, "")
	begin := func(boot string) (*storage.Line, store.FS, storage.Held) {
		line, err := storage.Call(t.Context(), addr, "run")
		require.NoError(t, err)
		d, err := store.NewDir(t.TempDir())
		require.NoError(t, err)
		_, held, err := line.Begin(d, boot)
		require.NoError(t, err)
		return line, d, held
	}
	line, _, held := begin("boot 1")
	require.NoError(t, line.Close()) // killed
	assert.Zero(t, held.Cuts+held.Kills)
	line, _, held = begin("boot 1")
	require.NoError(t, line.Close()) // the machine goes with it
	assert.Equal(t, []int{0, 1}, []int{held.Cuts, held.Kills})
	line, d, held := begin("boot 2")
	assert.Equal(t, []int{1, 1}, []int{held.Cuts, held.Kills})
	require.ErrorIs(t, line.Write(t.Context(), unread{d}, 1, nil), syscall.EIO) // the disk alone
	require.NoError(t, line.Close())
	line, _, held = begin("boot 2")
	assert.Equal(t, []int{2, 1}, []int{held.Cuts, held.Kills})
	require.NoError(t, line.Close())
	line, _, held = begin("")
	assert.Equal(t, []int{2, 2}, []int{held.Cuts, held.Kills}, "nobody knows whether the machine has started")
	require.NoError(t, line.Close())
}
