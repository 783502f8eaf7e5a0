package device_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/driver"
	"stormrig/hil/machine"
	"stormrig/hil/wire/escpos"
	"stormrig/pos"
	"stormrig/sim/device"
)

func counter() *printerRig { return rigWith(driver.PrinterCounter80(), device.Counter80()) }

func (r *printerRig) states() (out []pos.PrinterState) {
	for _, e := range r.events {
		if s, ok := e.(pos.PrinterState); ok {
			out = append(out, s)
		}
	}
	return out
}

func TestPaperOutInMidReceipt(t *testing.T) {
	for _, p := range printerPairs()[:3] {
		t.Run(p.name, func(t *testing.T) {
			want := reference(t, p, 12)
			r := rigWith(p.host, p.dev)
			r.do(pos.Print{Job: 12, Doc: receipt(12)})
			r.run(600 * time.Millisecond)
			r.hand("paper-out", "")
			r.run(10 * time.Minute)
			assert.Empty(t, r.ended(12), "a visible cause is waited for")
			states := r.states()
			assert.Equal(t, pos.PrinterState{PaperOut: true, NearEnd: true}, states[len(states)-1])
			r.do(pos.Print{Job: 13, Doc: receipt(13)})
			r.run(time.Minute)
			r.hand("paper-in", "")
			r.run(30 * time.Second)
			states = r.states()
			assert.Equal(t, pos.PrinterState{Online: true}, states[len(states)-1])
			assert.Equal(t, []string{pos.OutcomeDone}, r.ended(12))
			assert.Equal(t, []string{pos.OutcomeFailed}, r.ended(13), "not a byte of it was sent")
			r.do(pos.Print{Job: 13, Doc: receipt(13)}) // as the engine does
			r.run(10 * time.Second)
			assert.Equal(t, []string{pos.OutcomeFailed, pos.OutcomeDone}, r.ended(13))
			if p.host.Cutter {
				assert.Equal(t, want.Dots, r.dev.Pieces()[0].Dots)
			}
		})
	}
}

func TestPaperOutFromTheStart(t *testing.T) {
	r := newPrinterRig(driver.PrinterCounter80(), device.Counter80())
	r.hand("paper-out", "")
	r.powerOn()
	r.fromDrv(r.drv.Handle(r.clock(), machine.Input{Kind: machine.Boot}))
	r.run(5 * time.Minute)
	r.do(pos.Print{Job: 1, Doc: receipt(1)})
	r.run(10 * time.Second)
	assert.Equal(t, []pos.PrinterState{{PaperOut: true, NearEnd: true}}, r.states())
	assert.Empty(t, r.ended(1))
	r.hand("paper-in", "")
	r.run(30 * time.Second)
	assert.Equal(t, []string{pos.OutcomeDone}, r.ended(1))
}

// One that reports nothing by itself is looked at until it is mended, also when
// nothing waits in the driver any more.
func TestAStoppedPrinterIsLookedAt(t *testing.T) {
	r := newPrinterRig(driver.PrinterClone58(), device.Clone58())
	r.hand("paper-out", "")
	r.powerOn()
	r.start()
	r.do(pos.Print{Job: 1, Doc: receipt(1)})
	r.run(10 * time.Minute)
	assert.Equal(t, []string{pos.OutcomeFailed}, r.ended(1))
	r.hand("paper-in", "")
	r.run(time.Minute)
	states := r.states()
	assert.Equal(t, pos.PrinterState{Online: true}, states[len(states)-1])
}

// A line that the cover interrupts is there in part, and then again whole.
func TestCoverOpenedInMidLine(t *testing.T) {
	r := counter()
	r.do(pos.Print{Job: 12, Doc: receipt(12)})
	r.run(500 * time.Millisecond)
	r.hand("open-cover", "")
	r.run(time.Minute)
	assert.Empty(t, r.ended(12))
	states := r.states()
	assert.Equal(t, pos.PrinterState{CoverOpen: true}, states[len(states)-1])
	r.hand("close-cover", "")
	r.run(30 * time.Second)
	assert.Equal(t, []string{pos.OutcomeDone}, r.ended(12), "the host ends the recoverable error by DLE ENQ 1")
	lines := r.dev.Pieces()[0].Lines
	for i, l := range lines {
		if half, cut := strings.CutSuffix(l, "~"); cut {
			assert.Equal(t, half, lines[i+1])
			return
		}
	}
	t.Fatalf("no line was cut short: %q", lines)
}

