// Package bench holds benchmarks of the simulated rig: how fast it plays, how
// much a copy of a world costs. The packages below it measure journals on real
// disks (stormrig bench journal).
package bench
