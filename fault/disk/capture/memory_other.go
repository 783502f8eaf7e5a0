//go:build !linux

package capture

import "os"

// memoryFile returns an empty file that no one else has: where files in memory
// do not exist, a temporary one.
func memoryFile() (*os.File, error) { return os.CreateTemp("", "stormrig-book-*") }

// forget removes what Close leaves of a memory file. (Windows would not remove
// it while it is open.)
func forget(f *os.File) { _ = os.Remove(f.Name()) }
