package report

import (
	"encoding/json"
	"fmt"

	"stormrig/sim/history"
)

// turned is how a device's chain stood with its last entry.
type turned struct {
	inc   uint32
	clock string
}

type turn struct{ kind, text string }

// turns tells what a commit says of the device itself: that its chain goes on
// under a new incarnation, and why, and that its clock is in doubt or no more.
func (t *tracer) turns(e *history.Event) []turn {
	if e.Kind != history.KindCommit {
		return nil
	}
	var entry struct {
		Clock string `json:"clock"`
		Facts []struct {
			Boot *struct {
				Lost      string `json:"lost"`
				TailBytes int64  `json:"tail_bytes"`
				Before    *struct {
					Device string `json:"device"`
					Inc    uint32 `json:"inc"`
					Seq    uint64 `json:"seq"`
				} `json:"before"`
			} `json:"boot"`
		} `json:"facts"`
	}
	if json.Unmarshal(e.Payload, &entry) != nil {
		return nil
	}
	was, known := t.turned[e.Device]
	t.turned[e.Device] = turned{e.Inc, entry.Clock}
	var out []turn
	if known && was.inc != e.Inc {
		why := fmt.Sprintf("%d after %d", e.Inc, was.inc)
		for _, f := range entry.Facts {
			if b := f.Boot; b != nil {
				if b.Before != nil {
					why = fmt.Sprintf("%d goes on after %s/%d/%d", e.Inc, b.Before.Device, b.Before.Inc, b.Before.Seq)
				}
				why += cond(b.TailBytes > 0, fmt.Sprintf(": a torn tail of %d bytes was cut", b.TailBytes), "") + cond(b.Lost != "", ": "+b.Lost, "")
			}
		}
		out = append(out, turn{"incarnation", why})
	}
	if was.clock != entry.Clock {
		out = append(out, turn{"doubt", cond(entry.Clock == "", "off: the clock of "+e.Device+" is trusted again",
			fmt.Sprintf("on: the clock of %s is %s", e.Device, entry.Clock))})
	}
	return out
}
