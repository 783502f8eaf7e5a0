package emulator_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/port"
	"stormrig/hil/pump"
	"stormrig/sim/device"
	"stormrig/sim/emulator"
)

// served is an emulator with its control plane.
type served struct {
	*emulator.Emulator
	t   *testing.T
	url string
}

func serve(t *testing.T, kind emulator.Kind, err error) *served {
	t.Helper()
	require.NoError(t, err)
	clock := pump.NewClock(pump.Pace{})
	spec, err := port.Parse("tcp:127.0.0.1:0")
	require.NoError(t, err)
	e := emulator.New(emulator.Config{Kind: kind, Listen: spec, Clock: clock, Seed: 1})
	require.NoError(t, e.Start())
	srv := httptest.NewServer(e.Handler())
	t.Cleanup(func() {
		srv.CloseClientConnections()
		srv.Close()
		e.Close()
		clock.Close()
	})
	return &served{e, t, srv.URL}
}

// dial connects as a host.
func (s *served) dial() *host {
	s.t.Helper()
	spec, err := port.Parse(s.Addr())
	require.NoError(s.t, err)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	p, err := spec.Dial(ctx)
	require.NoError(s.t, err)
	h := &host{t: s.t, p: p, data: make(chan []byte, 1000)}
	go h.listen()
	s.t.Cleanup(func() { _ = p.Close() })
	return h
}

// host is a till's side of the wire.
type host struct {
	t    *testing.T
	p    port.Port
	data chan []byte
	got  []byte
}

func (h *host) listen() {
	defer close(h.data)
	buf := make([]byte, 4096)
	for {
		n, err := h.p.Read(buf)
		if n > 0 {
			h.data <- append([]byte(nil), buf[:n]...)
		}
		if err != nil {
			return
		}
	}
}

func (h *host) send(text string) {
	h.t.Helper()
	_, err := h.p.Write([]byte(text))
	require.NoError(h.t, err)
}

// expect waits until the answers hold a text, or the line is gone.
func (h *host) expect(text string) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for !strings.Contains(string(h.got), text) {
		select {
		case data, ok := <-h.data:
			require.True(h.t, ok, "hung up after % x", h.got)
			h.got = append(h.got, data...)
		case <-ctx.Done():
			h.t.Fatalf("waited for % x, got % x", text, h.got)
		}
	}
}

// expectGone waits for the end of the line.
func (h *host) expectGone() {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for {
		select {
		case _, ok := <-h.data:
			if !ok {
				return
			}
		case <-ctx.Done():
			h.t.Fatal("the line was not hung up")
		}
	}
}

func (s *served) get(path string) (int, string) {
	s.t.Helper()
	r, err := http.Get(s.url + path)
	require.NoError(s.t, err)
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	require.NoError(s.t, err)
	return r.StatusCode, string(body)
}

func (s *served) post(body string) (int, string) {
	s.t.Helper()
	r, err := http.Post(s.url+"/v1/do", "application/json", strings.NewReader(body))
	require.NoError(s.t, err)
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	require.NoError(s.t, err)
	return r.StatusCode, string(text)
}

func (s *served) must(body string) {
	s.t.Helper()
	code, text := s.post(body)
	require.Equal(s.t, http.StatusOK, code, text)
}

const completed = "\x1d(H\x06\x0000"

func TestPrinterOnTCP(t *testing.T) {
	kind, err := emulator.Printer("tm-t20", nil)
	s := serve(t, kind, err)
	h := s.dial()
	h.send("\x1b@Hello\n" + completed + "0042")
	h.expect("\x37\x220042\x00")
	_, text := s.get("/v1/paper.txt")
	assert.Equal(t, "Hello\n-- open --\n", text)
	code, img := s.get("/v1/paper.png")
	assert.Equal(t, http.StatusOK, code)
	assert.True(t, strings.HasPrefix(img, "\x89PNG"))

	// The till comes again, and paper runs out under it.
	require.NoError(t, h.p.Close())
	h = s.dial()
	s.must(`{"action":"paper-out"}`)
	h.send("\x10\x04\x04")
	h.expect("\x7e")
	s.must(`{"action":"paper-in"}`)

	// The plug is pulled at an exact byte, which is of this life of the device.
	s.must(`{"action":"power-cut-at","argument":"2"}`)
	s.must(`{"action":"power-off"}`)
	s.must(`{"action":"power-on"}`)
	assert.Empty(t, s.Status().Armed)
	h = s.dial()
	s.must(`{"action":"power-cut-at","argument":"4"}`)
	assert.Equal(t, []device.Ordered{{Action: "power-cut-at", Bytes: 4}}, s.Status().Armed)
	h.send("abcdefgh\n")
	h.expectGone()
	assert.Eventually(t, func() bool { return !s.Status().Power }, 10*time.Second, time.Millisecond)
	s.must(`{"action":"power-on"}`)
	h = s.dial()
	h.send("again\n" + completed + "0043")
	h.expect("0043")
	_, text = s.get("/v1/paper.txt")
	assert.Equal(t, "Hello\nagain\n-- open --\n", text, "what was in the line buffer went with the power")
}

