package live

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"stormrig/hil/certify"
)

// Remote operates an emulator that somebody serves ('stormrig device'),
// through its control plane: POST /v1/do is its hand, GET /v1/scene its eye.
type Remote struct {
	base   string
	client http.Client
}

// Served is what an emulator says of itself at /v1/status.
type Served struct {
	Device  string   `json:"device"` // printer, scanner, dongle, location
	Profile string   `json:"profile"`
	Defects []string `json:"defects"`
	Listen  string   `json:"listen"` // what a host dials
	// Received is how many bytes the device has taken from its hosts.
	Received int `json:"received"`
}

// answerWithin bounds a request. The control plane answers at once; a hand on
// the device waits for nothing either.
const answerWithin = 10 * time.Second

// NewRemote returns the operator behind a control plane, "http://HOST:PORT".
func NewRemote(base string) (*Remote, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%q is not the address of a control plane, such as http://127.0.0.1:8100", base)
	}
	return &Remote{base: u.Scheme + "://" + u.Host, client: http.Client{Timeout: answerWithin}}, nil
}

// Status asks what is served.
func (r *Remote) Status() (s Served, err error) { return s, r.get("/v1/status", &s) }

// Do is a hand on the device. What the device cannot do is ErrNotDone.
func (r *Remote) Do(a certify.Action) error {
	if a.Name == certify.Wait {
		d, err := time.ParseDuration(a.Data)
		if err != nil {
			return fmt.Errorf("wait: %w", err)
		}
		time.Sleep(d)
		return nil
	}
	if err := r.arrived(); err != nil {
		return err
	}
	return r.Order(a.Name, a.Data)
}

// Order has the device's hand do something, at once.
func (r *Remote) Order(action, data string) error {
	order := map[string]string{"action": action}
	if data != "" {
		order["argument"] = data
	}
	body, err := json.Marshal(order)
	if err != nil {
		return err
	}
	resp, err := r.client.Post(r.base+"/v1/do", "application/json", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("the operator at %s: %w", r.base, err)
	}
	return answer(resp, nil)
}

// scene is the body of /v1/scene.
type scene struct {
	Sheets []struct {
		Lines []string `json:"lines"`
		State string   `json:"state"`
		Width int      `json:"width"`
		Rows  string   `json:"rows"`
	} `json:"sheets"`
	Kicks int      `json:"kicks"`
	Shown []string `json:"shown"`
}

// Ask looks at the device, once it has what was sent.
func (r *Remote) Ask(q certify.Question) (string, error) {
	if q.See == nil {
		return "", certify.ErrNotDone
	}
	if err := r.arrived(); err != nil {
		return "", err
	}
	var s scene
	if err := r.get("/v1/scene", &s); err != nil {
		return "", err
	}
	out := certify.Scene{Kicks: s.Kicks, Shown: s.Shown}
	for _, p := range s.Sheets {
		rows, err := base64.StdEncoding.DecodeString(p.Rows)
		if err != nil {
			return "", fmt.Errorf("the operator at %s: the dots of a sheet: %w", r.base, err)
		}
		out.Sheets = append(out.Sheets, certify.Sheet{Lines: p.Lines, State: p.State, Width: p.Width, Rows: rows})
	}
	return q.See(out), nil
}

// Bytes that are on their way take a moment, which a hand takes too: it waits
// until the device has taken nothing for still, and never longer than most.
const (
	still = 20 * time.Millisecond
	most  = 400 * time.Millisecond
)

func (r *Remote) arrived() error {
	began, before, quiet := time.Now(), -1, time.Time{}
	for time.Since(began) < most {
		s, err := r.Status()
		if err != nil {
			return err
		}
		switch {
		case s.Received != before:
			before, quiet = s.Received, time.Now()
		case time.Since(quiet) >= still:
			return nil
		}
		time.Sleep(still / 4)
	}
	return nil
}

func (r *Remote) get(path string, into any) error {
	resp, err := r.client.Get(r.base + path)
	if err != nil {
		return fmt.Errorf("the operator at %s: %w", r.base, err)
	}
	return answer(resp, into)
}

// mostAnswer bounds what is read: a day's paper, as dots.
const mostAnswer = 256 << 20

// answer reads a response; what is wrong with the request is ErrNotDone.
func answer(resp *http.Response, into any) error {
	body, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer))
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return fmt.Errorf("the operator's answer: %w", err)
	}
	if resp.StatusCode == http.StatusOK {
		if into == nil {
			return nil
		}
		if err := json.Unmarshal(body, into); err != nil {
			return fmt.Errorf("the operator's answer to %s is none of an emulator: %w", resp.Request.URL, err)
		}
		return nil
	}
	var f struct{ Error, Hint string }
	_ = json.Unmarshal(body, &f) // without it the status says enough
	err = fmt.Errorf("%s: %s", resp.Status, strings.TrimSpace(f.Error+" "+f.Hint))
	if resp.StatusCode == http.StatusBadRequest {
		return fmt.Errorf("%w: %w", certify.ErrNotDone, err)
	}
	return fmt.Errorf("the operator: %w", err)
}
