package scenarios_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"stormrig/fault"
	"stormrig/scenarios/check"
	"stormrig/scenarios/files"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
	"stormrig/sim/history"
)

// manySeeds is how many seeds a spec sweeps, from 1.
const manySeeds = 100

// tale is a scenario and how a person plays it again.
type tale struct {
	*spec.Scenario
	text string // of a scenario that is not built in
	more []fault.Fault
}

func builtIn(name string) tale {
	GinkgoHelper()
	sc, err := files.Scenario(name)
	Expect(err).NotTo(HaveOccurred())
	return tale{Scenario: sc}
}

// told is a scenario written out in a spec. It begins like every file; what
// all of them have in common is added.
func told(name, text string) tale {
	GinkgoHelper()
	text = "scenario: " + name + "\ntitle: " + name + "\nstory: a spec\n" + strings.TrimLeft(text, "\n")
	sc, err := spec.Parse(name+".yaml", []byte(text), files.Finder(""))
	Expect(err).NotTo(HaveOccurred(), "%s", text)
	return tale{Scenario: sc, text: text}
}

// with returns the tale with faults that the scenario format has no words for.
func (t tale) with(more ...fault.Fault) tale {
	t.more = append(append([]fault.Fault(nil), t.more...), more...)
	return t
}

// again is what to type to see a run once more.
func (t tale) again(seed int64) string {
	if t.text == "" {
		return fmt.Sprintf("stormrig run %s --seed %d", t.Name, seed)
	}
	line := fmt.Sprintf("stormrig run %s.yaml --seed %d   with this as %s.yaml:\n%s", t.Name, seed, t.Name, t.text)
	for _, f := range t.more {
		line += "\nand this fault in its plan: " + f.String()
	}
	return line
}

// ran is a run that came to its end.
type ran struct {
	tale
	seed      int64
	err       error
	digest    string
	bytes     [32]byte // hash of the history without its header
	converged bool
	unfired   []string
	results   map[string]check.Result
	counts    check.Counts
	events    []history.Event // nil in a shared sweep
	view      *check.View     // nil in a shared sweep
	books     []string        // of a shared sweep: what the books and the shoppers disagree on
}

// play runs one seed to its end and judges it.
func (t tale) play(seed int64) *ran {
	o := &ran{tale: t, seed: seed}
	r, err := rig.Start(t.Scenario, seed, nil)
	if err != nil {
		o.err = err
		return o
	}
	defer r.Close()
	for _, f := range t.more {
		r.Add(f)
	}
	if o.err = r.Finish(); o.err != nil {
		return o
	}
	o.judge(r)
	return o
}

func (o *ran) judge(r *rig.Run) {
	o.digest, o.converged, o.unfired, o.events = r.Digest(), r.Converged(), r.Unfired(), r.History()
	if o.view, o.err = check.NewView(o.events); o.err != nil {
		return
	}
	o.results = map[string]check.Result{}
	for _, res := range check.Run(o.view) {
		o.results[res.ID] = res
	}
	o.counts = check.Count(o.view)
}

// hash takes the hash of the history.
func (o *ran) hash() {
	h := sha256.New()
	enc := json.NewEncoder(h)
	for _, e := range o.events[1:] { // the header has the seed
		if o.err = enc.Encode(e); o.err != nil {
			return
		}
	}
	o.bytes = [32]byte(h.Sum(nil))
}

// where names the run in a failure.
func (o *ran) where() string { return fmt.Sprintf("%s, seed %d:\n%s", o.Name, o.seed, o.again(o.seed)) }

// wrong lists everything that keeps a run from holding.
func (o *ran) wrong() []string {
	if o.err != nil {
		return []string{o.err.Error()}
	}
	var all []string
	if !o.converged {
		all = append(all, "it did not converge")
	}
	for _, u := range o.unfired {
		all = append(all, "a written fault did not fire: "+u)
	}
	for _, c := range check.All() {
		if r := o.results[c.ID]; r.Verdict == check.Violated {
			all = append(all, c.ID+": "+r.Detail())
		}
	}
	return all
}

// holds asserts that nothing is wrong with the run.
func (o *ran) holds() {
	GinkgoHelper()
	Expect(o.wrong()).To(BeEmpty(), o.where)
}

