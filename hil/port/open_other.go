//go:build !linux

package port

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
)

func lacks(what string) error {
	return fmt.Errorf("%s on %s: only the Linux build has it: %w", what, runtime.GOOS, ErrLacks)
}

func openLP(string) (Port, error)                      { return nil, lacks("a USB printer's own device") }
func openHIDRaw(string) (Port, error)                  { return nil, lacks("raw HID reports") }
func openEvDev(string) (Port, error)                   { return nil, lacks("a grabbed keyboard") }
func dialRFCOMM(context.Context, string) (Port, error) { return nil, lacks("an RFCOMM socket") }
func dialBLE(context.Context, Spec) (Port, error)      { return nil, lacks("Bluetooth LE") }

// List finds the devices of a kind that are there now. Off Linux that is the
// serial lines of macOS, whose names hold the serial numbers.
func List(k Kind) ([]Found, error) {
	if k != Serial {
		return nil, lacks("a list of " + string(k) + " devices")
	}
	paths, err := filepath.Glob("/dev/cu.*")
	var out []Found
	for _, p := range paths {
		out = append(out, Found{Path: p, Identity: Identity{ByID: filepath.Base(p)}})
	}
	return out, err
}
