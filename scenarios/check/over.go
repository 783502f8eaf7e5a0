package check

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"stormrig/sim/history"
)

var y10 = Checker{
	ID: "Y10", Level: 2, Check: checkY10,
	Title:   "An edit says what was typed, and names what it was made over: all that its till knew of the field, and nothing else",
	Premise: "edit of the catalogue",
}

// checkY10: which edits are a conflict follows from what each was made over. One
// that forgets what it replaces asks a person to choose between values of which
// the second was a correction of the first; one that claims more hides a
// conflict.
func checkY10(v *View) Result {
	var r Result
	c := v.newCatalogue()
	fields := make([]string, 0, len(c.edits))
	for field := range c.edits {
		fields = append(fields, field)
	}
	sort.Strings(fields)
	for _, field := range fields {
		for _, e := range c.edits[field] {
			u := v.unit[e.record.key.Device]
			if u == nil || !u.watched || e.record.commit == nil || e.record.own == nil {
				continue
			}
			want := c.newest(u, field, e)
			got := make([]string, len(e.Replaces))
			for i, k := range e.Replaces {
				got[i] = k.key().String()
			}
			sort.Strings(got)
			r.Checked++
			if u.nobodyTyped(e) {
				r.fail(Finding{Entry: e.record.key, Text: fmt.Sprintf("the edit in %s sets %s to %q, which nobody typed at %s", e.record.key, field, e.Value, u.name)}, e.record.commit)
			}
			if strings.Join(want, " ") != strings.Join(got, " ") {
				r.fail(Finding{Entry: e.record.key, Expected: "made over " + listed(want), Found: "made over " + listed(got), Text: fmt.Sprintf("the edit of %s in %s is made over %s, its till knew %s",
					field, e.record.key, listed(got), listed(want))}, e.record.commit)
			}
		}
	}
	c.checkConflicts(&r)
	return r
}

// nobodyTyped tells whether none of the edits that were typed at the till's seat
// is this one. The article may have been written in short.
func (u *unit) nobodyTyped(e *edit) bool {
	typed := false
	for _, k := range u.kind[history.KindKey] {
		words := strings.Fields(k.Text)
		if len(words) < 4 || words[0] != "edit" {
			continue
		}
		value := strings.Join(words[3:], " ")
		if words[2] == "price" {
			n, _ := minor(value)
			value = strconv.FormatInt(n, 10)
		}
		if words[2] == e.Field && value == e.Value && strings.HasPrefix(e.Target+"/", words[1]+"/") {
			return false
		}
		typed = true
	}
	return typed
}

// newest returns the edits of a field that the till knew when it made one and
// that no other known one was made over.
func (c *catalogue) newest(u *unit, field string, of *edit) []string {
	at := u.begun(of.record)
	over := make(map[Key]bool)
	var known []*edit
	for _, e := range c.edits[field] {
		if e == of || !c.knows(u, e.record, at) {
			continue
		}
		known = append(known, e)
		for _, k := range e.Replaces {
			over[k.key()] = true
		}
	}
	var out []string
	for _, e := range known {
		if !over[e.record.key] {
			out = append(out, e.record.key.String())
		}
	}
	sort.Strings(out)
	return out
}

func listed(keys []string) string {
	if len(keys) == 0 {
		return "nothing"
	}
	return strings.Join(keys, " and ")
}
