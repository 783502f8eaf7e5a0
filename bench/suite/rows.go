package suite

import (
	"fmt"
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"stormrig/bench/device"
	"stormrig/bench/engines"
	"stormrig/bench/load"
)

// rows sums the rounds up, engines in the order of their list, callers
// ascending.
func (s *suite) rows() []Row {
	var out []Row
	for _, e := range s.entrants {
		for _, callers := range s.Callers {
			out = append(out, s.row(&e, callers))
		}
	}
	return out
}

func (s *suite) row(e *entrant, callers int) Row {
	r := Row{Name: e.Name, Version: e.Version, Note: e.Note, Callers: callers}
	one := s.samples[sampleKey{engines.Raw, s.Callers[0]}]
	line := s.samples[sampleKey{engines.Raw, callers}]
	var rates, ofLine []float64
	var sales, written, flushes int64
	counted, flushed := true, true
	all := load.NewHistogram()
	for i, smp := range s.samples[sampleKey{e.Name, callers}] {
		rates = append(rates, smp.rate())
		r.Rounds = append(r.Rounds, smp.rate()/one[i].rate())
		ofLine = append(ofLine, smp.rate()/line[i].rate())
		sales += smp.Sales
		written += smp.device.Written
		flushes += smp.device.Flushes
		counted = counted && smp.counted
		flushed = flushed && smp.counted && smp.device.Flushes >= 0
		r.CPUMicros += smp.CPUSeconds * 1e6
		r.Allocs += float64(smp.Mallocs)
		if h, err := smp.Histogram(); err == nil {
			all.Merge(h)
		}
	}
	r.Parts = partsOf(s.samples[sampleKey{e.Name, callers}])
	n := float64(max(sales, 1))
	r.CPUMicros, r.Allocs = r.CPUMicros/n, r.Allocs/n
	r.SalesPerSecond, r.Low, r.High = median(rates), slices.Min(rates), slices.Max(rates)
	r.Ratio, r.OfLine = median(r.Rounds), median(ofLine)
	r.P50, r.P99, r.P999 = micros(all, 50), micros(all, 99), micros(all, 99.9)
	if counted {
		r.Bytes = share(written, n)
	}
	if flushed {
		r.Syncs = share(flushes, n)
	}
	return r
}

// partsOf is the mean commit of all rounds; nil when an engine does not tell.
func partsOf(all []sample) *Parts {
	var sum load.Parts
	var sales, micros float64
	for _, smp := range all {
		if smp.Parts == nil {
			return nil
		}
		sum.Write += smp.Parts.Write
		sum.Sync += smp.Parts.Sync
		sum.Syncs += smp.Parts.Syncs
		sum.Bytes += smp.Parts.Bytes
		sales += float64(smp.Sales)
		micros += smp.Seconds * 1e6
	}
	if sum.Syncs == 0 {
		return nil
	}
	n := float64(sum.Syncs)
	p := &Parts{Sales: sales / n, Write: float64(sum.Write) / 1000 / n, Sync: float64(sum.Sync) / 1000 / n}
	p.Rest = micros/n - p.Write - p.Sync
	p.Bytes = float64(sum.Bytes) / max(sales, 1)
	return p
}

func share(sum int64, n float64) *float64 {
	v := float64(sum) / n
	return &v
}

func micros(h *hdrhistogram.Histogram, percentile float64) float64 {
	return float64(h.ValueAtPercentile(percentile)) / 1000
}

// median of a list, which stays as it is; 0 of none.
func median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	v := slices.Sorted(slices.Values(list))
	if n := len(v); n%2 == 0 {
		return (v[n/2-1] + v[n/2]) / 2
	}
	return v[len(v)/2]
}

// limit says what the raw line is, and why it may be none.
func (s *suite) limit(rep *Report, long []Window) error {
	l := &rep.Limit
	l.Doubts = append([]string{}, s.place.Doubts()...) // a list also when it is empty
	for _, w := range long {
		if w.Name == engines.Raw && l.SalesPerSecond == 0 {
			l.SalesPerSecond, l.P50Micros = w.SalesPerSecond, w.P50
		}
	}
	for _, r := range rep.Engines {
		if r.Name == engines.Raw && r.Callers == s.Callers[0] {
			l.SalesPerSecond, l.P50Micros = r.SalesPerSecond, r.P50
		}
	}
	if l.SalesPerSecond == 0 {
		return fmt.Errorf("bench: the raw line was not measured")
	}
	c, syncs := device.Counters{Flushes: -1}, int64(0)
	for _, smp := range s.samples[sampleKey{engines.Raw, s.Callers[0]}] {
		syncs += smp.Sales
		if smp.counted && smp.device.Flushes >= 0 {
			c.Flushes = max(c.Flushes, 0) + smp.device.Flushes
		}
	}
	if s.Callers[0] > 1 {
		syncs = 0 // they share them
	}
	l.Doubts = append(l.Doubts, device.Implausible(time.Duration(l.P50Micros*1000), syncs, c, &s.place)...)
	return nil
}
