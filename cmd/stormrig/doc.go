// Command stormrig puts a point of sale through a storm and proves that
// nothing was lost.
//
// Each subcommand has a file of its own. Results go to standard output,
// progress to standard error; with --json standard output holds JSON and
// nothing else. Exit codes are in exit.go.
package main
