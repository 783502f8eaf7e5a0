package check

import (
	"strings"

	"stormrig/sim/history"
)

// Counts are the figures of a run, from its history alone.
type Counts struct {
	Sales  Sales  `json:"sales"`
	Cuts   Cuts   `json:"cuts"`
	Images Images `json:"images"`
}

// Sales counts sales as each witness knows them.
type Sales struct {
	Rung         int `json:"rung"`          // baskets whose tender was accepted
	Journaled    int `json:"journaled"`     // finished sale entries in the tills' own chains at the end
	Hub          int `json:"hub"`           // finished sale entries at the hub at the end
	Dark         int `json:"dark"`          // sales that became durable while the till's network was down
	Captured     int `json:"captured"`      // payments that the host took and did not give back
	Printed      int `json:"printed"`       // numbers that stand on an original
	Lost         int `json:"lost"`          // acknowledged and not journaled
	Duplicated   int `json:"duplicated"`    // sale entries beyond one a basket
	Walkouts     int `json:"walkouts"`      // shoppers who left without
	Rerings      int `json:"rerings"`       // baskets honestly rung again
	RefusedCards int `json:"refused_cards"` // cards that were declined
}

// Images counts the disk images that a recovery came to an end on.
type Images struct {
	Torn      int `json:"torn"`
	Reordered int `json:"reordered"`
}

// Count computes the figures.
func Count(v *View) Counts {
	c := Counts{Sales: v.countSales()}
	for _, cut := range v.Cuts() {
		c.Cuts.add(cut.Class)
	}
	for _, e := range v.kind[history.KindCut] {
		if e.Cut == nil {
			continue
		}
		u := v.unitOf(unitName(e.Who))
		done := next(u.kind[history.KindStarted], e.N)
		again := next(u.kind[history.KindCut], e.N)
		if done == nil || again != nil && again.N < done.N {
			continue
		}
		c.Images.Torn += cond(e.Cut.Torn, 1, 0)
		c.Images.Reordered += cond(e.Cut.Reordered, 1, 0)
	}
	return c
}

func (v *View) countSales() Sales {
	var n Sales
	n.Walkouts = len(v.kind[history.KindWalkout])
	n.Rerings = len(v.kind[history.KindRering])
	n.RefusedCards = len(v.kind[history.KindRefusedCard])
	for _, b := range v.baskets {
		n.Rung += cond(b.rung != nil, 1, 0)
		kept := 0
		for _, s := range b.sales {
			kept += cond(s.record.own != nil, 1, 0)
		}
		if _, by := b.acknowledged(); by != nil && kept == 0 {
			n.Lost++
		}
		n.Duplicated += max(0, kept-1-b.rerings)
	}
	for _, u := range v.units {
		for _, s := range u.sales {
			n.Journaled += cond(s.record.own != nil, 1, 0)
			n.Duplicated += cond(s.record.own != nil && s.basket == nil, 1, 0)
			n.Dark += cond(u.dark(s.record.at), 1, 0)
			for _, c := range s.record.copies {
				n.Hub += cond(unitName(c.Who) == hub, 1, 0)
			}
		}
		originals := make(map[int64]bool)
		for _, p := range u.pieces {
			if p.paper.Number > 0 && p.mark == "" {
				originals[p.paper.Number] = true
			}
		}
		n.Printed += len(originals)
	}
	for _, p := range v.payments {
		n.Captured += cond(len(p.took()) > 0, 1, 0)
	}
	return n
}

// dark tells whether the till had no network link at event n.
func (u *unit) dark(n int64) bool {
	down := false
	for _, peer := range []string{"hub", "host"} {
		if len(u.links[peer]) == 0 {
			continue
		}
		if e := last(u.links[peer], n); e == nil || e.State != "down" {
			return false
		}
		down = true
	}
	return down && n > 0
}

// Cuts counts losses of a till's power by where they struck. Each is counted
// once: the first class in this order that fits.
type Cuts struct {
	Recovery         int `json:"recovery"`
	Checkpoint       int `json:"checkpoint"`
	Pull             int `json:"pull"`
	ApprovalToRecord int `json:"approval_to_record"`
	BeforeWrite      int `json:"before_write"`
	WriteToSync      int `json:"write_to_sync"`
	SyncToEffect     int `json:"sync_to_effect"`
	EffectToNote     int `json:"effect_to_note"`
	Idle             int `json:"idle"`
}

