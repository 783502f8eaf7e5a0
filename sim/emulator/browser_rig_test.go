package emulator_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"stormrig/internal/envtest"
)

// browser is a headless Chromium that is driven over its debugging pipe: JSON
// with NULs between, on the descriptors 3 and 4.
type browser struct {
	t    *testing.T
	in   *os.File
	page string // session of the page

	mu      sync.Mutex
	n       int
	answers map[int]chan json.RawMessage
	gone    chan struct{}
}

// launch starts the browser; it ends with the test.
func launch(t *testing.T) *browser {
	t.Helper()
	profile, err := os.MkdirTemp("", "stormrig-browser-*")
	require.NoError(t, err)
	toBrowser, in, err := os.Pipe()
	require.NoError(t, err)
	out, fromBrowser, err := os.Pipe()
	require.NoError(t, err)
	cmd := exec.Command(envtest.Chromium(t), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		"--user-data-dir="+profile, "--remote-debugging-pipe", "about:blank")
	cmd.ExtraFiles = []*os.File{toBrowser, fromBrowser}
	require.NoError(t, cmd.Start())
	_ = toBrowser.Close()
	_ = fromBrowser.Close()
	b := &browser{t: t, in: in, answers: map[int]chan json.RawMessage{}, gone: make(chan struct{})}
	go b.listen(out)
	t.Cleanup(func() {
		b.call("", "Browser.close", nil, nil)
		<-b.gone
		_ = cmd.Wait()
		_ = in.Close()
		_ = out.Close()
		_ = os.RemoveAll(profile) // what its processes still write is no failure of ours
	})
	return b
}

// open opens a page of width by height, for one test.
func (b *browser) open(t *testing.T, url string, width, height int) *browser {
	t.Helper()
	b.t = t
	var target struct{ TargetID string }
	b.call("", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	t.Cleanup(func() { b.call("", "Target.closeTarget", map[string]any{"targetId": target.TargetID}, nil) })
	var session struct{ SessionID string }
	b.call("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session)
	b.page = session.SessionID
	b.call(b.page, "Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.call(b.page, "Page.navigate", map[string]any{"url": url}, nil)
	b.wait(`document.body && document.body.dataset.device && document.querySelector("#lights .light")`)
	return b
}

func (b *browser) listen(out *os.File) {
	defer close(b.gone)
	r := bufio.NewReaderSize(out, 1<<20)
	for {
		msg, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m struct {
			ID     int
			Result json.RawMessage
			Error  json.RawMessage
		}
		if json.Unmarshal(bytes.TrimRight(msg, "\x00"), &m) != nil || m.ID == 0 {
			continue
		}
		b.mu.Lock()
		ch := b.answers[m.ID]
		delete(b.answers, m.ID)
		b.mu.Unlock()
		if m.Error != nil {
			m.Result = json.RawMessage(`{"failed":` + string(m.Error) + `}`)
		}
		if ch != nil {
			ch <- m.Result
		}
	}
}

// call sends one command and waits for its answer.
func (b *browser) call(session, method string, params map[string]any, into any) {
	b.t.Helper()
	b.mu.Lock()
	b.n++
	id, ch := b.n, make(chan json.RawMessage, 1)
	b.answers[id] = ch
	b.mu.Unlock()
	msg := map[string]any{"id": id, "method": method}
	if params != nil {
		msg["params"] = params
	}
	if session != "" {
		msg["sessionId"] = session
	}
	text, err := json.Marshal(msg)
	require.NoError(b.t, err)
	_, err = b.in.Write(append(text, 0))
	require.NoError(b.t, err)
	select {
	case answer := <-ch:
		require.NotContains(b.t, string(answer), `{"failed":`, method)
		if into != nil {
			require.NoError(b.t, json.Unmarshal(answer, into))
		}
	case <-b.gone:
		if method == "Browser.close" {
			return
		}
		b.t.Fatalf("%s: the browser is gone", method)
	}
}

// eval runs a script in the page and returns what it gives as text.
func (b *browser) eval(script string) string {
	b.t.Helper()
	var out struct {
		Result           struct{ Value any }
		ExceptionDetails *struct{ Exception struct{ Description string } }
	}
	b.call(b.page, "Runtime.evaluate", map[string]any{"expression": script, "awaitPromise": true, "returnByValue": true}, &out)
	require.Nil(b.t, out.ExceptionDetails, "%s: %+v", script, out.ExceptionDetails)
	return fmt.Sprint(out.Result.Value)
}

// wait lets the page wait, at most 20 seconds, until an expression is true.
func (b *browser) wait(expression string) {
	b.t.Helper()
	got := b.eval(`new Promise(done => {
		const end = performance.now() + 20000;
		const look = () => { let v = false; try { v = !!(` + expression + `); } catch (e) {}
			if (v || performance.now() > end) done(v); else setTimeout(look, 25); };
		look();
	})`)
	if got != "true" {
		b.t.Fatalf("the page never came to: %s\nit shows: %s", expression, b.eval("document.body ? document.body.innerText.slice(0, 3000) : location.href"))
	}
}

// press clicks the control of an action.
func (b *browser) press(action string) {
	b.t.Helper()
	b.wait(`document.getElementById("do-` + action + `")`)
	b.eval(`document.getElementById("do-` + action + `").click()`)
}

// picture takes a screenshot as PNG.
func (b *browser) picture() []byte {
	b.t.Helper()
	var out struct{ Data string }
	b.call(b.page, "Page.captureScreenshot", map[string]any{"format": "png"}, &out)
	data, err := base64.StdEncoding.DecodeString(out.Data)
	require.NoError(b.t, err)
	return data
}
