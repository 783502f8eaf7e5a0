package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"path/filepath"
	"strings"
	"time"
)

//go:embed page
var pageFiles embed.FS

// scripts are joined in this order: each uses only what stands before it.
var scripts = []string{"base.js", "lanes.js", "view.js", "detail.js", "events.js", "main.js"}

// htmlPage is what the template fills in. Everything that must be read without
// JavaScript is here; Data holds what the lanes, the details and the list of
// events are drawn from.
type htmlPage struct {
	Head       headView
	Hero       *heroView
	Blind      *blindView
	Counts     []countGroup
	Sales      []saleRow
	Wrong      *wrongSales
	LeftSales  int    // all sales, where some are left out
	Left       string // what of a large day is left out, and where it is
	Money      moneyView
	Stock      stockView
	Invariants []invariantView
	Faults     []faultView
	Cuts       []cutView
	Images     string
	Disks      []leftView
	Foot       footView

	Policy string
	Style  template.CSS
	Script template.JS
	Data   template.JS
}

// WriteHTML writes the run as one page that needs nothing else: no network, no
// file beside it. A policy inside the page forbids it to load anything, and
// every text of the run is escaped, because labels and paper come from outside.
func WriteHTML(w io.Writer, b *Bundle) error {
	p, err := newPage(b)
	if err != nil {
		return fmt.Errorf("report page of %s: %w", b.Result.Scenario, err)
	}
	tmpl, err := template.ParseFS(pageFiles, "page/report.html")
	if err != nil {
		return fmt.Errorf("report page: %w", err)
	}
	if err := tmpl.Execute(w, p); err != nil {
		return fmt.Errorf("writing the report page: %w", err)
	}
	return nil
}

func newPage(b *Bundle) (*htmlPage, error) {
	s := newStory(b)
	style, err := pageFiles.ReadFile("page/report.css")
	if err != nil {
		return nil, err
	}
	var script bytes.Buffer
	for _, name := range scripts {
		text, err := pageFiles.ReadFile("page/" + name)
		if err != nil {
			return nil, err
		}
		script.Write(text)
	}
	data, err := s.data()
	if err != nil {
		return nil, err
	}
	return &htmlPage{
		Head: s.headView(), Hero: s.hero(), Blind: s.blind(), Counts: s.counts(), Sales: s.saleRows(), Wrong: s.wrongSales(),
		Left: s.show.words(), LeftSales: pick(s.show.leftSales > 0, len(s.sales), 0),
		Money: s.money(), Stock: s.stock(),
		Invariants: s.invariants(), Faults: s.faults(), Cuts: s.cuts(), Images: s.images(), Disks: s.disksLeft(), Foot: s.foot(),
		Policy: "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src " +
			fingerprint(style) + "; script-src " + fingerprint(script.Bytes()),
		Style: template.CSS(style), Script: template.JS(script.String()), Data: template.JS(data), // the program's own, and JSON with <, > and & escaped
	}, nil
}