func TestSecondConnection(t *testing.T) {
	kind, err := emulator.Printer("tm-t20", nil)
	s := serve(t, kind, err)
	first := s.dial()
	first.send("\x10\x04\x01")
	first.expect("\x16")
	second := s.dial()
	second.send("\x10\x04\x02")
	first.send("one\n" + completed + "0001")
	first.expect("0001")
	assert.Empty(t, second.data, "its bytes wait")
	require.NoError(t, first.p.Close())
	second.expect("\x12")

	kind, err = emulator.Printer("clone-58", nil)
	s = serve(t, kind, err)
	first = s.dial()
	first.send("\x10\x04\x01")
	first.expect("\x16")
	spec, err := port.Parse(s.Addr())
	require.NoError(t, err)
	if p, err := spec.Dial(context.Background()); err == nil { // else it was reset before Dial had ended
		_, err = p.Read(make([]byte, 1))
		require.ErrorIs(t, err, port.ErrHangUp)
	}
	first.send("\x10\x04\x02")
	first.expect("\x16\x12")
}

func TestEventsAreReadBack(t *testing.T) {
	kind, err := emulator.Printer("tm-t20", nil)
	s := serve(t, kind, err)
	h := s.dial()
	h.send("\x1b\x1dt\x01x\n" + completed + "0001")
	h.expect("0001")
	_, all := s.get("/v1/events?since=0&follow=0")
	assert.Contains(t, all, "unknown command")
	assert.Contains(t, all, "StarPRNT")
	assert.Contains(t, all, `"kind":"printed"`)
	_, rest := s.get("/v1/events?since=2&follow=0")
	assert.Contains(t, rest, "id: 3\n")
	assert.NotContains(t, rest, "id: 2\n")

	// A stream goes on with what happens next.
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/v1/events", nil)
	require.NoError(t, err)
	r, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer r.Body.Close()
	s.must(`{"action":"open-cover"}`)
	buf, got := make([]byte, 4096), ""
	for !strings.Contains(got, "open-cover") {
		n, err := r.Body.Read(buf)
		require.NoError(t, err)
		got += string(buf[:n])
	}
}

func TestBadInputIsExplained(t *testing.T) {
	kind, err := emulator.Printer("tm-t20", nil)
	s := serve(t, kind, err)
	for _, c := range []struct {
		body string
		code int
		says string
	}{
		{``, 400, "it is empty"},
		{`{`, 400, "cut short"},
		{`[]`, 400, "not an action"},
		{`{"action":5}`, 400, "'action' must be a string"},
		{`{"acton":"feed"}`, 400, "acton"},
		{`{}`, 400, "names no action"},
		{`{"action":"feed"}{}`, 400, "more than one"},
		{`{"action":"paper-uot"}`, 400, "one of paper-out"},
		{`{"action":"feed","argument":"x"}`, 400, "takes no argument"},
		{`{"action":"slow","argument":"0"}`, 400, "1 to 1000"},
		{`{"action":"slow","argument":"-1"}`, 400, "whole number"},
		{`{"action":"flow","argument":"maybe"}`, 400, "hold, xoff or silence"},
		{`{"action":"slow","argument":"2","text":"2"}`, 400, "one of them"},
		{`{"action":"` + strings.Repeat("x", 1<<17) + `"}`, 413, "64 KiB"},
	} {
		code, text := s.post(c.body)
		assert.Equal(t, c.code, code, "%.40s", c.body)
		assert.Contains(t, text, c.says)
		var f struct{ Error, Hint string }
		require.NoError(t, json.Unmarshal([]byte(text), &f))
		assert.NotEmpty(t, f.Error)
		assert.NotEmpty(t, f.Hint)
	}
	for path, want := range map[string]int{"/v1/events?since=x": 400, "/v1/events?follow=2": 400, "/v1/paper.png?piece=9": 400, "/v2": 404, "/v1/do": 405} {
		code, text := s.get(path)
		assert.Equal(t, want, code, path)
		assert.Contains(t, text, `"hint"`)
	}
	req, err := http.NewRequest(http.MethodPost, s.url+"/v1/do", strings.NewReader(`{"action":"feed"}`))
	require.NoError(t, err)
	req.Header.Set("Origin", "http://elsewhere.example")
	r, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, r.Body.Close())
	assert.Equal(t, http.StatusForbidden, r.StatusCode)
}

