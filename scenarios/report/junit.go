package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"stormrig/scenarios/check"
	"stormrig/scenarios/explain"
)

// The elements of JUnit XML that test dashboards agree on.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
		Out        string          `xml:"system-out"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Time    string        `xml:"time,attr"`
		Failure *junitMessage `xml:"failure"`
		Skipped *junitMessage `xml:"skipped"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// mostFindings of one checker are written out; the first ones tell the story.
const mostFindings = 20

// JUnit writes runs as JUnit XML: a suite a run, a case an invariant. Three
// more cases a run stand for what no invariant says: that it came to rest,
// that its faults fired, that the expected figures came out; without them a
// blind run would be green.
func JUnit(w io.Writer, runs ...*Bundle) error {
	all := junitSuites{Name: "stormrig"}
	seconds := 0.0
	for _, b := range runs {
		s := suite(b)
		all.Tests, all.Failures, all.Skipped = all.Tests+s.Tests, all.Failures+s.Failures, all.Skipped+s.Skipped
		seconds += b.Result.WallSeconds
		all.Suites = append(all.Suites, s)
	}
	all.Time = fmt.Sprintf("%.3f", seconds)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("writing JUnit: %w", err)
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return fmt.Errorf("writing JUnit: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("writing JUnit: %w", err)
	}
	return nil
}

func suite(b *Bundle) junitSuite {
	r := &b.Result
	s := junitSuite{
		Name: fmt.Sprintf("%s, seed %d", r.Scenario, r.Seed), Time: fmt.Sprintf("%.3f", r.WallSeconds),
		Properties: []junitProperty{{"seed", fmt.Sprint(r.Seed)}, {"rig", r.Rig}, {"digest", r.Digest}, {"verdict", r.Verdict}, {"replay", b.Line}},
		Out:        b.Line,
	}
	titles := make(map[string]string)
	for _, inv := range explain.Invariants() { // the words of 'stormrig list'
		titles[inv.ID] = inv.Holds
	}
	add := func(name string, failure, skipped *junitMessage) {
		c := junitCase{Class: fmt.Sprintf("%s.seed-%d", r.Scenario, r.Seed), Name: name, Time: "0", Failure: failure, Skipped: skipped}
		s.Tests++
		if failure != nil {
			failure.Text += "\nagain: " + b.Line + "\n"
			failure.Text, failure.Message = printable(failure.Text), printable(failure.Message)
			s.Failures++
		} else if skipped != nil {
			s.Skipped++
		}
		s.Cases = append(s.Cases, c)
	}
	for i := range b.Checks {
		failure, skipped := verdictOf(&b.Checks[i])
		add(b.Checks[i].ID+" "+titles[b.Checks[i].ID], failure, skipped)
	}
	add("comes to rest", rest(r), nil)
	add("written faults fire", fired(r), nil)
	add("expected figures", expected(r), nil)
	return s
}

func verdictOf(c *check.Result) (failure, skipped *junitMessage) {
	switch c.Verdict {
	case check.Violated:
		return &junitMessage{Message: c.Detail(), Type: c.ID, Text: strings.Join(findings(c, mostFindings), "\n")}, nil
	case check.NotExercised:
		return nil, &junitMessage{Message: c.Note}
	}
	return nil, nil
}

func rest(r *Result) *junitMessage {
	if r.Verdict != check.RunStalled {
		return nil
	}
	return &junitMessage{Message: "the run did not come to rest after its faults had ended", Type: check.RunStalled}
}

func fired(r *Result) *junitMessage {
	missed := Unfired(r)
	if len(missed) == 0 {
		return nil
	}
	return &junitMessage{Message: fmt.Sprintf("%d written faults did not fire", len(missed)), Type: check.RunBlind, Text: strings.Join(missed, "\n")}
}

func expected(r *Result) *junitMessage {
	if len(r.Unmet) == 0 {
		return nil
	}
	return &junitMessage{Message: strings.Join(r.Unmet, "; "), Type: "expect"}
}

// findings writes a checker's findings, one a line, with their events.
func findings(c *check.Result, most int) []string {
	var lines []string
	for i, f := range c.Details {
		if i == most {
			lines = append(lines, fmt.Sprintf("and %d more", len(c.Details)-most))
			break
		}
		lines = append(lines, f.Words()+eventWords(f.Events))
	}
	return lines
}

// eventWords names events; more than six would bury the sentence.
func eventWords(n []int64) string {
	if len(n) == 0 {
		return ""
	}
	words := make([]string, 0, 7)
	for i, e := range n {
		if i == 6 {
			words = append(words, "...")
			break
		}
		words = append(words, fmt.Sprint(e))
	}
	return " [event " + strings.Join(words, ", ") + "]"
}

// Unfired says which written faults did not do what was written, and why.
func Unfired(r *Result) []string {
	var out []string
	for _, f := range r.Faults {
		if !f.Fired && !f.Optional {
			out = append(out, fmt.Sprintf("%s %s: %s", f.ID, f.sentence(), f.Why))
		}
	}
	return out
}

// sentence is the fault in words; a result of an older version has none.
func (f Fault) sentence() string {
	if f.Words != "" {
		return f.Words
	}
	return fmt.Sprintf("%s %s, %s", f.Kind, f.Target, f.When)
}

// printable drops what XML cannot hold: a finding may quote bytes off a wire.
func printable(s string) string {
	return strings.Map(func(c rune) rune {
		if c == utf8.RuneError || c < ' ' && c != '\n' && c != '\t' {
			return '.'
		}
		return c
	}, s)
}
