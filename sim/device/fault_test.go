package device_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/hil/wire/escpos"
	"stormrig/sim/device"
)

func profile(t *testing.T, name string) device.PrinterProfile {
	t.Helper()
	text, err := device.Text(device.ClassPrinter, name)
	require.NoError(t, err)
	p, err := device.ParsePrinter(name, text)
	require.NoError(t, err)
	return p.Settings
}

// A full buffer: one printer says XOFF and loses what comes all the same, one
// loses without a word, and over a radio whole packets go.
func TestFullBuffers(t *testing.T) {
	line := "0123456789012345678\n" // a radio packet
	flood := func(p device.PrinterProfile) *bench {
		p.BufferBytes = 200
		b := newBench(p)
		b.do("open-cover", "")
		b.send([]byte(strings.Repeat(line, 50)))
		b.do("close-cover", "")
		b.run(time.Minute)
		return b
	}
	b := flood(profile(t, "tm-t88"))
	assert.Equal(t, byte(escpos.XOff), b.said[0])
	assert.Contains(t, string(b.said), string(rune(escpos.XOn)))
	assert.Equal(t, 1000-200, b.printer.LostBytes())
	assert.Len(t, b.lines(), 10)

	b = flood(profile(t, "silent-80"))
	assert.Empty(t, b.said)
	assert.Equal(t, 800, b.printer.LostBytes())

	b = flood(profile(t, "ble-58"))
	assert.Zero(t, b.printer.LostBytes()%20, "whole packets")
	for _, l := range b.lines() {
		assert.Equal(t, strings.TrimSpace(line), l, "no line is cut in two")
	}
}

func TestSilentPrinterAnswersNothing(t *testing.T) {
	b := newBench(profile(t, "silent-80"))
	b.send([]byte("\x10\x04\x01\x1dr1\x1dI\x42\x1da\xffprinted\n\x1d(H\x06\x00000001"))
	b.do("paper-out", "")
	b.run(time.Second)
	assert.Empty(t, b.said)
	assert.Equal(t, []string{"printed"}, b.lines())
}

func TestCutterJamAndHotHead(t *testing.T) {
	b := newBench(device.Counter80())
	b.do("jam", "")
	b.send([]byte("one\n\x1dV\x00two\n"))
	b.run(time.Minute)
	b.send([]byte{0x10, 4, 3})
	assert.Equal(t, []byte{0x1a}, b.said, "the cutter's error")
	assert.Equal(t, []string{"one"}, b.lines())
	b.send([]byte{0x10, 5, 1})
	b.run(time.Minute)
	assert.Equal(t, []string{"one", "two"}, b.lines())

	b = newBench(device.Counter80())
	b.do("overheat", "")
	b.send([]byte("one\n\x10\x04\x03"))
	b.run(time.Minute)
	assert.Equal(t, []byte{0x52}, b.said, "an error that goes by itself")
	assert.Empty(t, b.lines())
	b.do("cool", "")
	b.run(time.Minute)
	assert.Equal(t, []string{"one"}, b.lines())
}

// Paper that ends in an image: its rest comes out on the next roll.
func TestPaperOutInAnImage(t *testing.T) {
	var build escpos.Builder
	rows := make([]byte, 72*8*20)
	for i := range rows {
		rows[i] = 0xff
	}
	b := newBench(device.Counter80())
	require.NoError(t, build.Image(72, rows[:72*8]))
	b.send(build.Bytes())
	b.run(3 * time.Millisecond)
	b.do("paper-out-now", "")
	b.run(time.Minute)
	require.Len(t, b.lines(), 1)
	assert.Equal(t, "[image 576x8]~", b.lines()[0])
	b.do("paper-in", "")
	b.run(time.Minute)
	assert.Equal(t, []string{"[image 576x8]~", "~"}, b.lines())
	dark := 0
	for _, p := range b.printer.Pieces() {
		for _, v := range p.Rows() {
			dark += int(v >> 7)
		}
	}
	assert.Equal(t, 72*8, dark, "every row is somewhere")
}

