package till

import (
	"slices"
	"testing"
	"time"

	"stormrig/pos"
	"stormrig/pos/journal"
	"stormrig/pos/store"
)

// BenchmarkSaleUnderCheckpoint measures on a real directory how long a sale
// waits for its commit, from the key until Handle has returned: what the till was
// busy with when the key came counts. Events come at drawn times; handlings take
// as long as they really take.
func BenchmarkSaleUnderCheckpoint(b *testing.B) {
	for _, c := range []struct {
		name  string
		every int
	}{{"never", 1 << 30}, {"every-24-entries", 24}} {
		b.Run(c.name, func(b *testing.B) {
			cfg := testConfig()
			cfg.Opener, cfg.CheckpointEvery, cfg.Journal = nil, c.every, journal.OnDisk(journal.Options{})
			dir, err := store.NewDir(b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			q := &queue{till: New(cfg, dir, 1), b: b, drawn: 1}
			defer q.till.Close()
			q.till.Start(q.now)
			for b.Loop() {
				q.sell()
			}
			slices.Sort(q.sales)
			slices.Sort(q.scans)
			b.ReportMetric(float64(q.sales[len(q.sales)*99/100].Microseconds()), "sale-p99-µs")
			b.ReportMetric(float64(q.sales[len(q.sales)/2].Microseconds()), "sale-p50-µs")
			b.ReportMetric(float64(q.scans[len(q.scans)*99/100].Microseconds()), "scan-p99-µs")
			b.ReportMetric(float64(q.longest.Microseconds()), "checkpoint-max-µs")
		})
	}
}

// queue is a till with what waits before it.
type queue struct {
	b       *testing.B
	till    *Till
	drawn   uint64
	now     pos.Now
	free    time.Duration // when the till has done what it was given
	longest time.Duration // that a tick took
	sales   []time.Duration
	scans   []time.Duration
}

// sell is three articles and cash, by a person who takes his time.
func (q *queue) sell() {
	for range 3 {
		q.scans = append(q.scans, q.event(time.Second, pos.Scanned{Code: "22"}))
	}
	q.sales = append(q.sales, q.event(3*time.Second, pos.Pressed{Word: "cash", Args: []string{"9000.00"}}))
}

// event comes up to within after the last one, and returns how long it took.
func (q *queue) event(within time.Duration, ev pos.Event) time.Duration {
	q.drawn = q.drawn*6364136223846793005 + 1442695040888963407 // Knuth's
	at := q.now.Mono + time.Duration(q.drawn>>33)%within
	for wake := q.till.Wake(); wake >= 0 && wake <= at; wake = q.till.Wake() {
		q.now.Mono = max(q.now.Mono, wake)
		took := q.handle(pos.Tick{})
		q.longest = max(q.longest, took)
		q.free = q.now.Mono + took
	}
	q.now.Mono = at
	waits := max(q.free-at, 0)
	return waits + q.handle(ev)
}

func (q *queue) handle(ev pos.Event) time.Duration {
	began := q.b.Elapsed()
	q.till.Handle(q.now, ev)
	return q.b.Elapsed() - began
}
