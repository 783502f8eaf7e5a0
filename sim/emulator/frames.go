package emulator

import (
	"fmt"
	"sync"

	"stormrig/hil/wire/card"
	"stormrig/sim/device"
)

// frames reads along what a host sends to a card reader, and names what the
// reader can make nothing of: it only answers NAK, or not at all.
type frames struct {
	mu     sync.Mutex
	parser card.Parser
}

func (f *frames) reset() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.parser.Reset()
}

// wrong says what is no frame in data, as far as it is complete.
func (f *frames) wrong(kind string, data []byte) (out []string) {
	if kind == device.KindSwiper {
		return []string{"a swiper takes nothing from its host: it sends a report a swipe"}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	was := f.parser.Idle()
	pieces := f.parser.Feed(data)
	if was && f.parser.Idle() && len(pieces) == 0 {
		return []string{"bytes that are none of a frame (02 payload 03 LRC), an ACK (06 digit check) and a NAK (15)"}
	}
	for _, p := range pieces {
		switch p.Kind {
		case card.Broken:
			out = append(out, "a frame that is none of STX (02), printable payload, ETX (03), LRC (XOR of payload and ETX)")
		case card.Frame:
			if _, m, err := card.ParsePayload(p.Payload); err != nil {
				out = append(out, fmt.Sprintf("a frame that is none of the messages: %v", err))
			} else if m.Verb == card.Card || m.Verb == card.Removed || m.Verb == card.State || m.Verb == card.Result {
				out = append(out, fmt.Sprintf("a frame that is none of a host's: %q is what a reader says", m.Verb))
			}
		}
	}
	return out
}
