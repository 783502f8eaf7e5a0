package engine

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"stormrig/pos"
	"stormrig/pos/fold"
	"stormrig/pos/payment"
	"stormrig/pos/sabotage"
)

// Config is what a till is told when it is set up. It never changes.
type Config struct {
	Device   string
	Shop     string   // first line of every receipt
	Address  []string // lines below it
	Thanks   string   // last line of every receipt
	Zone     *time.Location
	Cutoff   time.Duration // after local midnight: when the business day begins
	Policy   payment.Policy
	Currency pos.Currency
	// NoPrinter: the till has no receipt printer and no drawer on it, so that
	// neither is ordered.
	NoPrinter bool
	// Backlog: what becomes of receipts that waited for the printer.
	Backlog Backlog
	// Terminal: the card reader is a terminal, which authorises by itself: no
	// request of a payment goes to the host. Confirms: its approvals stay open
	// until they are confirmed.
	Terminal, Confirms bool
	Sabotage           sabotage.Set // the zero value is an honest till
}

// Decision is what follows from one event.
type Decision struct {
	// Facts and Intents become one journal entry when there are any; Clock is
	// how far its time can be trusted.
	Facts   []pos.Fact
	Intents []pos.Intent
	Clock   pos.ClockQuality
	// Again repeats the effects of intents that are still open.
	Again []string
	// Soft leaves after the commit, if there is one.
	Soft []pos.Soft
	// Keep is written to the vault before the entry that names it, Drop is
	// removed from it after the entry that closes it.
	Keep *Card
	Drop []string

	next pos.Key
	was  Engine // before it decided
}

// Card is card data as the reader's head encrypted it.
type Card struct {
	Name   string // vault name
	Ref    string
	Serial string
	Sealed []byte
}

// Deadlines of the engine, in monotonic time.
const (
	cardWait     = 90 * time.Second // for a card to be presented
	hostWait     = 8 * time.Second  // for an answer of the host
	hostTries    = 3                // requests before the outcome is unknown
	noteWait     = 1500 * time.Millisecond
	dongleWait   = 10 * time.Second // for the dongle to say what it holds
	fixAge       = 5 * time.Minute  // older fixes are asked for anew
	forwardWait  = time.Second      // between forwarded payments
	forwardLater = 30 * time.Second // after 'try again later'
	refusedWait  = 5 * time.Second  // after a disk that was full
	never        = time.Duration(-1)
)

// Engine decides for one till. Its fields are what a till may forget.
type Engine struct {
	cfg *Config

	clock  pos.Now // at the last event
	ticked bool

	up      map[string]bool // devices and links
	printer pos.PrinterState
	fix     *pos.Located
	fixAt   time.Duration
	asked   bool // a fix was asked for
	noFix   string

	card      *Card // data of the card just read, until its payment ends
	cardBy    time.Duration
	hostBy    time.Duration
	tries     int
	dongleBy  time.Duration
	forwardAt time.Duration
	settleBy  time.Duration            // to ask a terminal again what it holds
	later     map[string]time.Duration // stored payments that the host wants later
	lost      map[string]bool          // stored payments whose card data is gone; true: may have been sent

	notes  []pos.Fact // outcomes not yet durable
	noteBy time.Duration
	unsaid []pos.Fact // outages of links for which there was no room; never changed in place
	tried  pos.Key    // the entry in which they were when the till stopped; none: they were not

	unprinted []unprinted        // prints ordered in this life, with no outcome yet; never changed in place
	backlog   []unprinted        // of them, those that the cashier is asked about
	dropped   int                // how many were dropped, shown until the next event at the seat
	doubt     pos.TerminalResult // what a terminal says of a payment of a journal that is not here
	elsewhere string             // such a payment, which the hub says is sold
	halted    bool               // the printer is there and says that it does not print
	ask       []string           // print intents whose fate only a person can tell
	refusal   string             // shown until the next event at the seat
	message   []string
	done      int64 // receipt number just finished, shown as DONE
	decline   string
	stopped   []string
	tone      string
	status    string // of the synchronisation
	refused   bool   // no decision was made durable since one was taken back
	full      bool   // that was for want of room
	unheard   bool   // the reader answered, and what follows from it was taken back
	doubting  bool   // of a sabotage; false in an honest till
}

// New returns an engine that has seen nothing yet.
func New(cfg *Config) *Engine {
	return &Engine{cfg: cfg, up: map[string]bool{}, later: map[string]time.Duration{}, lost: map[string]bool{}, noFix: "no fix yet",
		cardBy: never, hostBy: never, noteBy: never, dongleBy: never, forwardAt: never, settleBy: never}
}

// Clone returns a copy that shares nothing changeable.
func (e *Engine) Clone() *Engine {
	c := *e
	c.up, c.later, c.lost = maps.Clone(e.up), maps.Clone(e.later), maps.Clone(e.lost)
	c.notes = slices.Clone(e.notes)
	c.ask, c.unprinted = slices.Clone(e.ask), slices.Clone(e.unprinted)
	c.message = slices.Clone(e.message)
	c.stopped = slices.Clone(e.stopped)
	return &c
}

