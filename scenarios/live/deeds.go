package live

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"stormrig/hil/pump"
	"stormrig/hil/station"
	"stormrig/pos"
	"stormrig/scenarios/rig"
	"stormrig/sim/device"
	"stormrig/sim/history"
	"stormrig/sim/shop"
)

// Times of people and of the second act, as in the simulated rig.
const (
	afterPaper   = time.Second
	afterWalkout = 30 * time.Second
	calmFor      = 3 * time.Hour
	calmLook     = 10 * time.Second
)

// hand lets a hand do something to a unit, in its own time.
func (w *World) hand(unit, action string, data []byte) {
	w.clock.Go(func() { w.do(unit, action, data) })
}

func (w *World) do(unit, action string, data []byte) {
	p := w.pumps[unit]
	var err error
	switch {
	case p != nil:
		err = p.Do(action, data)
	case w.options.Hand != nil && w.real[unit]:
		err = w.options.Hand(unit, action, data)
	default:
		err = fmt.Errorf("nobody can %s: there is no %s", action, unit)
	}
	if err != nil {
		w.fail(err)
	}
}

func (w *World) doJSON(unit, action string, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		w.fail(err)
		return
	}
	w.do(unit, action, data)
}

func (w *World) arrives(v rig.Visit) {
	w.mu.Lock()
	w.baskets[v.Basket.N] = v
	w.mu.Unlock()
	w.doJSON(rig.Cashier(v.Till), shop.ActBasket, v.Basket)
}

// another shopper takes the place of one who walked out.
func (w *World) another(n int) {
	v := w.baskets[n]
	v.Basket.N = w.nextN
	w.nextN++
	w.at(w.now()+afterWalkout, func() { w.arrives(v) })
}

// paperTaken lets the cashier have a piece of paper in his hand.
func (w *World) paperTaken(till, state string, lines []string) {
	text := []byte(state + "\n" + strings.Join(lines, "\n"))
	w.at(w.now()+afterPaper, func() { w.do(rig.Cashier(till), shop.ActPaper, text) })
}

// hangs lets the cashier see that printed paper hangs out of a printer without a
// cutter.
func (w *World) hangs(till string) { w.hand(rig.Cashier(till), shop.ActHangs, nil) }

// calm ends what goes wrong and lets the cashiers close the day.
func (w *World) calm() {
	w.act("calm", "")
	w.mendAll()
	for _, t := range w.parts.Scenario.Selling() {
		w.doJSON(rig.Cashier(t.Name), shop.ActTask, shop.Task{Word: pos.WordReport, Args: []string{"z"}})
	}
	w.at(w.now()+w.lookEvery(), w.look)
}

// lookEvery is shorter where somebody waits for it.
func (w *World) lookEvery() time.Duration {
	if w.options.RealTime {
		return time.Second
	}
	return calmLook
}

// look ends the run when nothing is left to do anywhere, or when it took too
// long.
func (w *World) look() {
	switch {
	case w.settled():
		w.mu.Lock()
		w.converged = true
		w.mu.Unlock()
	case w.now() < w.day.when(w.parts.Scenario.Shop.Length())+calmFor:
		w.at(w.now()+w.lookEvery(), w.look)
		return
	}
	w.once.Do(func() { close(w.ended) })
	<-w.finished // holds the clock until all is written down
}

func (w *World) settled() bool {
	var digests []string
	quiet := true
	for _, t := range w.parts.Header.Tills {
		_ = w.pumps[rig.Cashier(t)].Look(func(h pump.Handler) { quiet = quiet && h.(*shop.Cashier).Waiting() == 0 })
		on := false
		w.till(t, func(s *station.Till) {
			d, err := "", error(nil)
			if on = s.Till().Settled(); on {
				d, err = s.Till().State().Digest()
			}
			on = on && err == nil
			digests = append(digests, d)
		})
		quiet = quiet && on
		if p := w.pumps[t+".dongle"]; p != nil {
			_ = p.Look(func(h pump.Handler) {
				if d, ok := h.(*device.Terminal); ok {
					quiet = quiet && d.Quiet()
				}
			})
		}
	}
	_ = w.pumps["hub"].Look(func(h pump.Handler) {
		s, ok := h.(*station.Hub)
		if quiet = quiet && ok && s != nil && s.Hub().Shared() != nil; quiet {
			d, err := s.Hub().Shared().Digest()
			quiet = err == nil
			digests = append(digests, d)
		}
	})
	for _, d := range digests {
		quiet = quiet && d == digests[0]
	}
	return quiet
}

// personTold lets hands do what a person wants, and writes it down.
func (w *World) personTold(s pump.Seen) bool {
	t := tillOf(s.Unit)
	e := history.Event{Who: s.Unit, Gen: s.Life}
	switch v := s.Value.(type) {
	case shop.StepsUp:
		w.stepsUp(t, v.Basket)
		return true
	case shop.Trigger:
		w.hand(t+".scanner", "trigger", []byte(v.Code))
		return true
	case shop.Swipe:
		w.hand(t+".dongle", "swipe", []byte(v.Track))
		return true
	case shop.Tear:
		w.hand(t+".printer", "take", nil)
		return true
	case shop.Keyed, shop.Dark, shop.TaskDone:
		return true
	case shop.Saw:
		w.screen(s.Unit, v)
		return true
	case shop.Tendered:
		e.Kind, e.Basket, e.State, e.Amount = history.KindTendered, v.Basket, v.Kind, v.Amount
	case shop.Rung:
		e.Kind, e.Basket, e.Number, e.Amount = history.KindRung, v.Basket, v.Number, v.Amount
		defer w.moment("done", t)
	case shop.Served:
		e.Kind, e.Basket, e.Number = history.KindServed, v.Basket, v.Number
		if !v.Receipt {
			e.Text = "without a receipt"
		}
		defer w.idle(t)
	case shop.Walkout:
		e.Kind, e.Basket, e.Text = history.KindWalkout, v.Basket, v.Why
		defer func() { w.idle(t); w.another(v.Basket) }()
	case shop.Rering:
		e.Kind, e.Basket, e.Text = history.KindRering, v.Basket, v.Why
	case shop.RefusedCard:
		e.Kind, e.Basket, e.Text = history.KindRefusedCard, v.Basket, v.Why
	case shop.Answered:
		e.Kind, e.Basket, e.Number, e.State = history.KindAnswered, v.Basket, v.Number, "no"
		if v.Yes {
			e.State = "yes"
		}
	default:
		return false
	}
	w.record(e)
	return true
}

func (w *World) stepsUp(t string, b shop.Basket) {
	w.serving[t] = b.N
	e := history.Event{Kind: history.KindBasket, Who: t, Basket: b.N, State: "cash"}
	if b.Track != "" {
		e.State = "card"
	}
	for _, it := range b.Items {
		e.Items = append(e.Items, history.Item{SKU: it.SKU, Code: it.Code, Qty: int64(it.Qty)})
	}
	w.record(e)
}

func (w *World) screen(who string, v shop.Saw) {
	lines := append(v.Screen.Lines[:len(v.Screen.Lines):len(v.Screen.Lines)], "> "+v.Screen.Prompt, "# "+v.Screen.Status)
	w.record(history.Event{Kind: history.KindScreen, Who: who, Basket: w.serving[tillOf(who)], Text: v.Screen.Title, Lines: lines, State: v.Screen.Tone})
}
