package report

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// Bounds of what the box shows of one finding.
const (
	mostDrafted = 14 // entries of a cart
	mostWork    = 4  // pieces of failed disk work
	mostStarts  = 2
	mostAsked   = 8 // questions, answers and notes after a start
)

// keyInText finds the entries that a finding names: "assistant/1/3".
var keyInText = regexp.MustCompile(`\b[\w-]+/\d+/\d+\b`)

// named lists the commits of the entries that a finding's words name.
func (s *story) named(f check.Finding) []int64 {
	var out []int64
	for _, text := range keyInText.FindAllString(f.Text, -1) {
		for _, d := range s.entries {
			if d.Key == text && d.Commit > 0 && !slices.Contains(out, d.Commit) {
				out = append(out, d.Commit)
			}
		}
	}
	return out
}

// did is what the till itself did on the way to a finding: with the disk that
// failed it, in the cart concerned, and when it started again.
func (s *story) did(f check.Finding, a around) []heroStep {
	out := append(s.despite(f, a), s.drafted(f)...)
	return append(out, s.restarted(f, a)...)
}

// despite lists what the till did about failed operations of its disk.
func (s *story) despite(f check.Finding, a around) []heroStep {
	at := s.event(a.first)
	if at == nil {
		return nil
	}
	from := at.T
	if d := s.saleOfFinding(f.Basket, f.Number, f.Ref, f.Events); d != nil {
		from = min(from, s.event(d.first).T)
	}
	var out []heroStep
	for i := range s.b.Events {
		e := &s.b.Events[i]
		if e.Kind == history.KindDiskWork && e.Who == a.unit && e.T >= from && e.N <= max(a.last, a.next) {
			out = append(out, s.step(e, "what it did when its disk failed", "decisive"))
		}
	}
	return out[:min(len(out), mostWork)]
}

// cartFact is what an entry does to the cart.
type cartFact struct {
	Line *struct {
		N int64 `json:"n"`
	} `json:"line"`
	Void *struct {
		N int64 `json:"n"`
	} `json:"void"`
}

// drafted lists the entries of the cart that a finding is about, where lines
// were taken off again or two have one number: the finished sale alone does not
// show how it came about.
func (s *story) drafted(f check.Finding) []heroStep {
	d := s.saleOfFinding(f.Basket, f.Number, f.Ref, f.Events)
	if d == nil || f.Ref != "" {
		return nil
	}
	var out []heroStep
	present, highest, odd := make(map[int64]bool), int64(0), false
	for i := range s.b.Events {
		e := &s.b.Events[i]
		if e.Kind != history.KindCommit || e.Basket != d.Basket || e.Who != d.Till {
			continue
		}
		step := s.step(e, cond(len(out) == 0, "the cart, entry by entry", ""), "path")
		for _, c := range cartFacts(e.Payload) {
			switch {
			case c.Line != nil && present[c.Line.N]:
				step.Expect, step.Class, step.Role, odd = fmt.Sprintf("line number: expected %d, found %d, which another line of the cart has", highest+1, c.Line.N),
					"decisive", "the step that does not fit", true
			case c.Line != nil:
				present[c.Line.N], highest = true, max(highest, c.Line.N)
			case c.Void != nil:
				odd = true
				delete(present, c.Void.N)
			}
		}
		if len(cartFacts(e.Payload)) > 0 {
			out = append(out, step)
		}
	}
	if !odd {
		return nil
	}
	return out[:min(len(out), mostDrafted)]
}

func cartFacts(payload []byte) []cartFact {
	var entry struct {
		Facts []cartFact `json:"facts"`
	}
	if json.Unmarshal(payload, &entry) != nil {
		return nil
	}
	return slices.DeleteFunc(entry.Facts, func(c cartFact) bool { return c.Line == nil && c.Void == nil })
}

// restarted tells of the till's starts while a finding came about: what it
// asked, what it was answered and what it wrote of that, against what was open.
func (s *story) restarted(f check.Finding, a around) []heroStep {
	to := a.last
	if missing[s.wrong[0].result.ID] {
		to = int64(len(s.b.Events))
	}
	var out []heroStep
	starts := 0
	for n := a.first + 1; n <= to && a.first > 0 && starts < mostStarts; n++ {
		if e := s.event(n); e.Kind == history.KindStarted && e.Who == a.unit && e.Gen > 1 {
			starts++
			out = append(out, s.started(e)...)
		}
	}
	return out
}

