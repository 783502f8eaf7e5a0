package report

import (
	"bytes"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault"
	"stormrig/scenarios/check"
	"stormrig/scenarios/check/checktest"
	"stormrig/sim/history"
)

var manila = time.FixedZone("Manila", 8*3600)

func TestFaultsSpeakTheShopsTime(t *testing.T) {
	opens := time.Date(2026, 7, 18, 10, 0, 0, 0, manila)
	on := func(p fault.Point) fault.Fault {
		return fault.Fault{Kind: fault.Drop, Target: "phone", When: fault.On(p)}
	}
	for want, f := range map[string]fault.Fault{
		"drop phone at 13:30:00":                                                {Kind: fault.Drop, Target: "phone", When: fault.At(3*time.Hour + 30*time.Minute)},
		"drop phone at 10:00:00":                                                {Kind: fault.Drop, Target: "phone", When: fault.At(0)},
		"drop phone at 09:58:00":                                                {Kind: fault.Drop, Target: "phone", When: fault.At(-2 * time.Minute)},
		"drop phone at 00:10:00 +1 d":                                           {Kind: fault.Drop, Target: "phone", When: fault.At(14*time.Hour + 10*time.Minute)},
		"disk of phone: lies about its syncs at 10:00:00":                       {Kind: fault.Disk, Target: "phone", When: fault.At(500 * time.Millisecond), Args: fault.Args{Mode: "lie"}},
		"drop phone at the DONE screen of basket 12":                            on(fault.Point{Span: "done", Basket: 12}),
		"drop phone at the start of the commit of basket 12":                    on(fault.Point{Span: "commit", Basket: 12}),
		"drop phone at the end of the 2nd recovery":                             on(fault.Point{Span: "recovery", Nth: 2, Permille: 1000}),
		"drop phone 34.1 % into the commit of basket 21":                        on(fault.Point{Span: "commit", Basket: 21, Permille: 341}),
		"drop phone 50 % into the receipt of basket 3 on phone":                 on(fault.Point{Span: "receipt", Basket: 3, Unit: "phone", Permille: 500}),
		"drop phone at the DONE screen of basket 2, 1 s later":                  on(fault.Point{Span: "done", Basket: 2, After: time.Second}),
		"drop phone after the effects of the commit of basket 26, 7.8 ms later": on(fault.Point{Span: "commit", Basket: 26, Place: fault.Acted, After: 7787722}),
	} {
		assert.Equal(t, want, FaultWords(f, opens))
	}
}

// Nobody who reads a report counts from the opening or in nanoseconds.
func TestNoMachineTimeInEvidence(t *testing.T) {
	machine := regexp.MustCompile(`\d[hm]\d+(\.\d+)?[ms]|\d ns\)|at 0\.0 %`)
	events := checktest.Good()
	for i := range events {
		if f := events[i].Fault; f != nil {
			g := *f
			g.When = "at opening +4:02:00"
			events[i].Fault = &g
		}
	}
	var trace bytes.Buffer
	require.NoError(t, Trace(&trace, events))
	assert.Contains(t, trace.String(), ", at 14:02:00")
	assert.Empty(t, machine.FindString(trace.String()))
}

func TestWhatCameAboutFirstLeads(t *testing.T) {
	events := []history.Event{
		{N: 1, Kind: history.KindSwipe}, {N: 2, Kind: history.KindCommit, Hash: "a"}, {N: 3, Kind: history.KindStarted},
		{N: 4, Kind: history.KindPaper}, {N: 5, Kind: history.KindEntry, Hash: "a"}, {N: 6, Kind: history.KindEntry, Hash: "b"},
	}
	violated := func(id string, findings ...[]int64) check.Result {
		r := check.Result{ID: id, Verdict: check.Violated}
		for _, n := range findings {
			r.Details = append(r.Details, check.Finding{Events: n})
		}
		return r
	}
	got := wrongs([]check.Result{
		violated("J1", []int64{1, 2, 3}),
		violated("J3", []int64{2, 6}, []int64{4, 4}), // the first shows in the books alone
		{ID: "J4", Verdict: check.Holds},
		violated("M1", []int64{2, 5}), // the same entry at the end: it was wrong when it was written
		violated("P3", []int64{1}),    // that something never came shows at the end
		violated("S1", nil),
		violated("R1", []int64{4}),
	}, events)
	var order []string
	for _, w := range got {
		order = append(order, w.result.ID)
	}
	assert.Equal(t, []string{"M1", "J1", "J3", "R1", "P3", "S1"}, order)
	assert.Equal(t, []int64{4, 4}, got[2].finding.Events, "the finding that came about first is the one to show")
	assert.Equal(t, int64(math.MaxInt64), got[4].moment)
}

