package pump

import (
	"bytes"
	"sync/atomic"
	"time"

	"stormrig/hil/port"
)

// Flow control characters.
const (
	xon  = 0x11
	xoff = 0x13
)

// pace makes a port as slow as a serial line, where Port.PerByte says so.
type pace struct {
	perByte time.Duration
	stopped atomic.Bool // the machine has said XOFF, and the host's line obeys
}

// obedient is a connection that knows whether its host's line obeys XOFF.
type obedient interface {
	XOff() bool
	Gone() bool
}

// slice is the time in which bytes are handed on together: a UART has them in
// a buffer for about as long.
const slice = 2 * time.Millisecond

// chunk is how much to read at once.
func (p *pace) chunk(buf []byte) []byte {
	if p.perByte == 0 {
		return buf
	}
	return buf[:min(max(int(slice/p.perByte), 1), len(buf))]
}

// said takes what the machine has sent.
func (p *pace) said(conn port.Port, data []byte) {
	line, ok := conn.(obedient)
	at := bytes.LastIndexAny(data, string([]byte{xon, xoff}))
	if p.perByte == 0 || !ok || at < 0 {
		return
	}
	p.stopped.Store(data[at] == xoff && line.XOff())
}

// wait holds back the next read while the line is stopped; false if the host
// hung up meanwhile, and what it had not sent yet is gone with it. That makes no
// sound, so it looks again and again.
func (p *pace) wait(conn port.Port, stop <-chan struct{}) bool {
	for p.stopped.Load() {
		if line, ok := conn.(obedient); !ok || line.Gone() {
			return false
		}
		t := time.NewTimer(slice)
		select {
		case <-stop:
			t.Stop()
			return false
		case <-t.C:
		}
	}
	return true
}
