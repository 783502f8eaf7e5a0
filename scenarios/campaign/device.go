package campaign

import (
	"slices"

	"stormrig/scenarios/spec"
	"stormrig/sim"
)

// equip draws, for each till, the make of its printer and the class of its card
// reader where the scenario does not say one. The scenario says it afterwards, so
// that evidence, replay and shrink have it. sc is changed and must be a copy, as
// must its File.
func equip(sc *spec.Scenario, seed int64) {
	s := sim.NewStream(seed, "swarm devices "+sc.Name, 0)
	sc.Tills, sc.File.Tills = slices.Clone(sc.Tills), slices.Clone(sc.File.Tills)
	for i := range sc.Tills {
		t, f := &sc.Tills[i], &sc.File.Tills[i].Value
		makes, classes := spec.Printers(), spec.Dongles()
		printer, dongle := makes[s.Intn(len(makes))], classes[0]
		if s.Chance(1, 3) { // terminals store nothing, and much is about what is stored
			dongle = classes[s.Intn(len(classes))]
		}
		if f.Printer == "" && t.Has(spec.Printer) {
			t.Printer, f.Printer = printer, printer
		}
		if f.Dongle == "" && t.Has(spec.Dongle) && !named(sc, t.HostLink()) {
			t.Dongle, f.Dongle = dongle, dongle
		}
	}
}

// named tells whether the weather strikes a link by its name, which changes with
// the class of the reader.
func named(sc *spec.Scenario, link string) bool {
	return slices.ContainsFunc(sc.Weather, func(f spec.Fault) bool { return f.Target == link })
}
