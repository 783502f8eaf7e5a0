package check

import (
	"fmt"
	"strings"

	"stormrig/sim/history"
)

// checkMisread looks at the codes that a display refuses as not on file: one that
// nobody scanned or typed is what noise made of a scan, and where its check digit
// is wrong the till could know.
func (u *unit) checkMisread(r *Result) {
	known := make(map[string]bool)
	for _, e := range merged(u.kind[history.KindScan], u.kind[history.KindKey], u.kind[history.KindScreen]) {
		switch e.Kind {
		case history.KindScan:
			known[e.Code] = true
		case history.KindKey:
			if code, typed := strings.CutPrefix(e.Text, "item "); typed {
				known[code] = true
			}
		case history.KindScreen:
			if e.Text != "REFUSED" || len(e.Lines) == 0 {
				continue
			}
			code, named := strings.CutPrefix(e.Lines[0], "NOT ON FILE ")
			if named && !known[code] && wrongGTIN(code) {
				known[code] = true // said once
				r.fail(Finding{Basket: e.Basket, Text: fmt.Sprintf(
					"%s took %s for a code, which nobody scanned or typed: its check digit is wrong", u.name, code)}, e)
			}
		}
	}
}

// wrongGTIN tells of an EAN-13 whose check digit is wrong: the weights are 3 and 1
// in turn, from the digit before it.
func wrongGTIN(code string) bool {
	if !shaped(code, "0000000000000") {
		return false
	}
	sum := 0
	for i := range len(code) {
		sum += int(code[i]-'0') * cond(i%2 == 1, 3, 1)
	}
	return sum%10 != 0
}
