package till

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos"
)

// Who presses a key twice because the till is slow has answered once: the second
// is no answer to the question that comes after.
func TestTypedAhead(t *testing.T) {
	b := newBench(t)
	b.start()
	b.sell(3)
	b.start()
	asks := func(sale string) {
		t.Helper()
		require.Equal(t, pos.TitleReceipt, b.screen().Title)
		require.Equal(t, sale, b.screen().Lines[0])
	}
	asks("SALE 1")
	b.do(pos.Pressed{Word: "yes"})
	asks("SALE 2")
	b.now.Mono += time.Second // the disk is slow; the key came meanwhile
	head, _ := b.till.journal.Head()
	for range 2 { // however often
		b.do(pos.Pressed{Word: "yes", Waited: time.Second / 2})
		asks("SALE 2")
	}
	after, _ := b.till.journal.Head()
	assert.Equal(t, head, after)
	b.now.Mono += time.Second
	b.do(pos.Tick{})
	b.now.Mono += time.Second
	b.do(pos.Pressed{Word: "no", Waited: time.Second / 2}) // the till was busy, but the question stood there
	asks("SALE 3")
	b.do(pos.Pressed{Word: "look"}, pos.Pressed{Word: "yes", Waited: 2 * time.Microsecond})
	asks("SALE 3")
	b.do(pos.Pressed{Word: "yes"})
	assert.NotEqual(t, pos.TitleReceipt, b.screen().Title)
}
