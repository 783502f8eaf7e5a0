package rig

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"stormrig/hil/driver"
	"stormrig/hil/wire/card"
	"stormrig/pos"
	"stormrig/scenarios/spec"
	"stormrig/sim"
	"stormrig/sim/history"
	"stormrig/sim/shop"
)

// record adds an event to the history at the present time.
func (r *Run) record(e history.Event) {
	e.N = int64(len(r.events)) + 1
	e.T = int64(r.world.Now())
	if e.Gen == 0 {
		e.Gen = max(r.world.Gen(e.Who), 1)
	}
	if n := len(r.events); n == cap(r.events) { // a copy begins without room: take it all at once
		r.events = slices.Grow(r.events, max(n/4, eventsASale*(r.Scenario.SaleCount()+2)-n, 1))
	}
	r.events = append(r.events, e)
}

// see takes what was seen of the world: it is written down, carried out where
// it is the deed of a hand, and spans of work are announced to the faults.
func (r *Run) see(seen []sim.Observation) error {
	r.seen = append(r.seen, seen...)
	for _, f := range r.picker.TakeFired() {
		r.record(history.Event{Kind: history.KindFault, Who: f.Fault.Target, Text: f.Err,
			Fault: &history.Fault{ID: f.Fault.ID, Kind: string(f.Fault.Kind), Target: f.Fault.Target, When: f.Fault.When.String(), For: int64(f.Fault.For), Words: f.Fault.String(), Action: f.Fault.Args.Action}})
	}
	for _, o := range seen {
		if err := r.one(o); err != nil {
			return err
		}
	}
	return nil
}

func (r *Run) one(o sim.Observation) error {
	switch o := o.(type) {
	case sim.Handled:
		r.handled(o)
	case sim.Told:
		return r.told(o)
	case sim.TransferBegun:
		r.transfer(o)
	case sim.Delivered:
		r.delivered(o)
	case sim.PowerChanged:
		r.record(history.Event{Kind: history.KindPower, Who: o.Who, Gen: o.Gen, On: o.On, Text: o.Why})
	case sim.CutHappened:
		r.cut(o)
	case sim.LinkChanged:
		r.record(history.Event{Kind: history.KindLink, Who: o.Link, State: upDown(o.Up), Text: o.Why})
	case sim.ClockMoved:
		r.record(history.Event{Kind: history.KindClock, Who: o.Who, Wall: o.From, WallTo: o.To, Text: o.Why})
	case sim.DiskAiled:
		state, text := o.Fault.Mode, o.Err
		if o.Ended && o.Left != "" {
			state, text = o.Left, history.Over(state)
		} else if o.Ended {
			state = "healed"
		}
		r.record(history.Event{Kind: history.KindDisk, Who: o.Who, State: state, Text: text})
	}
	return nil
}

func upDown(up bool) string {
	if up {
		return "up"
	}
	return "down"
}

// tillOf returns the till that a unit belongs to: "phone" of "phone.printer".
func tillOf(unit string) string {
	till, _, _ := strings.Cut(unit, ".")
	return till
}

func (r *Run) basketAt(unit string) int { return r.serving[tillOf(unit)] }

