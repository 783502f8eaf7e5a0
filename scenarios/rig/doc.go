// Package rig plays a scenario on the simulated rig: it builds the world (tills
// with their devices, hub, card host, people, power, network), aims the faults
// of the plan, carries out what people's hands do, and writes the history of
// what really happened.
//
// A run has two acts. In the first the day is played and faults rage; in the
// second every fault is undone and everything must converge within a bound.
// A [Run] can be copied at any moment; original and copy go on independently.
package rig
