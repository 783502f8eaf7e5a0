package fold

import (
	"flag"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos"
)

// The laws are drawn from a fixed seed, so that two runs test the same;
// -rapid.seed on the command line draws others.
func TestMain(m *testing.M) {
	_ = flag.Set("rapid.seed", "1")
	flag.Parse()
	os.Exit(m.Run())
}

func key(device string, seq uint64) pos.Key {
	return pos.Key{Device: device, Incarnation: 1, Seq: seq}
}

// edited makes an entry that changes a price.
func edited(k pos.Key, hlc uint64, clock pos.ClockQuality, value string, over ...pos.Key) *pos.Entry {
	return &pos.Entry{Key: k, HLC: hlc, Clock: clock,
		Facts: []pos.Fact{{Edit: &pos.Edit{Target: "scarf/jade", Field: "price", Value: value, Replaces: over}}}}
}

func TestPriceInForce(t *testing.T) {
	a, b, c := key("a", 1), key("b", 1), key("c", 1)
	rank := &pos.Entry{Key: key("hub", 1), Facts: []pos.Fact{{Rank: &pos.Rank{Of: b, HLC: 7}}}}
	for _, tc := range []struct {
		name    string
		entries []*pos.Entry
		price   pos.Amount
		open    int // conflicts not resolved
	}{
		{"as provisioned", nil, 790, 0},
		{"one edit", []*pos.Entry{edited(a, 5, "", "100")}, 100, 0},
		{"the later of two", []*pos.Entry{edited(a, 5, "", "100"), edited(b, 6, "", "200")}, 200, 1},
		{"same time: the higher device", []*pos.Entry{edited(a, 5, "", "100"), edited(b, 5, "", "200")}, 200, 1},
		{"the same change is no conflict", []*pos.Entry{edited(a, 5, "", "100"), edited(b, 6, "", "100")}, 100, 0},
		{"made over it, by a slower clock", []*pos.Entry{edited(a, 5, "", "100"), edited(b, 2, "", "200", a)}, 200, 0},
		{"doubtful: not in force", []*pos.Entry{edited(a, 5, "", "100"), edited(b, 99, pos.ClockDoubtful, "200")}, 100, 1},
		{"ranked", []*pos.Entry{edited(a, 5, "", "100"), edited(b, 99, pos.ClockDoubtful, "200"), rank}, 200, 1},
		{"ranked lower", []*pos.Entry{edited(a, 8, "", "100"), edited(b, 99, pos.ClockDoubtful, "200"), rank}, 100, 1},
		{"over a doubtful one: what that replaced is gone, too", []*pos.Entry{edited(a, 5, "", "100"),
			edited(b, 1, pos.ClockDoubtful, "200", a), edited(c, 2, "", "300", b)}, 300, 0},
		{"resolved by one over both", []*pos.Entry{edited(a, 5, "", "100"), edited(b, 6, "", "200"), edited(c, 1, "", "300", a, b)}, 300, 0},
		{"resolved over what replaced one of both", []*pos.Entry{edited(a, 5, "", "100"), edited(key("a", 2), 6, "", "150", a),
			edited(b, 6, "", "200"), edited(c, 1, "", "300", key("a", 2), b)}, 300, 0},
		{"three at once: each pair", []*pos.Entry{edited(a, 5, "", "100"), edited(b, 6, "", "200"), edited(c, 7, "", "300")}, 300, 3},
		{"three at once, and one choice", []*pos.Entry{edited(a, 5, "", "100"), edited(b, 6, "", "200"), edited(c, 7, "", "300"),
			edited(key("a", 2), 1, "", "400", a, b, c)}, 400, 0},
		{"a third that came after the choice between two", []*pos.Entry{edited(a, 5, "", "100"), edited(b, 6, "", "200"), edited(c, 7, "", "300"),
			edited(key("a", 2), 8, "", "400", a, b)}, 400, 2},
		{"one choice over that of two and the third", []*pos.Entry{edited(a, 5, "", "100"), edited(b, 6, "", "200"), edited(c, 7, "", "300"),
			edited(key("a", 2), 8, "", "400", a, b), edited(key("b", 2), 1, "", "500", key("a", 2), c)}, 500, 0},
		{"not a number", []*pos.Entry{edited(a, 5, "", "gratis")}, 790, 0},
	} {
		s := NewShared(shop())
		for _, e := range tc.entries {
			s.Apply(e)
		}
		price, label, tax, ok := s.Article("scarf/jade")
		require.True(t, ok)
		assert.Equal(t, tc.price, price, tc.name)
		assert.Equal(t, "Scarf jade", label)
		assert.Equal(t, int64(1200), tax)
		open := 0
		for _, c := range s.Conflicts() {
			if !c.Resolved {
				open++
			}
		}
		assert.Equal(t, tc.open, open, tc.name)
	}
}

func TestTwoRanksOfOneEntry(t *testing.T) {
	s := NewShared(shop())
	for i, hlc := range []uint64{9, 4, 6} {
		s.Apply(&pos.Entry{Key: key("hub", uint64(i+1)), Facts: []pos.Fact{{Rank: &pos.Rank{Of: key("a", 1), HLC: hlc}}}})
	}
	got, _ := s.rankOf(key("a", 1))
	assert.Equal(t, uint64(4), got, "the lowest counts, whichever came first")
}

func TestCatalogueThatIsRefused(t *testing.T) {
	item := func(codes ...string) pos.Catalogue {
		c := pos.Catalogue{Name: "test"}
		for i, code := range codes {
			c.Items = append(c.Items, pos.Item{ID: string(rune('a' + i)), Variants: []pos.Variant{{Barcode: code}}})
		}
		return c
	}
	_, err := NewBase(item("1", "1"))
	assert.EqualError(t, err, "catalogue test: barcode 1 stands for a and b")
	_, err = NewBase(item("", ""))
	assert.NoError(t, err, "an article need not have a barcode")
	twice := item("1")
	twice.Items[0].Variants = append(twice.Items[0].Variants, pos.Variant{Barcode: "2"})
	_, err = NewBase(twice)
	assert.EqualError(t, err, "catalogue test: variant a stands twice")
}

