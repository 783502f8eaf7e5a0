package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"stormrig/scenarios/audit/match"
)

const (
	tellClock  = int64(30 * time.Second) // a difference that is worth a note
	wrongClock = int64(5 * time.Minute)  // one that is a finding
	zoneStep   = int64(15 * time.Minute) // zones differ by multiples of it
)

// clocks tells of tills whose clock differs from the acquirer's. The same
// difference everywhere, by whole quarters of an hour, is a time zone.
func (a *auditor) clocks() {
	if a.pairs == nil || a.unfit {
		return
	}
	common, same := a.commonOffset()
	if same && zoneLike(common) {
		a.note("zone", fmt.Sprintf("all times of the sales file are %s the acquirer's: taken for another time zone (--zone, --settlement-zone)", ahead(common)))
	}
	for _, o := range a.pairs.Offsets {
		by := o.By
		if same && zoneLike(common) {
			by -= common
		}
		switch {
		case o.Given:
			a.note("clock", fmt.Sprintf("the clock of %s is taken to be %s, as given", a.tillName(o.Group), strings.TrimSuffix(ahead(o.By), " of")))
		case o.Votes == 0 && o.From == 0, by <= tellClock && -by <= tellClock:
		case by < wrongClock && -by < wrongClock || o.Votes == 0:
			a.note("clock", fmt.Sprintf("the clock of %s is %s the acquirer's (estimated from %d pairs)", a.tillName(o.Group), ahead(o.By), o.Votes))
		default:
			a.clockFound(o)
		}
	}
}

// commonOffset is the difference that all tills have, if they have one.
func (a *auditor) commonOffset() (int64, bool) {
	first, seen := int64(0), false
	for _, o := range a.pairs.Offsets {
		if o.Given || o.Votes == 0 {
			continue
		}
		if !seen {
			first, seen = o.By, true
		}
		if d := o.By - first; o.From == 0 && (d > 2*tellClock || -d > 2*tellClock) {
			return 0, false
		}
	}
	return first, seen
}

func zoneLike(by int64) bool {
	rest := by % zoneStep
	if rest < 0 {
		rest += zoneStep
	}
	return (by >= zoneStep-4*tellClock || -by >= zoneStep-4*tellClock) && (rest < 4*tellClock || rest > zoneStep-4*tellClock)
}

func ahead(by int64) string {
	if by < 0 {
		return span(-by) + " behind"
	}
	return span(by) + " ahead of"
}

func (a *auditor) tillName(group int32) string {
	if n := a.Sales.Tills[group]; n != "" {
		return n
	}
	return "the till"
}

// clockFound is a clock that is wrong by minutes or hours, with the first pair
// that shows it.
func (a *auditor) clockFound(o match.Offset) {
	m := &mishap{sale: -1, charge: -1, Finding: Finding{
		Kind: ClockDiffers, Likelihood: min(0.99, 0.8+0.02*float64(o.Votes)), Till: a.Sales.Tills[o.Group], Invariant: "C2",
		Text: fmt.Sprintf("The clock of %s was %s the acquirer's; %d pairs agree on it.", a.tillName(o.Group), ahead(o.By), o.Votes),
		Do:   "Set the clock. Receipts of that time bear a wrong time, and a day's report may hold sales of another day.",
	}}
	if o.From != 0 {
		m.Text = fmt.Sprintf("From %s on the clock of %s was %s the acquirer's; %d pairs agree on it.", time.Unix(0, o.From).In(a.Zone).Format(time.DateOnly), a.tillName(o.Group), ahead(o.By), o.Votes)
	}
	for _, q := range a.pairs.Pairs {
		p := a.chargeOf[a.cards[q.Sale]]
		s := &a.Sales.List[p.Sale]
		if s.Till == o.Group && s.At >= o.From && p.Gap < int64(window) && -p.Gap < int64(window) {
			m.at = s.At
			m.Evidence = []Evidence{a.saleLine(p.Sale), a.chargeLine(p.Charge)}
			break
		}
	}
	a.add(m)
}

// earliest is the first time that a till's clock may honestly show; one that
// lost its battery begins at its maker's epoch, mostly 1970 or 2000.
var earliest = time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano()

// lostClocks finds sales that are dated by a clock that had lost its time. All
// that is known of their time then is what their numbers say: after the sale
// before, before the one after.
func (a *auditor) lostClocks() {
	a.lost, a.between = make(map[int]int64), make(map[int][2]int64)
	if a.Sales == nil {
		return
	}
	byTill := make([][]int, len(a.Sales.Tills))
	for i := range a.Sales.List {
		t := a.Sales.List[i].Till
		byTill[t] = append(byTill[t], i)
	}
	const day = int64(24 * time.Hour)
	for t, list := range byTill {
		slices.SortStableFunc(list, func(i, j int) int { return cmp.Compare(a.Sales.List[i].Seq, a.Sales.List[j].Seq) })
		var evidence []Evidence
		good := int64(0)
		var open []int // without a good time after them yet
		for _, i := range list {
			s := &a.Sales.List[i]
			if s.At == 0 || s.At >= earliest {
				for _, o := range open {
					a.between[o] = [2]int64{max(a.between[o][0], s.At-day), s.At}
				}
				good, open = s.At, nil
				continue
			}
			evidence = append(evidence, a.saleLine(i))
			a.lost[i] = s.At
			s.At = 0
			if open = append(open, i); good != 0 {
				a.between[i] = [2]int64{good, good + day}
			}
		}
		if len(evidence) > 0 {
			a.lostFound(int32(t), evidence)
		}
	}
}

func (a *auditor) lostFound(till int32, evidence []Evidence) {
	n := len(evidence)
	a.add(&mishap{sale: -1, charge: -1, Finding: Finding{
		Kind: ClockDiffers, Likelihood: 1, Till: a.Sales.Tills[till], Invariant: "C2", Evidence: evidence[:min(n, 10)],
		Text: fmt.Sprintf("%d sales of %s are dated long before there was this till: its clock had lost the time.", n, a.tillName(till)),
		Do:   "Set the clock; its battery is probably flat. The day's report may lack these sales.",
	}})
}
