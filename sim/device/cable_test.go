package device_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/machine"
	"stormrig/hil/wire/escpos"
	"stormrig/sim/device"
)

// bench is a printer on a cable with a clock that is moved by hand.
type bench struct {
	*device.Cable
	printer *device.Printer
	now     time.Duration
	said    []byte
	told    []any
	closed  int
	wake    time.Duration
}

func newBench(p device.PrinterProfile) *bench {
	b := &bench{printer: device.NewPrinter(p), wake: -1}
	b.printer.Watched = true
	b.Cable = device.NewCable(b.printer, 1)
	b.in(machine.Input{Kind: machine.Boot})
	b.in(machine.Input{Kind: machine.Opened, Port: device.Port})
	return b
}

func (b *bench) in(in machine.Input) {
	for _, o := range b.Handle(machine.Now{Mono: b.now}, in) {
		switch o.Kind {
		case machine.Write:
			b.said = append(b.said, o.Data...)
		case machine.Tell:
			b.told = append(b.told, o.Tell)
		case machine.Close:
			b.closed++
		case machine.WakeAt:
			b.wake = o.At
		}
	}
}

func (b *bench) send(data []byte) {
	b.in(machine.Input{Kind: machine.Data, Port: device.Port, Data: data, First: b.now})
}

func (b *bench) do(action, arg string) {
	b.in(machine.Input{Kind: machine.Do, Action: action, Data: []byte(arg)})
}

func (b *bench) run(d time.Duration) {
	end := b.now + d
	for b.wake >= 0 && b.wake <= end {
		b.now = max(b.now, b.wake)
		b.wake = -1
		b.in(machine.Input{Kind: machine.Wake})
	}
	b.now = end
}

func (b *bench) lines() (out []string) {
	for _, p := range b.printer.Pieces() {
		out = append(out, p.Lines...)
	}
	return out
}

func TestCableCutsThePowerAtAByte(t *testing.T) {
	b := newBench(device.Counter80())
	b.do("power-cut-at", "5")
	b.send([]byte("one\ntwo\n"))
	assert.Equal(t, 1, b.closed)
	assert.Contains(t, b.told, any(device.PowerCut{}))
	b.run(time.Second)
	assert.Empty(t, b.lines(), "the line had not moved yet")
	b.in(machine.Input{Kind: machine.Off})
	b.in(machine.Input{Kind: machine.Boot})
	b.in(machine.Input{Kind: machine.Opened, Port: device.Port})
	b.send([]byte("three\n"))
	b.run(time.Second)
	assert.Equal(t, []string{"three"}, b.lines())
}

func TestCableDropsTheLinkAtAByte(t *testing.T) {
	b := newBench(device.Counter80())
	b.do("drop-at", "6")
	b.send([]byte("one\ntwo\n"))
	assert.Equal(t, 1, b.closed)
	b.run(time.Second)
	assert.Equal(t, []string{"one"}, b.lines())
	b.in(machine.Input{Kind: machine.Opened, Port: device.Port})
	b.send([]byte("X\n"))
	b.run(time.Second)
	assert.Equal(t, []string{"one", "twX"}, b.lines(), "what was read stays in the line buffer")
}

func TestBrownOutInAnImageLeavesResidue(t *testing.T) {
	var build escpos.Builder
	rows := make([]byte, 72*8)
	for i := range rows {
		rows[i] = 'A'
	}
	require.NoError(t, build.Image(72, rows))
	b := newBench(device.Counter80())
	b.do("brown-out-at", "100")
	b.send(build.LF().Bytes())
	b.run(time.Minute)
	assert.Zero(t, b.closed, "the link stays")
	lines := b.lines()
	require.NotEmpty(t, lines)
	assert.Contains(t, lines[0], "AAAAAAAA", "the rest of the image prints as text")
	var noted bool
	for _, v := range b.told {
		if n, ok := v.(device.Noted); ok && n.What == "brown-out" {
			noted = true
		}
	}
	assert.True(t, noted)
}

func TestCableLateDeafMuteAndNoise(t *testing.T) {
	ask := []byte{0x10, 4, 1}
	b := newBench(device.Counter80())
	b.do("late", "500")
	b.send(ask)
	assert.Empty(t, b.said)
	b.run(499 * time.Millisecond)
	assert.Empty(t, b.said)
	b.run(time.Millisecond)
	assert.Equal(t, []byte{0x12}, b.said)

	b = newBench(device.Counter80())
	b.do("deaf", "")
	b.send(ask)
	assert.Empty(t, b.said)
	b.do("hear", "")
	b.do("mute", "")
	b.send(ask)
	assert.Empty(t, b.said)
	b.do("speak", "")
	b.send(ask)
	assert.Equal(t, []byte{0x12}, b.said)

	noisy := func() []string {
		b := newBench(device.Counter80())
		b.do("garble", "4")
		b.send([]byte("a long line of text that is altered here and there\n"))
		b.run(time.Second)
		return b.lines()
	}
	assert.NotEqual(t, []string{"a long line of text that is altered here and there"}, noisy())
	assert.Equal(t, noisy(), noisy(), "the seed decides")

	b = newBench(device.Counter80())
	b.do("wrong-baud", "")
	b.send([]byte("text\n"))
	b.run(time.Second)
	assert.NotContains(t, b.lines(), "text")
}

func TestCableIsAsSlowAsItsBaud(t *testing.T) {
	b := newBench(device.Counter80())
	b.do("baud", "1000") // ten milliseconds a byte
	b.send([]byte("0123456789\n"))
	b.run(109 * time.Millisecond)
	assert.Empty(t, b.lines())
	b.run(time.Second)
	assert.Equal(t, []string{"0123456789"}, b.lines())
}

// A copy goes its own way.
func TestCableClone(t *testing.T) {
	b := newBench(device.Counter80())
	b.do("baud", "1000")
	b.send([]byte("one\n"))
	c := b.Clone().(*device.Cable)
	c.Handle(machine.Now{Mono: time.Hour}, machine.Input{Kind: machine.Wake})
	b.run(time.Second)
	assert.Equal(t, []string{"one"}, b.lines())
}
