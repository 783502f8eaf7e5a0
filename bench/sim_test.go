package bench

import (
	"context"
	"runtime"
	"testing"
	"time"

	"stormrig/bench/load"
	"stormrig/scenarios/check"
	"stormrig/scenarios/files"
	"stormrig/scenarios/play"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
)

func scenario(b *testing.B, name string) *spec.Scenario {
	b.Helper()
	sc, err := files.Scenario(name)
	if err != nil {
		b.Fatal(err)
	}
	return sc
}

// BenchmarkStormSaturday plays and judges whole days, another seed each time.
// The limit is 100 ms of one core a day, in at most 20,000 events.
func BenchmarkStormSaturday(b *testing.B) {
	sc := scenario(b, "storm-saturday")
	var virtual float64
	var events, seed int64
	b.ReportAllocs()
	began := load.CPU()
	for b.Loop() {
		seed++
		r, err := play.Play(context.Background(), play.Job{Scenario: sc, Seed: seed, Evidence: play.None})
		if err != nil {
			b.Fatal(err)
		}
		virtual += r.Result.VirtualSeconds
		events += int64(r.Result.Events)
	}
	wall := b.Elapsed().Seconds()
	b.ReportMetric((load.CPU()-began).Seconds()*1000/float64(b.N), "cpu_ms/run")
	b.ReportMetric(virtual/wall, "virtual_s/wall_s")
	b.ReportMetric(float64(b.N)/wall, "runs/s")
	b.ReportMetric(float64(events)/float64(b.N), "events/run")
}

// BenchmarkPhases says where the time of a day goes: building the world,
// playing, judging.
func BenchmarkPhases(b *testing.B) {
	sc := scenario(b, "storm-saturday")
	var build, play, judge time.Duration
	for b.Loop() {
		t0 := b.Elapsed()
		r := start(b, sc)
		t1 := b.Elapsed()
		if err := r.Finish(); err != nil {
			b.Fatal(err)
		}
		t2 := b.Elapsed()
		v, err := check.NewView(r.History())
		if err != nil {
			b.Fatal(err)
		}
		check.Run(v)
		check.Count(v)
		build, play, judge = build+t1-t0, play+t2-t1, judge+b.Elapsed()-t2
		r.Close()
	}
	for name, d := range map[string]time.Duration{"build_ms": build, "play_ms": play, "judge_ms": judge} {
		b.ReportMetric(d.Seconds()*1000/float64(b.N), name)
	}
}

func start(b *testing.B, sc *spec.Scenario) *rig.Run {
	b.Helper()
	r, err := rig.Start(sc, 1, nil)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// BenchmarkCloneWorld copies a run in the middle of the storm: journals,
// books, queue, people, history.
func BenchmarkCloneWorld(b *testing.B) {
	r := start(b, scenario(b, "storm-saturday"))
	defer r.Close()
	noon := r.Scenario.Shop.Length() / 2
	for r.World().Now() < noon {
		if _, err := r.Step(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		runtime.KeepAlive(r.Clone())
	}
	b.ReportMetric(float64(r.World().Events()), "events_before")
}
