package device

import (
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/escpos"
)

type moveKind uint8

const (
	moveStrip    moveKind = iota // paper moves, with dots or without
	moveCut                      // the cutter
	movePulse                    // the drawer
	moveSay                      // data goes to the host
	moveComplete                 // data is the id of a job
	moveMask                     // GS a
)

// motion is what waits in the buffer, already drawn: text becomes strips as
// it is read, which looks the same as if it were drawn when its turn comes,
// since nothing but the bytes before it decides how it looks.
type motion struct {
	kind       moveKind
	arrived    time.Duration // of its last byte
	bytes      int           // of input that it gives back to the buffer
	strip      escpos.Strip
	data       []byte
	mask       int
	started    bool
	start, end time.Duration
}

func (d *Printer) push(m motion) {
	m.bytes, d.loose = d.loose, 0
	d.held += m.bytes
	d.queue = append(d.queue, m)
}

// read takes bytes as they came.
func (d *Printer) read(in machine.Input, out []machine.Output) []machine.Output {
	var cmds [4]escpos.Command
	for i, b := range in.Data {
		at := in.At(i)
		if d.Profile.XOnXOff && d.used() >= d.Profile.BufferBytes {
			if out = d.advance(at, out); d.used() >= d.Profile.BufferBytes {
				d.lost++
				continue
			}
		}
		for _, c := range d.parser.Feed(b, cmds[:0]) {
			if c.Kind.Live() {
				out = d.live(at, c, out)
				continue
			}
			d.loose += c.Bytes
			d.command(at, c)
		}
	}
	if len(d.queue) == 0 {
		d.loose = 0 // nothing that they would wait for
	}
	return out
}

// live acts on a real-time command, online or not.
func (d *Printer) live(at time.Duration, c escpos.Command, out []machine.Output) []machine.Output {
	switch c.Kind {
	case escpos.LiveStatus:
		out = d.advance(at, out)
		d.reply = append(d.reply, escpos.LiveReply(c.A, d.status()))
	case escpos.LivePulse:
		if !d.recover { // ignored in an error
			out = append(out, tell(Kicked{}))
		}
	case escpos.LiveEnquiry:
		if !d.recover || d.cover {
			break
		}
		if c.A == 2 {
			d.clear()
		}
		d.recover = false
		d.free = max(d.free, at)
	case escpos.LiveClear:
		d.clear()
		d.reply = append(d.reply, escpos.ClearReply()...)
	}
	return out
}

// command turns a command into motions, or into a change of modes.
func (d *Printer) command(at time.Duration, c escpos.Command) {
	switch c.Kind {
	case escpos.Cut:
		d.cut(at, c)
	case escpos.Pulse:
		if c.B > 0 { // an on time of zero moves nothing
			d.push(motion{kind: movePulse, arrived: at})
		}
	case escpos.Complete:
		if d.Profile.HasCompletion {
			d.push(motion{kind: moveComplete, arrived: at, data: c.Data})
		}
	case escpos.AutoStatus:
		if d.Profile.HasASB {
			d.push(motion{kind: moveMask, arrived: at, mask: c.A})
		}
	case escpos.Transmit:
		d.push(motion{kind: moveSay, arrived: at, mask: c.A})
	case escpos.Identify:
		d.push(motion{kind: moveSay, arrived: at, data: d.identity(c.A)})
	default:
		var room [2]escpos.Strip
		for _, s := range d.draw.Apply(c, room[:0]) {
			d.push(motion{kind: moveStrip, arrived: at, strip: s})
		}
	}
}

// cut feeds to the cutter if told to, and cuts; a tear bar only feeds.
func (d *Printer) cut(at time.Duration, c escpos.Command) {
	var room [2]escpos.Strip
	for _, s := range d.draw.Apply(escpos.Command{Kind: escpos.FeedDots}, room[:0]) {
		d.push(motion{kind: moveStrip, arrived: at, strip: s})
	}
	if c.A >= 0 || d.Profile.CutterMillis == 0 {
		feed := d.Profile.HeadToCutter + max(c.A, 0)
		d.push(motion{kind: moveStrip, arrived: at, strip: escpos.Strip{Kind: escpos.StripFeed, Height: feed}})
	}
	if d.Profile.CutterMillis > 0 {
		d.push(motion{kind: moveCut, arrived: at})
	}
}

func (d *Printer) identity(n int) []byte {
	switch n {
	case 1, 49:
		return []byte{0x20}
	case 2, 50: // bit 1: autocutter
		if d.Profile.CutterMillis > 0 {
			return []byte{0x02}
		}
		return []byte{0x00}
	case 3, 51:
		return []byte{0x01}
	case 65:
		return escpos.IdentifyReply("1.00")
	case 66:
		return escpos.IdentifyReply("EPSON")
	case 67:
		return escpos.IdentifyReply(d.Profile.Name)
	case 68:
		return escpos.IdentifyReply("0")
	}
	return nil
}

func (d *Printer) length(m *motion) time.Duration {
	switch m.kind {
	case moveStrip:
		return time.Duration(m.strip.Height*max(d.slow, 1)) * d.Profile.row()
	case moveCut:
		return time.Duration(d.Profile.CutterMillis) * time.Millisecond
	}
	return 0
}

