package scan

import "strconv"

// identifier is what the value of one or more application identifiers
// consists of.
type identifier struct {
	from, to string // the first and the last AI, of the same length
	parts    []part
}

// part is a run of characters of one kind.
type part struct {
	kind      byte // 'N' digits, 'X' character set 82, 'Y' character set 39
	min, max  int
	check     bool // its last digit is a check digit
	date      bool // YYMMDD; DD may be 00
	mayBeLast bool // what comes before may end the value
}

// Shapes of values, as the GS1 General Specifications write them.
func digits(n int) part       { return part{kind: 'N', min: n, max: n} }
func keyed(n int) part        { return part{kind: 'N', min: n, max: n, check: true} }
func upTo(n int) part         { return part{kind: 'N', min: 1, max: n} }
func text(n int) part         { return part{kind: 'X', min: 1, max: n} }
func moreDigits(n int) part   { return part{kind: 'N', min: 1, max: n, mayBeLast: true} }
func moreText(n int) part     { return part{kind: 'X', min: 1, max: n, mayBeLast: true} }
func date() part              { return part{kind: 'N', min: 6, max: 6, date: true} }
func of(parts ...part) []part { return parts }

// measure is a weight or another measure: six digits, of which the AI's own
// last one says how many are decimals.
func measure(kind int) identifier {
	ai := strconv.Itoa(kind)
	return identifier{ai + "0", ai + "5", of(digits(6))}
}

// gs1Identifiers are the application identifiers of the GS1 General
// Specifications, 3.2, in their order; the fourth digit of 31nn to 36nn is a
// number of decimals, 0 to 5, and that of 39nn 0 to 9.
func gs1Identifiers() []identifier {
	list := []identifier{
		{"00", "00", of(keyed(18))}, {"01", "03", of(keyed(14))},
		{"10", "10", of(text(20))}, {"11", "13", of(date())}, {"15", "17", of(date())},
		{"20", "20", of(digits(2))}, {"21", "22", of(text(20))},
		{"235", "235", of(text(28))}, {"240", "241", of(text(30))}, {"242", "242", of(upTo(6))},
		{"243", "243", of(text(20))}, {"250", "251", of(text(30))}, {"253", "253", of(keyed(13), moreText(17))},
		{"254", "254", of(text(20))}, {"255", "255", of(keyed(13), moreDigits(12))},
		{"30", "30", of(upTo(8))}, {"37", "37", of(upTo(8))},
		{"3900", "3909", of(upTo(15))}, {"3910", "3919", of(digits(3), upTo(15))},
		{"3920", "3929", of(upTo(15))}, {"3930", "3939", of(digits(3), upTo(15))},
		{"3940", "3943", of(digits(4))}, {"3950", "3955", of(digits(6))},
		{"400", "401", of(text(30))}, {"402", "402", of(keyed(17))}, {"403", "403", of(text(30))},
		{"410", "417", of(keyed(13))}, {"420", "420", of(text(20))}, {"421", "421", of(digits(3), text(9))},
		{"422", "422", of(digits(3))}, {"423", "423", of(digits(3), moreDigits(12))}, {"424", "424", of(digits(3))},
		{"425", "425", of(digits(3), moreDigits(12))}, {"426", "426", of(digits(3))}, {"427", "427", of(text(3))},
		{"4300", "4301", of(text(35))}, {"4302", "4306", of(text(70))}, {"4307", "4307", of(part{kind: 'X', min: 2, max: 2})},
		{"4308", "4308", of(text(30))}, {"4310", "4311", of(text(35))}, {"4312", "4316", of(text(70))},
		{"4317", "4317", of(part{kind: 'X', min: 2, max: 2})}, {"4318", "4318", of(text(20))}, {"4319", "4319", of(text(30))},
		{"4320", "4320", of(text(35))}, {"4321", "4323", of(digits(1))}, {"4324", "4325", of(digits(10))}, {"4326", "4326", of(digits(6))},
		{"7001", "7001", of(digits(13))}, {"7002", "7002", of(text(30))}, {"7003", "7003", of(digits(10))},
		{"7004", "7004", of(upTo(4))}, {"7005", "7005", of(text(12))}, {"7006", "7006", of(date())},
		{"7007", "7007", of(date(), part{kind: 'N', min: 6, max: 6, date: true, mayBeLast: true})},
		{"7008", "7008", of(text(3))}, {"7009", "7009", of(text(10))}, {"7010", "7010", of(text(2))},
		{"7020", "7022", of(text(20))}, {"7023", "7023", of(text(30))}, {"7030", "7039", of(digits(3), text(27))},
		{"7040", "7040", of(digits(1), part{kind: 'X', min: 3, max: 3})}, {"710", "716", of(text(20))}, {"7230", "7239", of(part{kind: 'X', min: 3, max: 30})}, {"7240", "7240", of(text(20))},
		{"8001", "8001", of(digits(14))}, {"8002", "8002", of(text(20))}, {"8003", "8003", of(keyed(14), moreText(16))},
		{"8004", "8004", of(text(30))}, {"8005", "8005", of(digits(6))}, {"8006", "8006", of(keyed(14), digits(4))},
		{"8007", "8007", of(text(34))}, {"8008", "8008", of(digits(8), moreDigits(4))}, {"8009", "8009", of(text(50))},
		{"8010", "8010", of(part{kind: 'Y', min: 1, max: 30})}, {"8011", "8011", of(upTo(12))}, {"8012", "8012", of(text(20))},
		{"8013", "8013", of(text(25))}, {"8017", "8018", of(keyed(18))}, {"8019", "8019", of(upTo(10))}, {"8020", "8020", of(text(25))},
		{"8026", "8026", of(keyed(14), digits(4))}, {"8110", "8110", of(text(70))}, {"8111", "8111", of(digits(4))},
		{"8112", "8112", of(text(70))}, {"8200", "8200", of(text(70))},
		{"90", "90", of(text(30))}, {"91", "99", of(text(90))},
	}
	for _, measures := range [][2]int{{310, 316}, {320, 337}, {340, 357}, {360, 369}} {
		for m := measures[0]; m <= measures[1]; m++ {
			list = append(list, measure(m))
		}
	}
	return list
}
