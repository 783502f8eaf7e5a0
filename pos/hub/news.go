package hub

import (
	"maps"
	"slices"
	"sort"
	"time"

	"stormrig/pos"
	"stormrig/pos/sync"
)

const (
	// newsWait is how long a device that was told and says nothing is told
	// nothing more: its news may have been lost, or it may want nothing of it.
	newsWait = 30 * time.Second
	// newsMost is how many chains one piece of news names. Who has asked for
	// them is told the next.
	newsMost = 16
)

// listener is a device that has said hello. It is a value.
//
// A device has at most one piece of news that it has not answered. With a
// thousand tills that push at once, each push told to all of them would be most
// of what goes over the wire; as it is, each asks when it has time, and hears
// with the answer what else has grown. Nothing rests on it: a device whose news
// was lost says hello when it has been quiet for long, and is told all marks.
type listener struct {
	told bool // and it has said nothing since
	at   time.Duration
	upTo uint64 // it was told what has grown up to this turn
}

// growth is that a chain has grown, at a turn.
type growth struct {
	turn  uint64
	chain pos.Chain
	from  string // the link over which it came, whose device knows it
}

// ledger is what has grown since this life began, oldest first; a chain's newest
// turn counts.
type ledger struct {
	turn   uint64
	newest map[pos.Chain]uint64
	list   []growth
}

func (g ledger) clone() ledger {
	g.newest, g.list = maps.Clone(g.newest), slices.Clone(g.list)
	return g
}

func (g *ledger) add(c pos.Chain, from string) {
	g.turn++
	g.newest[c] = g.turn
	g.list = append(g.list, growth{g.turn, c, from})
	if len(g.list) > 2*len(g.newest)+newsMost { // half of it or more is out of date
		var kept []growth
		for _, e := range g.list {
			if g.newest[e.chain] == e.turn {
				kept = append(kept, e)
			}
		}
		g.list = kept
	}
}

// after returns the chains that have grown after a turn and did not come over
// the link, the oldest newsMost of them, and up to which turn that is all.
func (g *ledger) after(turn uint64, link string) (chains []pos.Chain, upTo uint64) {
	i := sort.Search(len(g.list), func(i int) bool { return g.list[i].turn > turn })
	for _, e := range g.list[i:] {
		if g.newest[e.chain] != e.turn || e.from == link {
			continue
		}
		if len(chains) == newsMost {
			return chains, turn
		}
		chains, turn = append(chains, e.chain), e.turn
	}
	return chains, g.turn
}

// news tells the others, and after a rank the sender, that there is more.
func (h *Hub) news(now pos.Now, r *Result, from string, own bool, grown ...pos.Chain) {
	for _, c := range grown {
		h.grown.add(c, from)
	}
	if own {
		head, _ := h.journal.Head()
		h.grown.add(head.Chain(), "")
	}
	for _, link := range slices.Sorted(maps.Keys(h.links)) {
		h.tell(now, r, link, sync.Mark{})
	}
}

// tell sends a device what it was not told, unless it still owes an answer. sent
// is up to where it has been given a chain just now.
func (h *Hub) tell(now pos.Now, r *Result, link string, sent sync.Mark) {
	l, ok := h.links[link]
	if !ok || l.upTo == h.grown.turn || l.told && now.Mono < l.at+newsWait {
		return
	}
	chains, upTo := h.grown.after(l.upTo, link)
	var have []sync.Mark
	for _, c := range chains {
		if seq := h.head(c); c != sent.Chain || seq > sent.Seq {
			have = append(have, sync.Mark{Chain: c, Seq: seq})
		}
	}
	l.upTo = upTo
	if len(have) > 0 {
		l.told, l.at = true, now.Mono
		sync.SortMarks(have)
		h.send(r, link, sync.Message{Type: sync.News, Have: have})
	}
	h.links[link] = l
}

// head is up to where the hub holds a chain.
func (h *Hub) head(c pos.Chain) uint64 {
	if own, _ := h.journal.Head(); own.Chain() == c {
		return own.Seq
	}
	seq, _ := h.replica.Head(c)
	return seq
}

// spoke notes that a device that has said hello asks or tells something.
func (h *Hub) spoke(link string) {
	if l, ok := h.links[link]; ok {
		l.told = false
		h.links[link] = l
	}
}
