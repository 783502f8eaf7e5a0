package till

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk"
	"stormrig/pos"
	"stormrig/pos/journal"
	"stormrig/pos/store"
	"stormrig/pos/sync"
)

// bench is one till on one disk, started and stopped by hand.
type bench struct {
	t      *testing.T
	config *Config
	disk   *disk.Disk
	till   *Till
	life   uint32
	now    pos.Now
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, config: testConfig(), disk: disk.New(disk.PhoneFlash)}
	b.now.Wall = time.Date(2026, 7, 18, 6, 0, 0, 0, time.UTC).UnixNano()
	return b
}

// start begins a new life and returns what it told of its recovery.
func (b *bench) start() Started {
	if b.till != nil {
		b.till.Close()
	}
	b.life++
	b.till = New(b.config, b.disk, b.life)
	b.disk.Begin(b.disk.Busy())
	defer func() { b.now.Mono += time.Microsecond }() // a till is never done at once
	for _, v := range b.till.Start(b.now).Tells {
		if s, ok := v.(Started); ok {
			return s
		}
	}
	return Started{}
}

func (b *bench) do(events ...pos.Event) (last Result) {
	for _, ev := range events {
		b.disk.Begin(b.disk.Busy())
		last = b.till.Handle(b.now, ev)
		b.now.Mono += time.Microsecond
	}
	return last
}

func (b *bench) sell(n int) {
	for range n {
		b.do(pos.Scanned{Code: "22"}, pos.Pressed{Word: "cash", Args: []string{"790.00"}})
	}
}

func (b *bench) stop() { b.till.Stop(b.now) }

func (b *bench) remove(dir string) {
	names, err := b.disk.List(dir)
	require.NoError(b.t, err)
	for _, n := range names {
		require.NoError(b.t, b.disk.Remove(dir+"/"+n))
	}
	require.NoError(b.t, b.disk.SyncDir(dir))
}

func TestStart(t *testing.T) {
	b := newBench(t)
	assert.Equal(t, Started{Rebuilt: "missing"}, b.start())
	b.sell(3)
	s := b.start()
	assert.Equal(t, Started{Recovered: 7, Folded: 6}, s, "boot and three sales of two entries, the boot in the book")
	b.do(pos.Pressed{Word: "yes"}, pos.Pressed{Word: "yes"}, pos.Pressed{Word: "yes"})
	b.stop()
	s = b.start()
	assert.Zero(t, s.Folded, "after a clean stop a start folds nothing")
	assert.Empty(t, s.Rebuilt)
	assert.Equal(t, int64(3), b.till.State().Till().Number)
}

func TestBookThatDoesNotFit(t *testing.T) {
	for _, tc := range []struct {
		name    string
		harm    func(b *bench)
		rebuilt string
		lost    string
		number  int64
	}{
		{"missing", func(b *bench) { b.remove("book") }, "missing", "", 3},
		{"damaged", func(b *bench) {
			f, err := b.disk.Open("book/book.db")
			require.NoError(b.t, err)
			_, err = f.WriteAt(make([]byte, 4096), 0)
			require.NoError(b.t, err)
		}, "damaged", "", 3},
		{"of a journal that is gone", func(b *bench) { b.remove("journal") }, "of another journal",
			"phone/1: all entries up to 7 are known to the book and gone from the journal", 3},
		{"ahead of its journal", func(b *bench) { b.shorten(1) }, "ahead of its journal",
			"phone/1: entries 7 to 7 are known to the book and gone from the journal", 3},
		{"far ahead: a sale is lost", func(b *bench) { b.shorten(2) }, "ahead of its journal",
			"phone/1: entries 6 to 7 are known to the book and gone from the journal", 3},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := newBench(t)
			b.start()
			b.sell(3)
			b.stop()
			tc.harm(b)
			s := b.start()
			assert.Contains(t, s.Rebuilt, tc.rebuilt)
			assert.Equal(t, tc.lost, s.Lost)
			assert.Equal(t, tc.number, b.till.State().Till().Number, "a receipt number is never given twice")
			head, _ := b.till.journal.Head()
			assert.Equal(t, tc.lost != "", head.Incarnation > 1, "after a loss a new incarnation")
			assert.Empty(t, b.start().Rebuilt, "once")
			b.sell(1)
		})
	}
}

