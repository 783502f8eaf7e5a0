//go:build linux

package mount_test

import (
	"fmt"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk/mount"
	"stormrig/fault/disk/mount/mounttest"
	"stormrig/pos/journal"
	"stormrig/pos/store"
	"stormrig/pos/store/storetest"
)

func TestMain(m *testing.M) { mounttest.Main(m) }

func TestItIsAStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.FS {
		_, dir := mounttest.Serve(t)
		f, err := store.NewDir(dir)
		require.NoError(t, err)
		return f
	})
}

// sell appends entries until the disk dies or n are acknowledged.
func sell(dir string, inc uint32, n int) (acked uint64, err error) {
	f, err := store.NewDir(dir)
	if err != nil {
		return 0, err
	}
	j, _, err := journal.Open(f, journal.Options{Device: "till"})
	if err != nil {
		return 0, err
	}
	defer j.Close()
	if _, err := j.NewIncarnation(inc); err != nil {
		return 0, err
	}
	for i := range n {
		seq, _, err := j.Append(fmt.Appendf(nil, `{"sale":%d}`, i))
		if err != nil {
			return acked, err
		}
		acked = seq
	}
	return acked, nil
}

// life sells until the power goes inside the n-th operation, and returns what
// was acknowledged and what is there after the start.
func life(t *testing.T, c *mount.Child, dir string, inc uint32, n int) (acked, there uint64) {
	t.Helper()
	_, err := c.Do(mount.Order{Do: "cut-at", Op: n})
	require.NoError(t, err)
	done := make(chan error)
	go func() {
		var err error
		acked, err = sell(dir, inc, 1000)
		done <- err
	}()
	where := ""
	select {
	case where = <-c.Cuts:
	case err := <-done:
		require.FailNow(t, "it stopped before the power went", "%v", err)
	}
	_, err = c.Do(mount.Order{Do: "power-on", Seed: uint64(n)})
	require.NoError(t, err)
	require.Error(t, <-done, "it was selling when the power went: %s", where)
	return acked, held(t, dir, inc)
}

// held is up to where a disk holds an incarnation.
func held(t *testing.T, dir string, inc uint32) uint64 {
	t.Helper()
	f, err := store.NewDir(dir)
	require.NoError(t, err)
	rep, err := journal.Verify(f)
	require.NoError(t, err)
	for _, ch := range rep.Chains {
		if ch.Head.Incarnation == inc {
			return ch.Head.Seq
		}
	}
	return 0
}

func TestAnHonestDiskLosesNothing(t *testing.T) {
	c, dir := mounttest.Serve(t)
	var most uint64
	for n := 1; n <= 40; n++ {
		acked, there := life(t, c, dir, uint32(n), n)
		require.GreaterOrEqual(t, there, acked, "cut inside operation %d", n)
		most = max(most, acked)
	}
	assert.Greater(t, most, uint64(10), "sales were acknowledged before a cut")
}

// The power goes while nothing is under way: what was acknowledged last is kept,
// and who asks before the power is back gets an error.
func TestACutBetweenOperations(t *testing.T) {
	c, dir := mounttest.Serve(t)
	_, err := c.Do(mount.Order{Do: "release"})
	require.ErrorContains(t, err, "the power has not gone")
	for inc := uint32(1); inc <= 5; inc++ {
		acked, err := sell(dir, inc, 3)
		require.NoError(t, err)
		_, err = c.Do(mount.Order{Do: "cut"})
		require.NoError(t, err)
		assert.Equal(t, "between two operations", <-c.Cuts)
		_, err = c.Do(mount.Order{Do: "release"})
		require.NoError(t, err)
		_, err = sell(dir, inc+1, 1)
		require.Error(t, err)
		_, err = c.Do(mount.Order{Do: "power-on", Seed: uint64(inc)})
		require.NoError(t, err)
		assert.Equal(t, acked, held(t, dir, inc))
	}
}

func TestALyingDiskLoses(t *testing.T) {
	c, dir := mounttest.Serve(t)
	lost := 0
	for n := 30; n <= 40; n++ {
		_, err := c.Do(mount.Order{Do: "ail", Lying: true})
		require.NoError(t, err)
		if acked, there := life(t, c, filepath.Join(dir, strconv.Itoa(n)), 1, n); there < acked {
			lost++
		}
	}
	assert.Positive(t, lost, "a disk that acknowledges what it did not do")
}

func TestASyncThatFails(t *testing.T) {
	c, dir := mounttest.Serve(t)
	_, err := c.Do(mount.Order{Do: "ail", EIOSync: 5})
	require.NoError(t, err)
	_, err = sell(dir, 1, 100)
	require.ErrorIs(t, err, journal.ErrUnknown)
	_, err = c.Do(mount.Order{Do: "fly"})
	assert.ErrorContains(t, err, `no order "fly"`)
}
