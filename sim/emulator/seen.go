package emulator

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"stormrig/hil/pump"
	"stormrig/hil/wire/card"
	"stormrig/hil/wire/escpos"
	"stormrig/sim/device"
)

// seen makes events of what the pump saw. It is called by the pump's
// goroutines and waits for nothing.
func (e *Emulator) seen(s pump.Seen) {
	switch s.Kind {
	case pump.Told:
		e.told(s.Value)
	case pump.Got:
		e.tell("received", fmt.Sprintf("%d bytes", len(s.Data)), bytesOf(s.Data))
		if e.kind.reader != "" {
			for _, text := range e.heard.wrong(e.kind.reader, s.Data) {
				e.tell("note", text, nil)
			}
		}
	case pump.Sent:
		e.tell("sent", sentText(s.Data), bytesOf(s.Data))
	case pump.Up, pump.Down:
		e.heard.reset()
		e.set(func() { e.host = s.Kind == pump.Up })
		text := "a host has connected"
		if s.Kind == pump.Down {
			text = "the host is gone: " + s.Why
		}
		e.tell("connection", text, nil)
	case pump.Switched:
		e.set(func() {
			if e.power = s.On; !s.On {
				e.host = false
			}
		})
		e.tell("power", map[bool]string{true: "power is on", false: "power is off"}[s.On], nil)
	case pump.Did:
		if e.starting() {
			return // made ready, not operated
		}
		e.tell("hand", strings.TrimSpace(s.Why+" "+e.shown(s.Why, string(s.Data))), nil)
	}
}

func (e *Emulator) set(do func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	do()
}

// shown is the argument of an action as it may be kept: never a card number.
func (e *Emulator) shown(action, arg string) string {
	if action != "swipe" && action != "insert" {
		return arg
	}
	t, err := card.ParseTrack(arg, card.TrackFormat{})
	if err == nil {
		arg = t.PAN
	}
	if _, test := card.Behaviour(arg); test {
		return card.Mask(arg)
	}
	return "(a card)"
}

// wireBytes is what went over the port, as far as an event shows it.
type wireBytes struct {
	Hex  string `json:"hex"`
	Size int    `json:"size"`
}

const shownBytes = 256

func bytesOf(data []byte) wireBytes {
	return wireBytes{hex.EncodeToString(data[:min(len(data), shownBytes)]), len(data)}
}

func sentText(data []byte) string {
	if len(data) <= 16 {
		return fmt.Sprintf("% x", data)
	}
	return fmt.Sprintf("%d bytes", len(data))
}

// dots is a strip of paper for the page: rows packed, the leftmost dot in the
// highest bit, as base64; empty for blank paper.
type dots struct {
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Rows   string `json:"rows,omitempty"`
	MS     int64  `json:"takes_ms"`
	Text   string `json:"text,omitempty"`
}

// told makes an event of what the device told.
func (e *Emulator) told(v any) {
	e.watched(v)
	switch v := v.(type) {
	case device.Printed:
		d := dots{Width: e.kind.printer.Profile.DotsPerLine, Height: v.Height, MS: int64(v.Takes / time.Millisecond), Text: v.Text}
		if v.Rows != nil {
			d.Rows = base64.StdEncoding.EncodeToString(v.Rows)
		}
		e.tell("printed", stripText(v.Strip), d)
	case device.PieceEnded:
		e.tell("piece", fmt.Sprintf("a piece of paper: %d lines, %s", len(v.Lines), v.State), map[string]any{"state": v.State, "lines": v.Lines, "job": v.Job})
	case device.Kicked:
		e.tell("drawer", fmt.Sprintf("a pulse on pin %d", 2+3*v.Pin), nil)
	case device.Completed:
		e.tell("completed", fmt.Sprintf("job %d is said to be printed", v.Job), map[string]int{"job": v.Job})
	case device.Noted:
		e.tell("note", v.What+": "+v.Detail, noteOf(v))
	case device.Refused:
		e.refused = v.Why
		e.tell("refused", v.Action+": "+v.Why, nil)
	case device.PowerCut:
		e.cuts.Add(1)
		go func() { defer e.cuts.Done(); _ = e.pump.Off() }()
	case device.LinkDropped:
		e.tell("connection", "the link dropped, as ordered", nil)
	case device.PieceBegun, device.AtBar:
	default:
		e.toldBySmall(v)
	}
}

func noteOf(n device.Noted) any {
	if n.Bytes == nil {
		return map[string]string{"what": n.What}
	}
	return map[string]string{"what": n.What, "hex": hex.EncodeToString(n.Bytes)}
}

func stripText(s escpos.Strip) string {
	if s.Text == "" {
		return fmt.Sprintf("%d rows of blank paper", s.Height)
	}
	return s.Text
}

// toldBySmall is for scanners, readers and receivers.
func (e *Emulator) toldBySmall(v any) {
	switch v := v.(type) {
	case device.Scanned:
		e.tell("scanned", v.Symbology+" "+v.Code, v)
	case device.Beeped:
		e.tell("beep", map[bool]string{true: "the host lets it beep: good", false: "the host lets it beep: bad"}[v.Good], nil)
	case device.Acknowledged:
		text := map[bool]string{true: "ACK", false: "NAK"}[v.Good]
		if v.Lost {
			text = "no ACK: given up"
		}
		e.tell("handshake", text, nil)
	case device.SwipeReported:
		e.tell("swiped", "a card was drawn through: "+orNothing(v.Masked), v)
	case device.Armed:
		e.tell("armed", fmt.Sprintf("armed for %s: %d in minor units", v.Ref, v.Amount), v)
	case device.Disarmed:
		e.tell("disarmed", v.Ref+": "+v.Why, v)
	case device.Swiped:
		e.tell("swiped", fmt.Sprintf("card %s for %s", v.Masked, v.Ref), v)
	case device.SwipedIdle:
		e.tell("swiped", "a card while nothing was asked for", nil)
	case device.SwipeFailed:
		e.tell("swiped", "nothing could be read", nil)
	case device.CardGone:
		e.tell("card", "the card is out", nil)
	case device.CardForgotten:
		e.tell("card", "the card read for "+v.Ref+" is forgotten: "+v.Why, nil)
	case device.Settled:
		e.tell("settled", fmt.Sprintf("%s is %s, by the %s", v.Ref, v.Outcome, v.By), v)
	case device.Vibrated:
		e.tell("vibrated", "it shook", nil)
	case device.Fixed:
		text := "void: no fix"
		if v.Valid {
			text = fmt.Sprintf("fix %d %d", v.LatE7, v.LonE7)
		}
		e.tell("fix", text, v)
	default:
		e.tell("told", fmt.Sprintf("%T", v), nil)
	}
}

func orNothing(masked string) string {
	if masked == "" {
		return "nothing could be read"
	}
	return masked
}
