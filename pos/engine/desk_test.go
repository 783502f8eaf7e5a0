package engine

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos"
	"stormrig/pos/fold"
	"stormrig/pos/payment"
)

// desk is an engine with a fold and no disk: what it decides is durable at
// once, or, with full set, refused. Scripts talk to it in events and read
// what left and what the display shows, as short words.
type desk struct {
	t    *testing.T
	cfg  *Config
	st   *fold.State
	e    *Engine
	now  pos.Now
	seq  uint64
	full bool
	out  []string // of the last event
}

func config() *Config {
	zone, err := time.LoadLocation("Asia/Manila")
	if err != nil {
		panic(err)
	}
	return &Config{Device: "phone", Shop: "BOUTIQUE", Address: []string{"1 Rizal St", "Cebu"}, Thanks: "THANK YOU",
		Zone: zone, Cutoff: 4 * time.Hour, Currency: "PHP",
		Policy: payment.Policy{CapEach: 500_000, CapTotal: 600_000, CapCount: 3, MaxAge: 24 * time.Hour}}
}

func newDesk(t *testing.T) *desk {
	base, err := fold.NewBase(pos.Catalogue{Name: "boutique", Currency: "PHP", Items: []pos.Item{
		{ID: "sandals", Name: "Beaded sandals", TaxBP: 1200, Variants: []pos.Variant{
			{Options: []string{"38", "gold"}, Barcode: "11", Price: 129000, Stock: 3}}},
		{ID: "scarf", Name: "Scarf", TaxBP: 1200, Variants: []pos.Variant{{Barcode: "22", Price: 79000, Stock: 5}}},
		{ID: "book", Name: "Book", TaxBP: 0, Variants: []pos.Variant{{Barcode: "33", Price: 500, Stock: 9}}},
		{ID: "card", Name: "Post card", TaxBP: 1200, Variants: []pos.Variant{{Barcode: "44", Price: 0, Stock: 9}}},
	}})
	require.NoError(t, err)
	d := &desk{t: t, cfg: config(), st: fold.New("phone", base)}
	d.now.Wall = time.Date(2026, 7, 18, 6, 0, 0, 0, time.UTC).UnixNano() // 14:00 in Manila
	d.start()
	return d.pass(hostWait) // the look after a start for what waits for the host
}

// start is a new life: what was only in memory is gone.
func (d *desk) start() {
	d.e = New(d.cfg)
	d.now.Mono = 0
	d.out = nil
	d.carryOut(d.e.Start(d.now, d.st, d.next(), pos.Boot{}))
}

func (d *desk) next() pos.Key { return pos.Key{Device: "phone", Incarnation: 1, Seq: d.seq + 1} }

// pass lets time go by, on both clocks, and ticks when the engine wants it.
func (d *desk) pass(dur time.Duration) *desk {
	end, ticks := d.now.Mono+dur, 0
	for {
		at := d.e.Wake()
		if at < 0 || at > end {
			break
		}
		require.GreaterOrEqual(d.t, at, d.now.Mono, "a time that has passed and is asked for again")
		d.step(at - d.now.Mono)
		d.do(pos.Tick{})
		ticks++
		require.Less(d.t, ticks, 100_000, "what was due is asked for again and again")
	}
	d.step(end - d.now.Mono)
	return d
}

func (d *desk) step(dur time.Duration) { d.now.Mono += dur; d.now.Wall += int64(dur) }

// do hands events to the engine; out is what left for the last one.
func (d *desk) do(events ...pos.Event) *desk {
	for _, ev := range events {
		d.out = nil
		d.carryOut(d.e.Decide(d.now, d.st, d.next(), ev))
	}
	return d
}

func (d *desk) carryOut(dec Decision) {
	if len(dec.Facts)+len(dec.Intents) > 0 {
		if d.full {
			d.e.Refused(d.now, dec, "DISK FULL", true)
			return
		}
		d.e.Committed()
		d.seq++
		d.st.Apply(&pos.Entry{Key: dec.next, Wall: d.now.Wall, Clock: dec.Clock, HLC: d.st.NextHLC(d.now.Wall), Facts: dec.Facts, Intents: dec.Intents})
		for i := range dec.Facts {
			d.say("%s", factWords(&dec.Facts[i]))
		}
	}
	if dec.Keep != nil {
		d.say("keep %s", dec.Keep.Name)
	}
	for _, in := range dec.Intents {
		d.leaves(in.ID, false)
	}
	for _, id := range dec.Again {
		if _, open := d.st.Open(id); open {
			d.leaves(id, true)
		}
	}
	for _, s := range dec.Soft {
		if _, ok := s.(pos.AskDongle); ok {
			d.say("ask dongle")
		}
	}
	for _, name := range dec.Drop {
		d.say("drop %s", name)
	}
}

