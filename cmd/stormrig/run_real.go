package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"stormrig/fault/disk/mount"
	"stormrig/hil/port"
	"stormrig/scenarios/live"
	playing "stormrig/scenarios/play"
)

// realRun is a day on real ports, ready to be played.
type realRun struct {
	rig *playing.Real
	dir string // disks of tills and hub, links of pseudo terminals
	end []func()
}

// process is the rig whose tills and hub have real files, and real ttys or TCP
// between them and their devices. A till that loses its power in the scenario has
// its files on a disk that 'stormrig disk' serves; where there is none, that is
// refused.
func process(dir string) *playing.Real {
	onTTY, onTCP := live.OnPTY(dir), live.OnTCP(dir)
	r := &playing.Real{Name: "process", Options: live.Options{
		Cable: func(name string) (live.Ends, error) {
			if ok, _ := port.Look(port.PTY); ok && !strings.HasSuffix(name, ".printer") {
				return onTTY(name)
			}
			return onTCP(name)
		},
		Within: 10 * time.Minute,
	}}
	if mount.Lacks() == nil {
		r.Options.PowerDisk = servedDisk
	}
	return r
}

// servedDisk starts this program once more, to serve a disk at a directory.
func servedDisk(dir string) (*mount.Child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "disk", dir)
	cmd.Args[0] = "stormrig" // whatever the file is called: a test's is another
	cmd.Stderr = os.Stderr
	return mount.Start(cmd, dir)
}

// playReal plays one seed on a rig of real ports.
func (a *app) playReal(ctx context.Context, req RunRequest) (Verdict, error) {
	if req.Many || req.Coverage {
		return "", usage("--rig sim sweeps seeds and measures coverage", "the rig %s plays one day at a time", req.Rig)
	}
	for _, d := range leftDays() {
		if err := d.remove(); err != nil {
			fmt.Fprintf(a.Stderr, "stormrig: %s, which a killed run has left, stays: %v\n", d.path, err)
		}
	}
	day, err := newDay()
	if err != nil {
		return "", fmt.Errorf("a place for disks: %w", err)
	}
	dir := day.path
	defer func() {
		if err := day.remove(); err != nil {
			fmt.Fprintf(a.Stderr, "stormrig: %s stays: %v\n", dir, err)
		}
	}()
	r := &realRun{dir: dir}
	if req.Rig == "hardware" {
		if r, err = a.hardware(ctx, req, dir); err != nil {
			return "", err
		}
	} else {
		r.rig = process(dir)
	}
	defer func() {
		for _, end := range r.end {
			end()
		}
	}()
	job := req.job(req.From)
	length, err := r.rig.Prepare(&job)
	var cannot *playing.CannotError
	if errors.As(err, &cannot) {
		hint := "--rig sim plays every scenario"
		if lacks := mount.Lacks(); lacks != nil && req.Rig == "process" {
			hint += "; for power cuts: " + lacks.Error()
		}
		return "", lacking(hint, "%w", err)
	}
	if err != nil {
		return "", err
	}
	a.sayReal(r.rig, req, length)
	line := newProgressLine(req.IO)
	job.Progress = line.run
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	b, err := r.rig.Play(ctx, job, dir, tick.C)
	line.clear()
	if errors.Is(err, mount.ErrLacks) {
		return "", lacking("stormrig doctor says what is missing (fuse)", "%w", err)
	}
	if err != nil {
		return "", interruption(ctx, err)
	}
	if err := req.finish(b); err != nil {
		return "", err
	}
	return Verdict(b.Result.Verdict), nil
}

// sayReal says before it starts what it takes.
func (a *app) sayReal(r *playing.Real, req RunRequest, length time.Duration) {
	if !r.Options.RealTime {
		where := "ttys and TCP"
		if runtime.GOOS == "windows" {
			where = "TCP"
		}
		fmt.Fprintf(a.Stderr, "%s, rig %s: tills and hub on real files, devices emulated behind real %s; time in which nothing moves is skipped.\n"+
			"A killed till is a process that crashed; its memory is lost, its files are not. One that loses its power loses what its disk was not told to keep.\n", req.Scenario.Name, r.Name, where)
		return
	}
	scans, cards := 0, 0
	for _, v := range r.Visits() {
		for _, it := range v.Basket.Items {
			scans += max(it.Qty, 1)
		}
		if v.Basket.Track != "" {
			cards++
		}
	}
	fmt.Fprintf(a.Stderr, "%s, rig %s: about %s of real time, %d shoppers, %d scans, %d cards, %d faults.\n",
		req.Scenario.Name, r.Name, (length + time.Minute/2).Round(time.Minute), len(r.Visits()), scans, cards, len(r.Options.Faults))
}