// onALyingDisk is a sale written under a lie and gone at the next start.
func onALyingDisk() *story {
	entry := func(inc uint32, seq uint64, hash, facts string) history.Event {
		return history.Event{Kind: history.KindCommit, Who: "phone", Device: "phone", Inc: inc, Seq: seq, Hash: hash, Payload: []byte(`{"facts":[` + facts + `]}`)}
	}
	events := []history.Event{
		{Kind: history.KindHeader, Header: &history.Header{Level: 2, Tills: []string{"phone"}, Zone: "Asia/Manila", Currency: "PHP"}},
		entry(1, 1, "a", `{"boot":{}}`),
		{Kind: history.KindDisk, Who: "phone", State: "lie"},
		{Kind: history.KindBasket, Who: "phone", Basket: 1},
		entry(1, 2, "b", `{"sale":{"number":1,"place":{"unavailable":"none"}}}`),
		{Kind: history.KindRung, Who: "phone.cashier", Basket: 1, Number: 1},
		{Kind: history.KindCut, Who: "phone"},
		{Kind: history.KindStarted, Who: "phone", Done: 1},
		entry(1, 2, "c", `{"boot":{"recovered":1}}`),
		{Kind: history.KindDisk, Who: "phone", State: "healed"},
		entry(1, 3, "d", `{"sale":{"number":1,"place":{"unavailable":"none"}}}`),
	}
	for i := range events {
		events[i].N, events[i].T = int64(i)+1, int64(i)*1e9
	}
	v, err := check.NewView(events)
	if err != nil {
		panic(err)
	}
	return newStory(&Bundle{Events: events, Checks: check.Run(v)})
}

func TestALyingDiskMakesNothingDurable(t *testing.T) {
	s := onALyingDisk()
	assert.Contains(t, s.words(s.event(2)), ") is durable")
	assert.Contains(t, s.words(s.event(5)), "is written, and the disk only says that it is durable")
	assert.Contains(t, s.words(s.event(11)), ") is durable", "the disk is honest again")
	assert.Contains(t, s.words(s.event(8)), "started again 1 entry short: phone/1/2 had been written and is gone; 1 found")
	var lie []bandData
	for _, l := range s.lanes() {
		if l.ID == "phone.disk" {
			lie = l.Bands
		}
	}
	require.NotEmpty(t, lie, "the lie has a bar of its own")
	assert.Equal(t, bandData{From: 2e9, To: 9e9, Class: "lie", Text: "the disk lies: it acknowledges syncs that it does not do"}, lie[0])
}

func TestTheBoxLeadsToTheStartThatFoundItGone(t *testing.T) {
	h := onALyingDisk().hero()
	require.NotNil(t, h)
	assert.Equal(t, "J1", h.ID, h.Finding)
	var roles []string
	for _, step := range h.Steps {
		roles = append(roles, step.Role)
	}
	assert.Equal(t, []string{"the shopper", "written", "acknowledged", "the loss of power that brought it out", "the start that found it gone"}, roles)
	assert.NotEmpty(t, h.Same, "what else is said of this sale weighs less")
	for _, f := range slices.Concat(h.Same, h.Follows) {
		assert.NotEqual(t, "J1", f.ID)
		assert.NotEmpty(t, f.Text)
	}
}

// Two sales under one number have one original each.
func TestOriginalsOfAReusedNumber(t *testing.T) {
	events := []history.Event{
		{Kind: history.KindHeader, Header: &history.Header{Level: 2, Tills: []string{"phone"}}},
	}
	add := func(e history.Event) int64 {
		e.N, e.T = int64(len(events))+1, int64(len(events))*1e9
		events = append(events, e)
		return e.N
	}
	var papers []Paper
	for basket := 1; basket <= 2; basket++ {
		add(history.Event{Kind: history.KindBasket, Who: "phone", Basket: basket})
		add(history.Event{Kind: history.KindCommit, Who: "phone", Device: "phone", Inc: 1, Seq: 1, Hash: string(rune('a' + basket)), Basket: basket, Payload: []byte(`{"facts":[{"sale":{"number":7}}]}`)})
		add(history.Event{Kind: history.KindRung, Who: "phone.cashier", Basket: basket, Number: 7})
		add(history.Event{Kind: history.KindPrintBegin, Who: "phone.printer"})
		n := add(history.Event{Kind: history.KindPaper, Who: "phone.printer", Number: 7, State: "cut"})
		papers = append(papers, Paper{Printer: "phone.printer", Number: 7, Event: n, State: "cut"})
	}
	s := newStory(&Bundle{Events: events, Papers: papers})
	for _, d := range s.sales {
		assert.Len(t, d.Papers, 1, "basket %d", d.Basket)
		for _, c := range d.Chips {
			assert.NotContains(t, c.Text, "originals")
		}
	}
}