// turn is one call of Decide.
type turn struct {
	*Engine
	now pos.Now
	st  *fold.State
	d   *Decision
}

// charge returns the payment under way, nil for none.
func (t *turn) charge() *fold.Charge { return t.st.Till().Charge }

// Decide answers one event. next is the key that the entry will have.
func (e *Engine) Decide(now pos.Now, st *fold.State, next pos.Key, ev pos.Event) Decision {
	d := Decision{next: next, was: *e}
	t := &turn{Engine: e, now: now, st: st, d: &d}
	e.tone = ""
	jump := t.jumped()
	d.Clock = st.Quality(now.Wall, jump)
	if e.cfg.Sabotage.RightClockDoubted {
		t.doubtOn(jump)
	}
	t.on(ev)
	t.deadlines()
	if jump != nil && e.refused && len(d.Facts)+len(d.Intents) == 0 {
		return d // it waits, with the clock that it is told by, for an entry for which there is room
	}
	t.ride(jump)
	e.clock, e.ticked = now, true
	return d
}

func (t *turn) on(ev pos.Event) {
	switch ev := ev.(type) {
	case pos.Scanned:
		t.scanned(ev.Code)
	case pos.Pressed:
		t.pressed(ev)
	case pos.CardRead:
		t.cardRead(ev)
	case pos.CardUnread:
		t.cardUnread(ev)
	case pos.DongleState:
		t.dongleState(ev)
	case pos.TerminalResult:
		t.terminalResult(ev)
	case pos.Recalled:
		t.wasRecalled(ev)
	case pos.HostReply:
		t.hostReply(ev)
	case pos.PrintEnded:
		t.printEnded(ev)
	case pos.Kicked:
		t.noted(ev.Intent, pos.OutcomeDone, "")
	case pos.KickFailed:
		t.noted(ev.Intent, pos.OutcomeFailed, ev.Reason)
	case pos.PrinterState:
		t.printer, t.halted = ev, !ev.Online
		t.printAgain()
	case pos.Located:
		t.Located(t.now, ev)
	case pos.NotLocated:
		t.noFix, t.asked = ev.Reason, false
	case pos.DeviceUp:
		t.up[ev.Device] = true
		t.printAgain()
	case pos.DeviceDown:
		t.deviceDown(ev)
	case pos.LinkUp:
		t.linkUp(ev.Link, ev.Why)
	case pos.LinkDown:
		t.linkDown(ev.Link, ev.Why)
	}
}

// Wake returns when Decide wants a Tick: the earliest deadline, or a negative
// time for none.
func (e *Engine) Wake() time.Duration {
	first := never
	if e.stopped != nil {
		return never
	}
	for _, at := range []time.Duration{e.cardBy, e.hostBy, e.noteBy, e.dongleBy, e.forwardAt, e.settleBy} {
		if at >= 0 && (first < 0 || at < first) {
			first = at
		}
	}
	return first
}

// due tells whether a deadline has passed, and clears it when it has.
func (t *turn) due(at *time.Duration) bool {
	if *at < 0 || t.now.Mono < *at {
		return false
	}
	*at = never
	return true
}

func (t *turn) deadlines() {
	if t.due(&t.cardBy) {
		t.cancelCharge("no card presented")
	}
	if t.due(&t.hostBy) {
		t.hostSilent()
	}
	if t.due(&t.dongleBy) {
		t.dongleSilent()
	}
	if t.due(&t.forwardAt) {
		t.forward()
	}
	if t.due(&t.settleBy) {
		t.askTerminal()
	}
	if t.due(&t.noteBy) {
		t.d.Facts = append(t.d.Facts, t.notes...)
		t.notes = nil
	}
}

// ride lets outcomes and outages that wait be part of whatever is committed now.
// A jump of the clock comes before all of it, and is committed by itself if need be.
func (t *turn) ride(jump *pos.ClockJump) {
	if jump != nil {
		t.d.Facts = slices.Insert(t.d.Facts, 0, pos.Fact{ClockJump: jump})
	}
	if len(t.d.Facts)+len(t.d.Intents) == 0 {
		return
	}
	if len(t.unsaid) > 0 {
		t.d.Facts, t.unsaid = slices.Concat(t.unsaid, t.d.Facts), nil
	}
	if len(t.notes) == 0 {
		return
	}
	t.d.Facts = append(t.d.Facts, t.notes...)
	t.notes, t.noteBy = nil, never
}

// noted takes an outcome. The first one counts.
func (t *turn) noted(intent, outcome, detail string) {
	if _, open := t.st.Open(intent); !open || t.knows(intent) {
		return
	}
	t.notes = append(t.notes, pos.Fact{Note: &pos.Note{Intent: intent, Outcome: outcome, Detail: detail}})
	if t.noteBy < 0 {
		t.noteBy = t.now.Mono + noteWait
	}
}

