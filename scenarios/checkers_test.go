package scenarios_test

import (
	"fmt"
	"sort"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"stormrig/scenarios/check"
	"stormrig/scenarios/check/checktest"
	"stormrig/sim/history"
)

// A checker that cannot fail is worth nothing. Each alteration changes one
// recorded fact of real, good histories; the checker meant must find it.
var _ = Describe("Every checker", Label("report"), func() {
	for _, a := range checktest.Alterations() {
		It(fmt.Sprintf("finds what it is for: %s: %s", a.ID, a.Name), func() {
			applied := 0
			for _, o := range good() {
				altered := a.Apply(o.events)
				if altered == nil {
					continue
				}
				applied++
				failed := violated(altered)
				Expect(failed).To(HaveKey(a.ID), "%s in %s", a.Name, o.where())
				for id, detail := range failed {
					_, known := a.Also[id] // with the reason
					Expect(id == a.ID || known).To(BeTrue(),
						"%s fails with %s (%s) and no reason is given: %s; %s", id, a.ID, a.Name, detail, o.where())
				}
			}
			Expect(applied).To(BeNumerically(">=", 1), "histories in which %s could be altered", a.ID)
		})
	}

	It("has an alteration", func() {
		var have, want []string
		for _, a := range checktest.Alterations() {
			have = append(have, a.ID)
		}
		for _, c := range check.All() {
			want = append(want, c.ID)
		}
		sort.Strings(have)
		sort.Strings(want)
		Expect(have).To(Equal(want))
	})
})

var goodRuns []*ran

// good plays one day of each built-in scenario, with events.
func good() []*ran {
	GinkgoHelper()
	if goodRuns == nil {
		for _, name := range []string{"storm-saturday", "after-approved", "flat-clock-battery", "hub-killed", "printer-drop", "bakery-morning", "one-sale", "card-terminal"} {
			o := builtIn(name).play(1)
			o.holds()
			goodRuns = append(goodRuns, o)
		}
	}
	return goodRuns
}

func violated(events []history.Event) map[string]string {
	GinkgoHelper()
	v, err := check.NewView(events)
	Expect(err).NotTo(HaveOccurred())
	out := map[string]string{}
	for _, r := range check.Run(v) {
		if r.Verdict == check.Violated {
			out[r.ID] = r.Detail()
		}
	}
	return out
}
