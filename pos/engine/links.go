package engine

import (
	"cmp"
	"slices"

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
	if _, down := t.downSince(link); !down && !t.goesOn(link) {
		t.fact(pos.Fact{Outage: &pos.Outage{What: link, From: t.now.Wall, To: t.now.Wall, Cause: cause}})
	}
}

func (t *turn) back(link, cause string) {
	if since, down := t.downSince(link); down {
		to := max(t.now.Wall, since+1) // the clock may have run back
		t.fact(pos.Fact{Outage: &pos.Outage{What: link, From: since, To: to, Cause: cause}})
	}
}

// downSince tells since when a link has been gone by what the journal says, or
// would say if there had been room.
func (t *turn) downSince(link string) (int64, bool) {
	for _, f := range slices.Backward(t.unsaid) {
		if o := f.Outage; o.What == link {
			return o.From, o.From == o.To
		}
	}
	since, down := t.st.Till().Down[link]
	return since, down
}

// mostUnsaid is how many words on outages wait for room; then those of a link
// that comes and goes are told as one long one.
const mostUnsaid = 32

// goesOn takes back the end of the last outage that waits for room, where too
// many wait.
func (t *turn) goesOn(link string) bool {
	if len(t.unsaid) < mostUnsaid {
		return false
	}
	for i, f := range slices.Backward(t.unsaid) {
		if f.Outage.What == link {
			t.unsaid = slices.Delete(slices.Clone(t.unsaid), i, i+1)
			return true
		}
	}
	return false
}

// unsaidOf returns the outages of links in a decision that had no room: nobody
// tells of them again, so that they wait for the next entry.
func unsaidOf(d Decision) []pos.Fact {
	var out []pos.Fact
	for _, f := range d.Facts {
		if o := f.Outage; o != nil && (o.What == "hub" || o.What == "host") {
			out = append(out, f)
		}
	}
	return out
}

func (t *turn) deviceDown(ev pos.DeviceDown) {
	t.up[ev.Device] = false
	switch ev.Device {
	case "location":
		t.asked, t.noFix = false, "receiver not connected"
	case "dongle":
		if t.charge() != nil && t.card == nil && t.dongleBy < 0 {
			t.dongleBy, t.unheard = t.now.Mono+dongleWait, false
		}
	}
}