func (c *Cuts) add(class string) {
	switch class {
	case "recovery":
		c.Recovery++
	case "checkpoint":
		c.Checkpoint++
	case "pull":
		c.Pull++
	case "approval_to_record":
		c.ApprovalToRecord++
	case "before_write":
		c.BeforeWrite++
	case "write_to_sync":
		c.WriteToSync++
	case "sync_to_effect":
		c.SyncToEffect++
	case "effect_to_note":
		c.EffectToNote++
	default:
		c.Idle++
	}
}

// ClassedCut is one loss of a till's power with its class, named as in the
// JSON of [Cuts].
type ClassedCut struct {
	Event *history.Event
	Class string
}

// Cuts classifies every loss of a till's power, in the order of the history.
func (v *View) Cuts() []ClassedCut {
	var out []ClassedCut
	open := make(map[*unit]*openEffects)
	for _, u := range v.tills() {
		open[u] = &openEffects{unit: u, refs: make(map[string]string)}
	}
	for _, e := range v.kind[history.KindCut] {
		if o := open[v.unit[unitName(e.Who)]]; o != nil && e.Cut != nil {
			out = append(out, ClassedCut{e, v.classify(o, e)})
		}
	}
	return out
}

func (v *View) classify(o *openEffects, e *event) string {
	waiting := o.at(e.N)
	switch span := e.Cut.Span; {
	case span == "recovery" || span == "checkpoint" || span == "pull":
		return span
	case v.approvedUnrecorded(o.unit, e):
		return "approval_to_record"
	case span == "commit" && e.Cut.Synced:
		return "sync_to_effect"
	case span == "commit" && e.Cut.Begun == 0:
		return "before_write"
	case span == "commit":
		return "write_to_sync"
	case waiting:
		return "effect_to_note"
	}
	return "idle"
}

// approvedUnrecorded tells whether an approval had been given that no entry
// knew of yet: the host's response online, the card itself in the dark.
func (v *View) approvedUnrecorded(u *unit, cut *event) bool {
	for _, p := range v.payments {
		if p.unit != u {
			continue
		}
		approved := false
		for _, e := range p.ledger {
			approved = approved || e.N < cut.N && e.State == "captured"
		}
		for _, e := range p.swipes {
			approved = approved || e.N < cut.N && u.hostDown(e.N)
		}
		recorded := stepBefore(p.results, cut.N) || stepBefore(p.reverses, cut.N)
		if cut.Cut.Synced {
			recorded = recorded || stepBefore(p.results, cut.N+1)
		}
		if approved && !recorded {
			return true
		}
	}
	return false
}

func (u *unit) hostDown(n int64) bool {
	e := last(u.links["host"], n)
	return e != nil && e.State == "down"
}

// openEffects follows which effects a till has let out and not noted.
type openEffects struct {
	unit *unit
	next int
	ids  []string          // intents without an outcome
	refs map[string]string // intents that a payment's result closes: id to reference
}

// at takes in the entries before event n and tells whether any effect is open.
func (o *openEffects) at(n int64) bool {
	for ; o.next < len(o.unit.own) && o.unit.own[o.next].at < n; o.next++ {
		e := o.unit.own[o.next].entry
		for i := range e.Facts {
			switch f := &e.Facts[i]; {
			case f.Note != nil:
				o.close(func(id string) bool { return id == f.Note.Intent })
			case f.Result != nil:
				o.close(func(id string) bool { return o.refs[id] == f.Result.Ref })
			case f.Forward != nil:
				o.close(func(id string) bool { return o.refs[id] == "forward "+f.Forward.Ref })
			case f.Reversal != nil && f.Reversal.Acknowledged:
				o.close(func(id string) bool { return o.refs[id] == "reverse "+f.Reversal.Ref })
			}
		}
		for i := range e.Intents {
			in := &e.Intents[i]
			o.ids = append(o.ids, in.ID)
			switch {
			case in.Arm != nil:
				o.refs[in.ID] = in.Arm.Ref
			case in.Host != nil:
				o.refs[in.ID] = strings.TrimPrefix(in.Host.Kind+" "+in.Host.Ref, "authorise ")
			}
		}
	}
	return len(o.ids) > 0
}

func (o *openEffects) close(is func(id string) bool) {
	kept := o.ids[:0]
	for _, id := range o.ids {
		if !is(id) {
			kept = append(kept, id)
		}
	}
	o.ids = kept
}
