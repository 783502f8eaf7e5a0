package spec

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"stormrig/pos"
)

// Duration is a length of time with its unit: "3h", "90s", "1h30m", "500ms".
type Duration time.Duration

// ParseDuration reads a length of time; it never guesses a unit.
func ParseDuration(s string) (Duration, error) {
	t := strings.ReplaceAll(s, " ", "")
	if strings.Trim(t, "+-0123456789.") == "" && t != "" && t != "0" {
		return 0, wrong(fmt.Sprintf("write %ss, %sm or %sh", t, t, t), "%q has no unit of time", s)
	}
	d, err := time.ParseDuration(t)
	if err != nil {
		return 0, wrong(`write it like "3h", "90s", "1h30m" or "500ms"`, "%q is not a length of time", s)
	}
	return Duration(d), nil
}

// String writes the duration without empty parts: "3h", not "3h0m0s".
func (d Duration) String() string {
	s := time.Duration(d).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func (d *Duration) parse(s string) (err error) {
	*d, err = ParseDuration(s)
	if err == nil && *d < 0 {
		err = wrong("", "%q is negative", s)
	}
	return err
}

// Jump is a signed length of time: "-1h", "+30s".
type Jump time.Duration

// String writes the sign always.
func (j Jump) String() string {
	if j >= 0 {
		return "+" + Duration(j).String()
	}
	return Duration(j).String()
}

func (j *Jump) parse(s string) error {
	d, err := ParseDuration(s)
	*j = Jump(d)
	if err == nil && d == 0 {
		err = wrong("", "a jump of nothing is no jump")
	}
	return err
}

// Durations is a range of lengths: "0s..5s"; one length stands for itself.
type Durations struct{ Min, Max Duration }

func (r Durations) String() string {
	if r.Min == r.Max {
		return r.Min.String()
	}
	return r.Min.String() + ".." + r.Max.String()
}

func (r *Durations) parse(s string) error {
	lo, hi, found := strings.Cut(s, "..")
	if !found {
		hi = lo
	}
	if err := r.Min.parse(strings.TrimSpace(lo)); err != nil {
		return err
	}
	if err := r.Max.parse(strings.TrimSpace(hi)); err != nil {
		return err
	}
	if r.Max < r.Min {
		return wrong("write the smaller end first", "the range %q runs backwards", s)
	}
	return nil
}

// Range is a range of whole numbers: "1..3"; one number stands for itself.
type Range struct{ Min, Max int }

func (r Range) String() string {
	if r.Min == r.Max {
		return strconv.Itoa(r.Min)
	}
	return fmt.Sprintf("%d..%d", r.Min, r.Max)
}

func (r *Range) parse(s string) error {
	lo, hi, found := strings.Cut(s, "..")
	if !found {
		hi = lo
	}
	var err1, err2 error
	r.Min, err1 = strconv.Atoi(strings.TrimSpace(lo))
	r.Max, err2 = strconv.Atoi(strings.TrimSpace(hi))
	if err1 != nil || err2 != nil {
		return wrong(`write it like 2 or 1..3`, "%q is not a range of whole numbers", s)
	}
	if r.Min < 0 {
		return wrong("", "%q is negative", s)
	}
	if r.Max < r.Min {
		return wrong("write the smaller end first", "the range %q runs backwards", s)
	}
	return nil
}

// Percent is a share in basis points: "60%" is 6000, "2.5 %" is 250.
type Percent int64

// Whole is 100 %.
const Whole Percent = 10000

func (p Percent) String() string {
	if p%100 == 0 {
		return fmt.Sprintf("%d%%", p/100)
	}
	return strings.TrimRight(fmt.Sprintf("%d.%02d", p/100, p%100), "0") + "%"
}

func (p *Percent) parse(s string) error {
	num, ok := strings.CutSuffix(s, "%")
	num = strings.TrimSpace(num)
	if !ok && num != "" && strings.Trim(num, "0123456789.") == "" {
		return wrong(percentHint(num), "%q has no percent sign", s)
	}
	whole, frac, _ := strings.Cut(num, ".")
	n, err := strconv.ParseUint(whole+(frac + "00")[:max(2, len(frac))], 10, 31)
	if !ok || whole == "" || err != nil || len(frac) > 2 || (len(num) > 0 && num[0] == '+') {
		return wrong(`write it like 60% or 2.5%`, "%q is not a percentage", s)
	}
	if *p = Percent(n); *p > Whole {
		return wrong("", "%q is more than 100%%", s)
	}
	return nil
}

// percentHint says how a bare number is written: one below 1 was most likely
// meant as a share of 1.
func percentHint(num string) string {
	share, err := strconv.ParseFloat(num+"e2", 64)
	if err != nil || share <= 0 || share >= 100 {
		return fmt.Sprintf("write %s%%", num)
	}
	return fmt.Sprintf("write %s%% (or %s%% if you mean that)", strconv.FormatFloat(share, 'f', -1, 64), num)
}

// Size is a number of bytes: "512 B", "64 KB" (1000), "4 KiB" (1024).
type Size int64

var sizeUnits = []struct {
	unit  string
	bytes int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3}, {"kB", 1e3}, {"B", 1}}

func (z Size) String() string { return strconv.FormatInt(int64(z), 10) + " B" }

func (z *Size) parse(s string) error {
	for _, u := range sizeUnits {
		num, ok := strings.CutSuffix(s, u.unit)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(num), 10, 64)
		if err != nil || n < 0 || n > math.MaxInt64/u.bytes {
			break
		}
		*z = Size(n * u.bytes)
		return nil
	}
	if strings.Trim(s, "0123456789 ") == "" && s != "" {
		return wrong(fmt.Sprintf("write %s B, %s KB or %s KiB", s, s, s), "%q has no unit of size", s)
	}
	return wrong(`write it like "512 B", "64 KB" or "4 KiB"`, "%q is not a size", s)
}

// sameCurrency is an amount as it is written in the currency that s begins
// with, as many decimals as that has.
func sameCurrency(s string) string {
	code, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	if amount, currency, err := pos.ParseMoney(code + " 1290"); err == nil {
		return currency.Format(amount)
	}
	return "PHP 1290.00"
}

// Money is an amount with its currency: "PHP 1290.00".
type Money struct {
	Amount   pos.Amount
	Currency pos.Currency
}

func (m Money) String() string { return m.Currency.Format(m.Amount) }

func (m *Money) parse(s string) (err error) {
	if m.Amount, m.Currency, err = pos.ParseMoney(s); err == nil {
		if m.Amount < 0 {
			return wrong("", "%q is negative", s)
		}
		return nil
	}
	if code, _, ok := strings.Cut(strings.TrimSpace(s), " "); ok && len(code) == 3 && !pos.Currency(code).Valid() && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == "" {
		return wrong(`write it like "PHP 1290.00"`, "%q is no currency of ISO 4217", code)
	}
	if strings.Trim(s, "0123456789.,- ") == "" {
		return wrong(`write it like "PHP 1290.00"`, "%q has no currency", s)
	}
	msg, _ := split(err)
	return wrong(`write it like "`+sameCurrency(s)+`"`, "%s", strings.TrimSuffix(msg, `: write it like "PHP 1290.00"`))
}
