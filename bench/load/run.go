package load

import (
	"runtime"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Histogram bounds: 100 ns to 100 s, to 1 %.
const (
	lowestNS  = 100
	highestNS = 100_000_000_000
	digits    = 2
)

// NewHistogram returns an empty histogram of latencies in nanoseconds.
func NewHistogram() *hdrhistogram.Histogram { return hdrhistogram.New(lowestNS, highestNS, digits) }

// Round is what one engine did in one turn.
type Round struct {
	Sales   int64   `json:"sales"`
	Seconds float64 `json:"seconds"`
	// CPUSeconds of the engine's whole process, user and system.
	CPUSeconds float64 `json:"cpu_seconds"`
	Mallocs    uint64  `json:"mallocs"` // of Go; what C allocates is not seen
	// Latencies is an HDR histogram in nanoseconds (V2, compressed, base64).
	Latencies string `json:"latencies"`
	// Parts of an engine that is Timed.
	Parts *Parts `json:"parts,omitempty"`
}

// Histogram decodes the latencies.
func (r *Round) Histogram() (*hdrhistogram.Histogram, error) {
	return hdrhistogram.Decode([]byte(r.Latencies))
}

// Run has callers make sales for a while. Each finishes the sale that it is at.
func Run(e Engine, callers int, d time.Duration, seed uint64) (Round, error) {
	tills := make([]*till, callers)
	hists := make([]*hdrhistogram.Histogram, callers)
	errs := make([]error, callers)
	for c := range callers {
		tills[c], hists[c] = newTill(seed, c), NewHistogram()
	}
	runtime.GC() // what was left by the round before is not this one's
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	parts := partsOf(e)
	cpu, began := CPU(), time.Now()
	end := began.Add(d)
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() { errs[c] = sell(e, tills[c], hists[c], end) })
	}
	wg.Wait()
	r := Round{Seconds: time.Since(began).Seconds(), CPUSeconds: (CPU() - cpu).Seconds()}
	runtime.ReadMemStats(&after)
	if now := partsOf(e); now != nil {
		r.Parts = &Parts{now.Write - parts.Write, now.Sync - parts.Sync, now.Syncs - parts.Syncs, now.Bytes - parts.Bytes}
	}
	r.Mallocs = after.Mallocs - before.Mallocs
	all := NewHistogram()
	for c := range callers {
		if errs[c] != nil {
			return r, errs[c]
		}
		all.Merge(hists[c])
	}
	r.Sales = all.TotalCount()
	text, err := all.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	r.Latencies = string(text)
	return r, err
}

func partsOf(e Engine) *Parts {
	t, ok := e.(Timed)
	if !ok {
		return nil
	}
	p := t.Parts()
	return &p
}

// sell is one caller's loop.
func sell(e Engine, t *till, h *hdrhistogram.Histogram, end time.Time) error {
	began := time.Now()
	for began.Before(end) {
		if err := e.Sale(t.next()); err != nil {
			return err
		}
		now := time.Now()
		if err := h.RecordValue(now.Sub(began).Nanoseconds()); err != nil {
			return err
		}
		began = now
	}
	return nil
}
