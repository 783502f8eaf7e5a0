package spec

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"stormrig/pos"
)

func (b *builder) makeCut(path string, f *FaultFile, out *Fault) {
	if out.OneWay != "" && out.Target == "mains" {
		b.failKey(path+".one-way", errors.New("the mains has no direction"))
	}
}

func (b *builder) makeBrownOut(path string, f *FaultFile, out *Fault) {
	if f.To == nil {
		b.failMissing(path, wrong("write to: 60%", "brown-out does not say what is left of the voltage"))
		return
	}
	if out.To = *f.To; out.To == Whole {
		b.failAt(path+".to", wrong("write to: 60%; a unit on the mains dies below 80%, one that charges below 85%", "a voltage of %s is no brown-out", Whole))
	}
}

func (b *builder) makeNetwork(path string, f *FaultFile, out *Fault) {
	out.Net = new(NetChange)
	for _, p := range []struct {
		from *Percent
		to   *Percent
	}{{f.Loss, &out.Net.Loss}, {f.Duplicate, &out.Net.Duplicate}, {f.Reorder, &out.Net.Reorder}} {
		if p.from != nil {
			*p.to = *p.from
		}
	}
	if *out.Net == (NetChange{}) && out.Delay.Max == 0 {
		b.failMissing(path, wrong("write delay: 200ms..2s, loss: 10%, duplicate: 5% or reorder: 5%", "network does not say how it is bad"))
	}
}

// scansAgain is when a cashier has waited long enough for a scan.
const scansAgain = 5 * time.Second

func (b *builder) makeSlow(path string, f *FaultFile, out *Fault) {
	if out.Delay.Max == 0 {
		b.failMissing(path, wrong("write delay: 500ms", "slow does not say how slow"))
	}
	if strings.HasSuffix(out.Target, "."+Scanner) && time.Duration(out.Delay.Max) >= scansAgain {
		b.failAt(path+".delay", wrong(fmt.Sprintf("write less than %s", Duration(scansAgain)), "a scanner that is late by %s: the cashier scans again, and both scans count", out.Delay.Max))
	}
}

func (b *builder) makeClock(path string, f *FaultFile, out *Fault) {
	out.Clock = new(ClockChange)
	said := 0
	if f.Jump != nil {
		const most = 100 * 365 * 24 * time.Hour
		if out.Clock.Jump = time.Duration(*f.Jump); max(out.Clock.Jump, -out.Clock.Jump) > most {
			b.failAt(path+".jump", wrong(`write set: "2099-01-01 00:00" for a time that is far away`, "a jump of more than 100 years"))
		}
		said++
	}
	if f.Set != nil {
		said++
		b.setTo(path+".set", *f.Set, out.Clock)
	}
	if f.Drift != nil {
		out.Clock.Drift = *f.Drift
		said++
	}
	if f.Battery != "" {
		if err := oneOf("state of a battery", f.Battery, "flat"); err != nil {
			b.failAt(path+".battery", err)
		}
		out.Clock.Flat = true
		said++
	}
	if said != 1 {
		b.failMissing(path, wrong(`write one of jump: -1h, set: "1970-01-01 00:00", drift: 200 ppm, battery: flat`, "clock says %d ways in which it is wrong", said))
	}
}

// setTo reads the time that a clock is set to: local, or UTC where it has a date.
func (b *builder) setTo(path string, c Clock, out *ClockChange) {
	zone := b.s.Shop.Zone
	if c.Date != "" {
		zone = time.UTC
	} else if !b.hours {
		return
	}
	t, err := c.in(zone, b.s.Shop.Opens.Format(time.DateOnly))
	if err != nil {
		b.failAt(path, err)
		return
	}
	b.wallYear(path, t)
	out.Set = &t
}

func (b *builder) makeDisk(path string, f *FaultFile, out *Fault) {
	out.Disk = &DiskChange{Fail: f.Fail}
	if f.Fail == "" {
		b.failMissing(path, wrong("write fail: write, sync, full, lie or slow", "disk does not say how it fails"))
		return
	}
	if err := oneOf("failure of a disk", f.Fail, diskFailures...); err != nil {
		b.failAt(path+".fail", err)
		return
	}
	if f.Room != nil {
		out.Disk.Room = int64(*f.Room)
		if f.Fail != DiskFull {
			b.failKey(path+".room", errors.New("only a full disk has room left"))
		}
	}
	if (f.Fail == DiskSlow) != (out.Delay.Max > 0) {
		b.failMissing(path, wrong("write fail: slow, delay: 200ms", "a slow disk has a delay, and no other"))
	}
}

func (b *builder) makeReport(path string, f *FaultFile, out *Fault) {
	out.Reading = ReadingX
	if f.Reading == "" {
		return
	}
	if err := oneOf("reading", f.Reading, ReadingX, ReadingZ); err != nil {
		b.failAt(path+".reading", err)
	}
	out.Reading = f.Reading
}

func (b *builder) makeCopy(path string, f *FaultFile, out *Fault) {
	switch {
	case f.Receipt == nil:
		b.failMissing(path, wrong("write receipt: 2", "copy does not say of which receipt"))
	case *f.Receipt < 1:
		b.failAt(path+".receipt", wrong("", "receipts are numbered from 1"))
	default:
		out.Receipt = *f.Receipt
	}
}

func (b *builder) makeEdit(path string, f *FaultFile, out *Fault) {
	out.Edit = &EditChange{Target: out.Target, By: f.By, Name: f.Name}
	var tills []string
	for _, t := range b.s.Tills {
		tills = append(tills, t.Name)
	}
	if b.misnamed || len(tills) == 0 {
	} else if f.By == "" {
		b.failMissing(path, wrong("write by: "+tills[0], "edit does not say who makes it"))
	} else if err := oneOf("till", f.By, tills...); err != nil {
		b.failAt(path+".by", err)
	}
	c := b.s.Shop.Catalogue
	if !b.sound("catalogue") {
		c = nil // it may lack what is meant
	}
	switch {
	case (f.Price != nil) == (f.Name != ""):
		b.failMissing(path, wrong("write price: or name:", "edit changes one thing"))
	case f.Price != nil:
		out.Edit.HasPrice, out.Edit.Price = true, b.money(path+".price", f.Price)
		if c == nil {
			return
		}
		sku, err := Resolve(c, out.Target)
		if err != nil {
			b.failAt(path+".edit", err)
		}
		out.Target = sku
	default:
		if msg := badText(f.Name); msg != "" {
			b.failAt(path+".name", errors.New("the name "+msg))
		}
		if c == nil {
			return
		}
		if err := oneOf("item", out.Target, itemIDs(c)...); err != nil {
			b.failAt(path+".edit", err)
		}
	}
}

func itemIDs(c *pos.Catalogue) []string {
	var out []string
	for _, it := range c.Items {
		out = append(out, it.ID)
	}
	return out
}
