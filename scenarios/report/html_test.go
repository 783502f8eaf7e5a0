package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault"
	"stormrig/scenarios/check"
	"stormrig/scenarios/check/checktest"
	"stormrig/scenarios/files"
	"stormrig/scenarios/play"
	"stormrig/scenarios/report"
	"stormrig/sim/history"
)

var preview = flag.String("preview", "", "folder to write the tested pages to, to look at them")

// mostPage is what a page of a day in a shop may weigh.
const mostPage = 3 << 20

// saturday is played once for all tests.
var saturday = sync.OnceValues(func() (*report.Bundle, error) {
	sc, err := files.Scenario("storm-saturday")
	if err != nil {
		return nil, err
	}
	return played(play.Job{Scenario: sc, Seed: 1, Line: "stormrig run storm-saturday --seed 1"})
})

// played plays a job with its evidence, because that is what draws the paper.
func played(job play.Job) (*report.Bundle, error) {
	out, err := os.MkdirTemp("", "stormrig-report")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(out)
	job.Command, job.Version, job.Evidence, job.Out = "run", "test", play.Full, filepath.Join(out, "run")
	return play.Play(context.Background(), job)
}

func storm(t testing.TB) *report.Bundle {
	t.Helper()
	b, err := saturday()
	require.NoError(t, err)
	return b
}

// altered is the storm with one recorded fact changed, judged again.
func altered(t testing.TB, id string) *report.Bundle {
	t.Helper()
	b := *storm(t)
	for _, a := range checktest.Alterations() {
		if a.ID == id {
			b.Events = a.Apply(b.Events)
		}
	}
	require.NotNil(t, b.Events, "the day has nothing that could be altered for %s", id)
	v, err := check.NewView(b.Events)
	require.NoError(t, err)
	b.Checks = check.Run(v)
	b.Result.Sales = check.Count(v).Sales
	b.Result.Verdict = check.Verdict(b.Checks, true, 0)
	return &b
}

// lied is a day on a disk that lies about its syncs, cut off from the hub, with
// power lost right after a sale: the first seed that loses one for good.
var lied = sync.OnceValues(func() (*report.Bundle, error) {
	sc, err := files.Scenario("storm-saturday")
	if err != nil {
		return nil, err
	}
	for seed := int64(1); seed <= 40; seed++ {
		plan := fault.Plan{Scenario: sc.Name, Seed: seed, Faults: []fault.Fault{
			{ID: "lie", Kind: fault.Disk, Target: "phone", When: fault.At(time.Hour), For: 2 * time.Hour, Args: fault.Args{Mode: "lie"}},
			{ID: "net", Kind: fault.Network, Target: "phone-hub", When: fault.At(time.Hour), For: 2 * time.Hour, Args: fault.Args{Mode: "partition"}},
			{ID: "fall", Kind: fault.Drop, Target: "phone", When: fault.At(103*time.Minute + 43*time.Second), For: 20 * time.Second},
		}}
		b, err := played(play.Job{Scenario: sc, Seed: seed, Plan: &plan, Line: "stormrig replay reports/storm-saturday-1"})
		if err != nil || b.Result.Sales.Lost > 0 {
			return b, err
		}
	}
	return nil, errors.New("no seed lost a sale")
})

func write(t testing.TB, name string, b *report.Bundle) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, report.WriteHTML(&out, b))
	if *preview != "" {
		require.NoError(t, os.WriteFile(filepath.Join(*preview, name+".html"), out.Bytes(), 0o644))
	}
	return out.String()
}

// has and its kin say what is missing without printing a page of a megabyte.
func has(t testing.TB, page, text string, why ...any) {
	t.Helper()
	assert.True(t, strings.Contains(page, text), "the page must contain %q %v", text, why)
}

func hasNot(t testing.TB, page, text string) {
	t.Helper()
	assert.False(t, strings.Contains(page, text), "the page must not contain: "+text)
}

func hasNo(t testing.TB, page, pattern, name string) {
	t.Helper()
	assert.Equal(t, "", regexp.MustCompile(pattern).FindString(page), name)
}

// embedded is what a test looks up in the page's data.
type embedded struct {
	Kinds   []string `json:"kinds"`
	Events  [][]any  `json:"events"`
	Entries []struct {
		Key     string   `json:"key"`
		Payload string   `json:"payload"`
		Holders []string `json:"holders"`
	} `json:"entries"`
	Sales []struct {
		Basket  int   `json:"b"`
		Entries []int `json:"entries"`
		Papers  []int `json:"papers"`
		Chips   []struct {
			Text, Class string
		} `json:"chips"`
		Findings []string `json:"findings"`
	} `json:"sales"`
	Papers []struct {
		PNG string `json:"png"`
	} `json:"papers"`
	Lanes []struct {
		ID    string `json:"id"`
		Marks []struct {
			Class string `json:"c"`
			Event int64  `json:"n"`
		} `json:"marks"`
	} `json:"lanes"`
	Storm []any `json:"storm"`
}

