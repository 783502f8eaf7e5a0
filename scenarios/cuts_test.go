package scenarios_test

import (
	"fmt"
	"runtime"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"stormrig/fault"
	"stormrig/fault/disk"
	"stormrig/scenarios/rig"
	"stormrig/sim"
)

// Each cut is played to the end of the day, without the short cuts that the
// explorer takes (package explore): the two check each other.
var _ = Describe("One sale, cut at every place", Label("power"), func() {
	It("before, inside and after each disk operation, with every state that the disk may be in", func() {
		states := cutEverywhere(2, func(r *rig.Run, o sim.Observation, cut func(f fault.Fault)) {
			h, ok := o.(sim.Handled)
			if !ok || len(h.Ops) == 0 {
				return
			}
			d := r.Disk(h.Who)
			for _, p := range d.CutPoints() {
				for i := range d.States(p.At) {
					cut(rig.Drop("cut", h.Who, p.At, 7*time.Second, disk.Forced{At: p.At, Index: i}))
				}
			}
			// Durable, and nobody has been told; told, and nobody has answered.
			for _, at := range []time.Duration{h.ActAt - 1, h.ActAt + 1} {
				cut(fault.Fault{ID: "cut", Kind: fault.Drop, Target: h.Who, When: fault.At(at), For: 7 * time.Second})
			}
		})
		Expect(states).To(BeNumerically(">=", 500), "states that were played")
	})

	It("at each message and each group of bytes on a cable, at either end", func() {
		cuts := cutEverywhere(2, func(r *rig.Run, o sim.Observation, cut func(f fault.Fault)) {
			t, ok := o.(sim.TransferBegun)
			if !ok {
				return
			}
			for _, at := range groups(r, t) {
				for _, unit := range []string{t.From, t.To} {
					if r.World().Gen(unit) > 0 && unit != "phone.cashier" {
						cut(fault.Fault{ID: "cut", Kind: fault.Drop, Target: unit, When: fault.At(at), For: 7 * time.Second})
					}
				}
			}
		})
		Expect(cuts).To(BeNumerically(">=", 400), "cuts that were played")
	})
})

// groups returns when a group of a transfer's bytes has arrived: a packet
// where there are packets, a quarter where each byte travels alone.
func groups(r *rig.Run, t sim.TransferBegun) []time.Duration {
	group := r.Packet(t.Wire)
	if group == 0 {
		group = max(len(t.Data)/4, 1)
	}
	times := []time.Duration{t.At + 1, t.First - 1, t.First + time.Duration(len(t.Data)-1)*t.Per + 1}
	for n := group; n < len(t.Data); n += group {
		times = append(times, t.First+time.Duration(n-1)*t.Per+1)
	}
	return times
}

// cutEverywhere plays one-sale step by step. each is shown everything that is
// seen and cuts where it wants: a copy of the world, as it is then, goes on
// with that fault to the end of its day and must hold. It returns how many
// copies there were; of the cuts wanted, one in so many is played.
func cutEverywhere(oneIn int, each func(r *rig.Run, o sim.Observation, cut func(f fault.Fault))) int {
	GinkgoHelper()
	t := builtIn("one-sale")
	r, err := rig.Start(t.Scenario, t.Seed, nil)
	Expect(err).NotTo(HaveOccurred())
	defer r.Close()
	ends, wanted := newPool(), 0
	for more := true; more; {
		more, err = r.Step()
		Expect(err).NotTo(HaveOccurred())
		for _, o := range r.Seen() {
			each(r, o, func(f fault.Fault) {
				if wanted++; wanted%oneIn != 0 {
					return
				}
				c := r.Clone()
				ends.play(func() string { return t.endOf(c, f) })
			})
		}
	}
	Expect(ends.wait()).To(BeEmpty())
	return ends.played
}

// endOf plays a copy to its end and says what is wrong with it.
func (t tale) endOf(c *rig.Run, f fault.Fault) string {
	defer c.Close()
	c.Add(f)
	o := &ran{tale: t.with(f), seed: t.Seed}
	if o.err = c.Finish(); o.err == nil {
		o.judge(c)
	}
	wrong := o.wrong()
	s := o.counts.Sales
	if s.Rung != 1 || s.Journaled != 1+s.Rerings || s.Hub != s.Journaled || s.Lost != 0 || s.Duplicated != 0 {
		wrong = append(wrong, fmt.Sprintf("one shopper, and the counts are %+v", s))
	}
	if len(wrong) == 0 {
		return ""
	}
	return fmt.Sprintf("%s (disk state %d): %v\n%s", f, f.Args.Count, wrong, o.where())
}

// pool plays as many runs at once as there are processors.
type pool struct {
	slots  chan struct{}
	found  chan string
	played int
}

func newPool() *pool {
	return &pool{slots: make(chan struct{}, runtime.GOMAXPROCS(0)), found: make(chan string, 1<<16)}
}

func (p *pool) play(run func() string) {
	p.slots <- struct{}{}
	p.played++
	go func() {
		defer func() { <-p.slots }()
		if wrong := run(); wrong != "" {
			p.found <- wrong
		}
	}()
}

// wait returns what was wrong, the first few.
func (p *pool) wait() []string {
	for range cap(p.slots) {
		p.slots <- struct{}{}
	}
	close(p.found)
	var all []string
	for wrong := range p.found {
		if len(all) < 5 {
			all = append(all, wrong)
		}
	}
	return all
}
