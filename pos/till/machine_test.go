package till

import (
	"flag"
	"fmt"
	"os"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/fault/disk"
	"stormrig/fault/disk/capture"
	"stormrig/pos"
	"stormrig/pos/engine"
	"stormrig/pos/fold"
	"stormrig/pos/journal"
	"stormrig/pos/payment"
	"stormrig/pos/sync"
)

// The laws are drawn from a fixed seed, so that two runs test the same;
// -rapid.seed on the command line draws others.
func TestMain(m *testing.M) {
	_ = flag.Set("rapid.seed", "1")
	os.Exit(m.Run())
}

func testConfig() *Config {
	base, err := fold.NewBase(pos.Catalogue{Name: "boutique", Currency: "PHP", Items: []pos.Item{
		{ID: "scarf", Name: "Scarf", TaxBP: 1200, Variants: []pos.Variant{{Barcode: "22", Price: 79000, Stock: 5}}},
		{ID: "book", Name: "Book", Variants: []pos.Variant{{Barcode: "33", Price: 500, Stock: 9}}},
	}})
	if err != nil {
		panic(err)
	}
	return &Config{Base: base, Opener: capture.Opener{}, CheckpointEvery: 6, VaultKey: [32]byte{1},
		Engine: engine.Config{Device: "phone", Shop: "BOUTIQUE", Zone: time.UTC, Currency: "PHP",
			Policy: payment.Policy{CapEach: 200_000, CapTotal: 400_000, CapCount: 4, MaxAge: 24 * time.Hour}}}
}

// rig is a till on a disk, and what was said of it so far.
type rig struct {
	t    *rapid.T
	cfg  *Config
	disk *disk.Disk
	till *Till
	out  *outside
	life uint32
	now  pos.Now

	locked  bool                     // nothing can open the book
	said    map[pos.Key]journal.Hash // entries that became durable, as their till told
	ordered map[string]pos.Intent    // by id: what those entries ordered
}

func newRig(t *rapid.T) *rig { return newRigWith(t, func(*rig) {}) }

// newRigWith lets a till be set up otherwise before it starts.
func newRigWith(t *rapid.T, setUp func(*rig)) *rig {
	r := &rig{t: t, cfg: testConfig(), disk: disk.New(disk.PhoneFlash), out: newOutside(t),
		said: map[pos.Key]journal.Hash{}, ordered: map[string]pos.Intent{}}
	r.cfg.Opener = lockable{&r.locked}
	r.cfg.Journal.SegmentSize, r.cfg.Keep = 4<<10, 8
	r.now.Wall = time.Date(2026, 7, 18, 6, 0, 0, 0, time.UTC).UnixNano()
	setUp(r)
	r.start()
	return r
}

// handle lets the till do something, unless its power goes meanwhile.
func (r *rig) handle(work func() Result) {
	r.disk.Begin(r.disk.Busy())
	begin := r.disk.Busy()
	res := work()
	if span := r.disk.Busy() - begin; span > 0 && r.out.chance("cut", 9) {
		r.cut(begin + span*time.Duration(r.out.pick("at", 100))/99)
		return
	}
	for _, tell := range res.Tells {
		switch tell := tell.(type) {
		case Started:
			r.frames() // what the lives before have ordered
		case Committed:
			r.committed(tell)
		}
	}
	for _, e := range res.Effects {
		r.checkOrdered(e)
		r.out.takes(e)
	}
	if r.till.engine.Stopped() {
		r.cut(r.disk.Busy())
	}
}

func (r *rig) committed(c Committed) {
	r.said[c.Key] = c.Hash
	e, err := pos.DecodeEntry(c.Payload)
	require.NoError(r.t, err)
	for _, in := range e.Intents {
		r.ordered[in.ID] = in
	}
}