// cut writes down a loss of power of a till or hub. What it had made durable
// before it could tell is known from what it was about to tell.
func (r *Run) cut(o sim.CutHappened) {
	c := &history.Cut{Ops: len(o.Ops), Begun: o.Begun, Ended: o.Ended, Synced: o.Synced,
		Pending: o.Image.Pending, Torn: o.Image.Torn, Reordered: o.Image.Reordered, Image: o.Image.Words}
	if o.Busy {
		c.Span, c.At = r.spanOf(o.Who), struck(&o)
	}
	if o.Killed {
		r.record(history.Event{Kind: history.KindDisk, Who: o.Who, Gen: o.Gen, State: "killed", Cut: c})
	} else {
		r.record(history.Event{Kind: history.KindCut, Who: o.Who, Gen: o.Gen, Cut: c})
	}
	list, heads := r.handling[o.Who], r.storing[o.Who]
	delete(r.handling, o.Who)
	delete(r.storing, o.Who)
	switch {
	case !o.Busy || len(list)+len(heads) == 0:
	case o.Synced:
		// What an earlier cut left in doubt comes first, as it does on the disk.
		r.settleHanging(o.Who, o.Gen)
		r.commits(o.Who, o.Gen, list)
		r.stores(o.Who, o.Gen, heads)
	default:
		r.hanging[o.Who] = append(slices.Clip(r.hanging[o.Who]), list...) // a cut recovery comes on top
		r.unsure[o.Who] = append(slices.Clip(r.unsure[o.Who]), heads...)
		r.leaks.disk(r.world.Unit(o.Who), "crash image of "+o.Who)
	}
}

// settleHanging finds out, after a recovery, whether what was being written
// when the power went had survived.
func (r *Run) settleHanging(who string, gen int) {
	list, heads := r.hanging[who], r.unsure[who]
	if len(list)+len(heads) == 0 {
		return
	}
	delete(r.hanging, who)
	delete(r.unsure, who)
	held := r.export(who)
	for _, e := range list {
		if slices.ContainsFunc(held, func(h entry) bool { return h.hash == e.hash }) {
			r.commits(who, gen, []entry{e})
		}
	}
	for _, k := range heads {
		if slices.ContainsFunc(held, func(h entry) bool { return h.key == k }) {
			r.stores(who, gen, []pos.Key{k})
		}
	}
}

// stores writes down how far others' chains are durable.
func (r *Run) stores(who string, gen int, heads []pos.Key) {
	for _, k := range heads {
		r.record(history.Event{Kind: history.KindReplicated, Who: who, Gen: gen, Device: k.Device, Inc: k.Incarnation, Seq: k.Seq})
	}
}

// commits writes entries down as durable.
func (r *Run) commits(who string, gen int, list []entry) {
	for _, e := range list {
		r.record(history.Event{Kind: history.KindCommit, Who: who, Gen: gen, Basket: r.serving[who],
			Device: e.key.Device, Inc: e.key.Incarnation, Seq: e.key.Seq,
			Prev: hex.EncodeToString(e.prev[:]), Hash: hex.EncodeToString(e.hash[:]), Payload: e.payload})
		r.committedMoments(who, e)
	}
}

// delivered writes down scans, keys and screens that arrived whole.
func (r *Run) delivered(o sim.Delivered) {
	r.leaks.wire(o)
	if !o.Whole && !r.scanArrived(o) {
		return
	}
	r.moment("push", o.From, o.To == unitHub && bytes.Contains(o.Data[:min(len(o.Data), 16)], []byte(`"push"`)))
	switch {
	case o.To == tillOf(o.To) && o.Port == driver.PortScanner:
		if code := r.scannedIn(o); code != "" {
			r.record(history.Event{Kind: history.KindDelivered, Who: o.To, Basket: r.basketAt(o.To), Code: code})
			r.scanned[o.To] = slices.DeleteFunc(slices.Clone(r.scanned[o.To]), func(c string) bool { return c == code })
		}
	case o.To == tillOf(o.To) && o.Port == driver.PortDongle:
		r.reported(o)
	case o.To == tillOf(o.To) && o.Port == driver.PortSeat:
		for _, line := range bytes.Split(bytes.TrimSpace(o.Data), []byte("\n")) {
			r.record(history.Event{Kind: history.KindKey, Who: o.To, Basket: r.basketAt(o.To), Text: string(line)})
			r.moment("tender", o.To, strings.HasPrefix(string(line), "cash") || strings.HasPrefix(string(line), "card"))
			r.moment("report", o.To, strings.HasPrefix(string(line), "report"))
		}
	}
}

