//go:build !linux

package store

import (
	"errors"
	"os"
)

// dataSync is the strongest that the standard library offers: F_FULLFSYNC on
// darwin, FlushFileBuffers on windows.
func dataSync(f *os.File, _ uintptr) error { return f.Sync() }

// allocate leaves it to zeros.
func allocate(*os.File, int64, int64) error { return errors.ErrUnsupported }
