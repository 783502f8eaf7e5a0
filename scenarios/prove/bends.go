package prove

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"stormrig/hil/driver"
	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/hil/wire/escpos"
	"stormrig/pos"
)

var (
	// kickOnKey opens the drawer when the cash key is pressed, and lets the
	// till know a moment later.
	kickOnKey = bend{port: driver.PortSeat, tells: func(m *memory, now machine.Now, s *driver.Step) {
		if m.held != nil && now.Mono >= m.at {
			s.Events, m.held = append(m.held, s.Events...), nil
			return
		}
		for i, e := range s.Events {
			if k, ok := e.(pos.Pressed); ok && k.Word == pos.WordCash {
				var b escpos.Builder
				s.Write(driver.PortPrinter, b.LiveKick(0, 1).Bytes())
				m.held, m.at = s.Events[i:len(s.Events):len(s.Events)], now.Mono+200*time.Millisecond
				s.Events = s.Events[:i]
				s.Wake(driver.PortSeat, m.at)
				return
			}
		}
	}}
	// firstWord hands on the first word of a new name.
	firstWord = bend{port: driver.PortSeat, tells: eachEvent(func(e pos.Event) pos.Event {
		if k, ok := e.(pos.Pressed); ok && k.Word == pos.WordEdit && len(k.Args) > 3 {
			k.Args = k.Args[:3]
			return k
		}
		return e
	})}
	// inexactPlace forgets how exact a position is.
	inexactPlace = bend{port: driver.PortLocation, tells: eachEvent(func(e pos.Event) pos.Event {
		if p, ok := e.(pos.Located); ok {
			p.AccuracyCM = 0
			return p
		}
		return e
	})}
	// debounced takes a scan that comes soon after another for a bounce.
	debounced = bend{port: driver.PortScanner, tells: func(m *memory, now machine.Now, s *driver.Step) {
		var kept []pos.Event
		for _, e := range s.Events {
			if _, scan := e.(pos.Scanned); scan {
				soon := m.n > 0 && now.Mono-m.at < bounce
				m.n, m.at = m.n+1, now.Mono
				if soon {
					continue
				}
			}
			kept = append(kept, e)
		}
		s.Events = kept
	}}
	// goneForGood tells once that the reader is there, and not that it is back.
	goneForGood = bend{port: driver.PortDongle, tells: func(m *memory, _ machine.Now, s *driver.Step) {
		s.Events = slices.DeleteFunc(slices.Clone(s.Events), func(e pos.Event) bool {
			if _, up := e.(pos.DeviceUp); up {
				m.n++
				return m.n > 1
			}
			return false
		})
	}}
	// staleAmount arms the dongle with the amount of the payment before.
	staleAmount = bend{port: driver.PortDongle, wants: func(m *memory, e pos.Effect) (pos.Effect, bool) {
		if arm, ok := e.(pos.Arm); ok {
			before := m.n
			m.n = uint64(arm.Amount)
			if before > 0 {
				arm.Amount = pos.Amount(before)
			}
			return arm, true
		}
		return e, true
	}}
	// unmarked leaves out the line that says COPY.
	unmarked = bend{port: driver.PortPrinter, wants: eachLine(func(_ int, l pos.DocLine) (pos.DocLine, bool) {
		return l, !strings.HasPrefix(l.Text, "*** ")
	})}
	// jobNumber prints the number of the print job for that of the sale.
	jobNumber = bend{port: driver.PortPrinter, wants: eachLine(func(job int, l pos.DocLine) (pos.DocLine, bool) {
		if strings.HasPrefix(l.Text, "RECEIPT ") {
			l.Text = fmt.Sprintf("RECEIPT %d", job)
		}
		return l, true
	})}
	// changeless leaves out the line that says what came back.
	changeless = bend{port: driver.PortPrinter, wants: eachLine(func(_ int, l pos.DocLine) (pos.DocLine, bool) {
		return l, l.Text != "CHANGE"
	})}
	// takenForDone takes a job whose end nobody knows for printed.
	takenForDone = bend{port: driver.PortPrinter, tells: eachEvent(func(e pos.Event) pos.Event {
		if p, ok := e.(pos.PrintEnded); ok && p.Outcome == pos.OutcomeUnknown {
			p.Outcome = pos.OutcomeDone
			return p
		}
		return e
	})}
	// silenceIsFailure takes a printer that does not answer for one that did not
	// print.
	silenceIsFailure = bend{port: driver.PortPrinter, tells: eachEvent(func(e pos.Event) pos.Event {
		if p, ok := e.(pos.PrintEnded); ok && p.Reason == "printer does not answer" {
			p.Outcome = pos.OutcomeFailed
			return p
		}
		return e
	})}
	// residue neither brings the printer in step after a lost link nor begins on
	// fresh paper.
	residue = bend{port: driver.PortPrinter,
		tells: func(_ *memory, _ machine.Now, s *driver.Step) { unsettle(s) },
		did:   func(_ *memory, _ pos.Effect, s *driver.Step) { unsettle(s) },
	}
)

// bounce is what a debouncing reader takes for one scan.
const bounce = 4 * time.Second

// eachEvent changes every event.
func eachEvent(change func(pos.Event) pos.Event) func(*memory, machine.Now, *driver.Step) {
	return func(_ *memory, _ machine.Now, s *driver.Step) {
		for i := range s.Events {
			s.Events[i] = change(s.Events[i])
		}
	}
}

// eachLine changes every line that is to be printed; false leaves it out.
func eachLine(change func(job int, l pos.DocLine) (pos.DocLine, bool)) func(*memory, pos.Effect) (pos.Effect, bool) {
	return func(_ *memory, e pos.Effect) (pos.Effect, bool) {
		p, ok := e.(pos.Print)
		if !ok {
			return e, true
		}
		var lines []pos.DocLine
		for _, l := range p.Doc.Lines {
			if l, keep := change(p.Job, l); keep {
				lines = append(lines, l)
			}
		}
		p.Doc.Lines = lines
		return p, true
	}
}

// unsettle takes out of what is sent to a printer what rids it of the rest of
// an earlier job: NULs and a reset at the start of a link, and the cut before
// the first job.
func unsettle(s *driver.Step) {
	var b escpos.Builder
	reset := b.Init().Bytes()
	fresh := append(bytes.Clone(reset), new(escpos.Builder).Cut(0).Bytes()...)
	for i, o := range s.Out {
		if o.Kind != machine.Write || o.Port != driver.PortPrinter {
			continue
		}
		if data := bytes.TrimLeft(o.Data, "\x00"); len(data) < len(o.Data) {
			s.Out[i].Data = bytes.TrimPrefix(data, reset)
		} else if rest, dirty := bytes.CutPrefix(o.Data, fresh); dirty {
			s.Out[i].Data = rest
		}
	}
}

// cardInLog lets the dongle's driver note the whole number of a card: it has
// the key of the reader's head.
func cardInLog(keys card.BaseKey, drivers []driver.Driver) []driver.Driver {
	return bendOne(drivers, bend{port: driver.PortDongle, tells: eachEvent(func(e pos.Event) pos.Event {
		read, ok := e.(pos.CardRead)
		if !ok {
			return e
		}
		track, _, err := card.Open(keys.HeadKey(read.Serial), read.Serial, read.Sealed)
		if err == nil {
			read.Masked, _, _ = strings.Cut(strings.TrimPrefix(track, ";"), "=")
		}
		return read
	})})
}
