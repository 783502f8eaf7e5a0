package shop

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/seat"
	"stormrig/sim"
)

// PortSeat is the cashier's only port: display bytes come in, keys go out.
const PortSeat = "seat"

// How long people take and wait.
const (
	thinkLo   = 400 * time.Millisecond
	thinkHi   = 1500 * time.Millisecond
	lookAfter = 5 * time.Second  // nothing happened: look again
	paperWait = 25 * time.Second // then the shopper goes without a receipt
	darkLook  = 2 * time.Second
)

// phase is how far the basket on the counter is.
type phase uint8

const (
	idle     phase = iota // nobody at the counter
	scanning              // articles go over the scanner
	paying                // the tender was pressed
	carding               // the card was swiped
	leaving               // done; waiting for paper
	tasking               // a task's key was pressed
)

// Cashier is the person at one seat.
type Cashier struct {
	rng     sim.Stream
	name    string
	hasCard bool // there is a card reader

	screens seat.Screens
	screen  seat.Screen
	lit     bool // the display shows something
	fresh   bool // it came back and was not looked at yet

	queue []Basket
	tasks []Task

	phase   phase
	basket  Basket
	codes   []string      // one for each piece, in order
	voids   int           // articles still to be rung by mistake
	scanned int           // lines seen of this basket
	seen    int           // lines on the display when the last trigger was pulled
	lineBy  time.Duration // until then the line of the last trigger may still come
	before  int64         // last sale number before this basket
	due     int64         // total when the tender was pressed
	cash    bool          // pays cash, by choice or after a decline
	tries   int           // card attempts
	number  int64
	since   time.Duration // the shopper stepped up
	paperBy time.Duration
	next    time.Duration // when to act or look again; negative never
	expects bool          // an action was taken and its answer is awaited
	looked  bool          // the tender seemed to be ignored and the screen was asked for once more

	hangs  bool            // paper hangs out of the printer
	tearAt time.Duration   // when his hand is there, -1 not on its way
	unpaid map[string]bool // sales that the display called not paid, and of which he has heard the end
	papers map[string]bool // whole pieces in hand, as the till asks for them: "SALE 12", "REPORT 2026-07-18"
}

// NewCashier returns a person at a seat. reader says whether the till has a
// card reader; without one everybody pays cash.
func NewCashier(name string, rng sim.Stream, reader bool) *Cashier {
	return &Cashier{name: name, rng: rng, hasCard: reader, unpaid: map[string]bool{}, papers: map[string]bool{}, next: -1, tearAt: -1}
}

// Clone returns a copy that shares nothing changeable.
func (c *Cashier) Clone() machine.Machine {
	n := *c
	n.screens = c.screens.Clone()
	n.queue, n.tasks, n.codes = slices.Clone(c.queue), slices.Clone(c.tasks), slices.Clone(c.codes)
	n.papers, n.unpaid = maps.Clone(c.papers), maps.Clone(c.unpaid)
	return &n
}

// Waiting returns how many shoppers and tasks are not done yet; paper that hangs
// out of the printer is one.
func (c *Cashier) Waiting() int {
	n := len(c.queue) + len(c.tasks)
	if c.phase != idle {
		n++
	}
	if c.hangs {
		n++
	}
	return n
}

// turn collects what one Handle wants done.
type turn struct {
	*Cashier
	now machine.Now
	out []machine.Output
}

// Handle takes one input.
func (c *Cashier) Handle(now machine.Now, in machine.Input) []machine.Output {
	t := &turn{Cashier: c, now: now}
	switch in.Kind {
	case machine.Boot:
		t.out = append(t.out, machine.Output{Kind: machine.Open, Port: PortSeat})
	case machine.Opened:
		t.screens.Reset()
	case machine.Closed:
		t.dark()
	case machine.Data:
		for _, s := range t.screens.Feed(in.Data) {
			t.sees(s)
		}
	case machine.Do:
		t.asked(in)
	case machine.Wake:
		if t.tearAt >= 0 && now.Mono >= t.tearAt {
			t.tell(Tear{})
			if t.tearAt = -1; t.hangs { // until he has it
				t.tearAt = now.Mono + lookAfter
			}
		}
		if t.next >= 0 && now.Mono >= t.next {
			t.next = -1
			t.act()
		}
	}
	if at := max(t.next, t.tearAt); at >= 0 {
		if t.next >= 0 && t.tearAt >= 0 {
			at = min(t.next, t.tearAt)
		}
		t.out = append(t.out, machine.Output{Kind: machine.WakeAt, At: at})
	}
	return t.out
}

func (t *turn) tell(v any) { t.out = append(t.out, machine.Output{Kind: machine.Tell, Tell: v}) }

func (t *turn) think() { t.next = t.now.Mono + t.rng.Duration(thinkLo, thinkHi) }

func (t *turn) wait(d time.Duration) { t.next = t.now.Mono + d }

func (t *turn) press(word string, args ...string) {
	k := seat.Key{Word: word, Args: args}
	line := seat.AppendKey(nil, k)
	t.tell(Keyed{Basket: t.at(), Text: string(line[:len(line)-1])})
	t.out = append(t.out, machine.Output{Kind: machine.Write, Port: PortSeat, Data: line})
	t.expects = true
	t.wait(lookAfter)
}

// at is the basket on the counter, 0 for none.
func (t *turn) at() int {
	if t.phase == idle || t.phase == tasking {
		return 0
	}
	return t.basket.N
}

func (t *turn) asked(in machine.Input) {
	var err error
	switch in.Action {
	case ActBasket:
		var b Basket
		err = json.Unmarshal(in.Data, &b)
		t.queue = append(t.queue[:len(t.queue):len(t.queue)], b)
	case ActTask:
		var k Task
		err = json.Unmarshal(in.Data, &k)
		t.tasks = append(t.tasks[:len(t.tasks):len(t.tasks)], k)
	case ActPaper:
		t.takes(string(in.Data))
	case ActHangs:
		t.hangs, t.tearAt = true, t.now.Mono+tearing
	default:
		err = fmt.Errorf("a cashier has no action %q", in.Action)
	}
	if err != nil {
		panic(fmt.Sprintf("shop: %s: %v", in.Action, err)) // a rig that cannot encode its own values
	}
	if t.phase == idle && t.next < 0 {
		t.think()
	}
}

func (t *turn) dark() {
	if t.lit {
		t.tell(Dark{Basket: t.at()})
	}
	t.lit, t.expects, t.lineBy = false, false, 0
	t.screen = seat.Screen{}
	if t.phase != idle {
		t.wait(lookAfter)
	}
	t.out = append(t.out, machine.Output{Kind: machine.Open, Port: PortSeat})
}

// sees takes a new screen; the person reacts a moment later.
func (t *turn) sees(s seat.Screen) {
	if !t.lit {
		t.fresh = true
	}
	t.lit = true
	if !s.Equal(t.screen) || s.Tone != "" {
		t.tell(Saw{Basket: t.at(), Screen: s})
	}
	t.screen, t.expects = s, false
	if t.phase != idle || len(t.queue)+len(t.tasks) > 0 || s.Title == titleReceipt || s.Title == titleBacklog {
		t.think()
	}
}
