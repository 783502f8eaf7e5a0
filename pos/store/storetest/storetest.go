// Package storetest is what every store.FS must do, as functions for its
// tests: the real directory and the simulated disk pass the same ones. It is
// imported by tests only.
package storetest

import (
	"bytes"
	"io"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos/store"
)

// Tests is the suite by name; each gets an empty FS.
var Tests = map[string]func(t *testing.T, f store.FS){
	"OpenMissing":      openMissing,
	"CreateTwice":      createTwice,
	"WriteAndRead":     writeAndRead,
	"ReadBeyondEnd":    readBeyondEnd,
	"Hole":             hole,
	"Truncate":         truncate,
	"Preallocate":      preallocate,
	"TwoHandles":       twoHandles,
	"RenameReplaces":   renameReplaces,
	"RenameMissing":    renameMissing,
	"Remove":           remove,
	"ListSorted":       listSorted,
	"MissingDirectory": missingDirectory,
	"BadNames":         badNames,
	"Closed":           closed,
	"WriteSafely":      writeSafely,
}

// Run runs the whole suite, each test on an FS of its own.
func Run(t *testing.T, fresh func(t *testing.T) store.FS) {
	for name, test := range Tests {
		t.Run(name, func(t *testing.T) { test(t, fresh(t)) })
	}
}

func create(t *testing.T, f store.FS, name, data string) store.File {
	t.Helper()
	h, err := f.Create(name)
	require.NoError(t, err)
	n, err := h.WriteAt([]byte(data), 0)
	require.NoError(t, err)
	require.Equal(t, len(data), n)
	require.NoError(t, h.Sync())
	return h
}

func make1(t *testing.T, f store.FS, name, data string) {
	t.Helper()
	require.NoError(t, create(t, f, name, data).Close())
}

func content(t *testing.T, f store.FS, name string) string {
	t.Helper()
	b, err := store.ReadFile(f, name)
	require.NoError(t, err)
	return string(b)
}

func openMissing(t *testing.T, f store.FS) {
	_, err := f.Open("a/b")
	assert.ErrorIs(t, err, fs.ErrNotExist)
	ok, err := store.Exists(f, "a/b")
	require.NoError(t, err)
	assert.False(t, ok)
}

func createTwice(t *testing.T, f store.FS) {
	make1(t, f, "d/a", "1")
	_, err := f.Create("d/a")
	assert.ErrorIs(t, err, fs.ErrExist)
	assert.Equal(t, "1", content(t, f, "d/a"))
}

func writeAndRead(t *testing.T, f store.FS) {
	h := create(t, f, "a", "hello")
	_, err := h.WriteAt([]byte("EL"), 1)
	require.NoError(t, err)
	big := bytes.Repeat([]byte("0123456789"), 2000)
	_, err = h.WriteAt(big, 5)
	require.NoError(t, err)
	size, err := h.Size()
	require.NoError(t, err)
	assert.EqualValues(t, 20005, size)
	require.NoError(t, h.Close())
	assert.Equal(t, "hELlo"+string(big), content(t, f, "a"))
}

func readBeyondEnd(t *testing.T, f store.FS) {
	h := create(t, f, "a", "hello")
	buf := make([]byte, 4)
	n, err := h.ReadAt(buf, 3)
	assert.Equal(t, 2, n)
	assert.ErrorIs(t, err, io.EOF)
	n, err = h.ReadAt(buf, 9)
	assert.Zero(t, n)
	assert.ErrorIs(t, err, io.EOF)
	require.NoError(t, h.Close())
}

func hole(t *testing.T, f store.FS) {
	h := create(t, f, "a", "x")
	_, err := h.WriteAt([]byte("y"), 9000)
	require.NoError(t, err)
	require.NoError(t, h.Close())
	assert.Equal(t, "x"+string(make([]byte, 8999))+"y", content(t, f, "a"))
}

func truncate(t *testing.T, f store.FS) {
	h := create(t, f, "a", "hello")
	require.NoError(t, h.Truncate(2))
	require.NoError(t, h.Truncate(4))
	require.NoError(t, h.Sync())
	require.NoError(t, h.Close())
	assert.Equal(t, "he\x00\x00", content(t, f, "a"))
}

