package acquirer

// Requested is told when a request was read, before it is decided.
type Requested struct {
	Port     string
	MTI      string // "0100", "0101", "0420", ...
	Kind     string // "authorise", "forward", "reverse", "echo"
	Terminal string
	STAN     string
	Ref      string
	Amount   int64 // minor units
	Repeat   bool  // it says of itself that it is a repeat
}

// Booked is told when the ledger changes, before the answer leaves. Booked
// captured (or settled, for a deferred payment) is the approval.
type Booked struct {
	Port     string
	Terminal string
	STAN     string
	Ref      string
	Amount   int64
	State    State
	Why      string // response code and what lies behind it, in words
}

// Garbled is told when bytes were no request. It never holds card data.
type Garbled struct{ Port, Why string }
