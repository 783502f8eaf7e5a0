package driver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"stormrig/hil/machine"
	"stormrig/pos"
)

// A printer that answers nothing, at a port that has a status: 18h is ready,
// 38h without paper, 10h in trouble (see escpos.PortStatus).
func TestPortStatus(t *testing.T) {
	at := time.Duration(0)
	d, _ := bootPrinter(PrinterSilent80())
	status := func(b byte) Step {
		return d.Handle(machine.Now{Mono: at}, machine.Input{Kind: machine.Status, Port: PortPrinter, Data: []byte{b}})
	}
	wake := func(after time.Duration) Step {
		at += after
		return d.Handle(machine.Now{Mono: at}, machine.Input{Kind: machine.Wake, Port: PortPrinter})
	}
	ended := func(job int, outcome, why string) pos.Event {
		return pos.PrintEnded{Job: job, Outcome: outcome, Reason: why}
	}
	assert.Equal(t, []pos.Event{pos.PrinterState{PaperOut: true}}, status(0x38).Events)
	assert.Empty(t, printerWrites(d.Do(machine.Now{Mono: at}, pos.Print{Job: 1})), "not into a printer without paper")
	assert.Equal(t, []pos.Event{pos.KickFailed{Intent: "k", Reason: "printer offline"}}, d.Do(machine.Now{Mono: at}, pos.Kick{Intent: "k"}).Events)
	assert.Empty(t, printerWrites(wake(19*time.Second)), "it is asked nothing: it would answer nothing")
	s := status(0x18)
	assert.Equal(t, []pos.Event{pos.PrinterState{Online: true}}, s.Events)
	assert.NotEmpty(t, printerWrites(s))

	// It stops in the job: whatever comes of it, nobody will know.
	assert.Equal(t, []pos.Event{pos.PrinterState{}}, status(0x10).Events)
	assert.Empty(t, wake(time.Hour), "somebody may still mend it")
	d.Do(machine.Now{Mono: at}, pos.Print{Job: 2})
	assert.Equal(t, []pos.Event{ended(2, pos.OutcomeFailed, "printer stopped")}, wake(time.Minute).Events, "of this one no byte was sent")
	assert.Equal(t, []pos.Event{pos.PrinterState{Online: true}}, status(0x18).Events)
	assert.Equal(t, []pos.Event{ended(1, pos.OutcomeUnknown, "this printer cannot confirm printing")}, wake(time.Minute).Events)
}

// One that speaks for itself is not overruled: a claim that is always the same
// would hide that it has no paper.
func TestPortStatusOfAPrinterThatAnswers(t *testing.T) {
	d, _ := bootPrinter(PrinterCounter80())
	printerData(d, 0, 0x1a, 0x32, 0x12, 0x7e, 0)
	s := d.Handle(machine.Now{}, machine.Input{Kind: machine.Status, Port: PortPrinter, Data: []byte{0x18}})
	assert.Empty(t, s.Events)
	assert.True(t, d.blocked())
}
