package campaign

import (
	"time"

	"stormrig/fault"
	"stormrig/fault/clock"
	"stormrig/fault/network"
	"stormrig/scenarios/spec"
	"stormrig/sim"
)

// Names that every simulated world has.
const (
	mains = "mains"
	hub   = "hub"
	host  = "host"
)

// recipe is one way in which things can go wrong in a scenario.
type recipe struct {
	name    string
	kind    fault.Kind
	targets []string
	lasts   span // zero: it is done at once and stays
	args    func(*sim.Stream, *spec.Scenario) fault.Args
}

// span is the shortest and the longest that a fault lasts.
type span struct{ from, to time.Duration }

var (
	moment = span{10 * time.Millisecond, time.Minute}    // a hand is near
	while  = span{100 * time.Millisecond, time.Hour / 2} // somebody has to come
)

// parts are what a scenario's world is made of.
type parts struct {
	tills, selling, printers, locations, devices, cables, scanLines, links []string
}

func partsOf(sc *spec.Scenario) parts {
	var p parts
	for _, t := range sc.Tills {
		p.tills = append(p.tills, t.Name)
		if t.Sells() {
			p.selling = append(p.selling, t.Name)
		}
		for _, d := range t.Devices {
			name := t.Name + "." + d
			p.devices, p.cables = append(p.devices, name), append(p.cables, name)
			switch d {
			case spec.Printer:
				p.printers = append(p.printers, name)
			case spec.Location:
				p.locations = append(p.locations, name)
			case spec.Scanner:
				p.scanLines = append(p.scanLines, name)
			}
		}
	}
	p.links = sc.Links()
	return p
}

// recipes lists what can go wrong in a scenario, what has no target left out.
func recipes(sc *spec.Scenario) []recipe {
	p := partsOf(sc)
	var out []recipe
	for _, list := range [][]recipe{powerRecipes(sc, p), networkRecipes(p), deviceRecipes(p), clockRecipes(p), diskRecipes(p)} {
		for _, r := range list {
			if len(r.targets) > 0 {
				out = append(out, r)
			}
		}
	}
	return out
}

func powerRecipes(sc *spec.Scenario, p parts) []recipe {
	list := []recipe{
		{"drop a till", fault.Drop, p.tills, moment, nil},
		{"drop a till that sells", fault.Drop, p.selling, moment, nil},
		{"drop the hub", fault.Drop, []string{hub}, while, nil},
		{"drop a device", fault.Drop, p.devices, moment, nil},
		{"kill a till", fault.Kill, p.tills, moment, nil},
		{"kill the hub", fault.Kill, []string{hub}, while, nil},
		{"cut the card host", fault.Cut, []string{host}, while, nil},
	}
	if len(sc.Power.Mains)+len(sc.Power.Batteries) > 0 {
		list = append(list,
			recipe{"cut the mains", fault.Cut, []string{mains}, span{time.Second, 2 * time.Hour}, nil},
			recipe{"brown-out", fault.Brownout, []string{mains}, span{time.Second, time.Hour}, func(s *sim.Stream, _ *spec.Scenario) fault.Args {
				return fault.Args{Permille: s.Intn(900), Delay: s.Duration(0, time.Minute)}
			}})
	}
	return list
}

func networkRecipes(p parts) []recipe {
	mode := func(name, mode string, lasts span) recipe {
		return recipe{name, fault.Network, p.links, lasts, func(s *sim.Stream, _ *spec.Scenario) fault.Args {
			a := fault.Args{Mode: mode}
			switch mode {
			case network.Partition:
				a.Noticed = s.Chance(1, 2)
			case network.OneWay:
				a.Way = []string{"forth", "back"}[s.Intn(2)]
			case network.Break:
				a.Way, a.Permille = []string{"forth", "back"}[s.Intn(2)], s.Intn(1001)
			case network.Delay:
				a.Delay = short(s, 10*time.Millisecond, 20*time.Second)
			default:
				a.Permille, a.Delay = 1+s.Intn(700), 500*time.Millisecond
			}
			if mode == network.Loss || mode == network.Duplicate {
				a.Delay = 0
			}
			return a
		}}
	}
	long := span{10 * time.Millisecond, 2 * time.Hour}
	return []recipe{
		mode("partition", network.Partition, long), mode("one-way partition", network.OneWay, long),
		mode("loss", network.Loss, long), mode("delay", network.Delay, long),
		mode("break inside a message", network.Break, long),
		mode("duplicates", network.Duplicate, long), mode("reordering", network.Reorder, long),
	}
}

