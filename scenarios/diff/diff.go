package diff

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// leading is how many events of the units concerned lead up to a difference.
const leading = 8

// Side is one of the two runs.
type Side struct {
	Name   string
	Events []history.Event
}

// Difference is what two runs do not have in common. Fields may be added to
// its JSON, never changed.
type Difference struct {
	Same bool `json:"same"`
	// Header lists what the runs were told differently: scenario, seed, ...
	Header []Pair `json:"header,omitempty"`
	// Common is how many events they share from the beginning.
	Common int `json:"common"`
	// Good and Bad are the first events that differ; null where that history
	// had ended.
	Good *history.Event `json:"good"`
	Bad  *history.Event `json:"bad"`
	// Fields name what differs in the two events.
	Fields []Pair `json:"fields,omitempty"`
	// Led are the last events before, of the units concerned: both runs had
	// them.
	Led []history.Event `json:"led"`
	// Then are the next events of each run that concern the same unit.
	ThenGood []history.Event `json:"then_good,omitempty"`
	ThenBad  []history.Event `json:"then_bad,omitempty"`
	// Books are figures in which the books and what happened are told, where
	// the runs differ.
	Books      []Pair    `json:"books,omitempty"`
	Invariants []Verdict `json:"invariants,omitempty"`
}

// Pair is a thing that differs.
type Pair struct {
	What string `json:"what"`
	Good string `json:"good"`
	Bad  string `json:"bad"`
}

// Verdict is an invariant on which the runs differ, or that one violates.
type Verdict struct {
	ID     string `json:"id"`
	Good   string `json:"good"`
	Bad    string `json:"bad"`
	Detail string `json:"detail,omitempty"` // of the bad run, or of the good where that is violated
}

// Of compares two runs.
func Of(good, bad Side) (*Difference, error) {
	for _, s := range []Side{good, bad} {
		if len(s.Events) == 0 || s.Events[0].Header == nil {
			return nil, fmt.Errorf("%s: %w", s.Name, errNoHeader)
		}
	}
	d := &Difference{Header: headers(good.Events[0].Header, bad.Events[0].Header)}
	a, b := good.Events, bad.Events
	i := 1
	for i < len(a) && i < len(b) && same(&a[i], &b[i]) {
		i++
	}
	d.Common = i
	if i < len(a) {
		d.Good = &a[i]
	}
	if i < len(b) {
		d.Bad = &b[i]
	}
	d.Same = d.Good == nil && d.Bad == nil && len(d.Header) == 0
	if d.Good != nil || d.Bad != nil {
		d.Fields = fields(d.Good, d.Bad)
		concerned := units(d.Good, d.Bad)
		d.Led = lastOf(a[:i], concerned)
		d.ThenGood, d.ThenBad = nextOf(a, i+1, concerned), nextOf(b, i+1, concerned)
	}
	return d, d.judge(good, bad)
}

var errNoHeader = errors.New("a history begins with its header")

// headers compares what the runs were told.
func headers(a, b *history.Header) []Pair {
	x, y := *a, *b
	x.Articles, y.Articles = nil, nil
	return pairs(x, y)
}

// same tells whether two events are the same.
func same(a, b *history.Event) bool {
	if a.T != b.T || a.Who != b.Who || a.Kind != b.Kind || !bytes.Equal(a.Payload, b.Payload) {
		return false
	}
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}

// fields lists the members that differ.
func fields(a, b *history.Event) []Pair {
	if a == nil || b == nil {
		return nil
	}
	return pairs(a, b)
}

// pairs compares two values by the members of their JSON.
func pairs(a, b any) []Pair { return within("", members(a), members(b)) }

// within compares members, and those of members that are objects on both sides.
func within(path string, x, y map[string]json.RawMessage) []Pair {
	names := map[string]bool{}
	for k := range x {
		names[k] = true
	}
	for k := range y {
		names[k] = true
	}
	var out []Pair
	for _, k := range sorted(names) {
		if bytes.Equal(x[k], y[k]) {
			continue
		}
		if p, q := object(x[k]), object(y[k]); p != nil && q != nil {
			out = append(out, within(inside(path, k), p, q)...)
			continue
		}
		out = append(out, Pair{inside(path, k), text(x[k]), text(y[k])})
	}
	return out
}

func members(v any) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	if body, err := json.Marshal(v); err == nil {
		_ = json.Unmarshal(body, &out) // what Marshal wrote can be read
	}
	return out
}