var dataBlock = regexp.MustCompile(`(?s)<script type="application/json" id="data">(.*?)</script>`)

func dataOf(t testing.TB, page string) embedded {
	t.Helper()
	m := dataBlock.FindStringSubmatch(page)
	require.NotNil(t, m, "the page has no data")
	var d embedded
	require.NoError(t, json.Unmarshal([]byte(m[1]), &d))
	return d
}

func TestPageTellsTheWholeDay(t *testing.T) {
	b := storm(t)
	page := write(t, "holds", b)
	assert.Less(t, len(page), mostPage)
	d := dataOf(t, page)
	assert.Len(t, d.Events, len(b.Events), "event n is line n")
	assert.Len(t, d.Sales, 50)
	assert.NotEmpty(t, d.Storm)
	for _, s := range d.Sales {
		assert.NotEmpty(t, s.Entries, "basket %d has journal entries", s.Basket)
	}
	assert.GreaterOrEqual(t, len(d.Papers), 50)
	for i, p := range d.Papers {
		assert.NotEmpty(t, p.PNG, "paper %d has a picture", i)
	}
	marked := make(map[int64]bool)
	for _, l := range d.Lanes {
		for _, m := range l.Marks {
			marked[m.Event] = marked[m.Event] || m.Class == "fault"
		}
	}
	for _, e := range b.Events {
		if e.Kind == history.KindFault {
			assert.True(t, marked[e.N], "fault %s is marked on a lane", e.Fault.ID)
			has(t, page, `#event=`+json.Number(jsonInt(e.N)).String(), "and stands in the table")
		}
	}
	has(t, page, b.Line)
	hasNot(t, page, `id="violation"`)
}

func jsonInt(n int64) string {
	text, _ := json.Marshal(n)
	return string(text)
}

func TestEveryEntryIsEmbeddedOnce(t *testing.T) {
	b := storm(t)
	keys := make(map[string]bool)
	for _, e := range b.Events {
		if e.Kind == history.KindCommit || e.Kind == history.KindEntry {
			keys[check.Key{Device: e.Device, Inc: e.Inc, Seq: e.Seq}.String()] = true
		}
	}
	d := dataOf(t, write(t, "holds", b))
	assert.Len(t, d.Entries, len(keys))
	for _, e := range d.Entries {
		assert.True(t, keys[e.Key], e.Key)
		assert.True(t, json.Valid([]byte(e.Payload)), "%s keeps its bytes", e.Key)
	}
}

func TestPageLoadsNothing(t *testing.T) {
	for name, page := range map[string]string{
		"holds": write(t, "holds", storm(t)), "violated": write(t, "violated", altered(t, "J1")),
	} {
		rest := dataBlock.ReplaceAllString(page, "")
		hasNo(t, rest, `(?i)https?://|url\(\s*["']?[^#)]|@import|<link|<iframe|<object`, name)
		for _, m := range regexp.MustCompile(`(?i)\b(?:href|src|action)\s*=\s*"([^"]*)"`).FindAllStringSubmatch(rest, -1) {
			assert.Regexp(t, `^(#|data:image/png)`, m[1], name)
		}
		hasNo(t, rest, `(?i)\bon[a-z]+\s*=\s*"|\beval\(|innerHTML|insertAdjacentHTML|document\.write`, name)
		has(t, page, "default-src &#39;none&#39;", name)
	}
}

func TestPageIsWellFormed(t *testing.T) {
	for name, page := range map[string]string{
		"holds": write(t, "holds", storm(t)), "violated": write(t, "violated", altered(t, "J1")),
		"good": write(t, "small", small(checktest.Good())),
	} {
		assert.Empty(t, unbalanced(page), name)
		ids := make(map[string]int)
		for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(page, -1) {
			ids[m[1]]++
		}
		for id, n := range ids {
			assert.Equal(t, 1, n, "%s: id %s", name, id)
		}
	}
}

