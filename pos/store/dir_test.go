package store_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos/store"
	"stormrig/pos/store/storetest"
)

func TestDirConforms(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.FS {
		d, err := store.NewDir(filepath.Join(t.TempDir(), "data"))
		require.NoError(t, err)
		return d
	})
}

// refuser fails what its name says once.
type refuser struct {
	store.FS
	rename, syncDir error
}

func (r *refuser) Rename(a, b string) error {
	if r.rename != nil {
		return r.rename
	}
	return r.FS.Rename(a, b)
}

func (r *refuser) SyncDir(d string) error {
	if r.syncDir != nil {
		return r.syncDir
	}
	return r.FS.SyncDir(d)
}

func TestWriteSafelyReportsEveryStep(t *testing.T) {
	d, err := store.NewDir(t.TempDir())
	require.NoError(t, err)
	assert.ErrorIs(t, store.WriteFileSafely(&refuser{FS: d, rename: fs.ErrPermission}, "a", nil), fs.ErrPermission)
	assert.ErrorIs(t, store.WriteFileSafely(&refuser{FS: d, syncDir: os.ErrDeadlineExceeded}, "a", nil), os.ErrDeadlineExceeded)
	assert.ErrorContains(t, store.WriteFileSafely(d, "../a", nil), "create ../a")
}

// Where a file system has no call for it, zeros take the room.
func TestZerosTakeRoom(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "a"))
	require.NoError(t, err)
	_, err = f.WriteString("hello")
	require.NoError(t, err)
	require.NoError(t, store.ZeroFill(f, 5, 200_000))
	got, err := os.ReadFile(f.Name())
	require.NoError(t, err)
	assert.Equal(t, "hello"+string(make([]byte, 199_995)), string(got))
	require.NoError(t, f.Close())
	assert.ErrorIs(t, store.ZeroFill(f, 5, 10), fs.ErrClosed)
}
