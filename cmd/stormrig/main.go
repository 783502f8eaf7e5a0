package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(int(run())) }

// run is main with a value, for the tests that run the command as a script.
func run() Code {
	// A terminal, a supervisor, a terminal that is closed: each is a stop in order.
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	defer stop()
	return execute(ctx, wired(), os.Args[1:], os.Stdout, os.Stderr)
}
