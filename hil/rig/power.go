package rig

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"stormrig/hil/port"
)

// Switch gives a device power or takes it. Set returns when the switch was
// told; how sure one can be of what it did, each kind says.
type Switch interface {
	Set(ctx context.Context, on bool) error
	String() string
}

// Relay is a channel of a USB relay of the LCUS type. It answers nothing: that
// it was told is all that is known.
type Relay struct {
	Port    port.Spec
	Channel byte // from 1
}

func (r Relay) String() string { return fmt.Sprintf("relay %s channel %d", r.Port, r.Channel) }

// relayStart begins every frame.
const relayStart = 0xA0

// Frame is what switches the relay.
func (r Relay) Frame(on bool) []byte {
	state := byte(0)
	if on {
		state = 1
	}
	return []byte{relayStart, r.Channel, state, relayStart + r.Channel + state}
}

// Set tells the relay.
func (r Relay) Set(ctx context.Context, on bool) error {
	p, err := r.Port.Dial(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", r, err)
	}
	defer p.Close()
	if at, ok := ctx.Deadline(); ok {
		if err := p.SetWriteDeadline(at); err != nil {
			return fmt.Errorf("%s: %w", r, err)
		}
	}
	if _, err := p.Write(r.Frame(on)); err != nil {
		return fmt.Errorf("%s: %w", r, err)
	}
	// A line that is closed drops what it has not sent yet. Nothing will come.
	if err := p.SetReadDeadline(time.Now().Add(relayTakes)); err != nil {
		return fmt.Errorf("%s: %w", r, err)
	}
	if _, err := p.Read(make([]byte, 16)); err != nil && !errors.Is(err, port.ErrTimeout) {
		return fmt.Errorf("%s: it is gone: %w", r, err)
	}
	return nil
}

// relayTakes is ample for a frame at 9600 baud (4 ms) behind a USB converter.
const relayTakes = 200 * time.Millisecond

// Shelly is a switch that is asked over HTTP, and answers what it did.
type Shelly struct {
	Base       string // http://192.168.1.20
	Generation int    // 1, or 2 and later
	ID         int    // from 0
}

func (s Shelly) String() string { return fmt.Sprintf("Shelly %s switch %d", s.Base, s.ID) }

// Set switches, and asks whether it has.
func (s Shelly) Set(ctx context.Context, on bool) error {
	var is bool
	var err error
	if s.Generation == 1 {
		var a struct {
			IsOn *bool `json:"ison"`
		}
		turn := map[bool]string{true: "on", false: "off"}[on]
		if err = s.get(ctx, fmt.Sprintf("/relay/%d?turn=%s", s.ID, turn), &a); err == nil && a.IsOn == nil {
			err = fmt.Errorf("%s: its answer has no 'ison': is it of generation 1?", s)
		} else if err == nil {
			is = *a.IsOn
		}
	} else {
		var a struct {
			Output *bool `json:"output"`
		}
		if err = s.get(ctx, fmt.Sprintf("/rpc/Switch.Set?id=%d&on=%t", s.ID, on), nil); err == nil {
			err = s.get(ctx, fmt.Sprintf("/rpc/Switch.GetStatus?id=%d", s.ID), &a)
		}
		if err == nil && a.Output == nil {
			err = fmt.Errorf("%s: its status has no 'output': is it of generation 2 or later?", s)
		} else if err == nil {
			is = *a.Output
		}
	}
	if err == nil && is != on {
		err = fmt.Errorf("%s: it was told on=%t and says on=%t", s, on, is)
	}
	return err
}

const (
	shellyWithin = 5 * time.Second
	shellyAnswer = 64 << 10 // bytes that are read
)

func (s Shelly) get(ctx context.Context, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, shellyWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Base+path, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", s, err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("%s: %w", s, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, shellyAnswer))
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", s, err)
	case resp.StatusCode == http.StatusUnauthorized:
		return fmt.Errorf("%s: it wants a password, which is not supported", s)
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("%s: GET %s: %s", s, path, resp.Status)
	case into == nil:
		return nil
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%s: GET %s: the answer is no JSON: %w", s, path, err)
	}
	return nil
}

// upside is a switch whose device has power while it is off.
type upside struct{ Switch }

func (u upside) Set(ctx context.Context, on bool) error { return u.Switch.Set(ctx, !on) }
func (u upside) String() string                         { return u.Switch.String() + ", inverted" }

func inverted(s Switch, yes bool) Switch {
	if yes {
		return upside{s}
	}
	return s
}
