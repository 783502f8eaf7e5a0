// Package hub is the back office: it collects the chains of all devices,
// verbatim, folds them, and gives each device what it lacks.
//
// It acknowledges only what is durable on its own disk, and it remembers
// nothing else: what it holds is its memory of what was acknowledged. Its own
// chain holds its starts and its ranks, by which an edit made under a doubtful
// clock takes part in conflicts.
package hub
