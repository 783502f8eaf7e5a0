package check

import (
	"fmt"
	"slices"
	"strings"

	"stormrig/sim/history"
)

// checkMisread looks at the codes that a display refuses as not on file: one that
// nobody scanned or typed is what noise made of a scan, and where its check digit
// is wrong the till could know.
func (u *unit) checkMisread(r *Result) {
	known := make(map[string]bool)
	var unchecked []string // what was scanned without a check digit: noise in it cannot be told
	for _, e := range merged(u.kind[history.KindScan], u.kind[history.KindKey], u.kind[history.KindScreen]) {
		switch e.Kind {
		case history.KindScan:
			known[e.Code] = true
			if !checked(e.Code) {
				unchecked = append(unchecked, e.Code)
			}
		case history.KindKey:
			if code, typed := strings.CutPrefix(e.Text, "item "); typed {
				known[code] = true
			}
		case history.KindScreen:
			if e.Text != "REFUSED" || len(e.Lines) == 0 {
				continue
			}
			code, named := strings.CutPrefix(e.Lines[0], "NOT ON FILE ")
			made := func(of string) bool { return noiseOf(of, code) }
			if named && !known[code] && wrongGTIN(code) && !slices.ContainsFunc(unchecked, made) {
				known[code] = true // said once
				r.fail(Finding{Basket: e.Basket, Text: fmt.Sprintf(
					"%s took %s for a code, which nobody scanned or typed: its check digit is wrong", u.name, code)}, e)
			}
		}
	}
}

// wrongGTIN tells of an EAN-13 whose check digit is wrong.
func wrongGTIN(code string) bool { return shaped(code, "0000000000000") && !checked(code) }

// checked tells of an EAN-8, UPC-A or EAN-13 whose check digit is right, which a
// scanner sends as such: the weights are 1 for the check digit, then 3 and 1 in
// turn. All else it sends as Code 128, whose own check stays in the scanner.
func checked(code string) bool {
	sum := 0
	for i := range len(code) {
		if code[i] < '0' || code[i] > '9' {
			return false
		}
		sum += int(code[i]-'0') * cond((len(code)-i)%2 == 0, 3, 1)
	}
	return sum%10 == 0 && slices.Contains([]int{8, 12, 13}, len(code))
}

// noiseOf tells whether one byte in a scan that arrived changed makes the code.
func noiseOf(scan, code string) bool {
	if len(scan) != len(code) {
		return false
	}
	n := 0
	for i := range len(code) {
		n += cond(scan[i] != code[i], 1, 0)
	}
	return n == 1
}
