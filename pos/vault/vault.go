// Package vault keeps the card data of payments that are yet to be forwarded:
// one encrypted file for each, and none after the payment has been answered.
//
// Card data never enters journal, book or history, and never touches the disk
// in clear: a file is AES-256-GCM under a key that is given at start and lies
// outside the data directory. The order of things is the till's: [Vault.Put]
// before the entry that names the file, [Vault.Remove] after the entry that
// closes the payment, [Vault.Sweep] at every start, because a cut between the
// two leaves a file that no open payment names.
//
// A file is "SRV1", the nonce [12], then ciphertext and tag; its name is
// authenticated with it, so that no file can stand in for another.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"stormrig/pos/store"
)

// Dir is where the files lie.
const Dir = "vault"

const (
	magic = "SRV1"
	// KeySize is the length of a key in bytes.
	KeySize = 32
	// NonceSize is the length of a nonce in bytes.
	NonceSize = 12
	maxName   = 64
)

var (
	// ErrNotFound: the vault holds nothing under a name.
	ErrNotFound = errors.New("vault: not found")
	// ErrSealed: a file cannot be opened with this key: it is damaged, was
	// renamed, or belongs to another key.
	ErrSealed = errors.New("vault: cannot be opened with this key")
)

// Nonce must never be used twice with one key. It is an input because a till
// has no random numbers of its own.
type Nonce = [NonceSize]byte

// Vault is the files under one key.
type Vault struct {
	fs   store.FS
	aead cipher.AEAD // has no state
}

// Open returns the vault in vault/ for a key of KeySize bytes.
func Open(f store.FS, key []byte) (*Vault, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("vault: key of %d bytes, want %d", len(key), KeySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	return &Vault{fs: f, aead: aead}, nil
}

// CloneOn returns the same vault on another disk of the same content.
func (v *Vault) CloneOn(f store.FS) *Vault { return &Vault{fs: f, aead: v.aead} }

// Put encrypts data and makes it durable under name, in place of what was
// there. After an error name may hold the old data, the new data or nothing.
func (v *Vault) Put(name string, nonce Nonce, data []byte) error {
	if err := check(name); err != nil {
		return err
	}
	b := make([]byte, 0, len(magic)+NonceSize+len(data)+v.aead.Overhead())
	b = append(b, magic...)
	b = append(b, nonce[:]...)
	b = v.aead.Seal(b, nonce[:], data, []byte(name))
	if err := store.WriteFileSafely(v.fs, path(name), b); err != nil {
		return fmt.Errorf("vault: put %s: %w", name, err)
	}
	return nil
}

// Get decrypts what name holds. The error is ErrNotFound or ErrSealed, or one
// of reading.
func (v *Vault) Get(name string) ([]byte, error) {
	if err := check(name); err != nil {
		return nil, err
	}
	b, err := store.ReadFile(v.fs, path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, name)
	}
	if err != nil {
		return nil, fmt.Errorf("vault: get %s: %w", name, err)
	}
	head := len(magic) + NonceSize
	if len(b) < head || string(b[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: %s: not a vault file", ErrSealed, name)
	}
	data, err := v.aead.Open(nil, b[len(magic):head], b[head:], []byte(name))
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrSealed, name)
	}
	return data, nil
}

// Remove deletes name, durably. A name that is not there is no error: a cut
// may have struck after the removal before.
func (v *Vault) Remove(name string) error {
	if err := check(name); err != nil {
		return err
	}
	if err := v.fs.Remove(path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("vault: remove %s: %w", name, err)
	}
	if err := v.fs.SyncDir(Dir); err != nil {
		return fmt.Errorf("vault: remove %s: %w", name, err)
	}
	return nil
}

// List returns the names held, sorted.
func (v *Vault) List() ([]string, error) {
	all, err := v.fs.List(Dir)
	if err != nil {
		return nil, fmt.Errorf("vault: list: %w", err)
	}
	var names []string
	for _, n := range all {
		if !strings.HasSuffix(n, store.TempSuffix) {
			names = append(names, n)
		}
	}
	return names, nil
}

// Sweep removes what keep does not name, and what a cut left half made, and
// returns the names of whole files that it removed.
func (v *Vault) Sweep(keep func(name string) bool) (removed []string, err error) {
	all, err := v.fs.List(Dir)
	if err != nil {
		return nil, fmt.Errorf("vault: sweep: %w", err)
	}
	gone := 0
	for _, n := range all {
		temp := strings.HasSuffix(n, store.TempSuffix)
		if !temp && keep(n) {
			continue
		}
		if err := v.fs.Remove(path(n)); err != nil {
			return removed, fmt.Errorf("vault: sweep %s: %w", n, err)
		}
		gone++
		if !temp {
			removed = append(removed, n)
		}
	}
	if gone == 0 {
		return nil, nil
	}
	if err := v.fs.SyncDir(Dir); err != nil {
		return removed, fmt.Errorf("vault: sweep: %w", err)
	}
	return removed, nil
}

func path(name string) string { return Dir + "/" + name }

// check refuses what cannot be a file name, or would look like a temporary
// one.
func check(name string) error {
	ok := name != "" && len(name) <= maxName && strings.Trim(name, ".") == name &&
		!strings.HasSuffix(name, store.TempSuffix)
	for _, r := range name {
		ok = ok && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r))
	}
	if !ok {
		return fmt.Errorf("vault: name %q: want 1 to %d of letters, digits, '-', '_' and '.' (not first or last, not ending in %s)", name, maxName, store.TempSuffix)
	}
	return nil
}
