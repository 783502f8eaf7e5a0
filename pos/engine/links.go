package engine

import (
	"cmp"

	"stormrig/pos"
)

const (
	linkIsDown = "link down"
	noAnswer   = "no answer"
)

// linkUp and linkDown journal what the till itself can see of the network.
func (t *turn) linkUp(link, why string) {
	t.up[link] = true
	t.back(link, cmp.Or(why, linkIsDown))
	if link == "host" && t.forwardAt < 0 && (len(t.st.DeferredQueue()) > 0 || len(t.st.Undo()) > 0) {
		t.forwardAt = t.now.Mono + forwardWait
	}
}

func (t *turn) linkDown(link, why string) {
	t.up[link] = false
	t.gone(link, cmp.Or(why, linkIsDown))
}

// gone opens an outage, with From equal to To; back closes it.
func (t *turn) gone(link, cause string) {
	if _, down := t.st.Till().Down[link]; !down {
		t.fact(pos.Fact{Outage: &pos.Outage{What: link, From: t.now.Wall, To: t.now.Wall, Cause: cause}})
	}
}

func (t *turn) back(link, cause string) {
	if since, down := t.st.Till().Down[link]; down {
		to := max(t.now.Wall, since+1) // the clock may have run back
		t.fact(pos.Fact{Outage: &pos.Outage{What: link, From: since, To: to, Cause: cause}})
	}
}

func (t *turn) deviceDown(ev pos.DeviceDown) {
	t.up[ev.Device] = false
	switch ev.Device {
	case "location":
		t.asked, t.noFix = false, "receiver not connected"
	case "dongle":
		if t.charge() != nil && t.card == nil && t.dongleBy < 0 {
			t.dongleBy = t.now.Mono + dongleWait
		}
	}
}
