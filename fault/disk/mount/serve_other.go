//go:build !linux

package mount

import (
	"context"
	"io"
	"os/exec"
)

// Lacks tells what this machine has not that a served disk needs.
func Lacks() error { return ErrLacks }

// Serve is not possible here.
func Serve(context.Context, string, io.Reader, io.Writer) error { return ErrLacks }

// State is what is at a directory.
type State int

// What can be at a directory.
const (
	Free State = iota
	Served
	Dead
)

// At tells what is at a directory: no served disk is.
func At(string) (State, error) { return Free, nil }

// Left are the disks that killed processes have left: none.
func Left() ([]string, error) { return nil, nil }

// Clear has nothing to take away.
func Clear(string) error { return nil }

func apart(*exec.Cmd) {}