// shorten takes the last n frames from the only segment.
func (b *bench) shorten(n uint64) {
	head, _ := b.till.journal.Head()
	frames, err := b.till.journal.Read(1, head.Seq-n, 1<<20)
	require.NoError(b.t, err)
	bytes := int64(0)
	for _, f := range frames {
		bytes += int64(len(f.Raw))
	}
	names, err := b.disk.List("journal")
	require.NoError(b.t, err)
	data, err := store.ReadFile(b.disk, "journal/"+names[0])
	require.NoError(b.t, err)
	end := len(data)
	for data[end-1] == 0 { // room kept in reserve
		end--
	}
	f, err := b.disk.Open("journal/" + names[0])
	require.NoError(b.t, err)
	require.NoError(b.t, f.Truncate(int64(end)-bytes))
	require.NoError(b.t, f.Sync())
}

// others makes frames of another device's chain.
func others(t *testing.T, payloads ...[]byte) []byte {
	chain := pos.Chain{Device: "assistant", Incarnation: 1}
	var raw []byte
	prev := journal.Genesis(chain)
	for i, p := range payloads {
		if p == nil {
			e := &pos.Entry{Key: pos.Key{Device: "assistant", Incarnation: 1, Seq: uint64(i + 1)},
				Facts: []pos.Fact{{Count: &pos.Count{Moves: []pos.Move{{SKU: "scarf", Qty: 1}}}}}}
			var err error
			p, err = e.Encode()
			require.NoError(t, err)
		}
		raw = journal.AppendFrame(raw, uint64(i+1), 0, prev, p)
		prev = journal.HashOf(prev, p)
	}
	return raw
}

func (b *bench) pulls(raw []byte) Result {
	m := sync.Message{Type: sync.Batch, From: "hub", Chain: pos.Chain{Device: "assistant", Incarnation: 1}, Seq: 1, Frames: raw}
	data, err := m.Encode()
	require.NoError(b.t, err)
	b.do(pos.LinkUp{Link: "hub"})
	return b.do(pos.HubMessage{Data: data})
}

func TestBookAheadOfAReplica(t *testing.T) {
	b := newBench(t)
	b.start()
	b.pulls(others(t, nil, nil, nil))
	require.Equal(t, int64(8), b.till.State().Stock("scarf"))
	b.stop()
	b.remove("replica")
	s := b.start()
	assert.Equal(t, "ahead of the replica assistant/1", s.Rebuilt)
	assert.Empty(t, s.Lost, "its owner has it")
	assert.Equal(t, int64(5), b.till.State().Stock("scarf"))
	b.pulls(others(t, nil, nil, nil))
	assert.Equal(t, int64(8), b.till.State().Stock("scarf"))
}

func TestAnEntryThatNobodyCanRead(t *testing.T) {
	b := newBench(t)
	b.start()
	r := b.pulls(others(t, nil, []byte("not an entry"), nil))
	assert.Contains(t, r.Tells, Unreadable{Key: pos.Key{Device: "assistant", Incarnation: 1, Seq: 2},
		Why: "assistant/1/2: entry: invalid character 'o' in literal null (expecting 'u')"})
	assert.Equal(t, int64(7), b.till.State().Stock("scarf"), "what follows it counts")
	assert.False(t, b.till.engine.Stopped())
	for range 2 {
		b.start()
		require.False(t, b.till.engine.Stopped())
		assert.Equal(t, int64(7), b.till.State().Stock("scarf"))
		b.remove("book")
	}
}

