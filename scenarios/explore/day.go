package explore

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"stormrig/scenarios/check"
	"stormrig/scenarios/rig"
	"stormrig/sim"
	"stormrig/sim/history"
)

// verdict is what came of a day.
type verdict struct {
	word string // as run prints it: holds, violated, stalled
	ids  []string
	why  string // the first finding
	by   []check.Result
	// stopped: a unit said that it cannot go on.
	stopped bool
}

func (v verdict) String() string {
	if len(v.ids) == 0 {
		return v.word
	}
	return v.word + " " + strings.Join(v.ids, ",")
}

// holds tells whether nothing is wrong. That a fault of the scenario found
// nothing to strike, because the cut came before it, is not wrong.
func (v verdict) holds() bool { return v.word == check.RunHolds }

// stopped tells whether a till or hub gave up, and said so. One that cannot
// make its journal durable must.
func stopped(events []history.Event) bool {
	return slices.ContainsFunc(events, func(e history.Event) bool { return e.Kind == history.KindScreen && e.Text == "STOPPED" })
}

// gaveUp tells whether a unit stopped selling because its disk failed, which it
// may, and nothing is wrong but what follows from that: it does not converge
// (Y3) and writes down no outage (J8).
func (v verdict) gaveUp() bool {
	return v.stopped && !slices.ContainsFunc(v.ids, func(id string) bool { return id != "Y3" && id != "J8" })
}

// finish lets a run go on to its end and judges it. found hears of what a unit
// with a disk handles on the way; it may be nil.
func finish(r *rig.Run, found func(sim.Handled) error) (v verdict, err error) {
	defer func() {
		if p := recover(); p != nil {
			v, err = verdict{word: "panic", why: fmt.Sprint(p)}, nil
		}
	}()
	defer r.Close()
	for !r.Ended() {
		if _, err := r.Step(); err != nil {
			return verdict{word: "broken", why: err.Error()}, nil
		}
		if found == nil {
			continue
		}
		for _, o := range r.Seen() {
			if h, ok := o.(sim.Handled); ok && len(h.Ops) > 0 {
				if err := found(h); err != nil {
					return verdict{}, err
				}
			}
		}
	}
	return judge(r)
}

func judge(r *rig.Run) (verdict, error) {
	view, err := check.NewView(r.History())
	if err != nil {
		return verdict{}, fmt.Errorf("judging a day: %w", err)
	}
	v := verdict{by: check.Run(view), stopped: stopped(r.History())}
	v.word = check.Verdict(v.by, r.Converged(), 0)
	for _, c := range v.by {
		if c.Verdict == check.Violated {
			v.ids = append(v.ids, c.ID)
			if v.why == "" {
				v.why = c.ID + ": " + c.Detail()
			}
		}
	}
	sort.Strings(v.ids)
	if v.why == "" && v.word != check.RunHolds {
		v.why = "the second act did not converge"
	}
	return v, nil
}
