package check

import (
	"fmt"
	"strconv"
	"strings"

	"stormrig/sim/history"
)

// checkDone holds what the display says of a finished sale against the sale:
// by its change the cashier counts out the money.
func (u *unit) checkDone(r *Result) {
	byNumber := make(map[int64][]*sale, len(u.sales))
	for _, s := range u.sales {
		byNumber[s.Number] = append(byNumber[s.Number], s)
	}
	for _, e := range u.kind[history.KindScreen] {
		if e.Text != "DONE" || len(e.Lines) == 0 {
			continue
		}
		text, is := strings.CutPrefix(e.Lines[0], "SALE ")
		n, err := strconv.ParseInt(text, 10, 64)
		s := printed(byNumber[n], e.N)
		if !is || err != nil || s == nil {
			continue
		}
		for _, line := range e.Lines[1:] {
			words := strings.Fields(line)
			if len(words) < 2 {
				continue
			}
			amount, ok := minor(words[len(words)-1])
			want, known := map[string]int64{"TOTAL": s.Total, "CHANGE": s.Change}[words[0]]
			if ok && known && amount != want {
				r.fail(Finding{Number: n, Entry: s.record.key, Text: fmt.Sprintf("the display of %s said of sale %d %q, it is %s",
					u.name, n, line, u.money(want))}, e, s.record.own)
			}
		}
	}
}
