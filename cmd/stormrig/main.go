package main

import (
	"context"
	"os"
	"os/signal"
)

func main() { os.Exit(int(run())) }

// run is main with a value, for the tests that run the command as a script.
func run() Code {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return execute(ctx, wired(), os.Args[1:], os.Stdout, os.Stderr)
}
