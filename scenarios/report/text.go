package report

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"stormrig/scenarios/check"
)

// page collects lines: a label on the left, words on the right, wrapped.
type page struct{ bytes.Buffer }

const (
	labelWidth = 10 // column in which the words begin
	pageWidth  = 100
)

// row writes a label and words behind it.
func (p *page) row(label, format string, args ...any) {
	words := fmt.Sprintf(format, args...)
	for i, line := range wrapped(words, pageWidth-labelWidth) {
		if i > 0 {
			label = ""
		}
		p.WriteString(strings.TrimRight(fmt.Sprintf("%-*s%s", labelWidth, label, line), " ") + "\n")
	}
}

// wrapped breaks words into lines; runs of blanks within a line stay, they
// align columns.
func wrapped(words string, width int) []string {
	var lines []string
	for len(words) > width {
		cut := strings.LastIndexByte(words[:width+1], ' ')
		if cut <= 0 {
			break
		}
		lines = append(lines, strings.TrimRight(words[:cut], " "))
		words = strings.TrimLeft(words[cut:], " ")
	}
	return append(lines, words)
}

// Text writes what a person reads after a run: the verdict in plain words,
// what was counted, what is wrong, where the report is. At most 40 lines.
func Text(w io.Writer, b *Bundle) error {
	p, r := new(page), &b.Result
	fmt.Fprintf(p, "%s  %s, seed %d: %s\n\n", strings.ToUpper(r.Verdict), r.Scenario, r.Seed, plain(r))
	p.wrong(b)
	p.counts(b)
	p.faults(r)
	p.checks(r)
	p.row("time", "%s of shop time in %.2f s, %s events", spell(r.VirtualSeconds), r.WallSeconds, thousands(r.Events))
	if len(r.Invented) > 0 {
		p.row("note", "made up by the import: %s; verdicts over these say nothing about the real day", strings.Join(r.Invented, ", "))
	}
	p.replay(r)
	if r.Digest != "" { // two runs on real ports never interleave alike
		p.row("digest", "%.16s", r.Digest)
	}
	p.WriteByte('\n')
	if r.Out != "" {
		p.row("report", "%s", filepath.Join(r.Out, FileReport))
		if b.Taken != "" {
			p.row("", "(%s is there already and was left as it is)", b.Taken)
		}
	}
	p.next(b)
	p.row("again", "%s", b.Line)
	_, err := w.Write(p.Bytes())
	return err
}

// next says how to look into a run that does not hold.
func (p *page) next(b *Bundle) {
	if b.Line == "" || b.Result.Out == "" || b.Result.Verdict == check.RunHolds {
		return
	}
	words := []string{"check", "shrink"}
	if b.Result.Verdict != check.RunStalled && !slices.ContainsFunc(b.Result.Invariants, func(i Invariant) bool { return i.Verdict == check.Violated }) {
		words = words[:1] // shrink would find nothing
	}
	for i, word := range words {
		fmt.Fprintf(p, "%-*s%s %s %s\n", labelWidth, cond(i == 0, "look into", ""), program(b.Line), word, Quote(b.Result.Out))
	}
}

var verb = regexp.MustCompile(`^((?:go run )?.*?) (?:run|replay|campaign) `)

// program is how a line calls this program: all lines that are printed beside
// it must call it so, too.
func program(line string) string {
	if m := verb.FindStringSubmatch(line); m != nil {
		return m[1]
	}
	return "stormrig"
}

