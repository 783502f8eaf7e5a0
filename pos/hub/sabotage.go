package hub

import (
	"stormrig/pos"
	"stormrig/pos/journal"
)

// again counts frames that came again, as if each were another entry. No hub
// does that but one with the bug of pos/sabotage.
func (h *Hub) again(c pos.Chain, raw []byte, taken int) {
	var frames []journal.Frame
	for len(raw) > 0 {
		f, rest, err := journal.ParseFrame(raw)
		if err != nil {
			break
		}
		frames, raw = append(frames, f), rest
	}
	for _, f := range frames[:len(frames)-min(taken, len(frames))] {
		if e, err := pos.DecodeEntry(f.Payload); err == nil {
			e.Seq |= 1 << 40 // a key that was not seen
			h.shared.Apply(e)
		}
	}
}
