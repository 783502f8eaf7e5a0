package vault

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk"
	"stormrig/pos/store"
)

var key = bytes.Repeat([]byte{7}, KeySize)

const track = ";4242424242424242=26121010000000000000?"

func open(t *testing.T, f store.FS, key []byte) *Vault {
	t.Helper()
	v, err := Open(f, key)
	require.NoError(t, err)
	return v
}

func TestPutGetRemove(t *testing.T) {
	d := disk.New(disk.PhoneFlash)
	v := open(t, d, key)
	require.NoError(t, v.Put("p-1", Nonce{1}, []byte(track)))
	require.NoError(t, v.Put("p-2", Nonce{2}, []byte("other")))
	got, err := v.Get("p-1")
	require.NoError(t, err)
	assert.Equal(t, track, string(got))
	names, err := v.List()
	require.NoError(t, err)
	assert.Equal(t, []string{"p-1", "p-2"}, names)
	require.NoError(t, v.Remove("p-1"))
	require.NoError(t, v.Remove("p-1"), "a second removal is no error")
	_, err = v.Get("p-1")
	assert.ErrorIs(t, err, ErrNotFound)
}

func TestSealed(t *testing.T) {
	d := disk.New(disk.PhoneFlash)
	v := open(t, d, key)
	require.NoError(t, v.Put("p-1", Nonce{1}, []byte(track)))
	_, err := open(t, d, bytes.Repeat([]byte{8}, KeySize)).Get("p-1")
	assert.ErrorIs(t, err, ErrSealed, "another key")
	require.NoError(t, d.Rename("vault/p-1", "vault/p-2"))
	_, err = v.Get("p-2")
	assert.ErrorIs(t, err, ErrSealed, "another name")
	require.NoError(t, store.WriteFileSafely(d, "vault/p-3", []byte("SRV")))
	_, err = v.Get("p-3")
	assert.ErrorIs(t, err, ErrSealed, "no vault file")
}

func TestBadInput(t *testing.T) {
	d := disk.New(disk.PhoneFlash)
	_, err := Open(d, key[:16])
	assert.ErrorContains(t, err, "key of 16 bytes, want 32")
	v := open(t, d, key)
	for _, name := range []string{"", ".", "..", "../journal/x", "a/b", "a b", "a.tmp", ".a", string(bytes.Repeat([]byte{'a'}, 65))} {
		assert.Error(t, v.Put(name, Nonce{}, nil), "name %q", name)
		_, err := v.Get(name)
		assert.Error(t, err, "name %q", name)
		assert.Error(t, v.Remove(name), "name %q", name)
	}
}

// Every state that a cut inside Put can leave: the file is whole or not
// there, card data is nowhere in clear, and a sweep leaves nothing.
func TestPutCutAnywhere(t *testing.T) {
	d := disk.New(disk.PhoneFlash)
	v := open(t, d, key)
	require.NoError(t, v.Put("p-0", Nonce{9}, []byte("old")))
	d.Begin(d.Busy())
	begin := d.Busy()
	require.NoError(t, v.Put("p-1", Nonce{1}, bytes.Repeat([]byte(track), 40)))
	states := 0
	for at := begin; at <= d.Busy(); at += disk.PhoneFlash.Name / 2 {
		for _, s := range d.States(at) {
			states++
			f := d.Fork(s)
			v := open(t, f, key)
			got, err := v.Get("p-1")
			if err == nil {
				assert.Equal(t, bytes.Repeat([]byte(track), 40), got)
			} else {
				require.ErrorIs(t, err, ErrNotFound)
				assert.Less(t, at, d.Busy(), "lost after Put returned")
			}
			_, err = v.Sweep(func(n string) bool { return n == "p-0" })
			require.NoError(t, err)
			left, err := f.List(Dir)
			require.NoError(t, err)
			assert.Equal(t, []string{"p-0"}, left)
		}
	}
	assert.Greater(t, states, 50)
	raw, err := store.ReadFile(d, "vault/p-1")
	require.NoError(t, err)
	assert.NotContains(t, string(raw), "4242")
}

// A sweep that was cut can be repeated; what it reported removed stays so.
func TestSweepIsDurable(t *testing.T) {
	d := disk.New(disk.PhoneFlash)
	v := open(t, d, key)
	require.NoError(t, v.Put("p-1", Nonce{1}, []byte(track)))
	require.NoError(t, v.Put("p-2", Nonce{2}, []byte(track)))
	removed, err := v.Sweep(func(n string) bool { return n == "p-2" })
	require.NoError(t, err)
	assert.Equal(t, []string{"p-1"}, removed)
	for _, s := range d.States(d.Busy()) {
		names, err := open(t, d.Fork(s), key).List()
		require.NoError(t, err)
		assert.Equal(t, []string{"p-2"}, names)
	}
}
