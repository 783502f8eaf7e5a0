package device

import (
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/escpos"
)

// macro is what a host has the printer keep between two GS :, to be done again
// by GS ^. It outlives ESC @, not the power. What is kept is done at once, too
// [Epson TM-L60, Bixolon SRP-332II and Wincor TH230 manuals, GS :].
type macro struct {
	on       bool // being defined
	size     int  // bytes, at most maxMacro
	commands []escpos.Command
}

const maxMacro = 2048

// macroTake takes GS : and GS ^, and keeps what stands between; done tells that
// there is nothing else to do.
func (d *Printer) macroTake(at time.Duration, c escpos.Command, out []machine.Output) (_ []machine.Output, done bool) {
	m := &d.macro
	switch {
	case c.Kind == escpos.MacroMark && m.on:
		m.on = false
	case c.Kind == escpos.MacroMark:
		*m = macro{on: true}
	case c.Kind == escpos.MacroRun && m.on: // it ends the macro and forgets it
		*m = macro{}
	case c.Kind == escpos.MacroRun:
		return d.macroRun(at, c, out), true
	case m.size+c.Bytes <= maxMacro:
		m.size += c.Bytes
		m.commands = append(m.commands, c)
		return out, false
	default:
		return d.note(out, "ignored", "the macro is full (GS :): 2048 bytes", nil), false
	}
	return out, true
}

// macroRun is GS ^. It waits neither for its time nor for the button.
func (d *Printer) macroRun(at time.Duration, c escpos.Command, out []machine.Output) []machine.Output {
	if len(d.macro.commands) == 0 {
		return d.note(out, "ignored", "no macro is kept (GS ^)", nil)
	}
	if c.B != 0 || c.C != 0 {
		out = d.note(out, "ignored", "GS ^ waits for no time and no button here", nil)
	}
	for range c.A {
		for _, kept := range d.macro.commands {
			out = d.command(at, kept, out)
		}
	}
	return out
}
