package device

import (
	"fmt"
	"slices"
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/escpos"
)

// live acts on a real-time command, online or not.
func (d *Printer) live(at time.Duration, c escpos.Command, out []machine.Output) []machine.Output {
	switch c.Kind {
	case escpos.LiveStatus:
		out = d.advance(at, out)
		switch {
		case c.A <= 4:
			d.reply = append(d.reply, escpos.LiveReply(c.A, d.claims()))
		case c.A == 5 && d.Profile.Slip: // slip status: bits 5 and 6 while no slip is in
			d.reply = append(d.reply, escpos.LiveReply(4, escpos.Status{PaperOut: d.claims().PaperOut})&^0x0c)
		}
	case escpos.LivePulse:
		if !d.recover && d.Profile.LiveKick { // ignored in an error
			out = d.pulse(c.A, out)
		}
	case escpos.LiveEnquiry:
		if !d.recover && !d.cutError || d.world.cover {
			break
		}
		if c.A == 2 && !d.Profile.Defects.Has(ClearForgotten) {
			d.clear()
		}
		d.recover, d.cutError = false, false
		d.free = max(d.free, at)
	case escpos.LiveClear:
		d.clear()
		d.reply = append(d.reply, escpos.ClearReply()...)
	}
	return out
}

// command turns a command into motions, or into a change of modes.
func (d *Printer) command(at time.Duration, c escpos.Command, out []machine.Output) []machine.Output {
	if c.Kind == escpos.Select {
		d.mute = c.A&1 == 0
		return out
	}
	if d.mute {
		return out
	}
	if done := false; c.Kind == escpos.MacroMark || c.Kind == escpos.MacroRun || d.macro.on {
		if out, done = d.macroTake(at, c, out); done {
			return out
		}
	}
	if d.Profile.Defects != 0 && !d.spoil(&c) {
		return out
	}
	switch c.Kind {
	case escpos.Unknown:
		d.unknown++
		return d.note(out, "unknown command", fmt.Sprintf("% 02x starts no command of ESC/POS; what follows prints as text: %s", c.Data, escpos.Describe(c.Data)), c.Data)
	case escpos.Unsupported:
		return d.note(out, "ignored", escpos.Describe(c.Data), c.Data[:min(len(c.Data), 16)])
	case escpos.Cut:
		d.cut(at, c)
	case escpos.Pulse:
		if c.B > 0 { // an on time of zero moves nothing
			d.push(motion{kind: movePulse, arrived: at, mask: c.A})
		}
	case escpos.Complete:
		return d.complete(at, c, out)
	case escpos.AutoStatus:
		if d.Profile.HasASB && !d.Profile.Defects.Has(AutoStatusMissing) {
			d.push(motion{kind: moveMask, arrived: at, mask: c.A})
		}
	case escpos.Transmit:
		if d.Profile.Defects.Has(TransmitOutOfTurn) {
			d.reply = append(d.reply, escpos.TransmitReply(c.A, d.claims()))
			break
		}
		d.push(motion{kind: moveSay, arrived: at, mask: c.A})
	case escpos.Identify:
		said := d.identity(c.A)
		if said == nil {
			out = d.note(out, "ignored", fmt.Sprintf("GS I %d asks for what it does not say", c.A), nil)
		}
		d.push(motion{kind: moveSay, arrived: at, data: said})
	case escpos.Release:
		d.release(at)
	default:
		return d.print(at, c, out)
	}
	return out
}

// print lets the renderer draw what this make of printer can print.
func (d *Printer) print(at time.Duration, c escpos.Command, out []machine.Output) []machine.Output {
	if why := d.lacks(c); why != "" {
		return d.note(out, "ignored", why, nil)
	}
	var room [2]escpos.Strip
	for _, s := range d.draw.Apply(c, room[:0]) {
		if d.Profile.Defects != 0 {
			s = d.spoilStrip(s)
		}
		d.push(motion{kind: moveStrip, arrived: at, strip: s})
	}
	switch {
	case c.Kind == escpos.FormFeed && d.Profile.Slip:
		d.release(at)
	case c.Kind == escpos.Init:
		d.narrow()
	}
	if d.Watched {
		if why := d.draw.TakeComplaint(); why != "" {
			out = d.note(out, "not printed", why, nil)
		}
	}
	return out
}

