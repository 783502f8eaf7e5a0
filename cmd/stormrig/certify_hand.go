package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // photographs
	_ "image/png"
	"io"
	"os"
	"strconv"
	"strings"

	"stormrig/hil/certify"
)

// hand is a person at the bench: he is told what to do on the terminal.
type hand struct {
	ctx   context.Context // an interrupt ends the waiting for an answer
	out   io.Writer
	lines chan string // closed at the end of the input
}

func newHand(ctx context.Context, to IO) *hand {
	h := &hand{ctx: ctx, out: to.Stderr, lines: make(chan string)}
	go func() {
		defer close(h.lines)
		for in := bufio.NewScanner(to.Stdin); in.Scan(); {
			select {
			case h.lines <- strings.TrimSpace(in.Text()):
			case <-ctx.Done():
				return
			}
		}
	}()
	return h
}

// errGone: nobody is there any more, as opposed to somebody who cannot.
var errGone = errors.New("nobody answers: the input has ended")

// line asks for one line; 's' is certify.ErrNotDone.
func (h *hand) line(prompt string) (string, error) {
	fmt.Fprint(h.out, prompt)
	select {
	case <-h.ctx.Done():
		fmt.Fprintln(h.out)
		return "", h.ctx.Err()
	case s, ok := <-h.lines:
		switch {
		case !ok:
			fmt.Fprintln(h.out)
			return "", errGone
		case strings.EqualFold(s, "s"):
			return "", certify.ErrNotDone
		}
		return s, nil
	}
}

// Do has the person do something.
func (h *hand) Do(a certify.Action) error {
	words := a.Prompt
	if a.Name == certify.Wait {
		words = fmt.Sprintf("%s (%s)", words, a.Data)
	}
	_, err := h.line("  > " + words + "  [Enter: done, s: cannot] ")
	return err
}

// Ask has the person look.
func (h *hand) Ask(q certify.Question) (string, error) {
	if q.Kind == certify.AsCodes {
		return h.codes(q)
	}
	for {
		s, err := h.line("  ? " + q.Prompt + "  [" + forms[q.Kind] + ", s: cannot tell] ")
		if err != nil {
			return "", err
		}
		switch q.Kind {
		case certify.AsText:
			return s, nil
		case certify.AsNumber:
			if _, err := strconv.Atoi(s); err == nil || s == "" {
				return s, nil
			}
		case certify.AsYesNo:
			if yes, ok := map[string]string{"y": "yes", "yes": "yes", "n": "no", "no": "no"}[strings.ToLower(s)]; ok {
				return yes, nil
			}
		}
	}
}

// forms say how a question is answered.
var forms = map[certify.Answer]string{certify.AsText: "Enter: none", certify.AsNumber: "a number; Enter: none", certify.AsYesNo: "yes, no"}

// codes collects what a hand scanner types, or what photographs show.
func (h *hand) codes(q certify.Question) (string, error) {
	var got []string
	prompt := q.Prompt
	for {
		s, err := h.line("  ? " + prompt + "  [a code or a file a line; Enter: no more can be read, s: cannot] ")
		switch {
		case err != nil:
			return "", err
		case s == "":
			return strings.Join(got, "\n"), nil
		}
		prompt = "And the next?"
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
