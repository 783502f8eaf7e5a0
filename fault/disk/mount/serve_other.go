//go:build !linux

package mount

import "io"

// Lacks tells what this machine has not that a served disk needs.
func Lacks() error { return ErrLacks }

// Serve is not possible here.
func Serve(string, io.Reader, io.Writer) error { return ErrLacks }
