package rig

import (
	"fmt"
	"strings"

	"stormrig/sim"
)

// struck says which operation of the disk a cut hit, in words: "inside the 2nd
// write: journal segment journal/000001.seg". Empty for a unit at rest.
func struck(o *sim.CutHappened) string {
	switch n := len(o.Ops); {
	case n == 0:
		return ""
	case o.Begun > o.Ended:
		return "inside the " + nth(o.Ops, o.Begun-1)
	case o.Begun == 0:
		return "before the " + nth(o.Ops, 0)
	case o.Ended == n:
		return "after the last, the " + nth(o.Ops, n-1)
	}
	return "after the " + nth(o.Ops, o.Ended-1) + ", before the " + nth(o.Ops, o.Ended)
}

// nth names the i-th operation by how many of its kind there were, and its file.
func nth(ops []sim.Op, i int) string {
	n := 0
	for _, o := range ops[:i+1] {
		if o.Kind == ops[i].Kind {
			n++
		}
	}
	return fmt.Sprintf("%s %s: %s", ordinal(n), ops[i].Kind, fileWords(ops[i].File))
}

func ordinal(n int) string {
	end := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			end = "st"
		case 2:
			end = "nd"
		case 3:
			end = "rd"
		}
	}
	return fmt.Sprint(n) + end
}

// fileWords says what a file is to the till.
func fileWords(file string) string {
	dir, _, inside := strings.Cut(file, "/")
	what := map[string]string{"journal": "journal", "book": "book", "vault": "sealed card data", "replica": "others' entries", "archive": "archive of the journal"}[dir]
	switch {
	case what == "":
		return file
	case !inside:
		return what + " (directory)"
	}
	return what + " " + file
}
