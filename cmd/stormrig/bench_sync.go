package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"stormrig/bench/device"
	"stormrig/bench/fleet"
	"stormrig/pos/store"
	"stormrig/scenarios/files"
	playing "stormrig/scenarios/play"
	"stormrig/scenarios/rig"
	"stormrig/sim/history"
)

type syncFlags struct {
	dir            string
	tills, pullers int
	json           bool
}

func (a *app) benchSync() *cobra.Command {
	var f syncFlags
	cmd := &cobra.Command{
		Use:   "sync",
		Short: "A hub that a thousand tills call at once, each with a storm's sales",
		Long: `Measure the hub: all tills find it at the same moment, each with the entries of a
stormy Saturday that it does not have yet. A till is through when the last of
them is durable at the hub. Then some tills fetch what all others brought.

The hub's disk is a folder of yours, and its syncs are part of the time; the
network takes no time, and the tills' disks are not measured.`,
		Example: "  stormrig bench sync\n  stormrig bench sync --tills 100 --dir /mnt/card --json",
		Args:    exactly(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.benchFleet(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.dir, "dir", ".", "an existing folder on the hub's disk; a folder is made in it and removed")
	fl.IntVar(&f.tills, "tills", 1000, "how many tills")
	fl.IntVar(&f.pullers, "pullers", 3, "how many of them fetch everybody's entries afterwards")
	fl.BoolVar(&f.json, "json", false, "print one JSON object")
	return cmd
}

func (a *app) benchFleet(ctx context.Context, f syncFlags) (err error) {
	if f.tills < 1 || f.pullers < 0 {
		return usage("--tills 1000", "there must be tills")
	}
	dir, err := os.MkdirTemp(f.dir, "stormrig-bench-sync-")
	if err != nil {
		return usage("--dir names an existing folder", "%w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	disk, err := store.NewDir(dir)
	if err != nil {
		return usage("", "%w", err)
	}
	night, parts, err := aNight(ctx)
	if err != nil {
		return interruption(ctx, err)
	}
	line := newProgressLine(a.IO)
	hub := parts.Hub("hub", disk, 1)
	defer hub.Close()
	r, err := fleet.Run(ctx, fleet.Job{Tills: f.tills, Night: night, Device: "phone", Hub: hub.Hub(), Now: time.Now, Pullers: f.pullers,
		Progress: func(n int) {
			if line.due() {
				fmt.Fprintf(line.out, "%s%d of %d tills are through", erase, n, f.tills)
			}
		}})
	line.clear()
	if err != nil {
		return interruption(ctx, err)
	}
	if f.json {
		return a.printJSON("bench sync", struct {
			fleet.Result
			FileSystem string `json:"file_system"`
		}{r, device.FileSystem(f.dir)})
	}
	p := &printer{w: a.Stdout}
	p.line("%d tills, %d entries each (%.1f MB in all), hub on %s\n\n", r.Tills, r.EntriesPerTill, float64(r.EntryBytes)/1e6, device.FileSystem(f.dir))
	p.line("through      all after %.2f s, half after %.2f s; slowest over median %.2f\n", r.Slowest, r.Median, r.Fairness)
	p.line("through hub  %.0f entries/s, durable and folded\n", r.PerSecond)
	p.line("fetched      %.0f entries/s (%d by %d tills)\n", r.PullPerSecond, r.Pulled, f.pullers)
	p.line("on the wire  %.1f MB up, %.1f MB down, %d messages\n", float64(r.UpBytes)/1e6, float64(r.DownBytes)/1e6, r.Messages)
	p.line("memory       %.1f MiB held by the hub\n", r.HubMiB)
	return p.err
}

// aNight is what one till has not told the hub after a stormy Saturday.
func aNight(ctx context.Context) ([][]byte, *rig.Parts, error) {
	sc, err := files.Scenario("storm-saturday")
	if err != nil {
		return nil, nil, err
	}
	parts, err := rig.TakeApart(sc, sc.Seed)
	if err != nil {
		return nil, nil, err
	}
	b, err := playing.Play(ctx, playing.Job{Scenario: sc, Seed: sc.Seed, Evidence: playing.None})
	if err != nil {
		return nil, nil, err
	}
	var night [][]byte
	inc := uint32(0)
	for _, e := range b.Events {
		if e.Kind != history.KindEntry || e.Who != "phone" || e.Device != "phone" {
			continue
		}
		if inc == 0 {
			inc = e.Inc
		}
		if e.Inc == inc { // one chain: a life before the battery fell out
			night = append(night, e.Payload)
		}
	}
	if len(night) == 0 {
		return nil, nil, errors.New("the Saturday's till has no entries")
	}
	return night, parts, nil
}
