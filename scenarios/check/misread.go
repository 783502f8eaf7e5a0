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
	var scans []noisy
	for _, e := range merged(u.kind[history.KindScan], u.kind[history.KindFault], u.kind[history.KindKey], u.kind[history.KindScreen]) {
		switch e.Kind {
		case history.KindScan:
			known[e.Code] = true
			scans = append(scans, noisy{code: e.Code})
		case history.KindFault:
			if e.Fault != nil && e.Fault.Kind == "garble" && len(scans) > 0 {
				scans[len(scans)-1].hits++
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
			made := func(of noisy) bool { return of.makes(code) }
			if named && !known[code] && wrongGTIN(code) && !slices.ContainsFunc(scans, made) {
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

// noisy is a scan, and how often noise struck the cable until the next one.
type noisy struct {
	code string
	hits int
}

// makes tells whether noise in the scan makes the code, and the till cannot know.
// Where a check digit tells of it, one hit more must have turned the identifier
// before the code into that of a symbology that has none.
func (s noisy) makes(code string) bool {
	if len(s.code) != len(code) {
		return false
	}
	n := 0
	for i := range len(code) {
		n += cond(s.code[i] != code[i], 1, 0)
	}
	return n > 0 && n <= cond(checked(s.code), s.hits-1, max(s.hits, 1))
}