// checkOrdered: nothing that matters leaves without an entry, said to be
// durable, that ordered it.
func (r *rig) checkOrdered(e pos.Effect) {
	if _, soft := e.(pos.Soft); soft {
		return
	}
	for _, in := range r.ordered {
		switch e := e.(type) {
		case pos.Kick:
			if in.ID == e.Intent && in.Kick != nil {
				return
			}
		case pos.Print:
			if in.ID == e.Intent && in.Print != nil && in.Print.Job == e.Job {
				return
			}
		case pos.Arm:
			if in.Arm != nil && *in.Arm == pos.ArmOrder(e) {
				return
			}
		case pos.Cancel:
			if in.Cancel != nil && *in.Cancel == pos.CancelOrder(e) {
				return
			}
		case pos.Confirm:
			if in.Confirm != nil && in.Confirm.Ref == e.Ref {
				return
			}
		case pos.Undo:
			if in.Undo != nil && in.Undo.Ref == e.Ref {
				return
			}
		case pos.AskHost:
			if in.Host != nil && *in.Host == e.Order {
				return
			}
		}
	}
	r.t.Fatalf("%T %+v left, and no entry ordered it", e, e)
}

// chooser draws the disk's choices.
type chooser struct{ *outside }

func (c chooser) Intn(n int) int { return c.pick("disk", min(n, 100)) }

// cut takes the power away and gives it back.
func (r *rig) cut(at time.Duration) {
	r.till.Close()
	r.disk.Cut(at, chooser{r.out})
	if !r.out.calm {
		r.disk.Faults = disk.Faults{}
	}
	if r.out.chance("mail lost with the power", 2) {
		r.out.mail = nil
	}
	if r.out.term != nil {
		r.out.term.line = nil
	}
	r.start()
}

func (r *rig) start() {
	r.life++
	r.now.Mono = 0
	r.till = New(r.cfg, r.disk, r.life)
	r.handle(func() Result {
		res := r.till.Start(r.now)
		require.False(r.t, r.till.engine.Stopped(), "%+v", res.Tells)
		return res
	})
	r.check()
	for _, ev := range []pos.Event{pos.DeviceUp{Device: "dongle"}, pos.DeviceUp{Device: "printer"}, pos.LinkUp{Link: "host"}} {
		if !r.out.chance("stays away", 4) {
			r.event(ev)
			if up, ok := ev.(pos.DeviceUp); ok && up.Device == "dongle" && r.out.term != nil {
				r.out.tell() // its driver asks at once
			}
		}
	}
	if !r.out.chance("no hub", 4) {
		r.hub()
	}
}

func (r *rig) event(ev pos.Event) { r.handle(func() Result { return r.till.Handle(r.now, ev) }) }

// pass lets time go by; a till that wants to be woken is.
func (r *rig) pass(d time.Duration) {
	end := r.now.Mono + d
	life := r.life
	for n := 0; r.life == life; n++ {
		at := r.till.Wake()
		if at < 0 || at > end {
			break
		}
		if n > 1000 {
			r.t.Fatalf("at %v the till wants to be woken at %v, again and again", r.now.Mono, at)
		}
		step := max(at-r.now.Mono, 0)
		r.now.Mono, r.now.Wall = r.now.Mono+step, r.now.Wall+int64(step)
		r.event(pos.Tick{})
	}
	if r.life == life {
		r.now.Wall += int64(end - r.now.Mono)
		r.now.Mono = end
	}
}

// frames reads the own chains from the disk. What a start has found stays.
func (r *rig) frames() []*pos.Entry {
	var all []*pos.Entry
	for _, c := range r.till.journal.Chains() {
		for after := uint64(0); after < c.Seq; {
			frames, err := r.till.journal.Read(c.Incarnation, after, 1<<20)
			require.NoError(r.t, err)
			for _, f := range frames {
				e, err := pos.DecodeFrame(c.Chain(), f.Seq, f.Payload)
				require.NoError(r.t, err)
				if hash, told := r.said[e.Key]; told && hash != f.Hash {
					r.t.Fatalf("entry %s is another than the one that was durable", e.Key)
				}
				r.said[e.Key] = f.Hash
				for _, in := range e.Intents {
					r.ordered[in.ID] = in
				}
				all, after = append(all, e), f.Seq
			}
		}
	}
	return all
}