func preallocate(t *testing.T, f store.FS) {
	h := create(t, f, "a", "hello")
	require.NoError(t, h.Preallocate(100_000))
	require.NoError(t, h.Preallocate(7), "it has more")
	size, err := h.Size()
	require.NoError(t, err)
	assert.EqualValues(t, 100_000, size)
	_, err = h.WriteAt([]byte("y"), 70_000)
	require.NoError(t, err)
	require.NoError(t, h.Sync())
	require.NoError(t, h.Close())
	assert.Equal(t, "hello"+string(make([]byte, 69_995))+"y"+string(make([]byte, 29_999)), content(t, f, "a"))
	assert.ErrorIs(t, h.Preallocate(200_000), fs.ErrClosed)
}

func twoHandles(t *testing.T, f store.FS) {
	one := create(t, f, "a", "hello")
	two, err := f.Open("a")
	require.NoError(t, err)
	_, err = two.WriteAt([]byte("J"), 0)
	require.NoError(t, err)
	got, err := store.ReadAll(one)
	require.NoError(t, err)
	assert.Equal(t, "Jello", string(got))
	_, err = f.List("") // a look at the directory makes no other file of it
	require.NoError(t, err)
	assert.Equal(t, "Jello", content(t, f, "a"))
	_, err = one.WriteAt([]byte("C"), 0)
	require.NoError(t, err)
	assert.Equal(t, "Cello", content(t, f, "a"))
	require.NoError(t, one.Close())
	require.NoError(t, two.Close())
}

func renameReplaces(t *testing.T, f store.FS) {
	make1(t, f, "d/a", "new")
	make1(t, f, "d/b", "old")
	require.NoError(t, f.Rename("d/a", "d/b"))
	require.NoError(t, f.SyncDir("d"))
	assert.Equal(t, "new", content(t, f, "d/b"))
	names, err := f.List("d")
	require.NoError(t, err)
	assert.Equal(t, []string{"b"}, names)
}

func renameMissing(t *testing.T, f store.FS) {
	assert.ErrorIs(t, f.Rename("a", "b"), fs.ErrNotExist)
}

func remove(t *testing.T, f store.FS) {
	make1(t, f, "d/a", "1")
	require.NoError(t, f.Remove("d/a"))
	require.NoError(t, f.SyncDir("d"))
	assert.ErrorIs(t, f.Remove("d/a"), fs.ErrNotExist)
	make1(t, f, "d/a", "")
	assert.Empty(t, content(t, f, "d/a"), "the old content does not come back")
}

func listSorted(t *testing.T, f store.FS) {
	for _, n := range []string{"d/b", "d/c", "d/a", "e", "d/e/x", "d.x"} {
		make1(t, f, n, "")
	}
	names, err := f.List("d")
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b", "c"}, names, "names, no paths, no directories")
	for _, root := range []string{"", "."} {
		names, err = f.List(root)
		require.NoError(t, err)
		assert.Equal(t, []string{"d.x", "e"}, names)
		require.NoError(t, f.SyncDir(root))
	}
}

func missingDirectory(t *testing.T, f store.FS) {
	names, err := f.List("none")
	require.NoError(t, err)
	assert.Empty(t, names)
	assert.NoError(t, f.SyncDir("none"), "nothing to sync")
}

func badNames(t *testing.T, f store.FS) {
	for _, n := range []string{"", "/a", "../a", "a/../b", "a//b", "a/"} {
		_, err := f.Create(n)
		assert.ErrorIs(t, err, fs.ErrInvalid, "create %q", n)
		_, err = f.Open(n)
		assert.ErrorIs(t, err, fs.ErrInvalid, "open %q", n)
	}
	_, err := f.List("../a")
	assert.ErrorIs(t, err, fs.ErrInvalid)
}

func closed(t *testing.T, f store.FS) {
	h := create(t, f, "a", "1")
	require.NoError(t, h.Close())
	_, err := h.WriteAt([]byte("2"), 0)
	assert.ErrorIs(t, err, fs.ErrClosed)
	assert.ErrorIs(t, h.Sync(), fs.ErrClosed)
}

func writeSafely(t *testing.T, f store.FS) {
	make1(t, f, "d/a"+store.TempSuffix, "left over by a crash, and longer")
	require.NoError(t, store.WriteFileSafely(f, "d/a", []byte("one")))
	require.NoError(t, store.WriteFileSafely(f, "d/a", []byte("2")))
	assert.Equal(t, "2", content(t, f, "d/a"))
	names, err := f.List("d")
	require.NoError(t, err)
	assert.Equal(t, []string{"a"}, names)
}