func TestNearEndIsToldAndNothingMore(t *testing.T) {
	r := counter()
	r.hand("near-end", "")
	r.run(time.Second)
	states := r.states()
	assert.Equal(t, pos.PrinterState{Online: true, NearEnd: true}, states[len(states)-1])
	r.do(pos.Print{Job: 1, Doc: receipt(1)})
	r.run(10 * time.Second)
	assert.Equal(t, []string{pos.OutcomeDone}, r.ended(1))
}

func TestSlowPrinterIsWaitedFor(t *testing.T) {
	r := counter()
	r.hand("slow", "20")
	r.do(pos.Print{Job: 1, Doc: receipt(1)})
	r.run(9 * time.Second)
	assert.Empty(t, r.ended(1))
	r.run(30 * time.Second)
	assert.Equal(t, []string{pos.OutcomeDone}, r.ended(1))
}

func TestCompletionThatComesLate(t *testing.T) {
	r := counter()
	r.hand("slow", "40")
	r.do(pos.Print{Job: 1, Doc: receipt(1)})
	r.run(5 * time.Minute)
	assert.Equal(t, []string{pos.OutcomeUnknown, pos.OutcomeDone}, r.ended(1))
	require.Len(t, r.dev.Pieces(), 1)
}

// To the till it is away, so that what waits for it waits until it answers.
func TestDeafPrinter(t *testing.T) {
	r := counter()
	r.do(pos.Print{Job: 1, Doc: receipt(1)})
	r.deaf = true
	r.run(30 * time.Second)
	assert.Equal(t, []string{pos.OutcomeUnknown}, r.ended(1))
	r.do(pos.Print{Job: 2, Doc: receipt(2)})
	r.run(time.Minute)
	assert.Equal(t, []string{pos.OutcomeFailed}, r.ended(2), "never sent, and nobody there")
	assert.Equal(t, []pos.DeviceDown{{Device: "printer", Reason: "no answer"}}, find[pos.DeviceDown](r.events))
	assert.Len(t, find[pos.DeviceUp](r.events), 1)
	r.deaf = false
	r.run(time.Minute)
	assert.Len(t, find[pos.DeviceUp](r.events), 2)
	r.do(pos.Print{Job: 3, Doc: receipt(3)})
	r.run(time.Minute)
	assert.Equal(t, []string{pos.OutcomeDone}, r.ended(3))
}

func TestNoBacklogAfterALongOutage(t *testing.T) {
	r := counter()
	r.powerOff()
	r.do(pos.Print{Job: 1, Doc: receipt(1)})
	r.run(3 * time.Hour)
	assert.Equal(t, []string{pos.OutcomeFailed}, r.ended(1))
	r.powerOn()
	r.run(time.Minute)
	assert.Empty(t, r.dev.Pieces())
	r.do(pos.Print{Job: 2, Doc: receipt(2)})
	r.run(10 * time.Second)
	assert.Equal(t, []string{pos.OutcomeDone}, r.ended(2))
}

// Power lost in mid-line: the piece hangs on, and its first part is told.
func TestPowerLostInMidReceipt(t *testing.T) {
	r := counter()
	r.do(pos.Print{Job: 12, Doc: receipt(12)})
	r.run(450 * time.Millisecond)
	r.powerOff()
	ended := toldBy[device.PieceEnded](r)
	require.Len(t, ended, 1)
	assert.Equal(t, device.PiecePowerLost, ended[0].State)
	assert.Equal(t, 12, ended[0].Job)
	lines := ended[0].Lines
	require.NotEmpty(t, lines)
	assert.True(t, strings.HasSuffix(lines[len(lines)-1], "~"), "%q", lines)
	r.powerOn()
	r.run(10 * time.Second)
	assert.Equal(t, []string{pos.OutcomeUnknown}, r.ended(12))
	r.do(pos.Print{Job: 13, Doc: receipt(13)})
	r.run(10 * time.Second)
	ended = toldBy[device.PieceEnded](r)
	require.Len(t, ended, 3)
	assert.Equal(t, lines, ended[1].Lines, "the same piece, now cut off")
	assert.Equal(t, []int{12, 13}, []int{ended[1].Job, ended[2].Job})
	assert.Len(t, toldBy[device.PieceBegun](r), 2, "a piece that goes on does not begin")
	// Nothing moves without power, but a hand can.
	r.powerOff()
	r.hand("tear", "")
	assert.Len(t, r.dev.Pieces(), 2)
}