// Every action that is listed is in the document, and the document names
// nothing that is not served.
func TestOpenAPI(t *testing.T) {
	for _, make := range []func() (emulator.Kind, error){
		func() (emulator.Kind, error) { return emulator.Printer("tm-t88", []string{"never-cuts"}) },
		func() (emulator.Kind, error) { return emulator.Scanner("wedge", nil) },
		func() (emulator.Kind, error) { return emulator.Dongle("terminal", nil) },
		func() (emulator.Kind, error) { return emulator.Location(), nil },
	} {
		kind, err := make()
		s := serve(t, kind, err)
		_, text := s.get("/v1/openapi.json")
		var doc struct {
			OpenAPI    string
			Paths      map[string]map[string]any
			Components struct {
				Schemas map[string]struct {
					Properties map[string]struct{ Enum []string }
				}
			}
		}
		require.NoError(t, json.Unmarshal([]byte(text), &doc))
		assert.Equal(t, "3.1.0", doc.OpenAPI)
		var names []string
		for _, a := range s.Actions() {
			names = append(names, a.Name)
		}
		assert.Equal(t, names, doc.Components.Schemas["order"].Properties["action"].Enum)
		for path, ops := range doc.Paths {
			if _, ok := ops["get"]; ok && path != "/v1/events" {
				code, _ := s.get(path)
				assert.Equal(t, http.StatusOK, code, path)
			}
		}
	}
}

func TestCardNumbersAreNotKept(t *testing.T) {
	kind, err := emulator.Dongle("swiper", nil)
	s := serve(t, kind, err)
	h := s.dial()
	const real = "4539578763621486" // right by Luhn, and nobody's test number
	for _, body := range []string{`{"action":"swipe","argument":"` + real + `"}`, `{"action":"swipe","argument":";` + real + `=3012201?"}`} {
		code, text := s.post(body)
		assert.Equal(t, http.StatusBadRequest, code)
		assert.NotContains(t, text, real)
	}
	s.must(`{"action":"swipe","argument":"4242424242424242"}`)
	h.expect("************4242")
	_, events := s.get("/v1/events?since=0&follow=0")
	assert.NotContains(t, events, real)
	assert.NotContains(t, events, "4242424242424242")
	assert.Contains(t, events, "************4242")
}

func TestScannerAndLocation(t *testing.T) {
	kind, err := emulator.Scanner("serial-aim", nil)
	s := serve(t, kind, err)
	h := s.dial()
	h.send("\x00") // so that the scanner surely knows of its host
	assert.Eventually(t, func() bool { return s.Status().Connected }, 10*time.Second, time.Millisecond)
	s.must(`{"action":"scan","text":"4006381333931"}`)
	h.expect("]E04006381333931\r\n")
	s.must(`{"action":"spoil","argument":"cr-twice"}`)
	s.must(`{"action":"scan","text":"96385074"}`)
	h.expect("]E496385074\r\r\n")

	s = serve(t, emulator.Location(), nil)
	s.must(`{"action":"place","argument":"145547000 1210244000 800"}`)
	code, text := s.post(`{"action":"place","argument":"somewhere"}`)
	assert.Equal(t, http.StatusBadRequest, code)
	assert.Contains(t, text, "three")
}

// While the receive buffer is full the host's bytes are not read.
func TestAFullBufferHoldsTheHost(t *testing.T) {
	kind, err := emulator.Printer("tm-t20", nil)
	s := serve(t, kind, err)
	s.must(`{"action":"buffer","argument":"64"}`)
	s.must(`{"action":"open-cover"}`)
	h := s.dial()
	h.send(strings.Repeat("0123456789\n", 40))
	assert.Eventually(t, func() bool { return s.received() >= 64 }, 10*time.Second, time.Millisecond)
	assert.Less(t, s.received(), 200)
	s.must(`{"action":"close-cover"}`)
	h.send(completed + "0009")
	h.expect("0009")
	_, text := s.get("/v1/paper.txt")
	assert.Equal(t, 40, strings.Count(text, "0123456789\n"), "not one line is lost")
}

func (s *served) received() int {
	s.t.Helper()
	var out struct {
		State struct {
			Received int `json:"received_bytes"`
		} `json:"state"`
	}
	_, text := s.get("/v1/status")
	require.NoError(s.t, json.Unmarshal([]byte(text), &out))
	return out.State.Received
}
