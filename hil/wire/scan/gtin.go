package scan

// CheckDigit computes the check digit of a GTIN without its last digit (7, 11,
// 12 or 13 digits), modulo 10 with weights 3 and 1 from the right (GS1 General
// Specifications, 7.9). ok is false when digits holds anything else.
func CheckDigit(digits string) (digit byte, ok bool) {
	sum, weight := 0, 3
	for i := len(digits) - 1; i >= 0; i-- {
		if !isDigit(digits[i]) {
			return 0, false
		}
		sum += weight * int(digits[i]-'0')
		weight = 4 - weight
	}
	return '0' + byte((10-sum%10)%10), len(digits) > 0
}

// ValidGTIN says whether code has the length and the check digit of an EAN-8,
// UPC-A, EAN-13 or GTIN-14.
func ValidGTIN(code string) bool {
	switch len(code) {
	case 8, 12, 13, 14:
	default:
		return false
	}
	last := len(code) - 1
	digit, ok := CheckDigit(code[:last])
	return ok && digit == code[last]
}

// Embedded is what a code printed by the shop itself carries (restricted
// circulation numbers: prefix 02 and 20 to 29). What Value means, a price in
// minor units or a weight in grams, is the shop's own agreement by prefix.
type Embedded struct {
	Prefix string // "02", "20" ... "29"
	Item   string // five digits
	Value  int64
}

// CutEmbedded takes an EAN-13, or a UPC-A of number system 2, apart. Layouts:
//
//	02 IIIII v PPPP c   the UPC-A form, v a check digit of the price
//	2x IIIII VVVVV c
//
// ok is false for every other code and for a wrong check digit c. The price's
// own check digit v is not verified: its weights differ by country.
func CutEmbedded(code string) (e Embedded, ok bool) {
	if len(code) == 12 {
		code = "0" + code
	}
	if len(code) != 13 || !ValidGTIN(code) {
		return Embedded{}, false
	}
	value := code[7:12]
	switch {
	case code[:2] == "02":
		value = code[8:12]
	case code[0] != '2':
		return Embedded{}, false
	}
	e = Embedded{Prefix: code[:2], Item: code[2:7]}
	for i := range len(value) {
		e.Value = e.Value*10 + int64(value[i]-'0')
	}
	return e, true
}