// check holds the till against its disk.
func (r *rig) check() {
	all := r.frames()
	require.Len(r.t, r.said, len(all), "an entry was durable and is gone")
	again := fold.New("phone", r.cfg.Base)
	for _, e := range all {
		again.Apply(e)
	}
	want, err := again.Changes(true)
	require.NoError(r.t, err)
	got, err := r.till.state.Changes(true)
	require.NoError(r.t, err)
	require.Equal(r.t, want, got, "state is the fold of the journal")
	r.checkChain(all)

	var deferred []string
	for _, d := range r.till.state.DeferredQueue() {
		deferred = append(deferred, d.Vault)
	}
	held, err := r.till.vault.List()
	require.NoError(r.t, err)
	require.ElementsMatch(r.t, deferred, held, "the vault holds what waits, and nothing else")
}

// checkChain: numbers without a gap, one payment at a time.
func (r *rig) checkChain(all []*pos.Entry) {
	number, open := int64(0), ""
	for _, e := range all {
		for i := range e.Facts {
			switch f := &e.Facts[i]; {
			case f.Sale != nil:
				number++
				require.Equal(r.t, number, f.Sale.Number)
			case f.Charge != nil:
				require.Empty(r.t, open, "a second payment begins")
				open = f.Charge.Ref
			case f.Result != nil:
				require.Equal(r.t, open, f.Result.Ref, "the end of what was open")
				open = ""
			}
		}
	}
}

// TestTillLosesNothing drives a till through random days, takes its power away
// at random moments of its disk, and holds it against what really happened.
func TestTillLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := newRig(t)
		for range 40 {
			r.step()
		}
		r.settle()
	})
}

func (r *rig) step() {
	actions := []func(){
		r.scan, r.scan, r.scan, r.card, r.card, r.card, r.card, r.mail, r.mail, r.mail, r.mail, r.ail, r.check,
		func() { r.press("cash", "5000.00") },
		func() { r.press("card") },
		func() { r.out.swipe(); r.mail() },
		func() { r.pass(time.Second) },
		func() { r.pass(10 * time.Second) },
		func() { r.pass(2 * time.Minute) },
		func() { r.press([]string{"yes", "no", "void", "look"}[r.out.pick("word", 4)]) },
		func() { r.press("yes"); r.press("yes") },
		func() { r.press("report", "z") },
		func() { r.press("edit", "scarf", "price", fmt.Sprint(r.life)) },
		func() { r.event(pos.LinkDown{Link: "host"}) },
		func() { r.event(pos.LinkUp{Link: "host"}) },
		func() { r.event(pos.DeviceDown{Device: "dongle"}); r.out.forget() },
		func() { r.event(pos.DeviceUp{Device: "dongle"}); r.out.tell() },
		func() { r.event(pos.DeviceUp{Device: "printer"}) },
		func() { r.now.Wall += jumps[r.out.pick("jump", len(jumps))] },
		func() { r.cut(r.disk.Busy()) },
		func() { r.handle(func() Result { return r.till.Stop(r.now) }); r.cut(r.disk.Busy()) },
	}
	actions[r.out.pick("action", len(actions))]()
}

func (r *rig) scan() {
	r.event(pos.Scanned{Code: []string{"22", "22", "33", "99"}[r.out.pick("code", 4)]})
}

// card is a sale by card as far as it gets.
func (r *rig) card() {
	r.scan()
	r.press("card")
	r.out.swipe()
	for range 4 {
		r.mail()
	}
}

var jumps = []int64{int64(time.Minute), -int64(time.Hour), int64(3 * time.Hour), 73 * 365 * 24 * int64(time.Hour), -56 * 365 * 24 * int64(time.Hour)}