// A till whose journal is damaged says so, and nothing that comes brings it
// down or keeps it busy.
func TestStoppedTill(t *testing.T) {
	b := newBench(t)
	b.start()
	b.sell(2)
	names, _ := b.disk.List("journal")
	f, err := b.disk.Open("journal/" + names[0])
	require.NoError(t, err)
	_, err = f.WriteAt([]byte("damage"), 300)
	require.NoError(t, err)
	b.start()
	require.True(t, b.till.engine.Stopped())
	assert.Equal(t, "JOURNAL DAMAGED - STOP SELLING, KEEP THE DISK", b.till.engine.Screen(b.till.state).Lines[0])
	r := b.do(pos.LinkUp{Link: "hub"}, pos.HubMessage{Data: []byte("{}\n")}, pos.LinkDown{Link: "hub"}, pos.Tick{},
		pos.Scanned{Code: "22"}, pos.Pressed{Word: "cash", Args: []string{"790.00"}})
	assert.Empty(t, r.Effects)
	assert.Negative(t, b.till.Wake())
	assert.False(t, b.till.Settled())
	b.stop()
}

func TestFullDiskIsRefusedBeforeAnythingHappens(t *testing.T) {
	b := newBench(t)
	b.start()
	b.sell(1)
	b.disk.Faults.Capacity = 1
	sold := 0
	for range 200 { // what was kept for outcomes is not spent on scans
		b.do(pos.Scanned{Code: "22"})
		sold = len(b.till.State().Till().Draft)
	}
	assert.Less(t, sold, 100)
	assert.False(t, b.till.engine.Stopped())
	assert.Equal(t, "REFUSED", b.till.engine.Screen(b.till.state).Title)
	b.do(pos.Kicked{Intent: "1.3.0"}, pos.Scanned{Code: "22"})
	assert.Len(t, b.till.State().Till().Draft, sold, "an outcome that rides carries nothing new through")
	b.disk.Faults.Capacity = 0
	b.do(pos.Scanned{Code: "22"})
	assert.Len(t, b.till.State().Till().Draft, sold+1)
}

// With a long cart the room for its sale is kept before the card is asked
// for, so that an approval can be written down on a disk that filled up.
func TestRoomForALongSale(t *testing.T) {
	b := newBench(t)
	b.start()
	b.do(pos.DeviceUp{Device: "dongle"}, pos.LinkUp{Link: "host"})
	for range 200 {
		b.do(pos.Scanned{Code: "33"})
	}
	b.do(pos.Pressed{Word: "card"})
	ref := b.till.State().Till().Charge.Ref
	b.do(pos.CardRead{Ref: ref, Sealed: []byte("sealed")})
	b.disk.Faults.Capacity = 1
	b.do(pos.HostReply{Kind: "authorise", STAN: "000001", Response: "00"})
	assert.False(t, b.till.engine.Stopped())
	assert.Equal(t, int64(1), b.till.State().Till().Number)
}

// The reader wants to be armed again at the moment at which the payment is
// given up: the arm does not leave, and nothing breaks.
func TestAnIntentThatItsOwnDecisionCloses(t *testing.T) {
	b := newBench(t)
	b.start()
	b.do(pos.DeviceUp{Device: "dongle"}, pos.Scanned{Code: "22"}, pos.Pressed{Word: "card"})
	b.now.Mono += 2 * time.Minute
	r := b.do(pos.DongleState{})
	assert.Contains(t, r.Effects, pos.Cancel{Ref: "phone-1-1"})
	assert.NotContains(t, r.Effects, pos.Arm{Ref: "phone-1-1", Amount: 79000})
}

// Card data that no payment names goes with the next start, unless entries
// were lost: one of them may have named it.
func TestCardDataThatNoPaymentNames(t *testing.T) {
	for _, lost := range []bool{false, true} {
		b := newBench(t)
		b.start()
		b.sell(1)
		b.stop()
		require.NoError(t, b.till.vault.Put("phone-1-1", [12]byte{}, []byte("sealed")))
		if lost {
			b.shorten(1)
		}
		b.start()
		held, err := b.till.vault.List()
		require.NoError(t, err)
		assert.Equal(t, lost, len(held) == 1)
	}
}

