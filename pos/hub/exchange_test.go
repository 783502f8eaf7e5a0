package hub_test

import (
	"flag"
	"os"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/fault/disk"
	"stormrig/fault/disk/capture"
	"stormrig/pos"
	"stormrig/pos/engine"
	"stormrig/pos/fold"
	"stormrig/pos/hub"
	"stormrig/pos/till"
)

// The laws are drawn from a fixed seed, so that two runs test the same;
// -rapid.seed on the command line draws others.
func TestMain(m *testing.M) {
	_ = flag.Set("rapid.seed", "1")
	os.Exit(m.Run())
}

func base(t require.TestingT) *fold.Base {
	b, err := fold.NewBase(pos.Catalogue{Name: "boutique", Currency: "PHP", Items: []pos.Item{
		{ID: "scarf", Name: "Scarf", TaxBP: 1200, Variants: []pos.Variant{{Barcode: "22", Price: 79000, Stock: 5}}}}})
	require.NoError(t, err)
	return b
}

// town is a hub and three tills on disks, with links between them that lose,
// repeat and reorder messages.
type town struct {
	t     *rapid.T
	base  *fold.Base
	calm  bool
	now   pos.Now
	hub   *hub.Hub
	disk  *disk.Disk
	life  uint32
	tills []*shopTill
	acked map[pos.Chain]uint64 // what the hub ever acknowledged
}

// shopTill is one till with its link: messages on their way in both
// directions, and the figure that it shows.
type shopTill struct {
	name    string
	till    *till.Till
	disk    *disk.Disk
	life    uint32
	wall    int64 // how wrong its clock is
	up      bool
	toHub   [][]byte
	toTill  [][]byte
	session string
	done    int64
	total   int64
}

func newTown(t *rapid.T) *town {
	w := &town{t: t, base: base(t), disk: disk.New(disk.PhoneFlash), acked: map[pos.Chain]uint64{}}
	w.now.Wall = time.Date(2026, 7, 18, 6, 0, 0, 0, time.UTC).UnixNano()
	w.startHub()
	for _, name := range []string{"assistant", "phone", "tablet"} {
		s := &shopTill{name: name, disk: disk.New(disk.PhoneFlash)}
		w.tills = append(w.tills, s)
		w.startTill(s)
	}
	return w
}

var below100 = func() (n []int) {
	for i := range 100 {
		n = append(n, i)
	}
	return n
}()

// Intn draws a number below n, each as likely: rapid's ranges prefer the low
// ones.
func (w *town) Intn(n int) int { return rapid.SampledFrom(below100[:min(n, 100)]).Draw(w.t, "pick") }

func (w *town) chance(oneIn int) bool { return !w.calm && w.Intn(oneIn) == 0 }

// startHub is a new life of the hub: links break.
func (w *town) startHub() {
	w.life++
	w.hub = hub.New(&hub.Config{Device: "hub", Base: w.base}, w.disk, w.life)
	w.atHub(func() hub.Result { return w.hub.Start(w.now) })
	for c, seq := range w.acked {
		if got := w.hub.Shared().High(c); got < seq {
			w.t.Fatalf("the hub acknowledged %s up to %d and holds %d", c, seq, got)
		}
	}
	for _, s := range w.tills {
		w.linkDown(s)
	}
}

func (w *town) startTill(s *shopTill) {
	s.life++
	cfg := &till.Config{Base: w.base, Opener: capture.Opener{}, CheckpointEvery: 8,
		Engine: engine.Config{Device: s.name, Zone: time.UTC, Currency: "PHP"}}
	s.till = till.New(cfg, s.disk, s.life)
	w.atTill(s, func(now pos.Now) till.Result { return s.till.Start(now) })
}

// atHub lets the hub work, unless its power goes meanwhile.
func (w *town) atHub(work func() hub.Result) {
	w.disk.Begin(w.disk.Busy())
	begin := w.disk.Busy()
	r := work()
	if span := w.disk.Busy() - begin; span > 0 && w.chance(12) {
		w.hub.Close()
		w.disk.Cut(begin+span*time.Duration(w.Intn(100))/99, w)
		w.startHub()
		return
	}
	for _, m := range r.Sends {
		for _, s := range w.tills {
			if s.name == m.Link && s.up {
				s.toTill = w.send(s.toTill, m.Data)
			}
		}
	}
}

// atTill lets a till work, unless its power goes meanwhile.
func (w *town) atTill(s *shopTill, work func(pos.Now) till.Result) {
	s.disk.Begin(s.disk.Busy())
	begin := s.disk.Busy()
	now := w.now
	now.Wall += s.wall
	r := work(now)
	if span := s.disk.Busy() - begin; span > 0 && w.chance(12) {
		s.till.Close()
		s.disk.Cut(begin+span*time.Duration(w.Intn(100))/99, w)
		w.breaks(s)
		w.startTill(s)
		return
	}
	for _, v := range r.Tells {
		switch v := v.(type) {
		case till.Acknowledged:
			w.acked[v.Chain] = max(w.acked[v.Chain], v.Seq)
			w.holds(v.Chain, v.Seq)
		case till.Progress:
			w.progress(s, v)
		case till.Stopped:
			w.t.Fatalf("%s stopped: %s", s.name, v.Why)
		}
	}
	for _, e := range r.Effects {
		if m, ok := e.(pos.SendHub); ok && s.up {
			s.toHub = w.send(s.toHub, m.Data)
		}
	}
}