// unbalanced returns the first element that is closed wrongly.
func unbalanced(page string) string {
	page = regexp.MustCompile(`(?s)(<script[^>]*>|<style>).*?(</script>|</style>)`).ReplaceAllString(page, "$1$2")
	void := map[string]bool{"meta": true, "input": true, "br": true, "img": true}
	var open []string
	for _, m := range regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*>`).FindAllStringSubmatch(page, -1) {
		switch {
		case void[m[2]]:
		case m[1] == "":
			open = append(open, m[2])
		case len(open) == 0 || open[len(open)-1] != m[2]:
			return "</" + m[2] + "> closes " + strings.Join(open, " ")
		default:
			open = open[:len(open)-1]
		}
	}
	return strings.Join(open, " ")
}

// small is a bundle of a history alone, as when an old one is judged again.
func small(events []history.Event) *report.Bundle {
	b := &report.Bundle{Events: events}
	if v, err := check.NewView(events); err == nil {
		b.Checks = check.Run(v)
		b.Result.Sales = check.Count(v).Sales
		b.Result.Verdict = check.Verdict(b.Checks, true, 0)
		b.Result.Scenario, b.Result.Seed = v.Header.Scenario, v.Header.Seed
	}
	return b
}

func TestViolationLeadsToTheStep(t *testing.T) {
	b := altered(t, "J1")
	page := write(t, "violated", b)
	hero := page[strings.Index(page, `id="violation"`):strings.Index(page, `class="counts"`)]
	var found check.Result
	for _, r := range b.Checks {
		if r.ID == "J1" {
			found = r
		}
	}
	f := found.Details[0]
	has(t, hero, "J1")
	has(t, hero, jsonInt(int64(f.Basket)))
	has(t, hero, `href="#sale=`+jsonInt(int64(f.Basket))+`"`, "the sale concerned")
	for _, n := range f.Events {
		has(t, hero, `href="#event=`+jsonInt(n)+`"`)
	}
	for _, s := range dataOf(t, page).Sales {
		if s.Basket == f.Basket {
			assert.NotEmpty(t, s.Findings)
		}
	}
}

func TestALyingDiskIsNamedBesideItsLoss(t *testing.T) {
	b, err := lied()
	require.NoError(t, err)
	require.Equal(t, check.RunViolated, b.Result.Verdict)
	page := write(t, "lied", b)
	has(t, page, `id="violation"`)
	hero := page[strings.Index(page, `id="violation"`):strings.Index(page, `class="counts"`)]
	has(t, hero, "disk of phone: lie", "the fault that led to it")
	has(t, hero, "loses power", "and the moment that brought it to light")
}

func TestEveryViolationCanBeShown(t *testing.T) {
	for _, a := range checktest.Alterations() {
		b := small(a.Apply(checktest.Good()))
		page := write(t, "altered-"+a.ID, b)
		has(t, page, `id="violation"`, a.ID)
		assert.Less(t, strings.Index(page, `<li class="bad" id="inv-`+a.ID), strings.Index(page, `<li class="good" id="inv-`), "%s stands before what holds", a.ID)
		dataOf(t, page)
	}
}

func TestTextsOfARunAreEscaped(t *testing.T) {
	const evil = `</script><script>alert("x")</script><img src=x onerror=alert(1)>`
	events := checktest.Good()
	h := *events[0].Header
	h.Scenario, h.Articles = evil, append([]history.Article{}, h.Articles...)
	for i := range h.Articles {
		h.Articles[i].Label = evil
	}
	events[0].Header = &h
	for i := range events {
		if events[i].Kind == history.KindPaper {
			events[i].Lines = []string{evil}
		}
		if events[i].Kind == history.KindPower {
			events[i].Text = evil
		}
	}
	b := small(events)
	b.Line, b.Result.Digest = evil, evil
	b.Papers = []report.Paper{{Printer: evil, State: evil, Lines: []string{evil}}}
	page := write(t, "escaped", b)
	hasNot(t, page, `<script>alert`)
	hasNot(t, page, `<img src=x`)
	assert.Empty(t, unbalanced(page))
}

func TestInventedMoneyIsHatched(t *testing.T) {
	events := checktest.Good()
	h := *events[0].Header
	h.Invented = []string{"prices", "tenders"}
	events[0].Header = &h
	page := write(t, "invented", small(events))
	has(t, page, "Made up by the import: prices and tenders")
	has(t, page, `class="money hatched"`)
	has(t, page, "Judged over invented prices and tenders")
	hasNot(t, write(t, "small", small(checktest.Good())), "hatched\"")
}

func TestPageOfAlmostNothing(t *testing.T) {
	page := write(t, "empty", &report.Bundle{})
	assert.Empty(t, unbalanced(page))
	page = write(t, "header", small([]history.Event{{N: 1, Kind: history.KindHeader, Header: &history.Header{}}}))
	assert.Empty(t, unbalanced(page))
}

func TestBadPictureIsNamed(t *testing.T) {
	err := report.WriteHTML(&bytes.Buffer{}, &report.Bundle{Papers: []report.Paper{{Event: 7, PNG: []byte("no picture")}}})
	assert.ErrorContains(t, err, "paper of event 7")
}

func BenchmarkWriteHTML(b *testing.B) {
	bundle := storm(b)
	for b.Loop() {
		if err := report.WriteHTML(&bytes.Buffer{}, bundle); err != nil {
			b.Fatal(err)
		}
	}
}
