package spec

import (
	"sort"
	"strings"
)

// Near returns the candidate that word was most likely meant to be, or "" if
// none is near: at most a third of its letters may differ.
func Near(word string, candidates []string) string {
	best, bestDist := "", 1<<30
	sorted := append([]string(nil), candidates...)
	sort.Strings(sorted)
	for _, c := range sorted {
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < bestDist {
			best, bestDist = c, d
		}
	}
	if bestDist > max(1, (max(len(word), len(best))+1)/3) {
		return ""
	}
	return best
}

// distance counts insertions, deletions, replacements and swaps of neighbours
// (optimal string alignment), in bytes: names here are ASCII.
func distance(a, b string) int {
	const longest = 64 // a name this long is no typing error
	if len(a) > longest || len(b) > longest {
		return 1 << 20
	}
	var before, last, row [longest + 1]int
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// meant is the hint for a word that is none of the candidates.
func meant(word string, candidates []string) string {
	if n := Near(word, candidates); n != "" {
		return "did you mean " + n + "?"
	}
	if len(candidates) == 0 {
		return ""
	}
	return "known: " + listed(candidates)
}

// listed writes names in order, and no more than a reader takes in.
func listed(names []string) string {
	sorted := append([]string(nil), names...)
	sort.Strings(sorted)
	const most = 16
	if len(sorted) > most {
		return strings.Join(sorted[:most], ", ") + ", ..."
	}
	return strings.Join(sorted, ", ")
}

// oneOf is the error for a word that must be one of a fixed set.
func oneOf(what, word string, candidates ...string) error {
	for _, c := range candidates {
		if c == word {
			return nil
		}
	}
	return wrong(meant(word, candidates), "there is no %s %q", what, word)
}
