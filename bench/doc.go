// Package bench measures: how fast the simulated rig plays, how much a copy of
// a world costs. It holds benchmarks only.
package bench
