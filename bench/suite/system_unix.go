//go:build unix

package suite

import (
	"io/fs"
	"syscall"
)

// taken is what a file takes of the disk.
func taken(info fs.FileInfo) int64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Blocks * 512
	}
	return info.Size()
}
