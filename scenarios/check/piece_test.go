package check

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/sim/history"
)

// Papers that were torn off in one pull have begun one by one, and a rule alone
// is no paper.
func TestPiecesOfATearBar(t *testing.T) {
	begin := func(n int64) *event { return &event{N: n, T: n, Who: "phone.printer"} }
	torn := func(n int64, lines ...string) *event {
		return &event{N: n, T: 90, Who: "phone.printer", State: "torn off", Lines: lines}
	}
	u := &unit{kind: map[string][]*event{
		history.KindPrintBegin: {begin(1), begin(2), begin(3), begin(4)},
		history.KindPaper:      {torn(10, "half~"), torn(11, "────────"), torn(12, "RECEIPT 1", "---"), torn(13, "RECEIPT 2")},
	}}
	u.collectPieces(nil)
	require.Len(t, u.pieces, 3)
	for i, want := range []int64{1, 3, 4} {
		assert.Equal(t, want, u.pieces[i].begin.N)
	}
}
