package pos

import (
	"fmt"
	"strconv"
	"strings"
)

// Amount is money in minor units of the shop's currency. It may be negative.
type Amount int64

// Currency is an ISO 4217 alphabetic code.
type Currency string

// Format writes an amount with its currency: "PHP 1290.00", "JPY 500".
func (c Currency) Format(a Amount) string { return string(c) + " " + c.Decimal(a) }

// Decimal writes an amount without its currency: "1290.00".
func (c Currency) Decimal(a Amount) string {
	exp := c.Exponent()
	neg := a < 0
	digits := strconv.FormatUint(magnitude(a), 10)
	if pad := exp + 1 - len(digits); pad > 0 {
		digits = strings.Repeat("0", pad) + digits
	}
	s := digits
	if exp > 0 {
		s = digits[:len(digits)-exp] + "." + digits[len(digits)-exp:]
	}
	if neg {
		s = "-" + s
	}
	return s
}

func magnitude(a Amount) uint64 {
	if a < 0 {
		return uint64(-(a + 1)) + 1
	}
	return uint64(a)
}

// ParseDecimal reads what Decimal writes. It refuses more decimals than the
// currency has, and anything that is not digits and one point.
func (c Currency) ParseDecimal(s string) (Amount, error) {
	exp := c.Exponent()
	digits, negative := strings.CutPrefix(s, "-")
	whole, frac, dotted := strings.Cut(digits, ".")
	if whole == "" || (dotted && frac == "") || strings.Trim(whole+frac, "0123456789") != "" {
		return 0, fmt.Errorf("%q is not an amount of %s", s, c)
	}
	if len(frac) > exp {
		return 0, fmt.Errorf("%q has %d decimals, %s has %d", s, len(frac), c, exp)
	}
	number := whole + frac + strings.Repeat("0", exp-len(frac))
	if negative {
		number = "-" + number
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is too large for an amount of %s", s, c)
	}
	return Amount(n), nil
}

// ParseMoney reads text with its currency: "PHP 1290.00".
func ParseMoney(s string) (Amount, Currency, error) {
	code, num, ok := strings.Cut(strings.TrimSpace(s), " ")
	c := Currency(code)
	if !ok || !c.Valid() {
		return 0, "", fmt.Errorf("%q is not money: write it like \"PHP 1290.00\"", s)
	}
	a, err := c.ParseDecimal(strings.TrimSpace(num))
	return a, c, err
}
