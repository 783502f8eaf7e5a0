//go:build !linux

package mount

import (
	"errors"
	"io"
)

// ErrLacks: this system has no FUSE that we speak.
var ErrLacks = errors.New("a served disk needs Linux and /dev/fuse")

// Serve is not possible here.
func Serve(string, io.Reader, io.Writer) error { return ErrLacks }