// started is one start and what followed until the next shopper came.
func (s *story) started(start *history.Event) []heroStep {
	first := s.step(start, "starts again", "fault")
	var asked []string
	var list []heroStep
	seen := make(map[string]bool)
	for i := start.N + 1; i <= int64(len(s.b.Events)); i++ {
		e := s.event(i)
		if unitName(e.Who) != start.Who {
			continue
		}
		if e.Kind == history.KindBasket || e.Kind == history.KindCut || e.Kind == history.KindStarted {
			break
		}
		role := ""
		switch {
		case e.Kind == history.KindScreen && strings.HasSuffix(e.Text, "?") && len(e.Lines) > 0 && !seen[e.Text+e.Lines[0]]:
			seen[e.Text+e.Lines[0]] = true
			asked, role = append(asked, strings.ToLower(e.Lines[0])), "it asks"
		case e.Kind == history.KindAnswered:
			role = "the answer"
		case e.Kind == history.KindCommit && strings.Contains(string(e.Payload), `"note":`):
			role = "it writes"
		}
		if role != "" && len(list) < mostAsked {
			list = append(list, s.step(e, role, "path"))
		}
	}
	if open := s.openPrints(start); len(open) > len(asked) {
		first.Expect = fmt.Sprintf("prints without an outcome when it starts: of %s; asked about: %s", listWords(open), cond(len(asked) == 0, "none", listWords(asked)))
		first.Role, first.Class = "the step that does not fit: starts again", "decisive"
	}
	return append([]heroStep{first}, list...)
}

// openPrints lists the receipts whose print was ordered and of which no entry
// before an event says what became of it.
func (s *story) openPrints(before *history.Event) []string {
	var ids []string
	for i := range s.b.Events[:before.N-1] {
		e := &s.b.Events[i]
		if e.Kind != history.KindCommit || e.Who != before.Who || s.lostBy(e, before) {
			continue // what its disk lost it cannot ask about
		}
		var entry struct {
			Facts []struct {
				Note *struct {
					Intent string `json:"intent"`
				} `json:"note"`
			} `json:"facts"`
			Intents []struct {
				ID    string     `json:"id"`
				Print *toldOrder `json:"print"`
			} `json:"intents"`
		}
		if json.Unmarshal(e.Payload, &entry) != nil {
			continue
		}
		for _, f := range entry.Facts {
			if f.Note != nil {
				ids = slices.DeleteFunc(ids, func(id string) bool { return strings.HasPrefix(id, f.Note.Intent+" ") })
			}
		}
		for _, in := range entry.Intents {
			if in.Print != nil && in.Print.Number > 0 {
				ids = append(ids, fmt.Sprintf("%s receipt %d", in.ID, in.Print.Number))
			}
		}
	}
	for i, id := range ids {
		_, ids[i], _ = strings.Cut(id, " ")
	}
	return ids
}

// lostBy tells whether an entry was gone when its till started.
func (s *story) lostBy(e, started *history.Event) bool {
	for _, r := range s.back {
		if k := r.First; e.N < r.Started.N && r.Started.N <= started.N &&
			k.Device == e.Device && k.Inc == e.Inc && k.Seq <= e.Seq && e.Seq <= r.Last.Seq {
			return true
		}
	}
	return false
}

// lastShown is the last screen of each till: what a run that did not come to
// rest waits for often stands there.
func (s *story) lastShown() []heroStep {
	last := make(map[string]*history.Event)
	for i := range s.b.Events {
		if e := &s.b.Events[i]; e.Kind == history.KindScreen {
			last[e.Who] = e
		}
	}
	var out []heroStep
	for _, who := range sortedKeys(last) {
		out = append(out, s.step(last[who], "what it showed last", "path"))
	}
	return inOrder(out)
}

// leftView is what lies on a unit's disk at the end.
type leftView struct{ Unit, Words string }

// mostLeft is how many files of a directory are named.
const mostLeft = 6

// disksLeft lists the directories of each unit's disk. The files of the vault
// have the names of payments.
func (s *story) disksLeft() []leftView {
	var out []leftView
	for _, unit := range sortedKeys(s.b.Disks) {
		dirs := map[string][]string{}
		if slices.Contains(s.head.Tills, unit) {
			dirs["vault"] = nil // an empty one says something, too
		}
		for _, path := range sortedKeys(s.b.Disks[unit]) {
			dir, name, inside := strings.Cut(path, "/")
			dirs[dir] = append(dirs[dir], cond(inside, name, dir))
		}
		var words []string
		for _, dir := range sortedKeys(dirs) {
			files := dirs[dir]
			if len(files) == 0 {
				words = append(words, dir+": no file")
				continue
			}
			more := cond(len(files) > mostLeft, fmt.Sprintf(" and %d more", len(files)-mostLeft), "")
			words = append(words, dir+": "+strings.Join(files[:min(len(files), mostLeft)], ", ")+more)
		}
		out = append(out, leftView{unit, strings.Join(words, "; ")})
	}
	return out
}
