package scenarios_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

var _ = Describe("A storm on a Saturday", Label("storm"), func() {
	It("holds in every seed", func() {
		for _, o := range storm().all {
			o.holds()
		}
	})

	It("rings 50 sales, 37 of them in the dark, and each is journaled and at the hub once", func() {
		for _, o := range storm().all {
			s := o.counts.Sales
			Expect([]int{s.Rung, s.Dark, s.Journaled, s.Hub, s.Lost, s.Duplicated}).
				To(Equal([]int{50, 37, 50, 50, 0, 0}), "rung, dark, journaled, hub, lost, duplicated: %+v\n%s", s, o.where())
		}
	})

	It("has a receipt on paper for nearly every sale, and one original at most", func() {
		// A receipt of which nobody knows whether it came out is followed by
		// one that says so: then no original may be left.
		Expect(storm().sales.Printed).To(BeNumerically(">=", 49*storm().runs))
		storm().exercised(50*storm().runs, "R1")
	})

	It("exercises at least 22 invariants in each seed", func() {
		for _, o := range storm().all {
			n := 0
			for _, r := range o.results {
				if r.Verdict == check.Holds {
					n++
				}
			}
			Expect(n).To(BeNumerically(">=", 22), o.where)
		}
	})

	It("leaves one conflict for a person, and the same books everywhere", func() {
		builtIn("storm-saturday").sweep(3, func(o *ran) {
			states := o.of(history.KindState)
			Expect(states).To(HaveLen(3), o.where)
			for _, s := range states {
				Expect(s.Done).To(BeEquivalentTo(1), "conflicts of %s; %s", s.Who, o.where())
				Expect(s.Text).To(Equal(states[0].Text), "books of %s; %s", s.Who, o.where())
			}
		})
		storm().exercised(3*storm().runs, "Y3")
	})

	It("ends differently in every seed, in its digest and in what happened", func() {
		digests, histories := map[string]int64{}, map[[32]byte]int64{}
		for _, o := range storm().all {
			Expect(digests).NotTo(HaveKey(o.digest), "seeds %d and %d", digests[o.digest], o.seed)
			Expect(histories).NotTo(HaveKey(o.bytes), "seeds %d and %d", histories[o.bytes], o.seed)
			digests[o.digest], histories[o.bytes] = o.seed, o.seed
		}
	})

	It("takes the selling till's power at least three times", func() {
		for _, o := range storm().all {
			total := 0
			for _, n := range figures(o.counts.Cuts) {
				total += n
			}
			Expect(total).To(BeNumerically(">=", 3), o.where)
		}
	})
})