// A tear bar parts what hangs out where it was moved to it; nobody takes it off
// while it prints.
func TestTearBar(t *testing.T) {
	r := rigWith(driver.PrinterMobile58(), device.Mobile58())
	for job := 12; job < 14; job++ {
		r.do(pos.Print{Job: job, Doc: receipt(job)})
		r.run(10 * time.Second)
	}
	assert.Len(t, toldBy[device.AtBar](r), 3, "the first is a rule, in case that something hung out")
	r.do(pos.Print{Job: 14, Doc: receipt(14)})
	r.run(time.Second)
	r.hand("take", "")
	require.Empty(t, toldBy[device.PieceEnded](r))
	r.run(10 * time.Second)
	assert.Len(t, r.dev.Clone().(*device.Printer).Pieces(), 1, "it hangs on one strip")
	r.hand("take", "")
	ended := toldBy[device.PieceEnded](r)
	require.Len(t, ended, 4)
	for i, p := range ended[1:] {
		assert.Equal(t, 12+i, p.Job)
		assert.Equal(t, ended[1].Lines[0], p.Lines[0])
		assert.Len(t, p.Lines, len(ended[1].Lines))
	}
	assert.Len(t, toldBy[device.PieceBegun](r), 4)
	r.hand("take", "")
	assert.Len(t, toldBy[device.PieceEnded](r), 4, "nothing hangs out any more")
}

// Half a receipt stands on a piece of its own: a power loss shows what is new.
func TestTearBarWithoutPower(t *testing.T) {
	r := rigWith(driver.PrinterMobile58(), device.Mobile58())
	r.do(pos.Print{Job: 12, Doc: receipt(12)})
	r.run(10 * time.Second)
	r.do(pos.Print{Job: 13, Doc: receipt(13)})
	r.run(time.Second)
	r.powerOff()
	r.hand("take", "")
	ended := toldBy[device.PieceEnded](r)
	require.Len(t, ended, 4)
	assert.Equal(t, []string{device.PiecePowerLost, device.PieceTorn}, []string{ended[0].State, ended[3].State})
	assert.Equal(t, ended[0].Lines, ended[3].Lines)
	assert.Equal(t, []int{13, 0, 12, 13}, []int{ended[0].Job, ended[1].Job, ended[2].Job, ended[3].Job})
}

func TestKicks(t *testing.T) {
	kick := pos.Kick{Intent: "1.2.3"}
	r := counter()
	r.do(kick)
	r.run(time.Second)
	assert.Len(t, toldBy[device.Kicked](r), 1)
	// Behind a receipt, and without paper, the pulse overtakes.
	r.do(pos.Print{Job: 1, Doc: receipt(1)})
	r.run(200 * time.Millisecond)
	r.do(kick)
	r.run(100 * time.Millisecond)
	assert.Len(t, toldBy[device.Kicked](r), 2)
	assert.Empty(t, r.ended(1))
	r.hand("paper-out", "")
	r.run(time.Second)
	r.do(kick)
	r.run(time.Second)
	assert.Len(t, toldBy[device.Kicked](r), 3)
	// Not connected: refused at once and never made up for.
	r.unplug()
	r.do(kick)
	r.plugged = true
	r.run(time.Minute)
	assert.Len(t, toldBy[device.Kicked](r), 3)
	assert.Contains(t, r.events, pos.Event(pos.KickFailed{Intent: "1.2.3", Reason: "printer not connected"}))
}

// A drawer that cannot be opened in real time does not open by surprise when
// the paper comes back.
func TestKickWithoutPaperAndWithoutRealTimePulse(t *testing.T) {
	r := rigWith(driver.PrinterClone58(), device.Clone58())
	r.hand("paper-out", "")
	r.do(pos.Print{Job: 1, Doc: receipt(1)})
	r.run(30 * time.Second) // the driver asks and learns why
	r.do(pos.Kick{Intent: "1.2.3"})
	r.hand("paper-in", "")
	r.run(time.Minute)
	assert.Empty(t, toldBy[device.Kicked](r))
}

