// Package campaign plays many seeds over many scenarios and says in a few
// lines what came of it.
//
// Each seed has a swarm of its own ([Swarm]): it draws which kinds of fault it
// may use at all, then how many, what they strike and when. That reaches
// states that nobody wrote a scenario for. A campaign is sharded and
// resumable, knows which failures are known ([Baseline]), names what no run
// has tried (package coverage), shrinks the first failure that is new, and is
// blind when its [Canary], a run that must fail, does not.
package campaign
