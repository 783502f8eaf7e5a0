package play

import (
	"fmt"
	"slices"

	"stormrig/scenarios/report"
	"stormrig/scenarios/rig"
	"stormrig/sim"
	"stormrig/sim/device"
	"stormrig/sim/history"
)

// papers draws every piece of paper of a run, in the order in which they
// ended. A piece belongs to the printer's paper event of the same place in
// the order; those of a power loss tell of paper that still hangs, and have
// no piece of their own.
func papers(r *rig.Run) ([]report.Paper, error) {
	events := r.History()
	ended := make(map[string][]*history.Event)
	for i := range events {
		if e := &events[i]; e.Kind == history.KindPaper && e.State != device.PiecePowerLost {
			ended[e.Who] = append(ended[e.Who], e)
		}
	}
	var out []report.Paper
	for _, name := range r.World().Names() {
		printer, ok := sim.Inside(r.World().Unit(name)).(*device.Printer)
		if !ok {
			continue
		}
		for i, piece := range printer.Pieces() {
			png, err := piece.PNG()
			if err != nil {
				return nil, fmt.Errorf("drawing paper %d of %s: %w", i+1, name, err)
			}
			p := report.Paper{Printer: name, State: piece.State, Lines: piece.Lines, PNG: png}
			if i < len(ended[name]) {
				p.Event, p.Number = ended[name][i].N, ended[name][i].Number
			}
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b report.Paper) int { return int(a.Event - b.Event) })
	return out, nil
}

// disks takes the files of every till and of the hub. The vaults stay out:
// card data leaves them in no form, not even encrypted.
func disks(r *rig.Run) map[string]map[string][]byte {
	out := make(map[string]map[string][]byte)
	for _, name := range r.World().Names() {
		files := r.Files(name)
		for path := range files {
			if len(path) > 6 && path[:6] == "vault/" {
				delete(files, path)
			}
		}
		if len(files) > 0 {
			out[name] = files
		}
	}
	return out
}
