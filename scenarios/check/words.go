package check

import (
	"fmt"
	"strings"
	"time"
)

// Decimals is how many digits of an amount stand behind the point (ISO 4217).
// Only the currencies without two of them need naming.
func Decimals(currency string) int {
	in := func(list string) bool { return len(currency) == 3 && strings.Contains(list, currency) }
	switch {
	case in("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"):
		return 0
	case in("BHD IQD JOD KWD LYD OMR TND"):
		return 3
	case in("CLF UYW"):
		return 4
	}
	return 2
}

// Decimal writes minor units as people do, without the currency: "1290.00".
func Decimal(currency string, minor int64) string {
	sign, places := "", Decimals(currency)
	if minor < 0 {
		sign, minor = "-", -minor
	}
	digits := fmt.Sprintf("%0*d", places+1, minor)
	if places == 0 {
		return sign + digits
	}
	return sign + digits[:len(digits)-places] + "." + digits[len(digits)-places:]
}

// Money writes minor units as a till shows them: "PHP 1290.00". Findings are
// read by people who never saw a minor unit.
func Money(currency string, minor int64) string {
	return strings.TrimSpace(currency + " " + Decimal(currency, minor))
}

func (v *View) money(minor int64) string { return Money(v.Header.Currency, minor) }

func (u *unit) money(minor int64) string {
	if u == nil {
		return Money("", minor)
	}
	return Money(u.currency, minor)
}

// Percent writes basis points: "12 %", "7.5 %".
func Percent(bp int64) string {
	text := fmt.Sprintf("%d.%02d", bp/100, bp%100)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + " %"
}

// Clock writes a time of the world (ns since opening) as the clock on the
// shop's wall shows it: "14:52:26", and on another day "00:10:03 (day 2)".
func Clock(opensAt int64, zone string, t int64) string {
	in, err := time.LoadLocation(zone)
	if err != nil {
		in = time.UTC // a finding must never fail for want of a time zone
	}
	first, at := time.Unix(0, opensAt).In(in), time.Unix(0, opensAt+t).In(in)
	text := at.Format("15:04:05")
	if days := dayOf(at) - dayOf(first); days != 0 {
		text += fmt.Sprintf(" (day %d)", days+1)
	}
	return text
}

func dayOf(t time.Time) int {
	return int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / (24 * 3600))
}

func (v *View) clock(t int64) string { return Clock(v.Header.OpensAt, v.Header.Zone, t) }