// reported writes down a swiper's report that a till got while it waited for a
// card. The device knows of no payment.
func (r *Run) reported(o sim.Delivered) {
	t, _ := r.Scenario.Till(o.To)
	ref := r.charged[o.To]
	if t.Dongle != spec.DongleSwiper || ref == "" {
		return
	}
	if s, err := card.ParseSwipe(o.Data); err != nil || !s.Readable() {
		return
	}
	r.refs[ref] = r.basketAt(o.To)
	r.record(history.Event{Kind: history.KindSwipe, Who: o.From, Basket: r.basketAt(o.To), Ref: ref})
	r.swiped(o.To)
}

// scannedIn returns which of the codes on their way a transfer brought whole.
func (r *Run) scannedIn(o sim.Delivered) string {
	line := scannedLine(o.Data)
	for _, code := range r.scanned[o.To] {
		if line == code {
			return code
		}
	}
	return ""
}

// scannedLine returns the code in the bytes of a scan, up to the first character
// that ends a line; empty while that has not come. Of two such characters noise
// may have taken one. The identifier before a code is three characters; one that
// noise made something else of is part of what arrives, which is no code.
func scannedLine(data []byte) string {
	i := bytes.IndexAny(data, "\r\n")
	if i < 0 {
		return ""
	}
	line := bytes.TrimFunc(data[:i], func(c rune) bool { return c < ' ' || c == utf8.RuneError })
	if len(line) > 3 && line[0] == ']' {
		line = line[3:]
	}
	return string(line)
}

// scanArrived tells whether a transfer that broke off had brought a whole code
// with its end of line: of two characters the first is enough.
func (r *Run) scanArrived(o sim.Delivered) bool {
	return o.To == tillOf(o.To) && o.Port == driver.PortScanner && r.scannedIn(o) != ""
}

// screen writes down what a person saw.
func (r *Run) screen(who string, v shop.Saw) {
	lines := append(v.Screen.Lines[:len(v.Screen.Lines):len(v.Screen.Lines)], "> "+v.Screen.Prompt, "# "+v.Screen.Status)
	r.record(history.Event{Kind: history.KindScreen, Who: who, Basket: r.basketAt(who), Text: v.Screen.Title, Lines: lines, State: v.Screen.Tone})
}

// receiptNumber reads the number from a piece of paper.
func receiptNumber(lines []string) int64 {
	for _, l := range lines {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(l), "RECEIPT "); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(rest), 10, 64)
			if err == nil {
				return n
			}
		}
	}
	return 0
}

// header writes what the shop was before anything happened.
func (r *Run) header() {
	sc := r.Scenario
	h := &history.Header{Schema: 1, Scenario: sc.Name, Rig: "sim", Seed: r.Seed, Level: 2,
		Currency: string(sc.Shop.Catalogue.Currency), Zone: sc.Shop.Zone.String(), Cutoff: sc.Shop.CutoffText(),
		OpensAt: sc.Shop.Opens.UnixNano(), Tills: r.tills, Invented: sc.Invented, TaxRounding: "half up by rate",
		CapEach: int64(sc.Payment.CapEach), CapTotal: int64(sc.Payment.CapTotal), CapCount: int64(sc.Payment.CapCount), CapAgeNS: int64(sc.Payment.CapAge)}
	for _, it := range sc.Shop.Catalogue.Items {
		for _, v := range it.Variants {
			h.Articles = append(h.Articles, history.Article{SKU: it.SKU(v), Code: v.Barcode, Label: it.Label(v),
				Price: int64(v.Price), TaxBP: it.TaxBP, Stock: v.Stock})
		}
	}
	r.record(history.Event{Kind: history.KindHeader, Who: "rig", Header: h})
}

// afterPaper is how long it takes until the cashier has a piece in hand.
const afterPaper = time.Second

func pieceText(state string, lines []string) []byte {
	return []byte(fmt.Sprintf("%s\n%s", state, strings.Join(lines, "\n")))
}
