package card

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Luhn says whether the last digit of a number is right (ISO/IEC 7812-1).
func Luhn(pan string) bool {
	if len(pan) < 2 || !allDigits(pan) {
		return false
	}
	return luhnDigit(pan[:len(pan)-1]) == pan[len(pan)-1]
}

func luhnDigit(digits string) byte {
	sum, double := 0, true
	for i := len(digits) - 1; i >= 0; i-- {
		d := int(digits[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return '0' + byte((10-sum%10)%10)
}

// Mask keeps the last four digits, as a receipt may show them.
func Mask(pan string) string {
	if len(pan) <= 4 {
		return strings.Repeat("*", len(pan))
	}
	return strings.Repeat("*", len(pan)-4) + pan[len(pan)-4:]
}

// HashPAN names a card in a record that must not hold its number. A plain hash
// hides nothing from who can try all numbers, so it is for test numbers only.
func HashPAN(pan string) string {
	sum := sha256.Sum256([]byte("stormrig card " + pan))
	return hex.EncodeToString(sum[:8])
}

// What a well-known test number does at a card host.
const (
	Approves     = "approves"
	Declines     = "declines"     // always, response 05
	Insufficient = "insufficient" // response 51
	Lost         = "lost"         // response 41
	Expired      = "expired"      // response 54
)

// TestCard is a number that payment companies publish for testing.
type TestCard struct {
	PAN, Brand, Behaviour string
}

// TestCards lists the well-known test numbers in a fixed order, those that
// approve first. Nothing in stormrig accepts any other number.
func TestCards() []TestCard {
	return []TestCard{
		{"4242424242424242", "Visa", Approves},
		{"4000056655665556", "Visa debit", Approves},
		{"4111111111111111", "Visa", Approves},
		{"4012888888881881", "Visa", Approves},
		{"5555555555554444", "Mastercard", Approves},
		{"5200828282828210", "Mastercard debit", Approves},
		{"5105105105105100", "Mastercard prepaid", Approves},
		{"2223003122003222", "Mastercard", Approves},
		{"378282246310005", "American Express", Approves},
		{"371449635398431", "American Express", Approves},
		{"6011111111111117", "Discover", Approves},
		{"6011000990139424", "Discover", Approves},
		{"3056930009020004", "Diners Club", Approves},
		{"36227206271667", "Diners Club", Approves},
		{"3566002020360505", "JCB", Approves},
		{"6200000000000005", "UnionPay", Approves},
		{"4000000000000002", "Visa", Declines},
		{"4000000000009995", "Visa", Insufficient},
		{"4000000000009987", "Visa", Lost},
		{"4000000000000069", "Visa", Expired},
	}
}

// testBIN opens the range from which MakePAN takes its numbers, that of the
// best known test number of all.
const testBIN = "424242"

// MakePAN makes the n-th (modulo 10^9) test number of a shopper's own: in the
// range 424242, 16 digits, Luhn right. MakePAN(424242424) is the well-known
// one. They approve.
func MakePAN(n int) string {
	digits := make([]byte, 9)
	for i := len(digits) - 1; i >= 0; i-- {
		digits[i] = '0' + byte(n%10)
		n /= 10
	}
	body := testBIN + string(digits)
	return body + string(luhnDigit(body))
}

// Behaviour tells what a test number does at a card host; ok is false for a
// number that is no test number.
func Behaviour(pan string) (behaviour string, ok bool) {
	for _, c := range TestCards() {
		if c.PAN == pan {
			return c.Behaviour, true
		}
	}
	if len(pan) == 16 && strings.HasPrefix(pan, testBIN) && Luhn(pan) {
		return Approves, true
	}
	return "", false
}
