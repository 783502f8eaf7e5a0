package payment

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/pos"
)

var caps = Policy{CapEach: 5_000_00, CapTotal: 20_000_00, CapCount: 5, MaxAge: 24 * time.Hour}

func waiting(amounts ...pos.Amount) Queue {
	var q Queue
	for i, a := range amounts {
		q = q.With(Deferred{Ref: string(rune('a' + i)), Amount: a})
	}
	return q
}

func TestMayStore(t *testing.T) {
	for name, tc := range map[string]struct {
		p      Policy
		q      Queue
		amount pos.Amount
		why    string
	}{
		"first":                  {caps, nil, 1, ""},
		"each, met exactly":      {caps, nil, 5_000_00, ""},
		"each, one unit over":    {caps, nil, 5_000_01, OverEach},
		"total, met exactly":     {caps, waiting(5_000_00, 5_000_00, 5_000_00), 5_000_00, ""},
		"total, one unit over":   {caps, waiting(5_000_00, 5_000_00, 5_000_00, 1), 5_000_00, OverTotal},
		"count, met exactly":     {caps, waiting(1, 1, 1, 1), 1, ""},
		"count, one over":        {caps, waiting(1, 1, 1, 1, 1), 1, OverCount},
		"nothing":                {caps, nil, 0, NoAmount},
		"refund":                 {caps, nil, -1, NoAmount},
		"no limits":              {Policy{}, waiting(math.MaxInt64 / 2), math.MaxInt64 / 2, ""},
		"no overflow of the sum": {Policy{CapTotal: math.MaxInt64}, waiting(math.MaxInt64), 1, OverTotal},
		"none may be stored":     {Policy{CapCount: -1}, nil, 1, OverCount},
		"not even the least":     {Policy{CapEach: -1}, nil, 1, OverEach},
		"total below zero":       {Policy{CapTotal: -1}, nil, 1, OverTotal},
	} {
		ok, why := tc.p.MayStore(tc.q, tc.amount)
		assert.Equal(t, tc.why, why, name)
		assert.Equal(t, tc.why == "", ok, name)
	}
}

// Whoever stores only what MayStore allows never stands beyond a cap.
func TestCapsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Policy{
			CapEach:  pos.Amount(rapid.Int64Range(1, 50).Draw(t, "each")),
			CapTotal: pos.Amount(rapid.Int64Range(1, 200).Draw(t, "total")),
			CapCount: rapid.IntRange(1, 8).Draw(t, "count"),
		}
		var q Queue
		for range rapid.IntRange(0, 30).Draw(t, "tries") {
			a := pos.Amount(rapid.Int64Range(-5, 60).Draw(t, "amount"))
			if ok, _ := p.MayStore(q, a); ok {
				q = q.With(Deferred{Amount: a})
				if a > p.CapEach || a <= 0 || q.Total() > p.CapTotal || len(q) > p.CapCount {
					t.Fatalf("stored %d: total %d of %d, count %d of %d", a, q.Total(), p.CapTotal, len(q), p.CapCount)
				}
			}
		}
	})
}

func TestQueueIsAValue(t *testing.T) {
	q := waiting(1, 2)
	a, b := q.With(Deferred{Ref: "x"}), q.With(Deferred{Ref: "y"})
	assert.Equal(t, "x", a[2].Ref)
	assert.Equal(t, "y", b[2].Ref)
	assert.Len(t, a.Without("a"), 2)
	assert.Equal(t, "a", a[0].Ref, "Without leaves the original alone")
	d, ok := a.Get("b")
	assert.True(t, ok)
	assert.Equal(t, pos.Amount(2), d.Amount)
	_, ok = a.Get("none")
	assert.False(t, ok)
}

func TestJudge(t *testing.T) {
	const now = int64(1_784_354_523_000_000_000)
	stored := func(ago time.Duration) Deferred { return Deferred{StoredWall: now - int64(ago)} }
	for name, tc := range map[string]struct {
		d                Deferred
		now              pos.ClockQuality
		expired, unknown bool
	}{
		"at once":                     {stored(0), pos.ClockGood, false, false},
		"23:59 h":                     {stored(23*time.Hour + 59*time.Minute), pos.ClockGood, false, false},
		"24 h exactly":                {stored(24 * time.Hour), pos.ClockGood, false, false},
		"one nanosecond more":         {stored(24*time.Hour + 1), pos.ClockGood, true, false},
		"24:01 h":                     {stored(24*time.Hour + time.Minute), pos.ClockGood, true, false},
		"24:01 h, doubtful now":       {stored(24*time.Hour + time.Minute), pos.ClockDoubtful, false, true},
		"stored at 1970":              {Deferred{Quality: pos.ClockDoubtful}, pos.ClockGood, false, true},
		"from the future":             {stored(-time.Second), pos.ClockGood, false, true},
		"both doubtful, same instant": {Deferred{StoredWall: now, Quality: pos.ClockDoubtful}, pos.ClockDoubtful, false, true},
	} {
		v := caps.Judge(tc.d, now, tc.now)
		assert.Equal(t, tc.expired, v.Expired, name)
		assert.Equal(t, tc.unknown, v.AgeUnknown, name)
		assert.Equal(t, tc.expired || tc.unknown, v.Why != "", name)
		assert.Equal(t, tc.expired, caps.Judge(tc.d, now, tc.now).Expired, name)
	}
	assert.False(t, Policy{}.Judge(stored(9999*time.Hour), now, pos.ClockGood).Expired, "no limit")
}

func TestPlan(t *testing.T) {
	const h = int64(time.Hour)
	q := Queue{{Ref: "old", StoredWall: 0}, {Ref: "new", StoredWall: 20 * h},
		{Ref: "dark", StoredWall: 1 * h, Quality: pos.ClockDoubtful}}
	plan := caps.Plan(q, 30*h, pos.ClockGood)
	require.Len(t, plan, 3)
	assert.Equal(t, []string{"dark", "old", "new"}, []string{plan[0].Ref, plan[1].Ref, plan[2].Ref})
	assert.True(t, plan[0].AgeUnknown && plan[1].Expired && !plan[2].Expired)
	assert.Equal(t, 10*time.Hour, plan[2].Age)
}

func TestNextSTAN(t *testing.T) {
	assert.Equal(t, "000001", NextSTAN(0))
	assert.Equal(t, "000018", NextSTAN(17))
	assert.Equal(t, "999999", NextSTAN(999_998))
	assert.Equal(t, "000001", NextSTAN(999_999), "000000 is no number")
	assert.Equal(t, "000003", NextSTAN(999_999, "000002", "000001"))
	for _, last := range []int{0, 17, 999_000, 999_999} {
		after := LastSTANAfterLoss(last)
		assert.GreaterOrEqual(t, (after-last+1_000_000)%1_000_000, lossGap)
		assert.Less(t, after, 1_000_000)
	}
}