// leaves turns an intent into its effect, as the runner does.
func (d *desk) leaves(id string, again bool) {
	o, ok := d.st.Open(id)
	require.True(d.t, ok, "an effect without an open intent: %s", id)
	var card *Card
	if o.Host != nil && o.Host.Kind == "forward" {
		def, ok := d.st.Deferred(o.Host.Ref)
		require.True(d.t, ok)
		card = &Card{Name: def.Vault, Ref: def.Ref, Sealed: []byte("sealed")}
	}
	eff, err := d.e.Effect(d.now, d.st, o.Intent, again, card)
	require.NoError(d.t, err)
	switch eff := eff.(type) {
	case pos.Print:
		what := cmp.Or(o.Print.Report, strconv.FormatInt(o.Print.Number, 10))
		d.say("print %s%s job %d", what, mark(o.Print.Mark), eff.Job)
	case pos.Kick:
		require.False(d.t, again, "a drawer is never opened again")
		d.say("kick")
	case pos.Arm:
		d.say("arm %s %d", eff.Ref, eff.Amount)
	case pos.Cancel:
		d.say("cancel %s", eff.Ref)
	case pos.Confirm:
		d.say("confirm%s %s", map[bool]string{true: " again"}[again], eff.Ref)
	case pos.Undo:
		d.say("undo%s %s", map[bool]string{true: " again"}[again], eff.Ref)
	case pos.AskHost:
		require.Equal(d.t, eff.Order.Kind == "reverse", len(eff.Sealed) == 0, "card data goes with every request but a reversal")
		d.say("%s%s %s", eff.Order.Kind, map[bool]string{true: " again"}[eff.Repeat], eff.Order.STAN)
	}
}

func mark(m string) string {
	if m == "" {
		return ""
	}
	return " " + m
}

func (d *desk) say(format string, args ...any) { d.out = append(d.out, fmt.Sprintf(format, args...)) }

// gives compares what left for the last event.
func (d *desk) gives(want ...string) *desk {
	d.t.Helper()
	assert.Equal(d.t, want, d.out)
	return d
}

// shows compares the display: title, lines and prompt, slash separated.
func (d *desk) shows(want string) *desk {
	d.t.Helper()
	s := d.e.Screen(d.st)
	assert.Equal(d.t, want, strings.Join(append(append([]string{s.Title}, s.Lines...), s.Prompt), " / "))
	return d
}

func factWords(f *pos.Fact) string {
	switch {
	case f.Line != nil:
		return "line " + f.Line.SKU
	case f.Void != nil:
		return fmt.Sprintf("void %d", f.Void.N)
	case f.Charge != nil:
		return fmt.Sprintf("charge %s %s %d", f.Charge.Ref, f.Charge.STAN, f.Charge.Amount)
	case f.Result != nil:
		return fmt.Sprintf("%s %s", f.Result.State, f.Result.STAN)
	case f.Sale != nil:
		return fmt.Sprintf("sale %d of %d on %s", f.Sale.Number, f.Sale.Total, f.Sale.BusinessDate)
	case f.Note != nil:
		return fmt.Sprintf("note %s %s", f.Note.Intent, f.Note.Outcome)
	case f.Outage != nil:
		return fmt.Sprintf("outage %s %s", f.Outage.What, time.Duration(f.Outage.To-f.Outage.From))
	case f.ClockJump != nil:
		return "clock " + time.Duration(f.ClockJump.To-f.ClockJump.From).String()
	case f.Reversal != nil:
		return fmt.Sprintf("reversal %s %t", f.Reversal.STAN, f.Reversal.Acknowledged)
	case f.Forward != nil:
		return fmt.Sprintf("forward settled=%t expired=%t owed=%d", f.Forward.Settled, f.Forward.Expired, f.Forward.Receivable)
	case f.Renumber != nil:
		return "renumber " + f.Renumber.STAN
	case f.Boot != nil:
		return "boot"
	case f.Drawer != nil:
		return "drawer"
	case f.Edit != nil:
		return fmt.Sprintf("edit %s %s %s", f.Edit.Target, f.Edit.Field, f.Edit.Value)
	case f.Report != nil:
		return fmt.Sprintf("report %s %s: %d sales, %d", f.Report.Kind, f.Report.BusinessDate, f.Report.Sales, f.Report.Total)
	case f.Copy != nil:
		return fmt.Sprintf("copy %d", f.Copy.Number)
	case f.Settlement != nil:
		return fmt.Sprintf("settled %s of %d by %s: %d", f.Settlement.Ref, f.Settlement.Of.Seq, f.Settlement.How, f.Settlement.Amount)
	case f.Exception != nil:
		return fmt.Sprintf("exception %s owed %d", f.Exception.Ref, f.Exception.Receivable)
	}
	return "?"
}

// The events of scripts.
func scan(code string) pos.Event { return pos.Scanned{Code: code} }
func key(words string) pos.Event {
	w := strings.Fields(words)
	return pos.Pressed{Word: w[0], Args: w[1:]}
}
func up(device string) pos.Event { return pos.DeviceUp{Device: device} }
func swipe(ref string) pos.Event {
	return pos.CardRead{Ref: ref, Masked: "****4242", Sealed: []byte("sealed"), Serial: "R1"}
}
func reply(kind, stan, code string) pos.Event {
	return pos.HostReply{Kind: kind, STAN: stan, Response: code, Auth: "A1"}
}
func printed(job int, outcome string) pos.Event { return pos.PrintEnded{Job: job, Outcome: outcome} }

var (
	hostUp   = pos.LinkUp{Link: "host"}
	hostDown = pos.LinkDown{Link: "host"}
)
