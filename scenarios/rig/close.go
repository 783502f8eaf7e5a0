package rig

import "stormrig/fault"

// Close frees what the world holds outside Go's memory: the books of all
// tills and hubs that still run. The history, the plan and the paper can be
// read afterwards; books, digest and convergence cannot.
func (r *Run) Close() {
	for _, name := range r.world.Names() {
		r.world.Unit(name).Stop()
	}
}

// Planned is a fault of the plan and what became of it.
type Planned struct {
	Fault fault.Fault
	Fired bool
	Why   string // why it did not
}

// Faults lists the faults of the plan in its order. One that struck without
// any effect counts as not fired.
func (r *Run) Faults() []Planned {
	why := make(map[string]string)
	for _, u := range r.picker.Unfired() {
		why[u.Fault.ID] = u.Why
	}
	out := make([]Planned, len(r.Plan.Faults))
	for i, f := range r.Plan.Faults {
		w, missed := why[f.ID]
		out[i] = Planned{Fault: f, Fired: !missed, Why: w}
	}
	return out
}