// Card data that cannot be kept: the payment is given up, not taken.
func TestVaultThatFails(t *testing.T) {
	b := newBench(t)
	b.start()
	b.do(pos.DeviceUp{Device: "dongle"}, pos.Scanned{Code: "22"}, pos.Pressed{Word: "card"})
	b.disk.Faults.Capacity = 1
	r := b.do(pos.CardRead{Ref: "phone-1-1", Sealed: []byte("sealed")})
	for _, e := range r.Effects {
		_, printed := e.(pos.Print)
		assert.False(t, printed)
	}
	require.NotNil(t, b.till.State().Till().Charge)
	b.now.Mono += 2 * time.Minute
	b.do(pos.Tick{})
	assert.Nil(t, b.till.State().Till().Charge, "cancelled, with the room that was kept for it")
	assert.Len(t, b.till.State().Till().Draft, 1)
}

// A disk that lost the card data of a stored payment: the till says so, and
// waits for nothing.
func TestVaultThatLosesAFile(t *testing.T) {
	b := newBench(t)
	b.start()
	b.do(pos.DeviceUp{Device: "dongle"}, pos.Scanned{Code: "22"}, pos.Pressed{Word: "card"}, pos.CardRead{Ref: "phone-1-1", Sealed: []byte("sealed")})
	require.Len(t, b.till.State().DeferredQueue(), 1)
	require.NoError(t, b.till.vault.Remove("phone-1-1"))
	b.do(pos.LinkUp{Link: "host"})
	for range 3 {
		b.now.Mono += 10 * time.Second
		b.do(pos.Tick{})
	}
	assert.Empty(t, b.till.State().DeferredQueue())
	assert.NotZero(t, b.till.State().Receivables()["phone-1-1"])
	assert.Empty(t, b.till.State().Undo(), "it was never sent")
}

func TestWithoutAJournalNothingLeaves(t *testing.T) {
	b := newBench(t)
	b.start()
	assert.PanicsWithValue(t, "till: effect 1.99.0 without an open intent in the journal", func() {
		b.till.release(b.now, "1.99.0", false, &Result{})
	})
}

func TestASyncThatFailedIsSettled(t *testing.T) {
	b := newBench(t)
	b.start()
	b.do(pos.Scanned{Code: "22"}) // keeps room, so that the next sync is a commit's
	b.disk.Faults.EIOSync = 1
	b.do(pos.Scanned{Code: "22"})
	assert.Zero(t, b.disk.Faults.EIOSync)
	assert.Len(t, b.till.State().Till().Draft, 2, "by writing the entry anew")
	b.disk.Begin(b.disk.Busy())
	for _, s := range b.disk.States(b.disk.Busy()) {
		c := *b
		c.disk = b.disk.Fork(s)
		c.till = nil
		c.start()
		assert.Len(t, c.till.State().Till().Draft, 2)
	}
	b.do(pos.Scanned{Code: "22"}, pos.LinkUp{Link: "hub"})
	require.Positive(t, b.till.Wake(), "the hub's answer is waited for")
	b.disk.Faults.EIOSync, b.disk.Faults.EIOWrite = 1, 2
	b.do(pos.Scanned{Code: "22"})
	assert.True(t, b.till.engine.Stopped(), "a disk that fails again is not sold on")
}

// A scan that could not be written is refused by its code: who scans three
// things in a row must know which one is not in the cart.
func TestARefusedScanIsNamed(t *testing.T) {
	b := newBench(t)
	b.start()
	b.disk.Faults.Capacity = 1
	refused := func() string {
		s := b.till.engine.Screen(b.till.state)
		if s.Title != pos.TitleRefused {
			return ""
		}
		return s.Lines[0]
	}
	for range 200 {
		b.do(pos.Scanned{Code: "22"})
	}
	assert.Equal(t, "DISK FULL OR FAILING - NOT ADDED 22", refused())
	b.do(pos.Pressed{Word: "void", Args: []string{"1"}})
	assert.Equal(t, "DISK FULL OR FAILING - NOTHING WAS CHARGED", refused())
}
