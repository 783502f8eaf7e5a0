package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"stormrig/fault/disk/mount"
)

// dayDirs are the places of days on real files. Each is locked as long as its
// run lives, so that the next one can tell what a killed one has left.
const dayDirs = "stormrig-day-"

// dayDir is such a place, with its lock.
type dayDir struct {
	path string
	lock *os.File
}

// newDay makes a place for a day.
func newDay() (dayDir, error) {
	path, err := os.MkdirTemp("", dayDirs+"*")
	if err != nil {
		return dayDir{}, err
	}
	lock, _ := lockDir(path) // without a lock it is never taken for left
	return dayDir{path, lock}, nil
}

// lockedSoon is how young a place may be that its run has not locked yet.
const lockedSoon = time.Minute

// leftDays are the places that nobody works in any more; they are locked now.
func leftDays() (out []dayDir) {
	found, _ := os.ReadDir(os.TempDir()) // where nothing can be read, nothing is found
	for _, e := range found {
		info, err := e.Info()
		if err != nil || !e.IsDir() || !strings.HasPrefix(e.Name(), dayDirs) || time.Since(info.ModTime()) < lockedSoon {
			continue
		}
		path := filepath.Join(os.TempDir(), e.Name())
		if lock, ok := lockDir(path); ok {
			out = append(out, dayDir{path, lock})
		}
	}
	return out
}

// remove takes away what is there, and disks whose process was killed.
func (d dayDir) remove() error {
	units, err := os.ReadDir(d.path)
	errs := []error{err}
	for _, u := range units {
		errs = append(errs, mount.Clear(filepath.Join(d.path, u.Name())))
	}
	return errors.Join(append(errs, os.RemoveAll(d.path), d.release())...)
}

// release leaves it as it is.
func (d dayDir) release() error {
	if d.lock == nil {
		return nil
	}
	return d.lock.Close()
}