func deviceRecipes(p parts) []recipe {
	hand := func(name, action, data, undo string, targets []string) recipe {
		return recipe{name, fault.Device, targets, while, func(*sim.Stream, *spec.Scenario) fault.Args {
			return fault.Args{Action: action, Data: data, Undo: undo}
		}}
	}
	return []recipe{
		{"unplug a device", fault.Unplug, p.cables, moment, nil},
		{"mute a device", fault.Mute, p.cables, moment, nil},
		{"deafen a device", fault.Deaf, p.cables, moment, nil},
		{"garble a scan", fault.Garble, p.scanLines, span{}, nil},
		{"the card host's words", fault.Device, []string{host}, while, func(s *sim.Stream, _ *spec.Scenario) fault.Args {
			kinds := spec.AnswerKinds()
			kind := kinds[s.Intn(len(kinds))]
			codes := spec.AnswerCodes(kind)
			return fault.Args{Action: "answer", Data: kind + " " + codes[s.Intn(len(codes))], Undo: "answer " + kind}
		}},
		hand("paper out", "paper-out", "", "paper-in", p.printers),
		hand("open cover", "open-cover", "", "close-cover", p.printers),
		hand("paper near its end", "near-end", "", "paper-in", p.printers),
	}
}

func clockRecipes(p parts) []recipe {
	c := func(name string, lasts span, args func(*sim.Stream, *spec.Scenario) fault.Args) recipe {
		return recipe{name, fault.Clock, p.tills, lasts, args}
	}
	return []recipe{
		c("clock jumps", span{}, func(s *sim.Stream, _ *spec.Scenario) fault.Args {
			by := short(s, time.Second, 48*time.Hour)
			if s.Chance(1, 2) {
				by = -by
			}
			return fault.Args{Mode: clock.Jump, By: by}
		}),
		c("clock at 1970", span{}, func(*sim.Stream, *spec.Scenario) fault.Args { return fault.Args{Mode: clock.Epoch} }),
		c("clock in 2099", span{}, func(_ *sim.Stream, sc *spec.Scenario) fault.Args {
			return fault.Args{Mode: clock.Set, Wall: sc.Shop.Opens.AddDate(73, 0, 0).UnixNano()}
		}),
		c("clock's cell is flat", span{}, func(*sim.Stream, *spec.Scenario) fault.Args { return fault.Args{Mode: clock.Flat} }),
		c("clock drifts", span{time.Minute, 4 * time.Hour}, func(s *sim.Stream, _ *spec.Scenario) fault.Args {
			return fault.Args{Mode: clock.Drift, PPM: int64(s.Intn(6_000) - 3_000)}
		}),
		c("clock set right", span{}, func(*sim.Stream, *spec.Scenario) fault.Args { return fault.Args{Mode: clock.Right} }),
	}
}

func diskRecipes(p parts) []recipe {
	computers := append(append([]string{}, p.tills...), hub)
	d := func(name, mode string, lasts span, count func(*sim.Stream) int64) recipe {
		return recipe{name, fault.Disk, computers, lasts, func(s *sim.Stream, _ *spec.Scenario) fault.Args {
			return fault.Args{Mode: mode, Count: count(s)}
		}}
	}
	few := func(s *sim.Stream) int64 { return int64(1 + s.Intn(3)) }
	return []recipe{
		d("write error", sim.DiskEIOWrite, while, few), d("sync error", sim.DiskEIOSync, while, few),
		d("disk full", sim.DiskFull, while, func(s *sim.Stream) int64 { return int64(s.Intn(20_000)) }),
		d("slow disk", sim.DiskSlow, while, func(s *sim.Stream) int64 { return int64(2 + s.Intn(200)) }),
	}
}
