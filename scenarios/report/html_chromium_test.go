package report_test

import (
	"context"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/internal/envtest"
	"stormrig/scenarios/report"
	"stormrig/sim/history"
)

// browse opens the page at a fragment and returns the document as the page's
// script left it.
func browse(t *testing.T, page, fragment string) string {
	t.Helper()
	browser := envtest.Chromium(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "report.html")
	require.NoError(t, os.WriteFile(file, []byte(page), 0o600))
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser,
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--user-data-dir="+filepath.Join(dir, "profile"),
		"--virtual-time-budget=5000", "--window-size=1400,900", "--dump-dom", "file://"+file+fragment)
	out, err := cmd.Output()
	require.NoError(t, err, "chromium could not show the page")
	return html.UnescapeString(string(out))
}

// part is the text of the document from one mark to the next.
func part(t *testing.T, document, from, to string) string {
	t.Helper()
	_, rest, found := strings.Cut(document, from)
	require.True(t, found, "the document has no %s", from)
	text, _, found := strings.Cut(rest, to)
	require.True(t, found, "the document has no %s after it", to)
	return text
}

// cardSale finds a sale by card whose receipt came out.
func cardSale(t *testing.T, b *report.Bundle) (basket int, ref, key string) {
	t.Helper()
	for _, e := range b.Events {
		if e.Kind == history.KindLedger && e.State == "captured" && e.Basket > 0 {
			basket, ref = e.Basket, e.Ref
		}
	}
	require.NotZero(t, basket, "the day has no card sale")
	for _, e := range b.Events {
		if e.Kind == history.KindCommit && e.Basket == basket && strings.Contains(string(e.Payload), `"sale":`) {
			key = e.Hash
		}
	}
	require.NotEmpty(t, key)
	return basket, ref, key
}

func TestBrowserShowsASale(t *testing.T) {
	b := storm(t)
	basket, ref, hash := cardSale(t, b)
	document := browse(t, write(t, "holds", b), "#sale="+jsonInt(int64(basket)))
	detail := part(t, document, `id="detail"`, `<script type="application/json"`)
	assert.NotContains(t, detail[:strings.Index(detail, ">")], "hidden", "the address opens the detail")
	journal := part(t, detail, `class="journal"`, `class="host"`)
	assert.Contains(t, journal, hash, "the entry of the sale with its hash")
	assert.Contains(t, journal, `"sale": {`, "its payload, indented")
	host := part(t, detail, `class="host"`, `class="paper"`)
	assert.Contains(t, host, ref)
	assert.Contains(t, host, "captured")
	paper := detail[strings.Index(detail, `class="paper"`):]
	assert.Contains(t, paper, `src="data:image/png;base64,`)
	assert.Contains(t, paper, "TOTAL", "the paper as text")
	assert.Contains(t, detail, "shopper "+jsonInt(int64(basket))+" steps up")
}

func TestBrowserMarksMadeUpMoneyInASale(t *testing.T) {
	b := *storm(t)
	h := *b.Events[0].Header
	h.Invented = []string{"currency", "prices", "stock"}
	b.Events = append([]history.Event{}, b.Events...)
	b.Events[0].Header = &h
	basket, _, _ := cardSale(t, &b)
	document := browse(t, write(t, "invented-sale", &b), "#sale="+jsonInt(int64(basket)))
	detail := part(t, document, `id="detail"`, `<script type="application/json"`)
	assert.Equal(t, 2, strings.Count(detail, "Made up by the import: currency and prices."), "prices and paper")
	assert.Contains(t, detail, `class="num hatch"`)
}

func TestBrowserDrawsTheDay(t *testing.T) {
	b := storm(t)
	document := browse(t, write(t, "holds", b), "")
	lanes := part(t, document, `id="lanes"`, `class="legend"`)
	assert.Len(t, regexp.MustCompile(`href="#sale=\d+"`).FindAllString(lanes, -1), 50, "every sale is a mark")
	for _, e := range b.Events {
		if e.Kind == history.KindFault {
			assert.Contains(t, lanes, `href="#event=`+jsonInt(e.N)+`"`, "fault %s", e.Fault.ID)
		}
	}
	assert.Contains(t, lanes, `class="storm"`)
	rows := part(t, document, `id="event-rows"`, `</tbody>`)
	assert.Equal(t, 100, strings.Count(rows, "<tr"), "a page of events")
}

func TestBrowserFindsAnEvent(t *testing.T) {
	b, err := lied()
	require.NoError(t, err)
	n := b.Checks[0].Details[0].Events[0]
	document := browse(t, write(t, "lied", b), "#event="+jsonInt(n))
	rows := part(t, document, `id="event-rows"`, `</tbody>`)
	row := part(t, rows, `finding chosen" id="event-`+jsonInt(n)+`"`, "</tr>")
	assert.Contains(t, row, b.Events[n-1].Who)
	assert.Contains(t, part(t, document, `id="lanes"`, `class="legend"`), `class="pin"`, "the finding is pinned on the lanes")
}