// How the bytes are cut into transfers changes nothing on the paper.
func TestPaperDoesNotDependOnTransfers(t *testing.T) {
	var dots []uint64
	for _, chunk := range []int{1, 20, 333, 1 << 20} {
		r := newPrinterRig(driver.PrinterMobile80(), device.Mobile80())
		r.chunk = chunk
		r.powerOn()
		r.fromDrv(r.drv.Handle(r.clock(), machine.Input{Kind: machine.Boot}))
		r.run(time.Second)
		r.do(pos.Print{Job: 12, Doc: receipt(12)})
		r.do(pos.Print{Job: 13, Doc: receipt(13)})
		r.run(20 * time.Second)
		require.Len(t, r.dev.Pieces(), 2)
		dots = append(dots, r.dev.Dots())
	}
	assert.Equal(t, []uint64{dots[0], dots[0], dots[0], dots[0]}, dots)
}

func TestPrinterCloneSharesNothing(t *testing.T) {
	r := counter()
	r.do(pos.Print{Job: 12, Doc: receipt(12)})
	r.run(500 * time.Millisecond)
	dev, drv := r.dev.Clone().(*device.Printer), r.drv.Clone()
	hash := dev.Dots()
	r.hand("open-cover", "")
	r.run(time.Minute)
	assert.Equal(t, hash, dev.Dots())
	// The copies finish the job in a world of their own.
	c := &printerRig{now: 500 * time.Millisecond, per: r.per, chunk: r.chunk, drv: drv, dev: dev, plugged: true, powered: true, open: true}
	c.now = time.Second + 500*time.Millisecond
	c.fromDev(dev.Handle(c.devClock(), machine.Input{Kind: machine.Wake}))
	c.run(20 * time.Second)
	assert.Equal(t, []string{pos.OutcomeDone}, c.ended(12))
	assert.Empty(t, r.ended(12))
}

func TestPrinterFlowControl(t *testing.T) {
	p := device.Clone58()
	p.Flow = device.FlowXOff
	d := device.NewPrinter(p)
	d.Handle(machine.Now{}, machine.Input{Kind: machine.Boot})
	d.Handle(machine.Now{}, machine.Input{Kind: machine.Opened, Port: device.Port})
	line := []byte("a line of text\n")
	var xoff, xon int
	wake := time.Duration(-1)
	take := func(out []machine.Output) {
		for _, o := range out {
			switch {
			case o.Kind == machine.WakeAt:
				wake = o.At
			case o.Kind == machine.Write && o.Data[0] == escpos.XOff:
				xoff++
			case o.Kind == machine.Write && o.Data[0] == escpos.XOn:
				xon++
			}
		}
	}
	for range 66 { // all at once: 990 bytes into a buffer of 1024
		take(d.Handle(machine.Now{}, machine.Input{Kind: machine.Data, Port: device.Port, Data: line}))
	}
	assert.Equal(t, 1, xoff)
	for range 20 { // a host that does not listen
		take(d.Handle(machine.Now{}, machine.Input{Kind: machine.Data, Port: device.Port, Data: line}))
	}
	assert.Positive(t, d.LostBytes())
	for range 100 {
		if wake >= 0 {
			take(d.Handle(machine.Now{Mono: wake}, machine.Input{Kind: machine.Wake}))
		}
	}
	assert.Equal(t, 1, xon)
}

// Two clients' handshakes, byte by byte, and what they wait for.
func TestPrinterAnswersRealClients(t *testing.T) {
	p := device.Counter80()
	p.DrawerPinHigh = true
	for _, c := range []struct{ name, send, want string }{
		{"waits for 16h", "\x1b\x40\x1b\x3d\x01\x10\x04\x01", "\x16"},
		{"asks for the maker", "\x10\x04\x02\x1b\x06\x01\x1b\x40\x1d\x49\x42\x1d\x49\x43", "\x12_EPSON\x00_TM-T20\x00"},
		{"all automatic status", "\x1b\x40\x1d\x61\xff", "\x14\x00\x00\x00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := device.NewPrinter(p)
			d.Handle(machine.Now{}, machine.Input{Kind: machine.Boot})
			d.Handle(machine.Now{}, machine.Input{Kind: machine.Opened, Port: device.Port})
			got := ""
			for _, o := range d.Handle(machine.Now{}, machine.Input{Kind: machine.Data, Port: device.Port, Data: []byte(c.send)}) {
				if o.Kind == machine.Write {
					got += string(o.Data)
				}
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestHandsThatAPrinterDoesNotKnow(t *testing.T) {
	r := counter()
	r.hand("paint", "")
	r.hand("slow", "very")
	assert.Len(t, toldBy[device.Refused](r), 2)
}
