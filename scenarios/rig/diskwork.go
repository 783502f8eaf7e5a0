package rig

import (
	"fmt"
	"slices"
	"strings"

	"stormrig/sim"
	"stormrig/sim/history"
)

// mostDiskLines is how many operations of one piece of disk work are written
// down; sameDiskWork how many events back the same is looked for.
const (
	mostDiskLines = 12
	sameDiskWork  = 200
)

// diskWork writes down what a unit does about an operation that its disk
// fails. Of a disk that stays full the same work says nothing new each time.
func (r *Run) diskWork(h sim.Handled) {
	text := despite(h.Ops)
	if text == "" {
		return
	}
	lines := make([]string, 0, len(h.Ops))
	for _, o := range h.Ops {
		lines = append(lines, opWords(o)+": "+opOutcome(o))
	}
	if n := len(lines) - mostDiskLines; n > 0 {
		at := slices.IndexFunc(h.Ops, failed)
		from := max(0, min(at-2, n))
		lines = append(lines[from:from+mostDiskLines:from+mostDiskLines], fmt.Sprintf("and %d more operations", n))
	}
	for i := len(r.events) - 1; i >= max(0, len(r.events)-sameDiskWork); i-- {
		if e := &r.events[i]; e.Kind == history.KindDiskWork && e.Who == h.Who {
			if slices.Equal(e.Lines, lines) {
				return
			}
			break
		}
	}
	r.record(history.Event{Kind: history.KindDiskWork, Who: h.Who, Gen: h.Gen, Basket: r.serving[h.Who], Text: text, Lines: lines})
}

// failed tells whether the unit got an error for an operation. That a disk lies
// nobody is told.
func failed(o sim.Op) bool {
	return o.Fault == sim.DiskEIOWrite || o.Fault == sim.DiskEIOSync || o.Fault == sim.DiskFull
}

// despite says of each failed operation what was done about its file in the
// same work, in words; empty where nothing failed.
func despite(ops []sim.Op) string {
	var said []string
	for i, o := range ops {
		if failed(o) {
			said = append(said, fmt.Sprintf("%s of %s fails (%s): %s", o.Kind, fileWords(o.File), opOutcome(o), afterwards(o, ops[i+1:])))
		}
	}
	return strings.Join(said, "; ")
}

// afterwards says what follows a failed operation: with the file, or with others.
func afterwards(o sim.Op, rest []sim.Op) string {
	written, other, gone := false, "", ""
	for _, next := range rest {
		switch {
		case next.File != o.File:
			if other == "" && (next.Kind == sim.OpWrite || next.Kind == sim.OpSync || next.Kind == sim.OpCreate) {
				other = fmt.Sprintf("it goes on with the %s of %s: %s", next.Kind, fileWords(next.File), opOutcome(next))
			}
		case next.Kind == o.Kind && next.IsSync():
			between := "nothing written in between"
			if written {
				between = "after a write"
			}
			return fmt.Sprintf("the same file is synced again, %s: %s", between, opOutcome(next))
		case next.Kind == sim.OpWrite && o.Kind == sim.OpWrite:
			return "it is written again: " + opOutcome(next)
		case next.Kind == sim.OpWrite:
			written = true
		case next.Kind == sim.OpRemove || next.Kind == sim.OpRename:
			gone = "then " + next.Kind + " of the file"
		}
	}
	switch {
	case gone+other != "":
		return strings.Trim(gone+"; "+other, "; ")
	case len(rest) == 0:
		return "nothing more is done on the disk in this step"
	}
	return "it is not tried again in this step"
}

func opWords(o sim.Op) string {
	text := o.Kind + " " + o.File
	if o.Kind == sim.OpWrite {
		text += fmt.Sprintf(" %d bytes at %d", o.Len, o.Off)
	}
	return text
}

func opOutcome(o sim.Op) string {
	switch {
	case o.Fault == sim.DiskFull:
		return "ENOSPC"
	case failed(o):
		return "EIO"
	}
	return "ok"
}
