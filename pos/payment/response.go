package payment

// Class is what a response code (ISO 8583 field 39) means for a till.
type Class string

// The classes of an answer to an authorisation or a forwarded payment.
const (
	// ClassApproved: the whole amount was taken.
	ClassApproved Class = "approved"
	// ClassDeclined: nothing was taken, and asking again will not help.
	ClassDeclined Class = "declined"
	// ClassLater: nothing was decided; the same request may be repeated.
	ClassLater Class = "later"
	// ClassRefused: the host cannot use the message. Repeating it changes
	// nothing; a person must see it. What an earlier copy of the message did it
	// does not say.
	ClassRefused Class = "refused"
	// ClassReverse: the host took something that this till cannot sell on
	// (a part of the amount, or on a condition); reverse it.
	ClassReverse Class = "reverse"
	// ClassDuplicate: the host had the message before, and does not say what it
	// did then. It will say no more of it however often it is repeated.
	ClassDuplicate Class = "duplicate"
	// ClassUnknown: the answer does not say whether money was taken.
	ClassUnknown Class = "unknown"
)

// meaning is a code's class and its words for the display.
type meaning struct {
	class Class
	words string
}

// meanings follows ISO 8583:1987 and the lists that acquirers publish (among
// them GICC and Galileo). Codes not listed are declines: every list agrees
// that anything but an approval means that no money moved.
var meanings = map[string]meaning{
	"00": {ClassApproved, "APPROVED"},
	"11": {ClassApproved, "APPROVED"}, // VIP
	"01": {ClassDeclined, "CALL ISSUER"},
	"02": {ClassDeclined, "CALL ISSUER"},
	"03": {ClassRefused, "INVALID MERCHANT"},
	"04": {ClassDeclined, "PICK UP CARD"},
	"05": {ClassDeclined, "DECLINED"},
	"06": {ClassUnknown, "HOST ERROR"},
	"07": {ClassDeclined, "PICK UP CARD"},
	"08": {ClassReverse, "IDENTIFICATION NEEDED"},
	"10": {ClassReverse, "PARTIAL APPROVAL"},
	"12": {ClassRefused, "INVALID TRANSACTION"},
	"13": {ClassRefused, "INVALID AMOUNT"},
	"14": {ClassDeclined, "INVALID CARD"},
	"15": {ClassDeclined, "NO SUCH ISSUER"},
	"19": {ClassLater, "TRY AGAIN"},
	"21": {ClassDeclined, "NO ACTION TAKEN"},
	"25": {ClassDeclined, "NO SUCH RECORD"},
	"30": {ClassRefused, "FORMAT ERROR"},
	"33": {ClassDeclined, "EXPIRED CARD"},
	"41": {ClassDeclined, "LOST CARD"},
	"43": {ClassDeclined, "STOLEN CARD"},
	"51": {ClassDeclined, "INSUFFICIENT FUNDS"},
	"54": {ClassDeclined, "EXPIRED CARD"},
	"55": {ClassDeclined, "WRONG PIN"},
	"57": {ClassDeclined, "NOT PERMITTED"},
	"58": {ClassRefused, "TERMINAL NOT PERMITTED"},
	"61": {ClassDeclined, "OVER CARD LIMIT"},
	"62": {ClassDeclined, "RESTRICTED CARD"},
	"63": {ClassRefused, "SECURITY VIOLATION"},
	"65": {ClassDeclined, "OVER CARD LIMIT"},
	"68": {ClassUnknown, "LATE RESPONSE"},
	"75": {ClassDeclined, "WRONG PIN"},
	"91": {ClassLater, "ISSUER UNAVAILABLE"},
	"92": {ClassLater, "ISSUER UNAVAILABLE"},
	"94": {ClassDuplicate, "DUPLICATE"},
	"96": {ClassLater, "HOST MALFUNCTION"},
}

// Classify tells what a response code to an authorisation or a forwarded
// payment means. An empty code is an unknown outcome.
func Classify(code string) Class {
	if m, ok := meanings[code]; ok {
		return m.class
	}
	if code == "" {
		return ClassUnknown
	}
	return ClassDeclined
}

// Words returns what a response code is called on the display: "INSUFFICIENT
// FUNDS", or "DECLINED 77" for a code that is not listed.
func Words(code string) string {
	if m, ok := meanings[code]; ok {
		return m.words
	}
	if code == "" {
		return "NO ANSWER"
	}
	return "DECLINED " + code
}

// ClassifyReversal tells what a response code to a reversal advice means:
// ClassApproved is an acknowledgement, also where the host finds nothing to
// reverse or has reversed it before. Everything else is repeated
// (ClassLater), or shown to a person because it cannot succeed
// (ClassRefused); a reversal is never given up for a decline.
func ClassifyReversal(code string) Class {
	switch code {
	case "00", "25", "94":
		return ClassApproved
	}
	if Classify(code) == ClassRefused {
		return ClassRefused
	}
	return ClassLater
}
