//go:build !unix

package suite

import "io/fs"

// taken is what a file takes of the disk.
func taken(info fs.FileInfo) int64 { return info.Size() }
