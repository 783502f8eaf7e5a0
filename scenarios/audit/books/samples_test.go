package books_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/audit/books"
)

func sample(name string) books.Source {
	return books.Source{Name: name + ".csv", Again: true, Open: func() (io.ReadCloser, error) {
		return os.Open(filepath.Join("..", "mapping", "testdata", name+".csv"))
	}}
}

// TestSamplesAreRead reads a sample of each export of sales: what a person
// reads in it is what the audit gets.
func TestSamplesAreRead(t *testing.T) {
	york, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	type sale struct {
		number, at string
		total      int64
		card, cash int64
		state      books.State
		lines      int
	}
	tests := map[string][]sale{
		"square": {
			{"TX900", "2016-11-05 14:30:00", 7000, 7000, 0, books.Sold, 0},
			{"TX901", "2016-11-05 14:41:09", 1200, 0, 1200, books.Sold, 0},
			{"TX902", "2016-11-05 15:00:00", -1200, 0, -1200, books.Refunded, 0}},
		"shopify": {
			{"#1001", "2016-11-05 14:30:00", 6000, 6000, 0, books.Sold, 2},
			{"#1002", "2016-11-05 14:41:09", 1200, 0, 1200, books.Sold, 1},
			{"#1003", "2016-11-05 14:50:00", 1200, 0, 1200, books.Cancelled, 1}},
		"loyverse": {
			{"2-1678", "2016-11-05 14:30:00", 6000, 6000, 0, books.Sold, 0},
			{"2-1679", "2016-11-05 14:41:00", 1200, 0, 1200, books.Sold, 0},
			{"2-1680", "2016-11-05 15:00:00", -1200, 0, -1200, books.Refunded, 0},
			{"1-0421", "2016-11-13 15:10:00", 1200, 0, 1200, books.Cancelled, 0}},
		"loyverse-items": {
			{"2-1678", "2016-11-13 14:30:00", 7200, 0, 0, books.Sold, 2},
			{"2-1679", "2016-11-13 14:41:00", 1200, 0, 0, books.Sold, 1}},
		"odoo-orders": {
			{"Shop/0041", "2016-11-05 14:30:00", 6000, 6000, 0, books.Sold, 0},
			{"Shop/0042", "2016-11-05 14:41:09", 7200, 6000, 1200, books.Sold, 0},
			{"Shop/0043", "2016-11-05 15:00:00", -1200, 0, -1200, books.Refunded, 0}},
		"odoo-lines": {
			{"Shop/0041", "2016-11-05 14:30:00", 6000, 0, 0, books.Sold, 2},
			{"Shop/0042", "2016-11-05 14:41:09", 1200, 0, 0, books.Sold, 1}},
		"plain-sales": {
			{"1", "2016-11-05 14:30:00", 6000, 6000, 0, books.Sold, 0},
			{"2", "2016-11-05 14:41:09", 1200, 0, 1200, books.Sold, 0}},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := books.ReadSales(sample(name), books.Options{Decimals: 2, Zone: york})
			require.NoError(t, err)
			assert.Equal(t, name, s.Mapping)
			var got []sale
			for _, x := range s.List {
				got = append(got, sale{x.Number, x.When().In(york).Format(time.DateTime), x.Total, x.Card, x.Cash, x.State, len(x.Lines)})
			}
			assert.Equal(t, want, got)
		})
	}
}

func TestASettlementIsRead(t *testing.T) {
	s, err := books.ReadSettlement(sample("stripe"), books.Options{Decimals: 2})
	require.NoError(t, err)
	require.Len(t, s.List, 2, "a payout is no charge")
	assert.Equal(t, int64(6000), s.List[0].Amount)
	assert.Equal(t, books.Captured, s.List[0].State)
	assert.Equal(t, "ch_1", s.List[0].Ref)
	assert.Equal(t, int64(-1200), s.List[1].Amount)
	assert.Equal(t, books.Refunded, s.List[1].State)
	assert.Equal(t, 1, s.Skipped)
	stock, err := books.ReadStock(sample("plain-stock"), books.Options{Decimals: 2})
	require.NoError(t, err)
	assert.Equal(t, int64(12000), stock.List[0].Milli)
}
