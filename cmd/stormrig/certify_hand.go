package main

import (
	"bufio"
	"fmt"
	"image"
	_ "image/jpeg" // photographs
	_ "image/png"
	"io"
	"os"
	"strings"

	"stormrig/hil/certify"
)

// hand is a person at the bench: he is told what to do on the terminal.
type hand struct {
	out io.Writer
	in  *bufio.Scanner
}

func newHand(to IO, in io.Reader) *hand { return &hand{out: to.Stderr, in: bufio.NewScanner(in)} }

// line asks for one line; ok is false at the input's end.
func (h *hand) line(prompt string) (string, bool) {
	fmt.Fprint(h.out, prompt)
	if !h.in.Scan() {
		fmt.Fprintln(h.out)
		return "", false
	}
	return strings.TrimSpace(h.in.Text()), true
}

// Do has the person do something.
func (h *hand) Do(a certify.Action) error {
	words := a.Prompt
	if a.Name == certify.Wait {
		words = fmt.Sprintf("%s (%s)", words, a.Data)
	}
	s, ok := h.line("  > " + words + "  [Enter: done, s: cannot] ")
	if !ok || strings.EqualFold(s, "s") {
		return certify.ErrNotDone
	}
	return nil
}

// Ask has the person look.
func (h *hand) Ask(q certify.Question) (string, error) {
	if q.Kind == certify.AsCodes {
		return h.codes(q)
	}
	tail := "  [s: cannot tell] "
	if q.Kind == certify.AsYesNo {
		tail = "  [yes, no, s: cannot tell] "
	}
	for {
		s, ok := h.line("  ? " + q.Prompt + tail)
		switch {
		case !ok || strings.EqualFold(s, "s"):
			return "", certify.ErrNotDone
		case q.Kind != certify.AsYesNo:
			return s, nil
		case strings.EqualFold(s, "y") || strings.EqualFold(s, "yes"):
			return "yes", nil
		case strings.EqualFold(s, "n") || strings.EqualFold(s, "no"):
			return "no", nil
		}
	}
}

// codes collects what a hand scanner types, or what photographs show.
func (h *hand) codes(q certify.Question) (string, error) {
	var got []string
	for {
		s, ok := h.line("  ? " + q.Prompt + "  [a code or a file a line, empty: that is all, s: cannot] ")
		switch {
		case strings.EqualFold(s, "s") || !ok && len(got) == 0:
			return "", certify.ErrNotDone
		case !ok || s == "":
			return strings.Join(got, "\n"), nil
		}
		f, err := os.Open(s)
		if err != nil {
			got = append(got, s) // a scanner typed it
			continue
		}
		img, _, err := image.Decode(f)
		f.Close()
		if err != nil {
			fmt.Fprintf(h.out, "    %s is no picture that can be read (PNG, JPEG): %v\n", s, err)
			continue
		}
		read := certify.Codes(img)
		fmt.Fprintf(h.out, "    read: %s\n", strings.Join(read, ", "))
		got = append(got, read...)
	}
}
