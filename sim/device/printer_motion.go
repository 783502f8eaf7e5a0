package device

import (
	"strconv"
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/escpos"
)

type moveKind uint8

const (
	moveStrip    moveKind = iota // paper moves, with dots or without
	moveCut                      // the cutter
	moveBar                      // paper has come to the tear bar
	movePulse                    // the drawer
	moveSay                      // data goes to the host
	moveComplete                 // data is the id of a job
	moveMask                     // GS a
	moveRelease                  // a slip is let go
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
	mask       int // of GS a, GS r; pin of a pulse; rows that a cut leaves behind
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
		if d.got++; d.overruns() {
			if out = d.fits(at, out); !d.taken {
				continue
			}
		}
		for _, c := range d.parser.Feed(b, cmds[:0]) {
			if c.Kind.Live() {
				out = d.live(at, c, out)
				continue
			}
			d.loose += c.Bytes
			out = d.command(at, c, out)
		}
	}
	if len(d.queue) == 0 {
		d.loose = 0 // nothing that they would wait for
	}
	return out
}

func (d *Printer) length(m *motion) time.Duration {
	switch m.kind {
	case moveStrip:
		return time.Duration(m.strip.Height*d.pace()) * d.Profile.row()
	case moveCut:
		return d.Profile.Cutter
	}
	return 0
}

// pace is how many times slower than its profile the paper moves.
func (d *Printer) pace() int {
	if d.Profile.Defects.Has(Slows) {
		return 5 * max(d.world.slow, 1)
	}
	return max(d.world.slow, 1)
}

// fits decides whether the byte that came at this time finds room (taken). A
// radio packet is lost as a whole.
func (d *Printer) fits(at time.Duration, out []machine.Output) []machine.Output {
	size := d.Profile.Packet
	if size > 0 && (d.got-1)%size != 0 { // as the packet's first byte
		if !d.taken {
			d.lost++
		}
		return out
	}
	d.taken = d.used()+max(size, 1) <= d.world.buffer
	if !d.taken {
		out = d.advance(at, out)
		d.taken = d.used()+max(size, 1) <= d.world.buffer
	}
	if !d.taken {
		if d.lost++; size > 0 || d.lost&(d.lost-1) == 0 { // of single bytes every 1st, 2nd, 4th, ...: enough to see it
			out = d.note(out, "bytes lost", "the buffer is full; lost so far: "+strconv.Itoa(d.lost), nil)
		}
	}
	return out
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
		if d.Watched {
			out = d.drain(out)
		}
	}
	if done > 0 {
		d.queue = d.queue[:copy(d.queue, d.queue[done:])]
		if len(d.queue) == 0 {
			d.loose = 0 // nothing that they would wait for: room again
		}
	}
	return out
}

// finish is the end of a motion; ahead is what follows it.
func (d *Printer) finish(m *motion, ahead []motion, out []machine.Output) []machine.Output {
	switch m.kind {
	case moveStrip:
		d.paper.add(m.strip)
	case moveCut:
		if d.world.jam {
			d.world.jam, d.cutError = false, true
			return out
		}
		out = d.drain(out)
		if p, ok := d.paper.cut(m.mask, jobBehind(ahead)); ok {
			out = append(out, tell(PieceEnded{p}))
		}
	case moveBar:
		if d.paper.toBar(jobBehind(ahead)) {
			out = append(out, tell(AtBar{}))
		}
	case moveRelease:
		out = d.drain(out)
		if p, ok := d.paper.end(PieceTorn, 0); ok {
			out = append(out, tell(PieceEnded{p}))
		}
		d.world.paperOut = true
	case movePulse:
		out = d.pulse(m.mask, out)
	case moveComplete:
		job := jobOf(m.data)
		d.paper.claim(job)
		if d.open && d.Profile.HasCompletion && !d.Profile.Defects.Has(CompletionEarly) {
			out = d.completed(m.data, out)
		}
	case moveMask:
		d.mask, d.told = m.mask, d.claims()
		if m.mask != 0 {
			d.reply = append(d.reply, escpos.AutoReply(d.told)...)
		}
		if d.Profile.Defects.Has(AutoStatusOnce) {
			d.mask = 0
		}
	case moveSay:
		if m.data == nil && m.mask > 0 {
			d.reply = append(d.reply, escpos.TransmitReply(m.mask, d.claims()))
		}
		d.reply = append(d.reply, m.data...)
	}
	return out
}

// jobBehind is the job of which is said right behind a cut that it is complete:
// that is about the piece.
func jobBehind(ahead []motion) int {
	if len(ahead) > 0 && ahead[0].kind == moveComplete {
		return jobOf(ahead[0].data)
	}
	return 0
}

// pulse reaches the drawer.
func (d *Printer) pulse(pin int, out []machine.Output) []machine.Output {
	if d.Profile.Defects.Has(DrawerDead) {
		return out
	}
	if d.Profile.Defects.Has(DrawerPinSwapped) {
		pin = 1 - pin
	}
	if d.world.drawer && pin == 0 {
		d.world.drawerOpen = true
	}
	return append(out, tell(Kicked{Pin: pin}))
}

// completed answers GS ( H.
func (d *Printer) completed(id []byte, out []machine.Output) []machine.Output {
	said := id
	if d.Profile.Defects.Has(CompletionWrongID) {
		said = append([]byte(nil), d.lastID[:]...)
		copy(d.lastID[:], id)
	}
	d.reply = append(d.reply, escpos.CompleteReply(said)...)
	if job := jobOf(said); job > 0 {
		out = append(out, tell(Completed{job}))
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
	t := d.nextMotion()
	if len(d.late) > 0 {
		t = earlier(t, d.late[0].at)
	}
	return t
}

func (d *Printer) nextMotion() time.Duration {
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
		if m.kind != moveStrip || d.xoff || d.Watched {
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
	if !d.moving() {
		return false
	}
	m := &d.queue[0]
	head, _ := splitStrip(m.strip, m.passed(now), d.Profile.DotsPerLine)
	d.paper.add(head)
	d.free = now
	m.started = !again
	return m.strip.Rows != nil
}

// moving tells whether paper is in motion.
func (d *Printer) moving() bool {
	return len(d.queue) > 0 && d.queue[0].started && d.queue[0].kind == moveStrip
}

// splitMotion ends the motion under way for good: what has passed is on the
// paper, the rest goes on with the next piece.
func (d *Printer) splitMotion(now time.Duration) {
	if !d.moving() {
		return
	}
	m := &d.queue[0]
	var head escpos.Strip
	head, m.strip = splitStrip(m.strip, m.passed(now), d.Profile.DotsPerLine)
	d.paper.add(head)
	m.start = now
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
	d.splitMotion(now)
	out = d.drain(out)
	job := 0
	if len(d.queue) > 0 {
		job = d.jobAhead()
	}
	for _, p := range d.paper.tear(job) {
		out = append(out, tell(PieceEnded{p}))
	}
	if d.moving() && d.paper.begins(d.queue[0].strip) {
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
		case m.kind == moveCut || m.kind == moveBar:
			cut = true
		case cut:
			return 0
		}
	}
	return 0
}
