package store_test

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"

	"stormrig/pos/store"
)

func TestIsFull(t *testing.T) {
	full := &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
	assert.True(t, store.IsFull(fmt.Errorf("journal: reserve: %w", full)))
	assert.True(t, store.IsFull(errors.Join(syscall.EIO, syscall.EDQUOT)) || store.IsFull(syscall.EDQUOT))
	assert.False(t, store.IsFull(&fs.PathError{Op: "write", Path: "x", Err: syscall.EIO}))
	assert.False(t, store.IsFull(store.ErrStopped))
	assert.False(t, store.IsFull(nil))
}