func TestSlipPrinterLetsGo(t *testing.T) {
	b := newBench(profile(t, "tm-u295"))
	b.send([]byte("\x10\x04\x05line\n\x0c"))
	b.run(time.Minute)
	assert.Equal(t, []byte{0x72}, b.said, "it waits for a slip")
	b.do("paper-in", "")
	b.run(time.Minute)
	require.Len(t, b.printer.Pieces(), 1)
	assert.Equal(t, device.PieceTorn, b.printer.Pieces()[0].State)
	assert.True(t, b.printer.State().PaperOut, "and for the next")
	// Real-time commands act inside data: this model is known for it.
	b.said = nil
	b.send([]byte{0x1b, '*', 0, 3, 0, 0x10, 4, 1})
	assert.NotEmpty(t, b.said)
}

func TestWedgeTypesKeyByKeyAndForItsLayout(t *testing.T) {
	text, err := device.Text(device.ClassScanner, "wedge")
	require.NoError(t, err)
	p, err := device.ParseScanner("wedge", text)
	require.NoError(t, err)
	s := newSmall(device.NewScanner(p.Settings))
	s.do("trigger", "12-34")
	s.run(60 * time.Millisecond)
	first := len(s.said)
	assert.Equal(t, 16, first, "one key at a time")
	s.run(time.Second)
	assert.Len(t, s.said, 6*16, "five keys and Enter")
	s.said = nil
	s.do("layout", "de")
	s.do("trigger", "-")
	s.run(time.Second)
	assert.Equal(t, byte(0x38), s.said[2], "where a German keyboard has its minus")
	s.do("layout", "dvorak")
	assert.Contains(t, s.told[len(s.told)-1], "Refused")
}

func TestScannerRepeatsUntilItIsUnderstood(t *testing.T) {
	p := device.DefaultScanner()
	p.Tries, p.AckWait = 3, time.Second
	s := newSmall(device.NewScanner(p))
	s.do("trigger", "96385074")
	s.do("trigger", "4006381333931")
	s.run(100 * time.Millisecond)
	assert.Equal(t, 1, strings.Count(string(s.said), "96385074"))
	s.send([]byte{0x15})
	assert.Equal(t, 2, strings.Count(string(s.said), "96385074"), "NAK")
	s.run(1100 * time.Millisecond)
	assert.Equal(t, 3, strings.Count(string(s.said), "96385074"), "no word")
	assert.NotContains(t, string(s.said), "4006381333931", "one at a time")
	s.send([]byte{0x06})
	assert.Contains(t, string(s.said), "4006381333931")
	s.run(time.Minute)
	assert.Equal(t, 3, strings.Count(string(s.said), "4006381333931"), "three tries, then it gives up")
}

// The link goes in mid-payment, and the success comes after it is back.
func TestTerminalDisconnectThenSuccess(t *testing.T) {
	text, err := device.Text(device.ClassReader, "terminal")
	require.NoError(t, err)
	p, err := device.ParseReader("t", text)
	require.NoError(t, err)
	s := newSmall(device.NewTerminal(p.Settings))
	s.send(card.AppendMessage(nil, '1', card.Message{Verb: card.Arm, Ref: "S-1", Amount: 129000}))
	s.do("lose-link", "")
	s.said = nil
	s.do("swipe", "4242424242424242")
	s.run(5 * time.Second)
	assert.Empty(t, s.said)
	s.in(machine.Input{Kind: machine.Opened, Port: device.Port})
	assert.Contains(t, string(s.said), "result|S-1|approved")

	// A card that is taken out too early ends the payment.
	s.said = nil
	s.send(card.AppendMessage(nil, '2', card.Message{Verb: card.Arm, Ref: "S-2", Amount: 100}))
	s.send(card.AppendAck(nil, '1'))
	s.do("insert", "5555555555554444")
	s.do("remove", "")
	s.run(5 * time.Second)
	assert.Contains(t, string(s.said), "result|S-2|failed|************4444|card%20removed")
}
