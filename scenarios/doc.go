// Package scenarios is the stories that a till must survive, as Ginkgo specs:
// one file a property, each sweeping at least a hundred seeds of a scenario on
// the simulated rig and asking the checkers, the counts and, where a story has
// a figure of its own, the history.
//
// The labels are storm, power, network, clock, payments, stock, sync, report:
//
//	go test ./scenarios -ginkgo.label-filter=payments
//
// A failure names scenario and seed and gives the line that plays it again.
package scenarios