// fingerprint names a text in a content security policy.
func fingerprint(text []byte) string {
	sum := sha256.Sum256(text)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// headView is the top of the page.
type headView struct {
	Scenario, Title, Story string
	Seed                   int64
	Verdict                string // the machine's word
	Class                  string // "good", "bad" or "warn"
	Headline               string
	Why                    []string
	Line, Program          string
	Day                    string
	Invented               string
}

func (s *story) headView() headView {
	r := &s.b.Result
	h := headView{Scenario: r.Scenario, Title: r.Scenario, Seed: r.Seed, Verdict: r.Verdict, Line: s.b.Line, Program: program(s.b.Line)}
	if strings.ContainsAny(h.Program, `/\`) && !filepath.IsAbs(h.Program) {
		h.Program = "stormrig" // that is no way from the folder of this page
	}
	if sc := s.b.Scenario; sc != nil {
		h.Title, h.Story = sc.Title, sc.Story
	}
	h.Day = s.t.opens.Format("Monday 2 January 2006") + ", " + s.head.Zone
	h.Invented = listWords(s.head.Invented)
	h.Class, h.Headline = s.headline()
	h.Why = s.why()
	return h
}

func (s *story) headline() (class, text string) {
	r := &s.b.Result
	switch r.Verdict {
	case "violated":
		return cond(len(s.wrong) == 0, "warn", "bad"), s.violatedHeadline()
	case "stalled":
		return "bad", "The faults stopped, and the shop did not come to rest in time: something still waits."
	case "blind":
		return "warn", "What was checked holds, but the run did not do all that was written."
	case "unavailable":
		return "warn", "This machine lacks what the run needs: nothing was proved."
	}
	if r.Sales.Rung == 0 {
		return "good", "Everything that was checked holds."
	}
	return "good", "Nothing was lost, and nothing was booked twice."
}

func (s *story) violatedHeadline() string {
	n := r2(s.b.Result.Sales.Lost, "sale was", "sales were") + " lost"
	switch {
	case len(s.wrong) == 0:
		return "Every invariant holds; the day is not the one that the scenario expects."
	case s.b.Result.Sales.Lost > 0:
		return "The books are wrong: " + n + "."
	case s.b.Result.Sales.Duplicated > 0:
		return "The books are wrong: " + r2(s.b.Result.Sales.Duplicated, "sale was", "sales were") + " booked twice."
	}
	return "The books and what really happened do not agree."
}

// why says in a sentence or two what the verdict rests on.
func (s *story) why() []string {
	held, broken := 0, 0
	var idle []string
	for _, c := range s.b.Checks {
		switch c.Verdict {
		case "holds":
			held++
		case "violated":
			broken++
		default:
			idle = append(idle, c.ID)
		}
	}
	var out []string
	line := fmt.Sprintf("%s exercised: %d hold", r2(held+broken, "invariant was", "invariants were"), held)
	if broken > 0 {
		line += fmt.Sprintf(", %d violated", broken)
	}
	if len(idle) > 0 {
		line += fmt.Sprintf("; %d had nothing to check (%s)", len(idle), strings.Join(idle, " "))
	}
	out = append(out, line+".")
	fired := 0
	for _, f := range s.b.Result.Faults {
		if f.Fired {
			fired++
		}
	}
	if n := len(s.b.Result.Faults); n > 0 {
		out = append(out, fmt.Sprintf("%d of %s fired; %s; %s rung, %d of them while the network was down.",
			fired, r2(n, "written fault", "written faults"),
			r2(s.cutCount(), "loss of a till's power", "losses of a till's power"),
			r2(s.b.Result.Sales.Rung, "sale", "sales"), s.b.Result.Sales.Dark))
	}
	return out
}

// footView says what was run and what the result is worth.
type footView struct {
	Rig, Digest, Stormrig, Till string
	Virtual, Wall               string
	Events, Bytes               int
	Level                       int
	Metal                       string
}

func (s *story) foot() footView {
	r := &s.b.Result
	f := footView{
		Rig: r.Rig, Digest: r.Digest, Stormrig: r.Build.Stormrig, Till: r.Build.Till, Events: len(s.b.Events), Level: s.head.Level,
		Virtual: time.Duration(r.VirtualSeconds * float64(time.Second)).Round(time.Second).String(),
		Wall:    time.Duration(r.WallSeconds * float64(time.Second)).Round(time.Millisecond).String(),
	}
	switch r.Rig {
	case "sim", "":
		f.Rig, f.Metal = "sim", "Simulated rig, no metal: devices are models that speak the real bytes, time is virtual."
	case "process":
		f.Metal = "Real files, ttys and TCP of one machine, no metal: devices are models that speak the real bytes; time in which nothing moves is skipped. Two runs never interleave alike, so there is no digest."
	}
	return f
}

// r2 writes a count with its noun.
func r2(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
