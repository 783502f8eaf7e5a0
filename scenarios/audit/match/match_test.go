package match_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"stormrig/scenarios/audit/match"
)

const (
	second = int64(time.Second)
	minute = int64(time.Minute)
)

var options = match.Options{Window: 10 * minute, Late: 72 * 60 * minute}

// day makes n card sales and their charges, some seconds later, by a till
// whose clock is ahead by so much.
func day(t *rapid.T, n int, ahead int64, digits bool) (sales, charges []match.Item) {
	at := int64(1_478_332_800) * second
	for i := range n {
		at += rapid.Int64Range(20, 600).Draw(t, "pause") * second
		s := match.Item{At: at + ahead, Amount: rapid.Int64Range(1, 40).Draw(t, "amount") * 50}
		if digits {
			s.Last4 = fmt.Sprintf("%04d", rapid.IntRange(0, 9999).Draw(t, "card"))
		}
		c := s
		c.At = at + rapid.Int64Range(1, 30).Draw(t, "lag")*second
		sales, charges = append(sales, s), append(charges, c)
		_ = i
	}
	return sales, charges
}

// TestAWholeDayIsMatched: where nothing is wrong everybody finds his charge,
// whatever the till's clock says.
func TestAWholeDayIsMatched(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ahead := rapid.SampledFrom([]int64{0, 192 * second, 60 * minute, -8 * 60 * minute}).Draw(t, "ahead")
		sales, charges := day(t, rapid.IntRange(30, 80).Draw(t, "n"), ahead, true)
		r := match.Match(sales, charges, options)
		assert.Len(t, r.Pairs, len(sales))
		for _, p := range r.Pairs {
			assert.Equal(t, sales[p.Sale].Last4, charges[p.Charge].Last4)
		}
		assert.InDelta(t, ahead, r.Clock(0, sales[0].At), float64(minute))
	})
}

// TestLaws: nobody is matched twice, what is matched has the same amount, and
// the same input gives the same answer.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sales, charges := day(t, rapid.IntRange(0, 40).Draw(t, "n"), 0, rapid.Bool().Draw(t, "digits"))
		drop := func(list []match.Item, what string) []match.Item {
			for range rapid.IntRange(0, min(5, len(list))).Draw(t, what) {
				i := rapid.IntRange(0, len(list)-1).Draw(t, "i")
				list = append(list[:i:i], list[i+1:]...)
			}
			return list
		}
		sales, charges = drop(sales, "sales gone"), drop(charges, "charges gone")
		r := match.Match(sales, charges, options)
		s, c := map[int]bool{}, map[int]bool{}
		for _, p := range r.Pairs {
			assert.False(t, s[p.Sale] || c[p.Charge], "matched twice")
			s[p.Sale], c[p.Charge] = true, true
			if p.How != match.ByFour {
				assert.Equal(t, sales[p.Sale].Amount, charges[p.Charge].Amount)
			}
		}
		for i := range sales {
			assert.Equal(t, s[i], r.Sale(i))
		}
		for i := range charges {
			assert.Equal(t, c[i], r.Charge(i))
		}
		assert.Equal(t, r, match.Match(sales, charges, options))
	})
}

// TestAsManyAsPossible: the nearest partner is not taken where that would
// leave somebody alone.
func TestAsManyAsPossible(t *testing.T) {
	at := int64(1_478_332_800) * second
	sales := []match.Item{{At: at, Amount: 500}, {At: at + 5*minute, Amount: 500}}
	charges := []match.Item{{At: at + 4*minute, Amount: 500}, {At: at + 11*minute, Amount: 500}}
	r := match.Match(sales, charges, options)
	assert.Len(t, r.Pairs, 2)
	assert.Equal(t, 0, r.Pairs[0].Charge)
	assert.Equal(t, 1, r.Pairs[1].Charge)
}

// TestStoredPaymentsComeLater: without digits only in the dark.
func TestStoredPaymentsComeLater(t *testing.T) {
	at := int64(1_478_332_800) * second
	sales := []match.Item{{At: at, Amount: 500}}
	charges := []match.Item{{At: at + 180*minute, Amount: 500}}
	assert.Empty(t, match.Match(sales, charges, options).Pairs)
	o := options
	o.Dark = func(when int64) bool { return when == at }
	r := match.Match(sales, charges, o)
	assert.Len(t, r.Pairs, 1)
	assert.Equal(t, match.Later, r.Pairs[0].How)
	sales[0].Last4, charges[0].Last4 = "1234", "1234"
	assert.Len(t, match.Match(sales, charges, options).Pairs, 1)
	charges[0].Last4 = "9999"
	assert.Empty(t, match.Match(sales, charges, o).Pairs)
}
