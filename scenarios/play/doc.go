// Package play plays a scenario from the first event to the verdict: it runs
// the world, writes down what happened, judges that, and hands back a
// [report.Bundle]. One run is [Play]; a range of seeds is [Many]; a written
// plan from an evidence folder is [Again].
//
// The evidence of a run is on the disk before it is judged. Where evidence is
// wanted of failed runs only, it is written after the verdict instead, or when
// the judge itself breaks down: whatever goes wrong after the run, what
// happened in it is kept.
package play
