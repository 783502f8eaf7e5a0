package engine

import (
	"stormrig/pos"
)

// linkUp and linkDown journal what the till itself can see of the network:
// an interval opens with From equal to To and closes when the link is back.
func (t *turn) linkUp(link string) {
	t.up[link] = true
	if since, down := t.st.Till().Down[link]; down {
		to := max(t.now.Wall, since+1) // the clock may have run back
		t.fact(pos.Fact{Outage: &pos.Outage{What: link, From: since, To: to, Cause: "link down"}})
	}
	if link == "host" && t.forwardAt < 0 && (len(t.st.DeferredQueue()) > 0 || len(t.st.Undo()) > 0) {
		t.forwardAt = t.now.Mono + forwardWait
	}
}

func (t *turn) linkDown(link string) {
	t.up[link] = false
	if _, down := t.st.Till().Down[link]; !down {
		t.fact(pos.Fact{Outage: &pos.Outage{What: link, From: t.now.Wall, To: t.now.Wall, Cause: "link down"}})
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
