package card

import (
	"slices"
	"time"
)

// Timing is how patient one side of a link is.
type Timing struct {
	AckWait time.Duration // from a frame to its repeat
	Tries   int           // how often a frame is sent at most
}

// Link is one side of the link: it numbers, sends, repeats and acknowledges.
// Till and reader use the same one. It is a state machine without outputs of
// its own: what has to be written is returned. Times are the user's Mono.
type Link struct {
	Timing
	parser Parser
	queue  []Message // the first is under way while tries is above zero
	seq    byte      // 0..9, of the frame under way
	tries  int
	at     time.Duration // of the next repeat
	last   string        // payload last acted on
}

// NewLink returns a link that is not open yet; Reset opens it.
func NewLink(t Timing) Link { return Link{Timing: t} }

// Clone returns a copy with buffers of its own.
func (l Link) Clone() Link {
	l.parser = l.parser.Clone()
	l.queue = slices.Clone(l.queue)
	return l
}

// Reset forgets everything under way, as both sides do when the link opens.
func (l *Link) Reset() {
	l.parser.Reset()
	*l = Link{Timing: l.Timing, parser: l.parser, queue: l.queue[:0]}
}

// Send queues a message and returns what to write now: its frame, or nothing
// while an earlier one is under way.
func (l *Link) Send(now time.Duration, m Message) []byte {
	l.queue = append(l.queue, m)
	if l.tries > 0 {
		return nil
	}
	return l.start(now, nil)
}

// start sends the first message of the queue for the first time.
func (l *Link) start(now time.Duration, out []byte) []byte {
	if len(l.queue) == 0 {
		return out
	}
	l.seq = (l.seq + 1) % 10
	l.tries = 0
	return l.transmit(now, out)
}

func (l *Link) transmit(now time.Duration, out []byte) []byte {
	l.tries++
	l.at = now + l.AckWait
	return AppendMessage(out, '0'+l.seq, l.queue[0])
}

// Received is a message of the other side.
type Received struct {
	Message
	// Again: the same payload as the one before; usually the repeat of a
	// frame whose acknowledgement was lost.
	Again bool
}

// Heard is what Feed makes of some bytes.
type Heard struct {
	Got   []Received
	Acked []Message // own messages that the other side has
	Reply []byte    // to be written now
	Alive bool      // the bytes held anything that only a peer would say
}

// Feed takes bytes of the other side.
func (l *Link) Feed(now time.Duration, data []byte) Heard {
	var h Heard
	broken, repeat := false, false
	for _, p := range l.parser.Feed(data) {
		switch p.Kind {
		case Frame:
			broken = !l.frame(&h, p.Payload) || broken
		case Acked:
			if l.tries > 0 && p.Seq == '0'+l.seq {
				h.Alive = true
				h.Acked = append(h.Acked, l.queue[0])
				l.queue = slices.Delete(l.queue, 0, 1)
				l.tries = 0
				h.Reply = l.start(now, h.Reply)
				repeat = false
			}
		case Naked:
			h.Alive = true
			repeat = l.tries > 0
		case Broken:
			broken = true
		}
	}
	if broken {
		h.Reply = AppendNak(h.Reply)
	}
	if repeat && l.tries < l.Tries {
		h.Reply = l.transmit(now, h.Reply)
	}
	return h
}

// frame takes a payload whose LRC was right. One that is still no message had
// two errors that cancel out, so it is refused like a broken one.
func (l *Link) frame(h *Heard, payload []byte) bool {
	seq, m, err := ParsePayload(payload)
	if err != nil {
		return false
	}
	h.Alive = true
	h.Reply = AppendAck(h.Reply, seq)
	h.Got = append(h.Got, Received{Message: m, Again: l.last == string(payload)})
	l.last = string(payload)
	return true
}

// At is when Due has to be called next; negative when nothing is under way.
func (l *Link) At() time.Duration {
	if l.tries == 0 {
		return -1
	}
	return l.at
}

// Due repeats the frame under way if it is time to. dead is set, once, when it
// was sent as often as allowed and nobody answered; everything queued is given
// up then, for whoever did not take this frame will not take the next.
func (l *Link) Due(now time.Duration) (out []byte, dead bool) {
	switch {
	case l.tries == 0 || now < l.at:
		return nil, false
	case l.tries >= l.Tries:
		l.queue, l.tries = l.queue[:0], 0
		return nil, true
	}
	return l.transmit(now, nil), false
}