// Quote writes a word so that a shell takes it as one.
func Quote(word string) string {
	if word != "" && !strings.ContainsFunc(word, func(c rune) bool { return strings.ContainsRune(" \t\n\"'\\$&;|<>()*?[]{}~#!`", c) }) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// plain is the verdict in words.
func plain(r *Result) string {
	s := r.Sales
	day := count(s.Rung, "sale")
	if s.Dark > 0 {
		day += fmt.Sprintf(", %d of them in the dark", s.Dark)
	}
	switch r.Verdict {
	case check.RunHolds:
		return day + "; nothing lost, nothing twice" + cond(s.Captured > 0, ", every capture accounted for", "")
	case check.RunViolated:
		return fmt.Sprintf("%s; %s", day, strings.Join(broken(r), ", "))
	case check.RunStalled:
		return day + "; tills and hub did not come to rest after the faults had ended"
	case check.RunBlind:
		return fmt.Sprintf("%s; nothing is violated, but %s did not fire: this run proves less than was written", day, count(len(Unfired(r)), "fault"))
	}
	return day + "; this machine lacks what was asked"
}

// broken names what is wrong, in a few words.
func broken(r *Result) []string {
	var out []string
	var ids []string
	for _, inv := range r.Invariants {
		if inv.Verdict == check.Violated {
			ids = append(ids, inv.ID)
		}
	}
	switch {
	case len(ids) > 9:
		out = append(out, fmt.Sprintf("%d invariants violated", len(ids)))
	case len(ids) > 0:
		out = append(out, strings.Join(ids, " ")+" violated")
	}
	if r.Sales.Lost > 0 {
		out = append(out, fmt.Sprintf("%d lost", r.Sales.Lost))
	}
	if r.Sales.Duplicated > 0 {
		out = append(out, fmt.Sprintf("%d twice", r.Sales.Duplicated))
	}
	switch {
	case len(out) > 0 && len(r.Unmet) > 0:
		return append(out, "figures not as expected")
	case len(out) > 0:
		return out
	}
	return []string{"the scenario expected other figures (" + strings.Join(r.Unmet, "; ") + ")"}
}

// Limits keep the page on a screen; the report has the rest.
const (
	mostViolated = 3
	mostUnfired  = 2
)

// wrong shows what is violated, in the order in which it came about and with
// its events.
func (p *page) wrong(b *Bundle) {
	all := b.wrongs()
	for i, w := range all {
		if i == mostViolated {
			break
		}
		tail := eventWords(w.finding.Events)
		if n := len(w.result.Details) - 1; n > 0 {
			tail += fmt.Sprintf(" and %d more", n)
		}
		if i == 1 {
			p.row("", "what follows from it, or came later%s:", cond(len(all) > mostViolated, fmt.Sprintf(
				" (%s, the report has all)", count(len(all)-1, "invariant")), ""))
		}
		p.short(w.result.ID, w.finding.Words(), tail, pick(i == 0, 4, 2))
		if i == 0 {
			p.turn(b)
		}
	}
	if len(b.Result.Unmet) > 0 {
		p.short("expect", strings.Join(b.Result.Unmet, "; "), cond(len(all) == 0, "; every invariant holds: the till's books are right", ""), 2)
	}
	if len(all)+len(b.Result.Unmet) > 0 {
		p.WriteByte('\n')
	}
}

// turn says where the first violation could still have been avoided.
func (p *page) turn(b *Bundle) {
	switch r := b.Result.NoReturn; {
	case r == nil:
	case r.Never:
		p.row("cause", "no fault is needed: without any, this day violates %s, too", r.Invariant)
	case !r.Always:
		t := newTracer(b.Events)
		e := &b.Events[r.Gone-1]
		p.row("cause", "point of no return: from event %d on %s is lost, whatever follows: %s %s %s %s", r.Gone, r.Invariant, t.seconds(e.T), e.Who, e.Kind, t.text(e))
	}
}

// short writes a row of at most so many lines. Words that do not fit end in
// dots; the tail is always there.
func (p *page) short(label, words, tail string, lines int) {
	most := lines*(pageWidth-labelWidth) - 10*lines // breaking at words loses some
	if len(words)+len(tail) > most {
		words = strings.ToValidUTF8(words[:max(most-len(tail)-4, 0)], "") + " ..."
	}
	p.row(label, "%s%s", words, tail)
}

func (p *page) counts(b *Bundle) {
	r := &b.Result
	s := r.Sales
	p.row("sales", "%s", table("rung", s.Rung, "journaled", s.Journaled, "at the hub", s.Hub, "in the dark", s.Dark, "printed", s.Printed))
	p.row("", "%s", table("lost", s.Lost, "duplicated", s.Duplicated, "walk-outs", s.Walkouts, "re-rings", s.Rerings, "refused cards", s.RefusedCards))
	owed := ""
	if r.Owed.Payments > 0 && len(b.Events) > 0 && b.Events[0].Header != nil {
		owed = fmt.Sprintf("%4d owed (%s, by customers who have the goods)", r.Owed.Payments, check.Money(b.Events[0].Header.Currency, r.Owed.Amount))
	}
	p.row("cards", "%-18s%s", table("captured", s.Captured), owed)
	p.row("power", "%s", cutWords(&r.Cuts))
	p.row("disk", "%s", table("torn", r.Images.Torn, "reordered", r.Images.Reordered)+"   images recovered from")
}

// table puts numbers under each other: name and number by turns.
func table(pairs ...any) string {
	cells := make([]string, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		cells = append(cells, fmt.Sprintf("%4d %-13s", pairs[i+1], pairs[i]))
	}
	return strings.TrimRight(strings.Join(cells, ""), " ")
}

func cutWords(c *check.Cuts) string {
	total := 0
	var places []string
	for _, f := range cutFields(c) {
		if *f.n > 0 {
			total += *f.n
			places = append(places, fmt.Sprintf("%d %s", *f.n, f.name))
		}
	}
	if total == 0 {
		return "   0 losses of a till's power"
	}
	return fmt.Sprintf("%4d %s of a till's power: %s", total, cond(total == 1, "loss", "losses"), strings.Join(places, ", "))
}

func (p *page) faults(r *Result) {
	fired, idle := 0, []string(nil)
	for _, f := range r.Faults {
		if f.Fired {
			fired++
		}
		if f.Fired && f.Why != "" {
			idle = append(idle, fmt.Sprintf("%s %s: %s", f.ID, f.sentence(), f.Why))
		}
	}
	p.row("faults", "%4d written, %d fired%s", len(r.Faults), fired, cond(len(idle) > 0, fmt.Sprintf(", %d of them without effect", len(idle)), ""))
	if len(idle) > 0 {
		p.short("", "no effect: "+idle[0], "", 2)
	}
	missed := Unfired(r)
	for i, m := range missed {
		if i == mostUnfired {
			p.row("", "and %d more did not fire", len(missed)-i)
			break
		}
		p.short("", "did not fire: "+m, "", 2)
	}
}

func (p *page) checks(r *Result) {
	var quiet, holds []string
	violated := 0
	for _, inv := range r.Invariants {
		switch inv.Verdict {
		case check.Holds:
			holds = append(holds, inv.ID)
		case check.Violated:
			violated++
		default:
			quiet = append(quiet, inv.ID)
		}
	}
	words := fmt.Sprintf("%4d hold, %d violated", len(holds), violated)
	if len(quiet) > 0 {
		words += fmt.Sprintf(", %d not exercised (%s)", len(quiet), strings.Join(quiet, " "))
	}
	p.row("checks", "%s", words)
}

func (p *page) replay(r *Result) {
	switch {
	case r.Replay == nil:
	case r.Replay.Invariant != "" && r.Replay.Reproduced:
		p.row("replay", "reproduced: %s, for which the case was made small, is violated again", r.Replay.Invariant)
	case r.Replay.Invariant != "":
		p.row("replay", "NOT reproduced: %s, for which the case was made small, is not violated", r.Replay.Invariant)
	case r.Replay.Digest == "":
		p.row("replay", "the report holds no digest: that run broke off before it was judged")
	case r.Replay.Reproduced:
		p.row("replay", "reproduced: the digest is that of the report")
	case r.Replay.Version != r.Version:
		p.row("replay", "NOT reproduced: another digest; %s had played the report, this is %s", r.Replay.Version, r.Version)
	default:
		p.row("replay", "NOT reproduced: another digest from the same version")
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// spell writes seconds as a person says them.
func spell(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second)).Round(time.Second)
	if d >= time.Hour {
		return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
}

func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
