package explore

import (
	"fmt"
	"io"
	"strings"
)

// Report is what exploring came to.
type Report struct {
	Scenario string `json:"scenario"`
	Seed     int64  `json:"seed"`
	Depth    int    `json:"depth"`
	Tasks    int    `json:"tasks"` // steps of the day that can be cut
	Done     int    `json:"tasks_done"`
	Tally
	// StatesPerSecond is how many states were started and compared in a
	// second of processor time spent on it, times the workers; FloorPerSecond is the same for a sample of the same images,
	// only opened and scanned, each from its first byte to its last: the floor
	// remembers nothing from one image to the next, a start does (see Model).
	// Days are in neither; OverallPerSecond is all states by the time that
	// passed, days and all.
	StatesPerSecond  float64 `json:"states_per_second"`
	FloorPerSecond   float64 `json:"floor_per_second"`
	OverallPerSecond float64 `json:"overall_per_second"`
	WallSeconds      float64 `json:"wall_seconds"`
	Workers          int     `json:"workers"`
	Claim            string  `json:"claim"`
	Model            string  `json:"model"`
}

// Complete tells whether every cut point of the scenario was explored.
func (r *Report) Complete() bool { return r.Done == r.Tasks }

// Holds tells whether nothing was wrong in what was explored.
func (r *Report) Holds() bool { return r.Failures == 0 && r.Lying.Silent == 0 }

func (x *explorer) report() *Report { return x.state.report(x.o.Workers) }

func (s *state) report(workers int) *Report {
	r := &Report{Scenario: s.head.Scenario, Seed: s.head.Seed, Depth: s.head.Depth, Tasks: s.head.Tasks, Done: len(s.done),
		Tally: s.sum, WallSeconds: s.wall.Seconds(), Workers: max(workers, 1), Model: Model(s.head.Depth, !s.head.DiskOnly)}
	all := r.All()
	rate := func(n int64, seconds float64) float64 {
		if seconds == 0 {
			return 0
		}
		return float64(n) / seconds
	}
	r.StatesPerSecond = rate(all, r.Spent.States.Seconds()) * float64(r.Workers)
	r.FloorPerSecond = rate(r.Spent.FloorStates, r.Spent.Floor.Seconds()) * float64(r.Workers)
	r.OverallPerSecond = rate(all, r.WallSeconds)
	r.Claim = fmt.Sprintf("%d of %d states of this model, %d failures", all, all, r.Failures)
	if !r.Complete() {
		r.Claim = fmt.Sprintf("%d states of this model in %d of %d steps, %d failures: not the whole scenario", all, r.Done, r.Tasks, r.Failures)
	}
	return r
}

// All is the number of states of all kinds.
func (r *Report) All() int64 { return r.States + r.Nested + r.Ambiguous.States + r.Lying.States }

// Merge puts the state files of shards together.
func Merge(names []string) (*Report, error) {
	s, err := openState("", header{})
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if _, err := s.read(name); err != nil {
			return nil, err
		}
	}
	return s.report(1), nil
}

// Model says which cut points there are and which states a disk may be in.
func Model(depth int, wires bool) string {
	parts := []string{
		"Cut points: of every handling in which till or hub uses its disk, before, inside and after each write, truncate, create, rename, remove, sync and directory sync of journal, replica, vault and book, between durable and told, and right after the effects left.",
		"On wires: of every transfer from a till to printer, scanner, dongle or seat, before, between and after its groups (a packet of 20 bytes to the printer, elsewhere a frame); of every message of hub and host, and every transfer to a till, while it is on its way (what a dying unit had received of it is not delivered, so all places in it are one). Sentences of a location receiver are left out.",
		"States of an honest disk: what was synced is there. Of what was not, 512-byte sectors persist or not: up to 8 every subset, beyond that none, all, prefixes, each missing, each alone; files may have grown to their new size in zeros; names and sizes change in order, up to any point. A state is a distinct image of the disk among the cut points of one handling; each is started and compared with fold(surviving journal), which is found without the till's recovery.",
		fmt.Sprintf("A start is the till's own recovery on that image. What it reads from the same bytes is worked out once: a book file is verified once for each of its contents (by SHA-256), loaded once for what it says, and an entry is decoded once; journal and replicas are scanned each time, every frame and hash. The fold is compared record by record where it was changed since its book, and 1 in %d in full.", fullEvery),
		"A class is states at one place in the order of events whose start finds the same head, link, fold and book, and the same files of journal, replica and vault by name; how long a torn tail was does not count. Each finishes its day once, judged by every checker, and 1 in 100 of the other states as well.",
		fmt.Sprintf("Depth %d: the recovery after a cut in a handling is cut in the same way, %d deep; recoveries after cuts on a wire, and after a sync that failed, stand on disks of the same kinds and are not cut again.", depth, depth-1),
		"Ambiguous commits: each sync of journal and book fails once with EIO while the page cache shows what was written; the day is finished without a cut, and the handling cut at every point; the process dies right after, and its next start is cut at every point; every acknowledgement of the hub is lost once.",
		"Lying disk: right after each sync was acknowledged, and after the effects of the handling's last one left: the sync dropped, each page lost, a bit of each write flipped, each write 4096 bytes too far; after the effects left also the same of every earlier sync of the handling, what came after it being there. An entry that is whole on the disk beyond one that is not must stop the till: it was durable once.",
	}
	if !wires {
		parts[1] = "On wires: none."
	}
	return strings.Join(parts, "\n")
}

// Text writes a report for a person.
func (r *Report) Text(w io.Writer) error {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p("%s, seed %d, depth %d", r.Scenario, r.Seed, r.Depth)
	p("")
	p("%s", r.Model)
	p("")
	p("  %9d cut points (%d on wires)", r.CutPoints, r.Wire)
	p("  %9d states, for %d choices of the disk", r.States, r.Represented)
	p("  %9d states of recoveries", r.Nested)
	p("  %9d states of commits of unknown outcome (%d syncs failed, %d processes killed after one, %d acknowledgements lost, %d times durable and untold)", r.Ambiguous.States, r.Ambiguous.EIO, r.Ambiguous.Killed, r.Ambiguous.Acks, r.Ambiguous.Told)
	p("  %9d states of a lying disk: %d harmless, %d found by the till, %d by a witness, %d without witness, %d silent although there was one",
		r.Lying.States, r.Lying.Harmless, r.Lying.FoundByTill, r.Lying.FoundByWitness, r.Lying.NoWitness, r.Lying.Silent)
	p("  %9d classes, %d days finished (%d of them to check a class)", r.Classes, r.Days, r.Rechecked)
	p("")
	p("  %.0f states a second of processor time on %d workers; only opening and scanning: %.0f; with all days: %.0f; %.0f s", r.StatesPerSecond, r.Workers, r.FloorPerSecond, r.OverallPerSecond, r.WallSeconds)
	for i, f := range r.Failed {
		if i == 0 {
			p("")
		}
		p("FAILS  %s\n       %s\n       again: %s", f.Where, f.What, f.Replay)
	}
	p("")
	p("%s", r.Claim)
	_, err := io.WriteString(w, b.String())
	return err
}