// ail makes the disk fail soon. A disk that is full gets room again with the
// next start: a till must get there.
func (r *rig) ail() {
	n := 1 + r.out.pick("when", 4)
	switch r.out.pick("how", 4) {
	case 0:
		r.disk.Faults.EIOWrite = n
	case 1:
		r.disk.Faults.EIOSync = n
	case 2:
		r.locked = !r.locked
	default:
		r.full(int64(n-1) * 3000)
	}
}

// full leaves so many bytes on the disk.
func (r *rig) full(left int64) {
	used := int64(0)
	for _, dir := range []string{"journal", "replica", "vault", "book", "archive/journal"} {
		names, err := r.disk.List(dir)
		require.NoError(r.t, err)
		for _, name := range names {
			f, err := r.disk.Open(dir + "/" + name)
			require.NoError(r.t, err)
			size, err := f.Size()
			require.NoError(r.t, err)
			require.NoError(r.t, f.Close())
			used += size
		}
	}
	r.disk.Faults.Capacity = used + left
}

func (r *rig) press(word string, args ...string) { r.event(pos.Pressed{Word: word, Args: args}) }

// hub says that it holds what there is: what is old may move to the archive.
func (r *rig) hub() {
	all := sync.Message{Type: sync.Welcome, From: "hub"}
	for _, k := range r.till.journal.Chains() {
		all.Have = append(all.Have, sync.Mark{Chain: k.Chain(), Seq: k.Seq})
	}
	data, err := all.Encode()
	require.NoError(r.t, err)
	r.event(pos.LinkUp{Link: "hub"})
	r.event(pos.HubMessage{Data: data})
}

func (r *rig) mail() {
	if r.out.waiting() > 0 {
		r.event(r.out.deliver())
	}
}

// settle lets the storm end: everything is there and answers, and the till
// must come to rest. Then its books are held against the host's.
func (r *rig) settle() {
	r.out.calm = true
	r.disk.Faults, r.locked = disk.Faults{}, false
	r.cut(r.disk.Busy())
	for n := 0; ; n++ {
		if n > 200 {
			r.t.Fatalf("it does not come to rest: open %+v, waiting %+v, undo %+v", r.till.state.OpenIntents(), r.till.state.DeferredQueue(), r.till.state.Undo())
		}
		if r.out.term != nil {
			r.out.term.decide()
		}
		for r.out.waiting() > 0 {
			r.mail()
		}
		if c := r.till.state.Till().Charge; c == nil && r.rests() {
			break
		}
		r.press("yes")
		r.pass(15 * time.Second)
	}
	r.check()
	r.judge()
}

func (r *rig) rests() bool {
	s := r.till.state
	return len(s.OpenIntents()) == 0 && len(s.DeferredQueue()) == 0 && len(s.Undo()) == 0
}

// judge: each card sale took the money once or is owed, and no money was
// taken without a sale.
func (r *rig) judge() {
	sold := map[string]bool{}
	for _, e := range r.frames() {
		for _, f := range e.Facts {
			if f.Sale == nil {
				continue
			}
			require.Equal(r.t, f.Sale.Total, f.Sale.Tenders[0].Amount-f.Sale.Change)
			ref := f.Sale.Tenders[0].Ref
			if ref == "" {
				continue
			}
			require.False(r.t, sold[ref], "%s pays two sales", ref)
			sold[ref] = true
			if _, owed := r.till.state.Receivables()[ref]; owed {
				require.Zero(r.t, r.out.captured(ref), "%s is owed and was taken\n%s", ref, r.out)
			} else {
				require.Equal(r.t, 1, r.out.captured(ref), "%s\n%s", ref, r.out)
			}
		}
	}
	for _, row := range r.out.ledger {
		if !sold[row.ref] {
			require.Zero(r.t, r.out.captured(row.ref), "%s was taken and paid for nothing\n%s", row.ref, r.out)
		}
	}
}
