package incident

import (
	"fmt"
	"strings"
	"time"

	"stormrig/scenarios/audit/table"
)

// ParseDisputed reads what somebody says: "about 15:10, 1290.00, card",
// "15:10:20, 12.90, cash, desk-till, seen-by: customer".
func ParseDisputed(text string, decimals int) (Disputed, error) {
	d := Disputed{SeenBy: "card slip"}
	parts := strings.Split(text, ",")
	if len(parts) < 2 {
		return d, fmt.Errorf("%q says not when and how much", text)
	}
	when := strings.TrimSpace(parts[0])
	for _, w := range []string{"about ", "around ", "ca. ", "circa "} {
		if rest, ok := strings.CutPrefix(when, w); ok {
			when, d.Give = rest, 5*time.Minute
		}
	}
	clock := table.Clock{}
	at, whole, err := clock.Parse("2016-11-05", when)
	if err != nil || !whole {
		return d, fmt.Errorf("%q is no time of day", when)
	}
	d.At = sinceMidnight(at)
	if d.Amount, err = (table.Money{Decimals: decimals}).Parse(strings.TrimSpace(parts[1])); err != nil {
		return d, fmt.Errorf("amount %q: %w", strings.TrimSpace(parts[1]), err)
	}
	for _, p := range parts[2:] {
		p = strings.TrimSpace(p)
		if by, ok := strings.CutPrefix(p, "seen-by:"); ok {
			d.SeenBy = strings.TrimSpace(by)
			continue
		}
		switch p {
		case "card":
			d.Card = true
		case "cash":
			if d.SeenBy == "card slip" {
				d.SeenBy = ""
			}
		case "":
		default:
			if p[0] >= '0' && p[0] <= '9' {
				return d, fmt.Errorf("%q: write the amount with a point, such as 12.90", p)
			}
			d.Till = slug(p)
		}
	}
	return d, nil
}