func TestEntriesOutOfTurnAreSeenOnce(t *testing.T) {
	var m mark
	for _, seq := range []uint64{3, 1, 3, 5, 2} {
		m = m.with(seq)
	}
	assert.Equal(t, mark{High: 3, Above: []uint64{5}}, m)
	assert.True(t, m.has(5) && m.has(1))
	assert.False(t, m.has(4) || m.has(6))
	assert.Equal(t, mark{High: 5}, m.with(4))
}

// hours is a wall time.
func hours(h float64) int64 { return int64(h * float64(time.Hour)) }

func TestClockQuality(t *testing.T) {
	at := func(seq uint64, wall int64, clock pos.ClockQuality, facts ...pos.Fact) *pos.Entry {
		return &pos.Entry{Key: key("phone", seq), Wall: wall, Clock: clock, HLC: New("phone", shop()).NextHLC(wall), Facts: facts}
	}
	jump := func(from, to float64) *pos.ClockJump { return &pos.ClockJump{From: hours(from), To: hours(to)} }
	s := New("phone", shop())
	s.Apply(at(1, hours(100), ""))
	for _, tc := range []struct {
		name string
		wall int64
		jump *pos.ClockJump
		want pos.ClockQuality
	}{
		{"later", hours(101), nil, pos.ClockGood},
		{"a second before the last entry", hours(100) - int64(time.Second), nil, pos.ClockGood},
		{"three seconds before it", hours(100) - int64(3*time.Second), nil, pos.ClockDoubtful},
		{"1970", 0, nil, pos.ClockDoubtful},
		{"a jump of an hour", hours(101), jump(100, 101), pos.ClockGood},
		{"a jump of more than an hour, in this very decision", hours(102), jump(100, 102), pos.ClockDoubtful},
		{"a jump back that stays ahead of the last entry", hours(101), jump(103, 101), pos.ClockGood},
	} {
		assert.Equal(t, tc.want, s.Quality(tc.wall, tc.jump), tc.name)
	}

	before := s.NextHLC(hours(101))
	s.Apply(at(2, hours(900_000), pos.ClockDoubtful, pos.Fact{ClockJump: jump(100, 900_000)}))
	assert.Equal(t, pos.ClockDoubtful, s.Quality(hours(900_001), nil), "a century ahead")
	s.Apply(at(3, hours(101), pos.ClockGood, pos.Fact{ClockJump: jump(900_001, 101)}))
	assert.Equal(t, pos.ClockGood, s.Quality(hours(101), nil), "set right again")
	assert.Less(t, s.NextHLC(hours(102)), before+uint64(time.Hour/time.Millisecond)<<16+1, "the century is not in the clock any more")
}

func TestNumbersAfterALoss(t *testing.T) {
	s := New("phone", shop())
	s.Apply(&pos.Entry{Key: key("phone", 1), Facts: []pos.Fact{{Sale: &pos.Sale{Number: 11}}}})
	lost := pos.Key{Device: "phone", Incarnation: 2, Seq: 1}
	s.Apply(&pos.Entry{Key: lost, Facts: []pos.Fact{{Boot: &pos.Boot{Lost: "some", Number: 14}}}})
	assert.Equal(t, int64(14), s.Till().Number, "what may be on paper is not given again")
	assert.Equal(t, 1000, s.Till().STAN)
}

// A trace number of its own for a stored payment moves the count on, also
// over its end.
func TestTraceNumbersWrap(t *testing.T) {
	s := New("phone", shop())
	charge := pos.Fact{Charge: &pos.Charge{Ref: "r", STAN: "999999", Amount: 5}}
	s.Apply(&pos.Entry{Key: key("phone", 1), Facts: []pos.Fact{charge}})
	s.Apply(&pos.Entry{Key: key("phone", 2), Facts: []pos.Fact{{Result: &pos.Result{Ref: "r", State: pos.Deferred, STAN: "000001"}}}})
	assert.Equal(t, 1, s.Till().STAN)
	d, _ := s.Deferred("r")
	assert.Equal(t, pos.Amount(5), d.Amount)
}

// A device that was never on has nothing to hold its clock against but the
// years in which it can be.
func TestClockOfAFirstStart(t *testing.T) {
	base, err := NewBase(pos.Catalogue{Name: "x", Currency: "PHP"})
	require.NoError(t, err)
	s := New("phone", base)
	wall := func(year int) int64 { return time.Date(year, 7, 18, 0, 0, 0, 0, time.UTC).UnixNano() }
	assert.Equal(t, pos.ClockDoubtful, s.Quality(0, nil), "1970")
	assert.Equal(t, pos.ClockDoubtful, s.Quality(wall(2099), nil))
	assert.Equal(t, pos.ClockGood, s.Quality(wall(2026), nil))
	for _, from := range []int64{0, wall(2099)} {
		jump := &pos.ClockJump{From: from, To: wall(2026)}
		assert.Equal(t, pos.ClockGood, s.Quality(wall(2026), jump), "set right")
		s.Apply(&pos.Entry{Key: key("phone", s.High(pos.Chain{Device: "phone", Incarnation: 1})+1), Wall: wall(2026), Clock: pos.ClockDoubtful,
			Facts: []pos.Fact{{ClockJump: jump}}})
		assert.Equal(t, pos.ClockGood, s.Quality(wall(2026), nil))
	}
}
