package checktest

import (
	"fmt"

	"stormrig/sim/history"
)

const (
	sandals  = "beaded-sandals/38/gold"
	bag      = "raffia-bag/natural"
	postcard = "postcard"
)

// Good returns a history of level 2 with a small storm in it: nine shoppers,
// cuts in idle, between approval and record, inside a write and before a
// note, a printer unplugged in mid-receipt, two edits of one price, a clock
// set back. Every invariant holds in it, and each is exercised.
func Good() []history.Event { return GoodAt(2) }

// GoodAt returns the same day as a POS of another level would show it.
func GoodAt(level int) []history.Event {
	s := newShop(level)
	sold := make(map[string]int64)
	for _, name := range []string{"hub", "phone", "assistant"} {
		s.start(name)
	}
	s.arrive("phone", 1, "cash", sold, nil, sandals, bag).payCash()
	s.sync("hub", "phone")
	s.arrive("phone", 2, "card", sold, nil, sandals).payAtTerminal()
	s.sync("hub", "phone")
	down := s.storm(sold)
	s.heal(sold, down)
	s.afterwards(sold)
	return s.close(sold)
}

// storm takes the network away and power from the phone, and returns when the
// network went, as the phone's clock showed it.
func (s *shop) storm(sold map[string]int64) int64 {
	phone := s.device("phone")
	s.link("phone-hub", "down")
	s.link("phone-host", "down")
	s.add(history.Event{Who: "weather", Kind: history.KindFault, Fault: &history.Fault{ID: "f1", Kind: "network", Target: "phone", When: "at 10:05"}})
	down := s.wall(phone)
	s.commit(phone, 0, []object{
		{"outage": object{"what": "hub", "from": down, "to": down, "cause": "link down"}},
		{"outage": object{"what": "host", "from": down, "to": down, "cause": "link down"}},
	})
	s.wait(120)

	dark := s.arrive("phone", 3, "card", sold, nil, bag, postcard)
	dark.presentCard()
	s.cut("phone", history.Cut{})
	s.start("phone")
	dark.cart(2)
	dark.commitCard("deferred")

	torn := s.arrive("phone", 4, "cash", sold, nil, sandals)
	torn.unpluggedInMidReceipt()

	s.wait(600)
	s.edit("assistant", 119000)
	s.edit("phone", 125000)
	edited := map[string]int64{sandals: 125000}
	half := s.arrive("phone", 5, "cash", sold, edited, sandals, postcard)
	half.tenderCash()
	s.cut("phone", history.Cut{Span: "commit", Ops: 2, Begun: 1, Pending: 3, Torn: true, Reordered: true, Image: "sectors 0 and 2 of 3"})
	s.start("phone")
	half.cart(2)
	half.payCash()
	return down
}

func (v *visit) unpluggedInMidReceipt() {
	v.tenderCash()
	v.commitCash()
	ordered := v.d.seq
	v.rung()
	v.print("", 3)
	v.show("RECEIPT?", fmt.Sprintf("SALE %d", v.d.number), "IN THE CUSTOMER'S HAND?")
	v.event(".cashier", history.KindAnswered, history.Event{Number: v.d.number, State: "no"})
	v.commit(v.d, v.n, []object{{"note": object{"intent": fmt.Sprintf("1.%d.1", ordered), "outcome": "copied"}}},
		v.printOrder("POSSIBLE DUPLICATE"))
	copied := v.d.seq
	v.print("POSSIBLE DUPLICATE", 0)
	s := v.shop
	s.cut("phone", history.Cut{})
	s.start("phone", object{"note": object{"intent": fmt.Sprintf("1.%d.0", ordered), "outcome": "unknown"}})
	v.show("RECEIPT?", fmt.Sprintf("SALE %d", v.d.number), "IN THE CUSTOMER'S HAND?")
	v.event(".cashier", history.KindAnswered, history.Event{Number: v.d.number, State: "yes"})
	v.commit(v.d, v.n, []object{{"note": object{"intent": fmt.Sprintf("1.%d.0", copied), "outcome": "told"}}})
	v.serve()
}

func (s *shop) edit(till string, price int64) {
	d := s.device(till)
	d.edits++
	s.commit(d, 0, []object{{"edit": object{"target": sandals, "field": "price", "value": fmt.Sprint(price)}}})
}

// heal brings the network back: both sides exchange what they have, under a
// progress bar, and what was stored is forwarded.
func (s *shop) heal(sold map[string]int64, down int64) {
	s.wait(3600)
	s.link("phone-hub", "up")
	s.link("phone-host", "up")
	phone := s.device("phone")
	s.commit(phone, 0, []object{
		{"outage": object{"what": "hub", "from": down, "to": s.wall(phone), "cause": "link down"}},
		{"outage": object{"what": "host", "from": down, "to": s.wall(phone), "cause": "link down"}},
	})
	waiting := int64(phone.seq - s.heads["hub phone"])
	progress := func(done int64) {
		if s.level == 2 {
			s.add(history.Event{Who: "phone", Gen: phone.gen, Kind: history.KindProgress, Ref: "1", Done: done, Total: waiting})
		}
	}
	progress(0)
	progress(waiting / 2)
	s.sync("hub", "phone")
	progress(waiting)
	s.sync("hub", "assistant")
	s.sync("phone", "assistant")
	s.sync("assistant", "phone")

	stored := visit{shop: s, d: phone, n: 3, ref: "phone-1-2", stan: "000002", total: 3750}
	stored.ask("forward", "settled")
	s.commit(phone, 0, []object{{"forward": object{"ref": stored.ref, "settled": true}}})
	s.wait(300)
}

// afterwards: a declined card, an approval that the phone did not live to
// record, a clock set back, a short outage of the assistant, the day's report.
func (s *shop) afterwards(sold map[string]int64) {
	edited := map[string]int64{sandals: 125000}
	phone := s.device("phone")
	s.arrive("phone", 6, "card", sold, edited, postcard).declined()

	asked := s.arrive("phone", 7, "card", sold, edited, bag)
	asked.presentCard()
	asked.authorise("captured")
	s.cut("phone", history.Cut{})
	s.start("phone")
	asked.cart(1)
	asked.ask("repeat", "")
	asked.commitCard("approved")

	back := int64(-3600 * second)
	s.add(history.Event{Who: "phone", Kind: history.KindClock, Wall: s.wall(phone), WallTo: s.wall(phone) + back})
	jump := object{"clock_jump": object{"from": s.wall(phone), "to": s.wall(phone) + back}}
	phone.ahead = back
	s.commit(phone, 0, []object{jump})
	s.arrive("phone", 8, "cash", sold, edited, postcard, postcard).payCash()

	s.cut("assistant", history.Cut{})
	s.start("assistant")
	s.arrive("assistant", 9, "cash", sold, edited, bag).payCash()

	s.act("calm", "")
	s.closeDay(phone)
	s.wait(60)
}

// Long returns a calm level 2 history of n cash sales, for benchmarks.
func Long(n int) []history.Event {
	s := newShop(2)
	sold := make(map[string]int64)
	for _, name := range []string{"hub", "phone", "assistant"} {
		s.start(name)
	}
	for i := range n {
		s.arrive("phone", i+1, "cash", sold, nil, bag, postcard).payCash()
		s.sync("hub", "phone")
	}
	s.act("calm", "")
	return s.close(sold)
}
