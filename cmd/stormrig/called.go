package main

import (
	"os"
	"path/filepath"
	"strings"

	reports "stormrig/scenarios/report"
)

// called is how this program was called: a line that it prints must work where
// it is read. What 'go run' built is gone by then.
func called() string {
	name := os.Args[0]
	switch {
	case strings.Contains(name, "go-build") && !strings.HasSuffix(name, ".test"):
		return "go run stormrig/cmd/stormrig"
	case filepath.Base(name) == name || strings.HasSuffix(name, ".test"):
		return "stormrig"
	}
	return reports.Quote(name)
}