// of returns the events of a kind.
func (o *ran) of(kind string) []*history.Event {
	var out []*history.Event
	for i := range o.events {
		if o.events[i].Kind == kind {
			out = append(out, &o.events[i])
		}
	}
	return out
}

// sweep plays seeds 1 to n, gives each run to look in the order of the seeds,
// and returns the sums. What look asserts, it asserts for every seed.
func (t tale) sweep(n int, look func(o *ran)) *sums {
	GinkgoHelper()
	s := &sums{tale: t, checked: map[string]int{}}
	for o := range t.runs(n) {
		if look != nil {
			look(o)
		}
		s.add(o)
	}
	return s
}

// runs plays seeds 1 to n, as many at once as there are processors, and
// yields them in order.
func (t tale) runs(n int) func(yield func(*ran) bool) {
	return func(yield func(*ran) bool) {
		stop := make(chan struct{})
		defer close(stop)
		next := make(chan chan *ran, runtime.GOMAXPROCS(0))
		go func() {
			defer close(next)
			for seed := int64(1); seed <= int64(n); seed++ {
				one := make(chan *ran, 1)
				select {
				case next <- one:
					go func() { one <- t.play(seed) }()
				case <-stop:
					return
				}
			}
		}()
		for one := range next {
			if !yield(<-one) {
				return
			}
		}
	}
}

// sums adds up what many runs came to.
type sums struct {
	tale
	runs    int
	checked map[string]int // by invariant: premises that were met
	sales   check.Sales
	cuts    check.Cuts
	images  check.Images
	all     []*ran // without events and views
}

func (s *sums) add(o *ran) {
	o.events, o.view = nil, nil
	s.runs++
	s.all = append(s.all, o)
	for id, r := range o.results {
		s.checked[id] += r.Checked
	}
	addUp(&s.sales, o.counts.Sales)
	addUp(&s.cuts, o.counts.Cuts)
	addUp(&s.images, o.counts.Images)
}

// addUp adds the numbers of b to those of a, whatever they are called.
func addUp[T any](a *T, b T) {
	sum, more := figures(*a), figures(b)
	for k, n := range more {
		sum[k] += n
	}
	text, err := json.Marshal(sum)
	if err == nil {
		err = json.Unmarshal(text, a)
	}
	if err != nil { // structs of numbers
		panic(err)
	}
}

// figures returns a struct of numbers by their names in JSON.
func figures(v any) map[string]int {
	text, err := json.Marshal(v)
	out := map[string]int{}
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil { // structs of numbers
		panic(err)
	}
	return out
}

// exercised asserts that the sweep met each invariant's premise at least so
// often, all runs together.
func (s *sums) exercised(least int, ids ...string) {
	GinkgoHelper()
	for _, id := range ids {
		Expect(s.checked).To(HaveKeyWithValue(id, BeNumerically(">=", least)), "%s over %d seeds of %s", id, s.runs, s.Name)
	}
}

// oneEach asserts that every sale is where it should be, once.
func (s *sums) oneEach(sales int) {
	GinkgoHelper()
	want := sales * s.runs
	got := s.sales
	Expect([]int{got.Rung, got.Journaled, got.Hub}).To(Equal([]int{want, want, want}), "rung, journaled, at the hub: %+v", got)
	Expect([]int{got.Lost, got.Duplicated}).To(Equal([]int{0, 0}), "lost, duplicated: %+v", got)
}

// storm is the sweep of storm-saturday that several specs look at; it is
// played once.
func storm() *sums { return shared("storm-saturday") }

var sharedSweeps = map[string]*sums{}

// shared is a sweep of a built-in scenario that several specs look at. Of each
// run it keeps what came of it, not its history.
func shared(name string) *sums {
	GinkgoHelper()
	s := sharedSweeps[name]
	if s == nil {
		s = builtIn(name).sweep(manySeeds, func(o *ran) {
			if o.err == nil {
				o.hash()
				o.books = o.wrongBooks()
			}
		})
		sharedSweeps[name] = s
	}
	return s
}

// all hold, and each run passes a look.
func (s *sums) hold(look func(o *ran)) {
	GinkgoHelper()
	for _, o := range s.all {
		o.holds()
		if look != nil {
			look(o)
		}
	}
}
