// Command stormrig-peers keeps sales in other people's storage engines, for
// `stormrig bench journal`, which starts it and speaks to it over stdin and
// stdout: one JSON object a line (stormrig/bench/load). It is a module of its
// own, so that nobody who wants stormrig compiles these.
//
//	go build -C bench/peers -o "$PWD/stormrig-peers" .
package main

import (
	"fmt"
	"os"

	"stormrig/bench/load"
)

func main() {
	if err := load.Serve(load.NewHost(kinds()), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "stormrig-peers:", err)
		os.Exit(5)
	}
}
