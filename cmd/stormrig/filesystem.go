package main

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
)

// fileSystem names the file system that a directory is on, as /proc/mounts
// does; "unknown" where there is no such file.
func fileSystem(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "unknown"
	}
	f, err := os.Open("/proc/mounts")
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	best, kind := "", "unknown"
	for lines := bufio.NewScanner(f); lines.Scan(); {
		w := strings.Fields(lines.Text())
		if len(w) < 3 || len(w[1]) < len(best) {
			continue
		}
		if at := w[1]; abs == at || at == "/" || strings.HasPrefix(abs, at+"/") {
			best, kind = at, w[2]
		}
	}
	return kind
}
