package certify

import "time"

// Class is a kind of device.
type Class string

// The classes that can be certified.
const (
	Printer Class = "printer"
	Scanner Class = "scanner"
	Dongle  Class = "dongle"
)

// Check is one examination.
type Check struct {
	// ID is stable: results, certificates and tables name it.
	ID    string
	Title string
	Cost  Cost
	// Grade is the best grade that a printer can have which fails this
	// check; zero: it fails the device.
	Grade Grade
	Run   func(*Exam) Result
}

// ChecksOf are the checks of a class of device; of a card reader, those of its
// kind.
func ChecksOf(c Class, o Options) []Check {
	switch {
	case c == Printer:
		return PrinterChecks()
	case c == Scanner:
		return ScannerChecks()
	case o.Kind == KindSwiper:
		return SwiperChecks()
	case o.Kind == KindTerminal:
		return TerminalChecks()
	}
	return ReaderChecks()
}

// Cost is what a check takes, so that a person knows before he begins.
type Cost struct {
	Time  time.Duration
	Paper int // millimetres
	Hands int // actions of a hand, answers included
}

func (c Cost) plus(o Cost) Cost {
	return Cost{Time: c.Time + o.Time, Paper: c.Paper + o.Paper, Hands: c.Hands + o.Hands}
}

// Total is the cost of checks.
func Total(checks []Check) (sum Cost) {
	for _, c := range checks {
		sum = sum.plus(c.Cost)
	}
	return sum
}

// Grade is what a printer has earned. Other classes have none.
type Grade string

// The grades, best first.
const (
	GradeA Grade = "A" // completion is proven
	GradeB Grade = "B" // its status is true
	GradeC Grade = "C" // it prints, and cannot tell a lost receipt
)

// Verdict of a check, or of a device.
type Verdict string

// The verdicts.
const (
	Pass          Verdict = "pass"
	Fail          Verdict = "fail"
	Incomplete    Verdict = "incomplete"     // not done, or not seen
	NotApplicable Verdict = "not applicable" // the device does not claim it
)

// Result is what a check found.
type Result struct {
	ID      string  `json:"id"`
	Title   string  `json:"title"`
	Verdict Verdict `json:"verdict"`
	// Measured and Limit are numbers or texts, in Unit.
	Measured any    `json:"measured,omitempty"`
	Limit    any    `json:"limit,omitempty"`
	Unit     string `json:"unit,omitempty"`
	// Marginal: it passed, and by so little that another day it may not.
	Marginal bool `json:"marginal,omitempty"`
	// Detail is for people: what was seen, and what it means.
	Detail string `json:"detail,omitempty"`
	// Defects are what is wrong with the device, in standard words.
	Defects []string `json:"defects,omitempty"`
}
