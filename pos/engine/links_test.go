package engine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"stormrig/pos"
)

// outages are what the journal says of a link, in seconds since some moment.
func outagesOf(facts []pos.Fact, since int64) (out [][2]int64) {
	for _, f := range facts {
		if o := f.Outage; o != nil {
			out = append(out, [2]int64{(o.From - since) / int64(time.Second), (o.To - since) / int64(time.Second)})
		}
	}
	return out
}

// A link that goes, or comes back, while the disk has no room is told of with
// the next entry for which there is room, with its own times.
func TestOutagesWaitForRoom(t *testing.T) {
	for _, tc := range []struct {
		name  string
		while func(d *desk) // the disk is full
		want  [][2]int64
	}{
		{"it goes", func(d *desk) { d.do(hostDown).pass(5 * time.Second) }, [][2]int64{{0, 0}}},
		{"it goes and comes back", func(d *desk) { d.do(hostDown).pass(5 * time.Second).do(hostUp) }, [][2]int64{{0, 0}, {0, 5}}},
		{"it comes and goes", func(d *desk) {
			for range mostUnsaid {
				d.do(hostDown).pass(time.Second).do(hostUp)
			}
		}, append(pairs(mostUnsaid/2-1), [2]int64{mostUnsaid/2 - 1, mostUnsaid/2 - 1}, [2]int64{mostUnsaid/2 - 1, mostUnsaid})},
		{"other things have no room either", func(d *desk) { d.do(hostDown, scan("11")).pass(time.Second).do(scan("11")) }, [][2]int64{{0, 0}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := newDesk(t).do(hostUp)
			since := d.now.Wall
			d.full = true
			tc.while(d)
			d.full = false
			dec := d.e.Decide(d.now, d.st, d.next(), scan("11"))
			assert.Equal(t, tc.want, outagesOf(dec.Facts, since))
			d.carryOut(dec)
			assert.Empty(t, outagesOf(d.e.Decide(d.now, d.st, d.next(), scan("11")).Facts, since), "once")
		})
	}
}

// pairs are the words on n outages of a second each.
func pairs(n int64) (out [][2]int64) {
	for i := range n {
		out = append(out, [2]int64{i, i}, [2]int64{i, i + 1})
	}
	return out
}