func (e *Engine) knows(intent string) bool {
	return slices.ContainsFunc(e.notes, func(f pos.Fact) bool { return f.Note.Intent == intent })
}

// order adds an intent to the decision and returns its id.
func (t *turn) order(in pos.Intent) string {
	in.ID = strconv.Itoa(int(t.d.next.Incarnation)) + "." + strconv.FormatUint(t.d.next.Seq, 10) + "." + strconv.Itoa(len(t.d.Intents))
	t.d.Intents = append(t.d.Intents, in)
	return in.ID
}

func (t *turn) fact(f pos.Fact) { t.d.Facts = append(t.d.Facts, f) }

func (t *turn) soft(s ...pos.Soft) { t.d.Soft = append(t.d.Soft, s...) }

// refuse shows why something was not done.
func (t *turn) refuse(why string) {
	t.refusal, t.tone = why, pos.ToneBad
	t.soft(pos.Beep{Good: false})
}

// Refused takes back a decision that could not be made durable and was not
// (full: the disk had no room): the engine is again what it was before it decided,
// but for what it knows of links and of a reader that spoke, and the seat says so. What was due
// is tried again later, without the card data that the vault could not keep. With
// an empty why nobody at the seat had asked for it, and the status line tells.
func (e *Engine) Refused(now pos.Now, d Decision, why string, full bool) {
	answered := d.was.dongleBy >= 0 && e.dongleBy < 0
	*e = d.was
	e.refused, e.full, e.unheard = true, full, e.unheard || answered
	if len(d.Facts) > 0 { // those that waited are among them
		e.unsaid = unsaidOf(d)
	}
	if why != "" {
		e.refusal, e.tone = why, pos.ToneBad
	}
	if d.Keep != nil {
		e.card = nil
	}
	for _, at := range []*time.Duration{&e.cardBy, &e.hostBy, &e.noteBy, &e.dongleBy, &e.forwardAt, &e.settleBy} {
		if *at >= 0 {
			*at = max(*at, now.Mono+refusedWait)
		}
	}
	if e.forwardAt < 0 && e.up["host"] { // it may have been the host's coming back that was refused
		e.forwardAt = now.Mono + refusedWait
	}
	if e.settleBy < 0 && e.cfg.Terminal { // and the terminal's word, which says nothing twice unasked
		e.settleBy = now.Mono + refusedWait
	}
}

// Untold keeps the outages of links in the decision at which a till stopped: nobody
// tells of them again, and it may go on in this life.
func (e *Engine) Untold(d Decision) {
	if said := unsaidOf(d); len(said) > 0 {
		e.unsaid, e.tried = said, d.next
	}
}

// Postpone lets a stored payment wait whose card data cannot be read now, so
// that it blocks none of the others.
func (e *Engine) Postpone(now pos.Now, ref string) {
	e.later[ref] = now.Mono + forwardLater
	e.forwardAt = now.Mono + forwardWait
}

// CardLost says that the vault does not have the card data of a stored payment
// any more; sent, that the host may have it from an earlier request.
func (e *Engine) CardLost(now pos.Now, ref string, sent bool) {
	e.lost[ref] = sent
	e.forwardAt = now.Mono
}

// Heard says that the screen with its tone has left for the seat.
func (e *Engine) Heard() { e.tone = pos.ToneNone }

// Anew returns an engine for a life that goes on where this one had stopped: it
// knows the devices and links that are there, and nothing else.
func (e *Engine) Anew() *Engine {
	n := New(e.cfg)
	n.up, n.printer, n.halted, n.fix, n.fixAt = maps.Clone(e.up), e.printer, e.halted, e.fix, e.fixAt
	n.unsaid, n.tried = e.unsaid, e.tried
	return n
}

// Located takes a place as the receiver says it now. A till that has stopped takes it
// at once, too: a place ages from when it was said.
func (e *Engine) Located(now pos.Now, ev pos.Located) {
	e.fix, e.fixAt, e.asked = &ev, now.Mono, false
}

// Committed says that a decision was made durable.
func (e *Engine) Committed() { e.refused, e.full = false, false }

// Stop shows for good that the till cannot sell, and why.
func (e *Engine) Stop(lines ...string) { e.stopped, e.tone = lines, pos.ToneBad }

// Stopped tells whether Stop was called.
func (e *Engine) Stopped() bool { return e.stopped != nil }

// SetStatus sets the seat's status line of the synchronisation.
func (e *Engine) SetStatus(s string) { e.status = s }

// Flush returns a decision that writes down what waits to be written: outcomes,
// and a jump of the clock that nothing came after.
func (e *Engine) Flush(now pos.Now, st *fold.State, next pos.Key) Decision {
	d := Decision{next: next, was: *e}
	t := &turn{Engine: e, now: now, st: st, d: &d}
	jump := t.jumped()
	d.Clock = st.Quality(now.Wall, jump)
	d.Facts = append(slices.Clone(e.unsaid), e.notes...)
	e.notes, e.noteBy, e.unsaid = nil, never, nil
	t.ride(jump)
	e.clock, e.ticked = now, true
	return d
}