func TestAnUnmetFigureIsNoFaultOfTheTill(t *testing.T) {
	b := &Bundle{Result: Result{Scenario: "fair", Verdict: check.RunViolated, Unmet: []string{"dark: the scenario expects 37, the day had 0"}}}
	var text, page bytes.Buffer
	require.NoError(t, Text(&text, b))
	assert.Contains(t, text.String(), "the scenario expected other figures (dark: the scenario expects 37, the day had 0)")
	assert.NotContains(t, text.String(), "no invariant is violated")
	require.NoError(t, WriteHTML(&page, b))
	assert.Contains(t, page.String(), "Every invariant holds; the day is not the one that the scenario expects.")
	assert.Contains(t, page.String(), "Then the scenario is what to change.")
}

// Only what shrink takes is offered to it.
func TestShrinkIsOfferedWhereItFindsSomething(t *testing.T) {
	for _, c := range []struct {
		verdict, invariant string
		offered            bool
	}{
		{check.RunViolated, check.Violated, true}, {check.RunStalled, check.Holds, true},
		{check.RunViolated, check.Holds, false}, {check.RunBlind, check.Holds, false},
	} {
		b := &Bundle{Line: "stormrig run x.yaml --seed 1", Result: Result{Command: "run", Verdict: c.verdict, Out: "o", Invariants: []Invariant{{ID: "P1", Verdict: c.invariant}}}}
		var text bytes.Buffer
		require.NoError(t, Text(&text, b))
		assert.Contains(t, text.String(), "look into stormrig check o\n", c)
		assert.Equal(t, c.offered, strings.Contains(text.String(), "stormrig shrink o\n"), c)
	}
}

func TestALineOfAViolatedRunNamesItsInvariants(t *testing.T) {
	b := &Bundle{Result: Result{Verdict: check.RunViolated, Invariants: []Invariant{{ID: "P1", Verdict: check.Violated}, {ID: "P3", Verdict: check.Violated}}}}
	assert.Contains(t, Line(b), "0 sales; P1 P3 violated\n")
	b.Result.Unmet = []string{"dark: x"}
	assert.Contains(t, Line(b), "0 sales; P1 P3 violated, figures not as expected\n")
	b.Result.Invariants = nil
	assert.Contains(t, Line(b), "; the scenario expected other figures (dark: x)")
}

func TestATakenFolderIsNamed(t *testing.T) {
	b := &Bundle{Result: Result{Verdict: check.RunHolds, Out: "reports/x-1-2"}, Taken: "reports/x-1"}
	var text bytes.Buffer
	require.NoError(t, Text(&text, b))
	assert.Contains(t, text.String(), "(reports/x-1 is there already and was left as it is)")
}

// The page's table of the stock says what S1 says.
func TestStockAgreesWithS1(t *testing.T) {
	for _, a := range checktest.Alterations() {
		events := a.Apply(checktest.Good())
		v, err := check.NewView(events)
		require.NoError(t, err)
		b := &Bundle{Events: events, Checks: check.Run(v)}
		s1 := check.NotExercised
		articles := 0
		for _, r := range b.Checks {
			if r.ID == "S1" {
				s1 = r.Verdict
				for _, f := range r.Details {
					if f.Number == 0 { // not a sale's own moves
						articles++
					}
				}
			}
		}
		assert.Equal(t, s1 == check.Violated && articles > 0, newStory(b).stock().Wrong > 0, "%s: S1 %s", a.ID, s1)
	}
}

