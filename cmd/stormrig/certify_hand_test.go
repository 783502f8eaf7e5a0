package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/certify"
	"stormrig/hil/certify/live"
	"stormrig/hil/port"
	"stormrig/hil/pump"
	"stormrig/sim/emulator"
)

// person reads what the command asks on the terminal, works the printer that
// stands before him, looks at its paper, and types.
type person struct {
	t       *testing.T
	printer *live.Remote
	keys    io.WriteCloser
	read    string   // since the last answer
	asked   []string // every prompt
	leaves  string   // before he answers this he goes home
	cannot  string   // he answers this with s
	photo   string   // file
	page    string   // where the printer's paper can be seen
}

var (
	hands = []struct{ words, action string }{
		{"Open the printer's cover", "open-cover"}, {"open the cover", "open-cover"},
		{"paper in again and close the cover", "paper-in"}, {"paper out", "paper-out"}, {"Close the cover", "close-cover"},
		{"take the cable out", "unplug"}, {"Connect it again", "plug"},
		{"Connect a cash drawer", "drawer"}, {"Shut the drawer", "shut-drawer"},
		{"Switch the printer off", "power-off"}, {"Switch it on again", "power-on"},
	}
	missing = regexp.MustCompile(`which of the lines (\w+) 001 to \w+ (\d+) are missing`)
	glyphs  = regexp.MustCompile(`(?m)^GLYPH .*$`)
	onPaper = regexp.MustCompile(`(?:whole lines|line) (\w+)(?: (\d+))?`)
)

// Write is what the person reads.
func (p *person) Write(text []byte) (int, error) {
	p.read += string(text)
	if !strings.HasSuffix(p.read, "] ") {
		return len(text), nil
	}
	i := max(strings.LastIndex(p.read, "  > "), strings.LastIndex(p.read, "  ? "))
	prompt := p.read[i+4:]
	p.read, p.asked = "", append(p.asked, prompt)
	if p.leaves != "" && strings.Contains(prompt, p.leaves) {
		return len(text), p.keys.Close()
	}
	answer := "s"
	if p.cannot == "" || !strings.Contains(prompt, p.cannot) {
		answer = p.answer(prompt)
	}
	// The command is asking, and reads only afterwards.
	go func() { _, _ = fmt.Fprintln(p.keys, answer) }()
	return len(text), nil
}

func (p *person) answer(prompt string) string {
	for _, h := range hands {
		if strings.Contains(prompt, h.words) && strings.Contains(prompt, "[Enter: done") {
			assert.NoError(p.t, p.printer.Order(h.action, ""), prompt)
			return ""
		}
	}
	switch {
	case strings.Contains(prompt, "Wait until"):
		return ""
	case missing.MatchString(prompt):
		m := missing.FindStringSubmatch(prompt)
		last, _ := strconv.Atoi(m[2])
		return p.look(func(lines string, _ certify.Scene) (out string) {
			for i := 1; i <= last; i++ {
				if strings.Count(lines, fmt.Sprintf("\n%s %03d\n", m[1], i)) != 1 {
					out += fmt.Sprint(i, " ")
				}
			}
			return out
		})
	case glyphs.MatchString(prompt):
		return p.look(func(lines string, _ certify.Scene) (out string) {
			for _, g := range glyphs.FindAllString(prompt, -1) {
				if want, _, _ := strings.Cut(g, "  ["); !strings.Contains(lines, "\n"+want+"\n") {
					out += strings.Fields(g)[1] + " "
				}
			}
			return out
		})
	case strings.Contains(prompt, "Scan the four codes"):
		resp, err := http.Get(p.page + "/v1/paper.png")
		require.NoError(p.t, err)
		defer resp.Body.Close()
		pic, err := io.ReadAll(resp.Body)
		require.NoError(p.t, err)
		require.NoError(p.t, os.WriteFile(p.photo, pic, 0o600))
		return p.photo
	case strings.Contains(prompt, "And the next?"):
		return ""
	case strings.Contains(prompt, "the drawer"):
		return p.look(func(_ string, s certify.Scene) string { return fmt.Sprint(s.Kicks) })
	case strings.Contains(prompt, "wrong with the cut"):
		return ""
	case onPaper.MatchString(prompt):
		m := onPaper.FindStringSubmatch(prompt)
		return p.look(func(lines string, _ certify.Scene) string {
			if m[2] != "" {
				return map[bool]string{true: "yes", false: "no"}[strings.Contains(lines, m[1]+" "+m[2])]
			}
			return fmt.Sprint(strings.Count(lines, "\n"+m[1]+" "))
		})
	}
	assert.Fail(p.t, "nobody knows what this asks", prompt)
	return "s"
}

// look is an answer found on the paper, or at the drawer.
func (p *person) look(see func(lines string, s certify.Scene) string) string {
	a, err := p.printer.Ask(certify.Question{See: func(s certify.Scene) string {
		var all strings.Builder
		for _, sheet := range s.Sheets {
			all.WriteString("\n" + strings.Join(sheet.Lines, "\n") + "\n")
		}
		return see(strings.ReplaceAll(all.String(), "\n", "\n\n"), s)
	}})
	assert.NoError(p.t, err)
	return a
}

// A person certifies a printer, goes home in the middle, comes back, cannot scan
// the codes, and on a third day can: what was done is not asked again.
func TestCertifyByHand(t *testing.T) {
	t.Parallel()
	kind, err := emulator.Printer("tm-t20", nil)
	require.NoError(t, err)
	clock := pump.NewClock(pump.Pace{Rate: 40})
	where, err := port.Parse("tcp:127.0.0.1:0")
	require.NoError(t, err)
	e := emulator.New(emulator.Config{Kind: kind, Listen: where, Clock: clock, Seed: 1})
	require.NoError(t, e.Start())
	page := httptest.NewServer(e.Handler())
	t.Cleanup(func() { page.Close(); e.Close(); clock.Close() })
	printer, err := live.NewRemote(page.URL)
	require.NoError(t, err)
	dir := t.TempDir()

	sit := func(p *person) (Code, string) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		keys, typed := io.Pipe()
		p.t, p.printer, p.keys, p.photo, p.page = t, printer, typed, filepath.Join(dir, "photo.png"), page.URL
		defer typed.Close()
		var out strings.Builder
		code := executeIn(ctx, engines{}, []string{"certify", "printer", "--port", e.Addr(), "--model", "TM-T20", "--out", filepath.Join(dir, "c"),
			"--only", "identity,status.cover,glyphs,codes,cut,drawer,recovery.clear,link.cut"}, IO{Stdin: keys, Stdout: &out, Stderr: p})
		return code, out.String() + p.read
	}
	first := &person{leaves: "GLYPH"}
	code, said := sit(first)
	assert.Equal(t, Stalled, code, said)
	assert.Contains(t, said, "nobody answers: the input has ended\nhint: the same line goes on")
	assert.Len(t, first.asked, 3, "the cover opened and shut, and the question that nobody answered")

	second := &person{cannot: "Scan the four codes"}
	code, said = sit(second)
	assert.Equal(t, Stalled, code, said)
	assert.Contains(t, second.asked[0], "GLYPH", "goes on where it stopped")
	assert.Regexp(t, `codes +incomplete +the codes were not read back`, said)
	assert.NotContains(t, said, " fail ")

	third := &person{}
	_, said = sit(third)
	assert.Len(t, third.asked, 2, "only what was incomplete is asked again: %v", third.asked)
	assert.Regexp(t, `codes +pass +4 codes`, said)
}