// advance lets the mechanism work up to now.
func (d *Printer) advance(now time.Duration, out []machine.Output) []machine.Output {
	done := 0
	for done < len(d.queue) {
		m := &d.queue[done]
		if !m.started {
			start := max(m.arrived, d.free)
			if d.blocked() || start > now {
				break
			}
			m.started, m.start, m.end = true, start, start+d.length(m)
			if m.kind == moveStrip && d.paper.begins(m.strip) {
				out = append(out, tell(PieceBegun{}))
			}
		}
		if m.end > now {
			break
		}
		d.free = m.end
		d.held -= m.bytes
		done++
		out = d.finish(m, d.queue[done:], out)
	}
	if done > 0 {
		d.queue = d.queue[:copy(d.queue, d.queue[done:])]
	}
	return out
}

// finish is the end of a motion; ahead is what follows it.
func (d *Printer) finish(m *motion, ahead []motion, out []machine.Output) []machine.Output {
	switch m.kind {
	case moveStrip:
		d.paper.add(m.strip)
	case moveCut:
		job := 0
		if len(ahead) > 0 && ahead[0].kind == moveComplete { // what is said right behind a cut is about the piece
			job = jobOf(ahead[0].data)
		}
		if p, ok := d.paper.end(PieceCut, job); ok {
			out = append(out, tell(PieceEnded{p}))
		}
	case movePulse:
		out = append(out, tell(Kicked{}))
	case moveComplete:
		job := jobOf(m.data)
		d.paper.claim(job)
		if d.open {
			d.reply = append(d.reply, escpos.CompleteReply(m.data)...)
			if job > 0 {
				out = append(out, tell(Completed{job}))
			}
		}
	case moveMask:
		d.mask, d.told = m.mask, d.status()
		if m.mask != 0 {
			d.reply = append(d.reply, escpos.AutoReply(d.told)...)
		}
	case moveSay:
		if m.data == nil && m.mask > 0 {
			d.reply = append(d.reply, escpos.TransmitReply(m.mask, d.status()))
		}
		d.reply = append(d.reply, m.data...)
	}
	return out
}

// jobOf reads the id of a completion request, 0 when it is no job's.
func jobOf(id []byte) int {
	job, _ := escpos.JobNumber(id)
	return job
}

// next is when something happens that others can see: the first dots of a
// piece, a cut, a pulse, an answer. Lines in between need no Wake.
func (d *Printer) next() time.Duration {
	if d.blocked() && (len(d.queue) == 0 || !d.queue[0].started) {
		return -1
	}
	t, fresh := d.free, d.paper.blank()
	for i := range d.queue {
		m := &d.queue[i]
		if !m.started && d.blocked() {
			return -1
		}
		start, end := m.start, m.end
		if !m.started {
			start = max(m.arrived, t)
			end = start + d.length(m)
		}
		if m.kind != moveStrip || d.xoff {
			return end
		}
		if !m.started && fresh && d.paper.begins(m.strip) {
			return start
		}
		fresh = fresh && m.strip.Rows == nil
		t = end
	}
	return -1
}

// stopMotion ends the motion under way now: the rows that have passed are on
// the paper. With again set it starts over later. It reports whether
// something printed was cut short.
func (d *Printer) stopMotion(now time.Duration, again bool) bool {
	if len(d.queue) == 0 || !d.queue[0].started || d.queue[0].kind != moveStrip {
		return false
	}
	m := &d.queue[0]
	head, _ := splitStrip(m.strip, m.passed(now), d.Profile.DotsPerLine)
	d.paper.add(head)
	d.free = now
	m.started = !again
	return m.strip.Rows != nil
}

// passed is how many rows of a strip in motion have passed the head.
func (m *motion) passed(now time.Duration) int {
	if m.end <= m.start {
		return m.strip.Height
	}
	n := int(int64(m.strip.Height) * int64(now-m.start) / int64(m.end-m.start))
	return min(max(n, 0), m.strip.Height)
}

// tear takes off what has come out; a strip in motion is torn in two.
func (d *Printer) tear(now time.Duration, out []machine.Output) []machine.Output {
	if len(d.queue) > 0 && d.queue[0].started && d.queue[0].kind == moveStrip {
		m := &d.queue[0]
		var head escpos.Strip
		head, m.strip = splitStrip(m.strip, m.passed(now), d.Profile.DotsPerLine)
		d.paper.add(head)
		m.start = now
	}
	job := 0
	if len(d.queue) > 0 {
		job = d.jobAhead()
	}
	if p, ok := d.paper.end(PieceTorn, job); ok {
		out = append(out, tell(PieceEnded{p}))
	}
	if len(d.queue) > 0 && d.queue[0].started && d.queue[0].kind == moveStrip && d.paper.begins(d.queue[0].strip) {
		out = append(out, tell(PieceBegun{}))
	}
	return out
}

// jobAhead is the job that the piece in print belongs to: the next completion
// in the buffer, if no other piece begins before it. 0 when it is not there.
func (d *Printer) jobAhead() int {
	cut := false
	for _, m := range d.queue {
		switch {
		case m.kind == moveComplete:
			return jobOf(m.data)
		case m.kind == moveCut:
			cut = true
		case cut:
			return 0
		}
	}
	return 0
}