// A fault that only came before, elsewhere, misleads: it is not shown.
func TestOnlyAFaultThatTouchesItIsACause(t *testing.T) {
	s := onALyingDisk()
	add := func(id, target string, at int64) {
		e := &s.b.Events[at-1]
		e.Kind, e.Who, e.Fault = history.KindFault, target, &history.Fault{ID: id, Kind: "unplug", Target: target}
	}
	roles := func() (all []string, note string) {
		steps, note := s.steps(s.wrong[0].finding)
		for _, step := range steps {
			all = append(all, step.Class+" "+step.Who)
		}
		return all, note
	}
	s.b.Plan.Faults = []fault.Fault{{ID: "x", Kind: fault.Unplug, Target: "other.printer"}, {ID: "y", Kind: fault.Unplug, Target: "phone"}}
	s.number = map[string]int{"x": 1, "y": 2}
	add("x", "other.printer", 3)
	all, note := roles()
	assert.NotContains(t, all, "fault other.printer")
	assert.Contains(t, note, "No fault of the plan touches")
	add("y", "phone", 3)
	all, note = roles()
	assert.Contains(t, all, "fault phone")
	assert.Empty(t, note)

	s.b.Result.NoReturn = &NoReturn{Invariant: "J1", Never: true}
	all, note = roles()
	assert.NotContains(t, all, "fault phone")
	assert.Contains(t, note, "No fault is needed")
	s.b.Result.NoReturn = &NoReturn{Invariant: "J1", Last: 5, Gone: 7, Branches: 9}
	all, note = roles()
	assert.Contains(t, all, "decisive phone")
	assert.Contains(t, note, "Up to event 5")
}

// Between what was seen and what was written wrongly lies a start: it is shown.
func TestAStartInBetweenIsAStep(t *testing.T) {
	s := onALyingDisk()
	var roles []string
	steps, _ := s.steps(check.Finding{Events: []int64{6, 11}})
	for _, step := range steps {
		roles = append(roles, step.Role)
	}
	assert.Contains(t, roles, "starts again")
}

// TestABrownoutThatSparesAllSaysSo: it fired, and tested nothing.
func TestABrownoutThatSparesAllSaysSo(t *testing.T) {
	f := fault.Fault{ID: "w1", Kind: fault.Brownout, Target: "mains", For: 5 * time.Second, Args: fault.Args{Permille: 900}}
	fired := history.Event{N: 1, Kind: history.KindFault, T: 1e9, Fault: &history.Fault{ID: "w1"}}
	off := func(t int64, why string) history.Event {
		return history.Event{N: 2, Kind: history.KindPower, T: t, Text: why, Who: "router"}
	}
	for name, c := range map[string]struct {
		then history.Event
		want string
	}{
		"it takes one":     {off(3e9, "brown-out"), ""},
		"a hand takes one": {off(3e9, "power cut"), "nothing went off by it"},
		"another's, later": {off(9e9, "brown-out"), "nothing went off by it"},
		"all goes on":      {history.Event{N: 2, Kind: history.KindPower, T: 3e9, On: true, Text: "brown-out"}, "nothing went off by it"},
	} {
		assert.Equal(t, c.want, NoEffect(f, []history.Event{fired, c.then}), name)
	}
	assert.Empty(t, NoEffect(f, nil), "it did not fire: that is said elsewhere")
	assert.Empty(t, NoEffect(fault.Fault{ID: "w1", Kind: fault.Drop}, []history.Event{fired}))
}

// TestATillIsNotBlamedForItsDisk: it cannot ask what became of an order that its
// disk lost.
func TestATillIsNotBlamedForItsDisk(t *testing.T) {
	s := onALyingDisk()
	e := s.event(5)
	e.Payload = []byte(`{"facts":[{"sale":{"number":1,"place":{"unavailable":"none"}}}],"intents":[{"id":"i1","print":{"number":1}}]}`)
	start := s.event(8)
	assert.Empty(t, s.openPrints(start))
	delete(s.back, start.N)
	assert.Equal(t, []string{"receipt 1"}, s.openPrints(start), "of one that it still had it must ask")
	assert.Contains(t, onALyingDisk().hero().Note, "The disk of phone had acknowledged syncs that it did not do, and 1 entry from phone/1/2 on had gone with it")
}

// TestWrongSalesAreNamed: among thousands nobody scrolls for them.
func TestWrongSalesAreNamed(t *testing.T) {
	s := onALyingDisk()
	require.NotNil(t, s.wrongSales())
	assert.Equal(t, 1, s.wrongSales().Count)
	assert.Equal(t, 1, s.wrongSales().First[0].Basket)
	s.sales[0].Class = "good"
	assert.Nil(t, s.wrongSales())
}
