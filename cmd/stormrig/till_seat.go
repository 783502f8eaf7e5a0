package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"stormrig/hil/port"
	"stormrig/hil/wire/seat"
)

// seatUI is a till's seat in a terminal: what is typed are keys, and what the
// till shows is drawn whole each time.
type seatUI struct {
	out   io.Writer
	clear bool // the terminal can be cleared
	last  string
}

// seatHelp is what 'help' shows. The words are those of pos/screen.go.
const seatHelp = `
  4800016641503        a barcode, typed by hand (or: item CODE)
  void N, void         take line N out; give the whole cart up
  cash 1500.00         pay in cash: what the customer hands over
  card                 pay by card
  yes, no              answer a question
  copy 12              print a copy of receipt 12
  report x, report z   the day so far; close the day
  settle               what is not paid; settle SALE cash|bank|loss closes one of it
  edit SKU price 990   change a price; edit ITEM name TEXT a name
  look                 the screen once more
  quit                 stop the till, in order

`

// hints say what can be typed at a prompt.
var hints = map[string]string{
	"SCAN":         "barcode, report x, copy N, help, quit",
	"SCAN OR PAY":  "barcode, cash AMOUNT, card, void N, void",
	"NEXT":         "barcode, copy N, help",
	"PRESENT CARD": "swipe, or void",
	"YES OR NO":    "yes, no",
}

// run draws what the till shows and hands it what is typed, until 'quit', the end
// of the input or of the context.
func (u *seatUI) run(ctx context.Context, in io.Reader, l port.Listener) error {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			select {
			case lines <- strings.TrimSpace(s.Text()):
			case <-ctx.Done():
				return
			}
		}
	}()
	conn, err := l.Accept(ctx)
	if err != nil {
		return nil // interrupted before there was anything to see
	}
	defer conn.Close()
	shown := make(chan seat.Screen)
	go func() {
		defer close(shown)
		var screens seat.Screens
		buf := make([]byte, seat.MaxFrame)
		for {
			n, err := conn.Read(buf)
			if err != nil {
				return
			}
			for _, s := range screens.Feed(buf[:n]) {
				select {
				case shown <- s:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return u.talk(ctx, conn, lines, shown)
}

// answerWithin is how long the next line waits for the answer to the one before:
// who types ahead, or a pipe, is read at the till's pace.
const answerWithin = 3 * time.Second

// talk takes lines and screens as they come.
func (u *seatUI) talk(ctx context.Context, conn port.Port, lines <-chan string, shown <-chan seat.Screen) error {
	var next <-chan string // what is typed before there is anything to see waits
	late := time.After(answerWithin)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-late:
			next, late = lines, nil
		case s, ok := <-shown:
			if !ok {
				return nil
			}
			u.draw(s)
			next, late = lines, nil
		case line, ok := <-next:
			if !ok || line == "quit" {
				return nil
			}
			asked, err := u.typed(conn, line)
			if err != nil {
				return err
			}
			if asked {
				next, late = nil, time.After(answerWithin)
			}
		}
	}
}

// typed is one line: help is of the seat, all else of the till. It tells whether
// the till will show something new.
func (u *seatUI) typed(conn port.Port, line string) (asked bool, err error) {
	asked = line != "" && line != "look"
	switch {
	case line == "help" || line == "?":
		fmt.Fprint(u.out, seatHelp)
		return false, nil
	case line == "":
		line = "look"
	case line == "y" || line == "n":
		line = map[string]string{"y": "yes", "n": "no"}[line]
	case strings.Trim(line, "0123456789") == "":
		line = "item " + line
	}
	_, err = conn.Write([]byte(line + "\n"))
	return asked, err
}

// draw shows a screen, once.
func (u *seatUI) draw(s seat.Screen) {
	var b strings.Builder
	if s.Status != "" {
		fmt.Fprintf(&b, "  ! %s\n", s.Status)
	}
	fmt.Fprintf(&b, "  %s\n", s.Title)
	for _, l := range s.Lines {
		fmt.Fprintf(&b, "    %s\n", l)
	}
	fmt.Fprintf(&b, "  %s", s.Prompt)
	if h := hints[s.Prompt]; h != "" {
		fmt.Fprintf(&b, "   (%s)", h)
	}
	b.WriteString("\n")
	text := b.String()
	if text == u.last && s.Tone == "" && !u.clear {
		return
	}
	u.last = text
	if u.clear {
		text = "\x1b[H\x1b[2J" + text + map[string]string{"bad": "\a"}[s.Tone]
	} else {
		text = "\n" + text
	}
	fmt.Fprint(u.out, text)
}