// holds: what is acknowledged is at the hub now.
func (w *town) holds(c pos.Chain, seq uint64) {
	if got := w.hub.Shared().High(c); got < seq {
		w.t.Fatalf("%s is acknowledged up to %d, the hub holds %d", c, seq, got)
	}
}

// progress only grows within a session, over a set that is fixed.
func (w *town) progress(s *shopTill, p till.Progress) {
	if p.Session == s.session {
		require.Equal(w.t, s.total, p.Total, "the set of a session is fixed")
		require.GreaterOrEqual(w.t, p.Done, s.done, "the figure only grows")
	}
	require.LessOrEqual(w.t, p.Done, p.Total)
	s.session, s.done, s.total = p.Session, p.Done, p.Total
}

func (w *town) send(queue [][]byte, data []byte) [][]byte {
	if w.chance(8) {
		return queue // lost
	}
	queue = append(queue, slices.Clone(data))
	if w.chance(8) {
		queue = append(queue, slices.Clone(data))
	}
	return queue
}

func (w *town) take(queue *[][]byte) []byte {
	i := 0
	if !w.calm {
		i = w.Intn(min(len(*queue), 4))
	}
	m := (*queue)[i]
	*queue = slices.Delete(*queue, i, i+1)
	return m
}

func (w *town) deliver(s *shopTill) {
	if len(s.toHub) > 0 {
		m := w.take(&s.toHub)
		w.atHub(func() hub.Result { return w.hub.Message(w.now, s.name, m) })
	}
	if len(s.toTill) > 0 {
		m := w.take(&s.toTill)
		w.event(s, pos.HubMessage{Data: m})
	}
}

func (w *town) event(s *shopTill, ev pos.Event) {
	w.atTill(s, func(now pos.Now) till.Result { return s.till.Handle(now, ev) })
}

func (w *town) linkUp(s *shopTill) {
	if !s.up {
		s.up = true
		w.event(s, pos.LinkUp{Link: "hub"})
	}
}

func (w *town) linkDown(s *shopTill) {
	if w.breaks(s) {
		w.event(s, pos.LinkDown{Link: "hub"})
	}
}

// breaks takes a link away, as the hub sees it.
func (w *town) breaks(s *shopTill) (was bool) {
	was, s.up = s.up, false
	s.toHub, s.toTill = nil, nil
	w.hub.LinkDown(s.name)
	return was
}

// pass lets time go by; who wants to be woken is.
func (w *town) pass(d time.Duration) {
	w.now.Mono += d
	w.now.Wall += int64(d)
	for _, s := range w.tills {
		for n := 0; s.till.Wake() >= 0 && s.till.Wake() <= w.now.Mono; n++ {
			if n > 50 {
				w.t.Fatalf("%s wants to be woken again and again", s.name)
			}
			w.event(s, pos.Tick{})
		}
	}
}

func (w *town) step() {
	s := w.tills[w.Intn(len(w.tills))]
	switch w.Intn(16) {
	case 0, 1:
		w.event(s, pos.Scanned{Code: "22"})
		w.event(s, pos.Pressed{Word: "cash", Args: []string{"5000.00"}})
		w.event(s, pos.Pressed{Word: "yes"}) // after a cut it asks for the receipt
	case 2:
		w.event(s, pos.Pressed{Word: "edit", Args: []string{"scarf", "price", []string{"1", "2", "3"}[w.Intn(3)]}})
	case 3:
		w.linkUp(s)
	case 4:
		w.linkDown(s)
	case 5:
		w.pass(time.Second)
	case 6:
		w.pass(10 * time.Second)
	case 7:
		s.wall = []int64{0, -10 * 365 * 24 * int64(time.Hour), 70 * 365 * 24 * int64(time.Hour)}[w.Intn(3)]
	default:
		w.deliver(s)
	}
}

// heal ends the storm: nothing is lost any more. All must come to the same in
// a bounded time.
func (w *town) heal() {
	w.calm = true
	for range 400 {
		quiet := true
		for _, s := range w.tills {
			w.linkUp(s)
			for n := 0; len(s.toHub)+len(s.toTill) > 0; n++ {
				if n > 500 {
					w.t.Fatalf("%s and the hub talk and talk", s.name)
				}
				w.deliver(s)
				quiet = false
			}
		}
		if quiet && w.equal() {
			return
		}
		w.pass(2 * time.Second)
	}
	w.t.Fatal("they do not come to the same")
}

func (w *town) equal() bool {
	want := w.digest(w.hub.Shared())
	for _, s := range w.tills {
		if w.digest(s.till.State().Shared) != want {
			return false
		}
	}
	return true
}

func (w *town) digest(s *fold.Shared) string {
	d, err := s.Digest()
	require.NoError(w.t, err)
	return d
}

// TestTownConverges: whatever links, powers and clocks did, in the end all
// hold the same, every acknowledged entry was kept, and no figure lied.
func TestTownConverges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newTown(t)
		for range 60 {
			w.step()
		}
		w.heal()
		for _, s := range w.tills {
			assert.Equal(t, s.total, s.done, "the figure is complete")
			own := s.till.State().Till().Head
			assert.Equal(t, own.Seq, w.hub.Shared().High(own.Chain()))
		}
		assert.Empty(t, w.hub.Shared().Unranked(), "every edit of a doubtful clock has its rank")
	})
}