// inside names a member of what a path names.
func inside(path, member string) string {
	if path == "" || strings.HasPrefix(member, "[") {
		return path + member
	}
	return path + "." + member
}

// object gives the members of an object or of a list, nil for anything else.
func object(raw json.RawMessage) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	if json.Unmarshal(raw, &out) == nil {
		return out
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	for i, m := range list {
		out[fmt.Sprintf("[%d]", i)] = m
	}
	return out
}

func text(raw json.RawMessage) string {
	if raw == nil {
		return "-"
	}
	return strings.Trim(string(raw), `"`)
}

func sorted(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// units names the units that two events concern: themselves, and both ends of
// a link.
func units(events ...*history.Event) map[string]bool {
	out := map[string]bool{}
	for _, e := range events {
		if e == nil {
			continue
		}
		out[unitName(e.Who)] = true
		if e.Device != "" {
			out[e.Device] = true
		}
		if _, far, ok := strings.Cut(e.Who, "-"); ok {
			out[far] = true
		}
	}
	return out
}

// unitName takes the device and the far end of a link off: "phone.printer" and
// "phone-hub" are of "phone".
func unitName(who string) string {
	if i := strings.IndexAny(who, ".-"); i >= 0 {
		return who[:i]
	}
	return who
}

// concerns tells whether an event is of one of the units, or came to one over
// a wire.
func concerns(e *history.Event, units map[string]bool) bool {
	if e.Kind == history.KindEntry || e.Kind == history.KindState {
		return false // the export at the end
	}
	_, far, _ := strings.Cut(e.Who, "-")
	return units[unitName(e.Who)] || units[far] && far != "" || e.Device != "" && units[e.Device]
}

func lastOf(events []history.Event, units map[string]bool) []history.Event {
	var out []history.Event
	for i := len(events) - 1; i > 0 && len(out) < leading; i-- {
		if concerns(&events[i], units) {
			out = append(out, events[i])
		}
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

func nextOf(events []history.Event, from int, units map[string]bool) []history.Event {
	var out []history.Event
	for i := from; i < len(events) && len(out) < leading/2; i++ {
		if concerns(&events[i], units) {
			out = append(out, events[i])
		}
	}
	return out
}

// judge holds the books of each run against what happened in it.
func (d *Difference) judge(good, bad Side) error {
	a, err := check.NewView(good.Events)
	if err != nil {
		return fmt.Errorf("%s: %w", good.Name, err)
	}
	b, err := check.NewView(bad.Events)
	if err != nil {
		return fmt.Errorf("%s: %w", bad.Name, err)
	}
	x, y := check.Count(a), check.Count(b)
	for _, p := range pairs(x.Sales, y.Sales) {
		d.Books = append(d.Books, Pair{"sales " + p.What, orZero(p.Good), orZero(p.Bad)})
	}
	for _, p := range pairs(x.Cuts, y.Cuts) {
		d.Books = append(d.Books, Pair{"cuts " + p.What, orZero(p.Good), orZero(p.Bad)})
	}
	d.Books = append(d.Books, stock(good.Events, bad.Events)...)
	before := check.Run(a)
	for i, r := range check.Run(b) {
		was := before[i]
		if was.Verdict == r.Verdict && r.Verdict != check.Violated {
			continue
		}
		v := Verdict{ID: r.ID, Good: was.Verdict, Bad: r.Verdict, Detail: r.Detail()}
		if r.Verdict != check.Violated && was.Verdict == check.Violated {
			v.Detail = was.Detail()
		}
		d.Invariants = append(d.Invariants, v)
	}
	return nil
}

func orZero(s string) string {
	if s == "-" {
		return "0"
	}
	return s
}

// stock compares what the hub's books say is on hand at the end.
func stock(good, bad []history.Event) []Pair {
	a, b := onHand(good), onHand(bad)
	names := map[string]bool{}
	for k := range a {
		names[k] = true
	}
	for k := range b {
		names[k] = true
	}
	var out []Pair
	for _, sku := range sorted(names) {
		if a[sku] != b[sku] {
			out = append(out, Pair{"stock " + sku, fmt.Sprint(a[sku]), fmt.Sprint(b[sku])})
		}
	}
	return out
}

func onHand(events []history.Event) map[string]int64 {
	for i := len(events) - 1; i >= 0; i-- {
		if e := &events[i]; e.Kind == history.KindState && e.Who == "hub" {
			return e.Stock
		}
	}
	return nil
}
