//go:build !linux

package store

import "os"

// dataSync is the strongest that the standard library offers: F_FULLFSYNC on
// darwin, FlushFileBuffers on windows.
func dataSync(f *os.File) error { return f.Sync() }
