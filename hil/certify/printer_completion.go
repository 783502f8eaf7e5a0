package certify

import (
	"fmt"
	"time"

	"stormrig/hil/wire/escpos"
)

// completes awaits the completion of a job.
func (x *Exam) completes(job int, limit time.Duration) (at time.Duration, ok bool) {
	_, at, ok = x.replies(limit, func(r escpos.Reply) bool {
		n, is := r.Job()
		return r.Kind == escpos.ReplyComplete && is && n == job
	})
	return at, ok
}

// completionAnswer asks for a completion (GS ( H fn 48) behind a receipt.
func completionAnswer(x *Exam) Result {
	began := x.Now()
	const job = 4711
	if !x.print(numbered(x.builder(), "DONE", 1, orderLines).Complete(job)) {
		return fails("it does not take a receipt", "takes nothing")
	}
	at, ok := x.completes(job, 15*time.Second)
	if !ok {
		return fails("GS ( H is not answered: a receipt that was sent cannot be told from one that was printed", "no completion")
	}
	if took := at - began; took < soonest {
		return Result{Verdict: Fail, Measured: took.Milliseconds(), Limit: soonest.Milliseconds(), Unit: "ms",
			Detail: fmt.Sprintf("complete after %v: no printer moves so fast", took), Defects: []string{"completion before printed"}}
	}
	return Result{Verdict: Pass, Measured: (at - began).Milliseconds(), Unit: "ms"}
}

// completionTruth takes the paper away in a receipt: no completion may come
// before the rest is on paper, and one must come then.
func completionTruth(x *Exam) Result {
	const lines, job = 40, 815
	if !x.Do("paper-out", "Take the paper out of the printer and close the cover.") {
		return incomplete("not done: paper out")
	}
	x.print(numbered(x.builder(), "TRUE", 1, lines).Complete(job))
	_, early := x.completes(job, 5*time.Second)
	x.Do("paper-in", "Put the paper in again and close the cover.")
	// The completion may come at once: nothing is thrown away here.
	x.Send(new(escpos.Builder).LiveEnquiry(1).Bytes(), answerLimit)
	if early {
		x.settle(30 * time.Second)
		return fails("it said 'complete' of a receipt for which it had no paper", "completion before printed")
	}
	if _, ok := x.completes(job, 30*time.Second); !ok {
		return fails("the receipt's completion did not come when the paper was back", "no completion after a fault")
	}
	a, ok := x.Ask(wrongNumbers("TRUE", lines))
	switch {
	case !ok:
		return incomplete("nobody looked at the paper")
	case a != "":
		return fails("it said 'complete', and on paper: "+a, "completion before printed")
	}
	return Result{Verdict: Pass}
}

// recover ends an error that the printer waits in [Epson: DLE ENQ 1 resumes at
// the line that failed, and is ignored without an error]. It does not ask
// first: some answer that all is well.
func (x *Exam) recover() {
	x.Drain(300 * time.Millisecond)
	x.Send(new(escpos.Builder).LiveEnquiry(1).Bytes(), answerLimit)
	x.Drain(300 * time.Millisecond)
}
