package suite

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"stormrig/bench/device"
	"stormrig/bench/engines"
	"stormrig/bench/load"
)

// fullest is up to where a file system is filled: a system's own disk must not
// run full for a measurement.
const fullest = 0.95

// window is how long an engine has the disk in a long run before the next.
const window = 15 * time.Second

// long fills the file system and lets one caller sell for minutes: flash that
// has no free blocks left must erase while a sale waits.
func (s *suite) long(ctx context.Context) ([]Window, error) {
	if s.FillTo > fullest {
		return nil, fmt.Errorf("bench: --fill %.0f%%: at most %.0f%%", s.FillTo*100, fullest*100)
	}
	if s.FillTo > 0 {
		if err := s.ballast(ctx); err != nil {
			return nil, err
		}
	}
	var field []*entrant
	for i := range s.entrants {
		e := &s.entrants[i]
		if len(s.Engines) == 0 && e.Name != engines.Raw && e.Name != engines.Journal {
			continue
		}
		field = append(field, e)
		if _, err := e.ask(load.Request{Op: "open"}); err != nil {
			return nil, err
		}
	}
	var out []Window
	total := time.Duration(s.Minutes * float64(time.Minute))
	turn := min(window, total/time.Duration(2*len(field)))
	began := time.Now()
	for n := 0; time.Since(began) < total; n++ {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		w, err := s.stretch(field[n%len(field)], turn, time.Since(began), uint64(n))
		if err != nil {
			return out, err
		}
		out = append(out, w)
		s.Say("minute %.1f: %s p99.9 %.0f µs", w.Minute, w.Name, w.P999)
	}
	return out, nil
}

func (s *suite) stretch(e *entrant, d, at time.Duration, n uint64) (Window, error) {
	out, err := e.ask(load.Request{Op: "run", Callers: 1, Millis: int(d.Milliseconds()), Seed: s.Seed + n})
	if err != nil {
		return Window{}, err
	}
	h, err := out.Round.Histogram()
	if err != nil {
		return Window{}, err
	}
	w := Window{Name: e.Name, Minute: at.Minutes(), SalesPerSecond: float64(out.Round.Sales) / out.Round.Seconds,
		P50: micros(h, 50), P99: micros(h, 99), P999: micros(h, 99.9), Max: float64(h.Max()) / 1000}
	if p, err := device.Of(s.root); err == nil {
		w.Full = 1 - float64(p.Free)/float64(p.Size)
	}
	return w, nil
}

// ballast fills the file system with what cannot be packed.
func (s *suite) ballast(ctx context.Context) error {
	want := int64(float64(s.place.Size)*s.FillTo) - (s.place.Size - s.place.Free)
	if want <= 0 {
		return nil
	}
	s.Say("filling %.1f GB", float64(want)/1e9)
	f, err := os.Create(filepath.Join(s.root, "ballast"))
	if err != nil {
		return err
	}
	block := make([]byte, 1<<20)
	rng := rand.NewChaCha8([32]byte{byte(s.Seed)})
	for want > 0 && err == nil {
		if err = ctx.Err(); err != nil {
			break
		}
		_, _ = rng.Read(block) // it never fails
		n := min(want, int64(len(block)))
		if _, err = f.Write(block[:n]); err == nil {
			want -= n
		}
	}
	return errors.Join(err, f.Sync(), f.Close())
}
