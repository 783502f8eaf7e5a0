package engine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"stormrig/pos"
)

// away has three sales whose receipts fail: two long before the printer is
// back, the third just before.
func away(t *testing.T, b Backlog) *desk {
	d := newDesk(t)
	d.cfg.Backlog = b
	d.do(up("printer"), pos.DeviceDown{Device: "printer"})
	for job := 1; job <= 3; job++ {
		if job == 3 {
			d.pass(8 * time.Hour)
		}
		d.do(scan("33"), key("cash 5.00"), printed(job, pos.OutcomeFailed))
		d.pass(time.Minute)
	}
	return d.do(up("printer"))
}

const thirdDone = "DONE / SALE 3 / TOTAL PHP 5.00 / CHANGE PHP 0.00 / NEXT"

func (d *desk) status() string { return d.e.Screen(d.st).Status }

func TestBacklogIsPrinted(t *testing.T) {
	for _, b := range []Backlog{"", BacklogPrint} {
		away(t, b).gives("print 1 job 1", "print 2 job 2", "print 3 job 3").shows(thirdDone)
	}
}

func TestBacklogIsDropped(t *testing.T) {
	d := away(t, BacklogDrop).gives("print 3 job 3").shows(thirdDone)
	assert.Equal(t, "RECEIPTS DROPPED: 2", d.status())
	d.pass(noteWait).gives("note 1.3.1 dropped", "note 1.5.1 dropped")
	d.do(up("printer")).gives() // they do not come again
	d.do(key("copy 1")).gives("copy 1", "print 1 COPY job 4")
	assert.Empty(t, d.status())
}

func TestBacklogIsAskedFor(t *testing.T) {
	const question = "RECEIPTS? / RECEIPTS WAITED: 2 / PRINT THEM NOW? / YES OR NO"
	d := away(t, BacklogAsk).gives("print 3 job 3").shows(question)
	d.do(up("printer"), pos.PrinterState{Online: true}).gives().shows(question) // asked once
	d.do(scan("33")).gives().shows("RECEIPTS? / RECEIPTS WAITED: 2 / PRINT THEM NOW? / ANSWER FIRST - NOT ADDED 33 / YES OR NO")
	d.do(key("yes")).gives("print 1 job 1", "print 2 job 2")
	d.do(key("yes")).gives()
	assert.Equal(t, "NOTHING WAS ASKED", d.e.Screen(d.st).Lines[0])

	d = away(t, BacklogAsk).do(key("no")).gives()
	assert.Equal(t, "RECEIPTS DROPPED: 2", d.status())
	d.pass(noteWait).gives("note 1.3.1 dropped", "note 1.5.1 dropped")
	// A receipt of which some was printed is asked for first, by itself.
	d = away(t, BacklogAsk).do(printed(3, pos.OutcomeUnknown)).shows("RECEIPT? / SALE 3 / IN THE CUSTOMER'S HAND? / YES OR NO")
	d.do(key("yes")).shows(question)
}

// A receipt that fails once more after YES is as old as its sale, and so is one
// that fails late: nobody waits for either.
func TestBacklogIsAsOldAsTheSale(t *testing.T) {
	const question = "RECEIPTS? / RECEIPTS WAITED: 2 / PRINT THEM NOW? / YES OR NO"
	d := away(t, BacklogAsk).do(key("yes"))
	d.do(pos.PrinterState{PaperOut: true}, printed(1, pos.OutcomeFailed), printed(2, pos.OutcomeFailed))
	d.do(pos.PrinterState{Online: true}).gives().shows(question)

	d = newDesk(t)
	d.cfg.Backlog = BacklogDrop
	d.do(up("printer"), scan("33"), key("cash 5.00")).pass(backlogAge).do(printed(1, pos.OutcomeFailed)).gives()
	assert.Equal(t, "RECEIPTS DROPPED: 1", d.status())
}

// A printer that is there and stopped prints nothing: what waits is not sent
// and given back again and again, and counts as waiting from its first failure.
func TestBacklogWaitsWhileThePrinterIsStopped(t *testing.T) {
	d := newDesk(t)
	d.cfg.Backlog = BacklogDrop
	d.do(up("printer"), pos.PrinterState{PaperOut: true}, scan("33"), key("cash 5.00"), printed(1, pos.OutcomeFailed)).gives()
	d.pass(4 * time.Minute)
	d.do(up("printer")).gives()
	d.do(pos.PrinterState{Online: true}).gives("print 1 job 1")
	d.pass(4 * time.Minute)
	d.do(pos.PrinterState{PaperOut: true}, printed(1, pos.OutcomeFailed), pos.PrinterState{Online: true}).gives()
	assert.Equal(t, "RECEIPTS DROPPED: 1", d.status())
}

// After a restart nobody knows how far each print had come: the cashier is
// asked for each, whatever the policy.
func TestBacklogOverARestart(t *testing.T) {
	d := away(t, BacklogAsk)
	d.start()
	d.do(up("printer")).shows("RECEIPT? / SALE 1 / IN THE CUSTOMER'S HAND? / YES OR NO")
}
