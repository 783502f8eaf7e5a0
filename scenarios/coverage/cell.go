package coverage

// Fault is a row: something that goes wrong.
type Fault struct {
	ID    string `json:"id"`
	Name  string `json:"name"`  // "power lost"
	Means string `json:"means"` // how a history shows it
}

// State is a column: what a till is doing.
type State struct {
	ID    string `json:"id"`
	Name  string `json:"name"` // "a card is at the host"
	Means string `json:"means"`
}

// Cell is a fault in a state.
type Cell struct {
	Fault Fault
	State State
	// Impossible says why no run can reach it; empty where one can.
	Impossible string
}

// ID names the cell in a few letters: "cut/host".
func (c Cell) ID() string { return c.Fault.ID + "/" + c.State.ID }

// Name says it in words: "power lost while a card is at the host".
func (c Cell) Name() string { return c.Fault.Name + " while " + c.State.Name }

// Explain says how a history shows it.
func (c Cell) Explain() string { return c.Fault.Means + "; at that moment " + c.State.Means }

// The rows, by their place in [Faults].
const (
	fCut = iota
	fKill
	fHub
	fHost
	fHubLink
	fHostLink
	fRough
	fPrinter
	fDongle
	fScanner
	fOneWay
	fPaper
	fCover
	fJump
	f1970
	fAhead
	fWrite
	fSync
	fFull
	fSlow
	fHubDisk
	faultCount
)

// Faults lists the rows. The slice is made anew for each call.
func Faults() []Fault {
	return []Fault{
		fCut:      {"cut", "power lost", "the till lost its power"},
		fKill:     {"kill", "process killed", "the till's process ended and its power stayed"},
		fHub:      {"hub", "hub away", "the hub had no power or did not run"},
		fHost:     {"host", "card host away", "the card host had no power"},
		fHubLink:  {"hub-link", "hub link down", "nothing passed between till and hub, one way or both"},
		fHostLink: {"host-link", "host link down", "nothing passed between till and card host, one way or both"},
		fRough:    {"rough", "rough network", "a link of the till lost, repeated, reordered or held back messages"},
		fPrinter:  {"printer", "printer away", "the printer had no power or no cable"},
		fDongle:   {"dongle", "dongle away", "the dongle had no power or no cable"},
		fScanner:  {"scanner", "scanner away", "the scanner had no power or no cable"},
		fOneWay:   {"one-way", "device mute or deaf", "a device's line carried one way only, and nobody was told"},
		fPaper:    {"paper", "paper out", "the display said that the paper is out"},
		fCover:    {"cover", "printer cover open", "the display said that the cover is open"},
		fJump:     {"jump", "clock moved", "the till's clock was moved"},
		f1970:     {"1970", "clock at 1970", "the till's clock showed a time before 1990"},
		fAhead:    {"ahead", "clock ahead", "the till's clock was ahead by more than a day"},
		fWrite:    {"eio-write", "write errors", "writes to the till's disk failed"},
		fSync:     {"eio-sync", "sync errors", "syncs of the till's disk failed"},
		fFull:     {"full", "disk full", "the till's disk was full, or about to be"},
		fSlow:     {"slow", "slow disk", "the till's disk was slow"},
		fHubDisk:  {"hub-disk", "hub's disk ill", "the hub's disk failed, was full or slow"},
	}
}

// The columns, by their place in [States].
const (
	sIdle = iota
	sCart
	sArmed
	sHost
	sApproved
	sCommit
	sPrinting
	sQuestion
	sQueue
	sForward
	sReverse
	sSync
	sPull
	sCheckpoint
	sRecovery
	sReport
	sEdit
	stateCount
)

// States lists the columns. The slice is made anew for each call.
func States() []State {
	return []State{
		sIdle:       {"idle", "nobody is served", "no shopper stood at the till, and it ran"},
		sCart:       {"cart", "a cart is open", "something was scanned, and not yet paid"},
		sArmed:      {"armed", "a card is awaited", "the dongle was armed with an amount"},
		sHost:       {"host", "a card is at the host", "a card had been read, and neither an answer nor its entry was there"},
		sApproved:   {"approved", "an approval is not recorded", "the card host had captured, and the till's journal did not know"},
		sCommit:     {"commit", "a decision is being written", "a commit was under way"},
		sPrinting:   {"printing", "paper is printed", "a piece of paper hung out of the printer"},
		sQuestion:   {"question", "the cashier is asked for a receipt", "the display asked RECEIPT?"},
		sQueue:      {"queue", "stored payments wait", "payments were stored to be forwarded"},
		sForward:    {"forward", "the queue is forwarded", "a stored payment had been sent to the host, and its answer was not recorded"},
		sReverse:    {"reverse", "a reversal is under way", "a reversal was ordered and not acknowledged"},
		sSync:       {"sync", "entries are exchanged", "the progress figure had begun and was not full"},
		sPull:       {"pull", "others' entries are written", "a pull was under way"},
		sCheckpoint: {"checkpoint", "a checkpoint is written", "a checkpoint was under way"},
		sRecovery:   {"recovery", "the till recovers", "a recovery was under way"},
		sReport:     {"report", "a day report is made", "the report was asked for, and its paper was not there"},
		sEdit:       {"edit", "an edit waits for the hub", "the till had edited the catalogue, and the hub had not acknowledged"},
	}
}

// Cells lists the matrix, row by row.
func Cells() []Cell {
	var out []Cell
	for i, f := range Faults() {
		for j, s := range States() {
			out = append(out, Cell{f, s, impossible(i, j)})
		}
	}
	return out
}

// impossible says why a cell cannot be; empty where it can.
func impossible(fault, state int) string {
	return impossibles[[2]int{fault, state}]
}
