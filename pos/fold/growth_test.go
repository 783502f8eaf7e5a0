package fold

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos"
)

// A sale changes as many bytes of the book in the evening as in the morning,
// however many articles the day has sold: what a sale writes must not grow with
// the day.
func TestASaleChangesAsMuchInTheEvening(t *testing.T) {
	s := NewShared(shop())
	sell := func(n int) (records, size int) {
		sku := fmt.Sprintf("thing-%06d/c0", n)
		s.Apply(&pos.Entry{Key: pos.Key{Device: "phone", Incarnation: 1, Seq: uint64(n)}, Facts: []pos.Fact{{Sale: &pos.Sale{
			Number: int64(n), BusinessDate: "2026-07-18", Total: 100, Lines: []pos.Line{{N: 1, SKU: sku, Qty: 1, Price: 100}},
			Tenders: []pos.Tender{{Kind: pos.Cash, Amount: 100}}, Moves: []pos.Move{{SKU: sku, Qty: -1}}}}}})
		for _, table := range s.tables() {
			changes, err := table.changes(false)
			require.NoError(t, err)
			for _, c := range changes {
				records, size = records+1, size+len(c.Key)+len(c.Value)
			}
			table.clean()
		}
		return records, size
	}
	records, size := sell(1)
	for n := 2; n < 3000; n++ {
		sell(n)
	}
	late, lateSize := sell(3000)
	assert.Equal(t, records, late)
	assert.InDelta(t, size, lateSize, 20, "longer numbers, and nothing else")

	taken, pieces := s.SoldOn("2026-07-18", "thing-003000", "thing-003000/c0")
	assert.Equal(t, pos.Amount(100), taken)
	assert.Equal(t, int64(1), pieces)
	assert.Equal(t, int64(3000), s.Day("2026-07-18").Sales)
}
