package report

import (
	"fmt"
	"io"
	"os"
	"strings"

	"stormrig/scenarios/check"
)

// MostAnnotations is how many annotations GitHub shows of one step; more are
// dropped there.
const MostAnnotations = 10

// Annotate writes a run that does not hold as a workflow command of GitHub
// Actions, one line; nothing for a run that holds. scenario is what was typed:
// where it is a file, the annotation stands at that file. The log may be
// standard output or standard error, GitHub reads both.
//
// Source of the form: docs.github.com, "Workflow commands for GitHub Actions",
// setting an error message.
func Annotate(w io.Writer, scenario string, b *Bundle) error {
	r := &b.Result
	if r.Verdict == check.RunHolds {
		return nil
	}
	said := plain(r)
	if all := b.wrongs(); len(all) > 0 {
		said = all[0].result.ID + ": " + all[0].finding.Words()
		if n := len(all) - 1; n > 0 {
			said += fmt.Sprintf(" (and %s more violated)", count(n, "invariant"))
		}
	} else if missed := Unfired(r); len(missed) > 0 {
		said += "\n" + strings.Join(missed, "\n")
	}
	title := fmt.Sprintf("stormrig: %s, seed %d: %s", r.Scenario, r.Seed, r.Verdict)
	return AnnotateError(w, scenario, title, said+"\nagain: "+b.Line+cond(r.Out != "", "\nevidence: "+r.Out, ""))
}

// AnnotateError writes one error annotation.
func AnnotateError(w io.Writer, file, title, text string) error {
	at := ""
	if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
		at = "file=" + property(file) + ",line=1,"
	}
	if _, err := fmt.Fprintf(w, "::error %stitle=%s::%s\n", at, property(title), message(text)); err != nil {
		return fmt.Errorf("writing an annotation: %w", err)
	}
	return nil
}

// message and property escape what would end the command or its parts.
func message(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

func property(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(message(text))
}
