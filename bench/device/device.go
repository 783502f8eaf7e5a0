// Package device tells what a directory lies on: device, file system, mount
// options, free space, what the block device counted, and why a sync there may
// be none; and it names the start of the machine. What a system does not tell is
// 'not available', never guessed.
package device

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Place is what a directory lies on.
type Place struct {
	Dir        string `json:"dir"`
	Device     string `json:"device"` // as mounted: /dev/vda; empty when not known
	Model      string `json:"model,omitempty"`
	FileSystem string `json:"file_system"`
	Options    string `json:"mount_options"`
	WriteCache string `json:"write_cache,omitempty"` // "write back", "write through"
	Free       int64  `json:"free_bytes"`
	Size       int64  `json:"size_bytes"`
	// Block is the directory of the device's counters; empty: not available.
	Block string `json:"counters,omitempty"`
}

// FileSystem names the file system that a directory is on; "unknown" where
// this machine does not tell.
func FileSystem(dir string) string {
	p, _ := Of(dir) // what could be read counts
	return cmp.Or(p.FileSystem, "unknown")
}

// Counters is what a block device has done since it was found.
type Counters struct {
	Written int64 // bytes
	Flushes int64 // of its cache; -1: not counted by this kernel
}

// notSyncing are file systems on which a sync reaches no device by itself.
var notSyncing = []string{"tmpfs", "ramfs", "overlay", "9p", "virtiofs", "nfs", "nfs4", "cifs", "smb3", "fuseblk", "zram"}

// Doubts says in words why what is measured here may be no disk. Empty is
// good.
func (p *Place) Doubts() []string {
	var out []string
	fs := p.FileSystem
	switch {
	case fs == "":
		return []string{"what this directory lies on could not be found out: whether its syncs reach a disk is not known"}
	case fs == "tmpfs" || fs == "ramfs":
		out = append(out, fs+" is memory: nothing here survives a loss of power")
	case fs == "overlay":
		out = append(out, "overlay: the directory lies on another file system, which may not sync (a container's volatile mount does not); use a volume")
	case slices.Contains(notSyncing, fs) || strings.HasPrefix(fs, "fuse"):
		out = append(out, fs+": a program or another machine stands between this directory and the disk; its syncs are its own word")
	}
	for _, o := range strings.Split(p.Options, ",") {
		switch o {
		case "nobarrier", "barrier=0", "volatile":
			out = append(out, "mounted with "+o+": a sync does not empty the device's cache")
		case "data=writeback":
			out = append(out, "mounted with data=writeback: after a loss of power a file may hold old blocks")
		}
	}
	if name := strings.TrimPrefix(p.Device, "/dev/"); strings.HasPrefix(name, "zram") || strings.HasPrefix(name, "ram") {
		out = append(out, name+" is memory")
	} else if strings.HasPrefix(name, "loop") {
		out = append(out, name+" is a file on another file system, whose syncs count too")
	}
	return out
}

// fastest is the quickest that a write and a sync were seen to be on a device
// that keeps its word: memory with a battery, or a cache behind a capacitor.
const fastest = 12 * time.Microsecond

// Implausible says why a measured time of one write and sync cannot be a
// disk's, and what the device's own counter says of it; empty when it can.
func Implausible(median time.Duration, syncs int64, c Counters, p *Place) []string {
	var out []string
	if median < fastest {
		out = append(out, fmt.Sprintf("a write and a sync took %v: no flash and no disk is as fast as that; something acknowledges before it is there", median))
	}
	if c.Flushes >= 0 && p.WriteCache == "write back" && c.Flushes < syncs/2 {
		out = append(out, fmt.Sprintf("%d syncs reached the device as %d flushes of its cache, which it says it has: it was not told to empty it", syncs, c.Flushes))
	}
	return out
}

// Describe is a line for people.
func (p *Place) Describe() string {
	dev := p.Device
	if dev == "" {
		dev = "device not available"
	}
	if p.Model != "" {
		dev += " (" + p.Model + ")"
	}
	if p.WriteCache != "" {
		dev += ", cache: " + p.WriteCache
	}
	return fmt.Sprintf("%s, %s %s, %.1f of %.1f GB free", dev, p.FileSystem, p.Options, float64(p.Free)/1e9, float64(p.Size)/1e9)
}