// lacks says what this make of printer does not have; empty when it has it.
// The command is stepped over whole: what a cheaper parser makes of its data
// differs too much to be told from a manual.
func (d *Printer) lacks(c escpos.Command) string {
	p := &d.Profile
	missing := func(has bool, what string) string {
		if has {
			return ""
		}
		return "this printer has no " + what
	}
	switch c.Kind {
	case escpos.CodePage:
		has := slices.ContainsFunc(p.Pages, func(q escpos.Page) bool { return q.N == c.A })
		return missing(has, fmt.Sprintf("code page %d (ESC t): %s stays", c.A, d.draw.CodePage()))
	case escpos.International:
		return missing(c.A < escpos.Countries, fmt.Sprintf("character set of country %d (ESC R)", c.A))
	case escpos.QRPrint:
		return missing(p.QR, "QR codes")
	case escpos.Symbol:
		if c.B != 81 {
			return ""
		}
		name := map[int]string{48: "pdf417", 53: "aztec", 54: "datamatrix"}[c.A]
		return missing(p.TwoD.Has(name), fmt.Sprintf("code of kind %d %s", c.A, name))
	case escpos.Raster:
		return missing(p.Images.Has("raster"), "raster images (GS v 0)")
	case escpos.Columns:
		return missing(p.Images.Has("columns"), "column images (ESC *)")
	case escpos.Graphics:
		return missing(p.Images.Has("graphics"), "graphics (GS ( L)")
	case escpos.ImageDefine, escpos.ImagePrint:
		return missing(p.Images.Has("nv"), "images of its own (FS q, FS p)")
	case escpos.PageMode:
		return missing(p.PageMode || c.A == 0, "page mode")
	case escpos.Bar:
		return missing(!p.Slip, "bar codes")
	}
	return ""
}

// release lets go of a slip.
func (d *Printer) release(at time.Duration) {
	if d.Profile.Slip {
		d.push(motion{kind: moveRelease, arrived: at})
	}
}

func (d *Printer) complete(at time.Duration, c escpos.Command, out []machine.Output) []machine.Output {
	bad := d.Profile.Defects
	if !d.Profile.HasCompletion || bad.Has(CompletionMissing) {
		return out
	}
	d.push(motion{kind: moveComplete, arrived: at, data: c.Data})
	if bad.Has(CompletionEarly) && d.open {
		return d.completed(c.Data, out)
	}
	return out
}

// cut feeds to the cutter if told to, and cuts; a tear bar only feeds. A cut
// where the paper stands leaves the rows between head and cutter behind.
func (d *Printer) cut(at time.Duration, c escpos.Command) {
	c = d.draw.InDots(c)
	var room [2]escpos.Strip
	for _, s := range d.draw.Apply(escpos.Command{Kind: escpos.FeedDots}, room[:0]) {
		d.push(motion{kind: moveStrip, arrived: at, strip: s})
	}
	early := d.Profile.Defects.Has(CutsEarly)
	if (c.A >= 0 || d.Profile.Cutter == 0) && !early {
		feed := d.Profile.HeadToCutter + max(c.A, 0)
		d.push(motion{kind: moveStrip, arrived: at, strip: escpos.Strip{Kind: escpos.StripFeed, Height: feed}})
	}
	switch {
	case d.Profile.Cutter == 0:
		d.push(motion{kind: moveBar, arrived: at})
		return
	case d.Profile.Defects.Has(NeverCuts):
		return
	}
	behind := 0
	if c.A < 0 || early {
		behind = d.Profile.HeadToCutter
	}
	d.push(motion{kind: moveCut, arrived: at, mask: behind})
}

func (d *Printer) identity(n int) []byte {
	maker, name := d.Profile.Maker, d.Profile.Name
	if d.Profile.Defects.Has(IdentityBorrowed) {
		if maker == "EPSON" {
			maker, name = "Star", "TSP650II"
		} else {
			maker, name = "EPSON", "TM-T88V"
		}
	}
	switch n {
	case 1, 49:
		return []byte{0x20}
	case 2, 50: // bit 1: autocutter
		if d.Profile.Cutter > 0 {
			return []byte{0x02}
		}
		return []byte{0x00}
	case 3, 51:
		return []byte{0x01}
	case 65:
		return escpos.IdentifyReply(d.Profile.Firmware)
	case 66:
		return escpos.IdentifyReply(maker)
	case 67:
		return escpos.IdentifyReply(name)
	case 68:
		return escpos.IdentifyReply("0")
	}
	return nil
}
