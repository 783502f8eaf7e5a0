package check

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// printedSum is one thing that a paper says: words, and the amount at the right
// margin behind them.
type printedSum struct {
	words  string // in the line of the amount
	before string // the same with all words since the amount before
	amount int64
}

// says tells whether the amount is of this name. A long name may have been
// broken over several lines.
func (p *printedSum) says(name string) bool {
	return p.words == name || len(p.words) < len(name) && strings.HasSuffix(" "+p.before, " "+name)
}

// reading is what a person reads on a piece of paper that sells something.
// Nothing of a layout is taken for granted but that words stand before their
// amount: of what is not recognised nothing is said.
type reading struct {
	all   []printedSum
	total *int64
	cash  *int64 // the sum that was handed over
	card  *int64
	back  *int64 // change
	tax   map[int64]int64
	codes [][]string // the words in each QR code
	times []stamp
	place []degree // two coordinates of one line; nil: none
}

// stamp is a date on the paper, with the time of day if one stands behind it.
type stamp struct{ date, time string }

// read reads a paper's lines in a currency with so many decimals.
func read(lines []string, decimals int) *reading {
	r := &reading{tax: make(map[int64]int64)}
	var words []string
	for _, line := range lines {
		text := strings.TrimSpace(line)
		fields := strings.Fields(text)
		if code, is := strings.CutPrefix(text, "[QR "); is {
			r.codes = append(r.codes, strings.Fields(strings.TrimSuffix(code, "]")))
			words = nil
			continue
		}
		r.stamps(fields)
		if pair := pairOfDegrees(fields); pair != nil {
			r.place = pair
		}
		switch n := len(fields); {
		case n == 0 || ruled(text):
			words = nil
		case !isAmount(fields[n-1], decimals):
			words = append(words, fields...) // a long name goes on in the next line
		default:
			amount, _ := minor(fields[n-1])
			here := fields[:n-1]
			r.takes(printedSum{strings.Join(here, " "), strings.Join(append(words, here...), " "), amount})
			words = nil
		}
	}
	return r
}

func (r *reading) takes(p printedSum) {
	r.all = append(r.all, p)
	first, _, _ := strings.Cut(p.words, " ")
	switch {
	case first == "TOTAL" && r.total == nil:
		r.total = &p.amount
	case first == "CASH":
		r.cash = added(r.cash, p.amount)
	case first == "CARD":
		r.card = added(r.card, p.amount)
	case first == "CHANGE":
		r.back = added(r.back, p.amount)
	default:
		if rate, ok := rateIn(p.words); ok {
			r.tax[rate] += p.amount
		}
	}
}

func added(sum *int64, n int64) *int64 {
	if sum != nil {
		n += *sum
	}
	return &n
}

// stamps finds dates as ISO 8601 writes them.
func (r *reading) stamps(fields []string) {
	for i, f := range fields {
		if !shaped(f, "0000-00-00") {
			continue
		}
		s := stamp{date: f}
		if i+1 < len(fields) && shaped(fields[i+1], "00:00:00") {
			s.time = fields[i+1]
		}
		r.times = append(r.times, s)
	}
}

// shaped tells whether text has a digit wherever the shape has a 0, and the
// shape's own character elsewhere.
func shaped(text, shape string) bool {
	if len(text) != len(shape) {
		return false
	}
	for i := range len(text) {
		digit := text[i] >= '0' && text[i] <= '9'
		if shape[i] == '0' && !digit || shape[i] != '0' && text[i] != shape[i] {
			return false
		}
	}
	return true
}

// of returns the amounts that stand behind these words, in order.
func (r *reading) of(words string) []int64 {
	var out []int64
	words = strings.Join(strings.Fields(words), " ")
	for i := range r.all {
		if p := &r.all[i]; p.says(words) {
			out = append(out, p.amount)
		}
	}
	return out
}

// ruled tells of a line that only divides.
func ruled(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) })
}

// isAmount tells whether a word is an amount with all its decimals.
func isAmount(word string, decimals int) bool {
	_, ok := minor(word)
	if !ok || decimals == 0 {
		return ok
	}
	at := len(word) - decimals - 1
	return at > 0 && (word[at] == '.' || word[at] == ',') && !strings.ContainsAny(word[at+1:], ".,-")
}

// rateIn finds "12%" or "7.5 %" and returns basis points.
func rateIn(words string) (int64, bool) {
	before, _, found := strings.Cut(words, "%")
	fields := strings.Fields(before)
	if !found || len(fields) == 0 {
		return 0, false
	}
	whole, part, _ := strings.Cut(strings.ReplaceAll(fields[len(fields)-1], ",", "."), ".")
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	return n, err == nil && len(part) <= 2
}

// sameAmounts compares without regard to order.
func sameAmounts(a, b []int64) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}
