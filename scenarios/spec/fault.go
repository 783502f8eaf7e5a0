package spec

import (
	"fmt"
	"strings"
	"time"

	"stormrig/pos"
)

// Kind is what goes wrong.
type Kind string

// The kinds of fault; explain.Fault says what each means in the field.
const (
	Cut       Kind = "cut"        // Target "mains", "network" or a link
	BrownOut  Kind = "brown-out"  // Target "mains"; To
	Drop      Kind = "drop"       // Target till, device or "hub": power gone at once
	Kill      Kind = "kill"       // Target till or "hub": process dies, page cache lives
	Stop      Kind = "stop"       // Target till or "hub": switched off in order
	Unplug    Kind = "unplug"     // Target device
	Mute      Kind = "mute"       // Target device: nobody hears it
	Deaf      Kind = "deaf"       // Target device: it hears nothing
	Garble    Kind = "garble"     // Target scanner: a byte of what it says arrives changed
	Network   Kind = "network"    // Target "network" or a link; Net
	ClockBad  Kind = "clock"      // Target till or "hub"; Clock
	PaperOut  Kind = "paper-out"  // Target printer
	NearEnd   Kind = "near-end"   // Target printer
	CoverOpen Kind = "cover-open" // Target printer
	Slow      Kind = "slow"       // Target device; Delay
	Disk      Kind = "disk"       // Target till or "hub"; Disk
	Report    Kind = "report"     // Target till: the person at its seat asks for the figures; Reading
	Copy      Kind = "copy"       // Target till: the person at its seat asks for a receipt once more; Receipt
	Edit      Kind = "edit"       // Target SKU (price) or item id (name); Edit
)

// Fault is one fault of the weather.
type Fault struct {
	ID     string // "w3": its place in the file, from 1
	Kind   Kind
	Target string
	When   When
	Times  Range // how often; 1..1 when not written
	// For is how long it lasts; 0 when not written: what a hand can mend is
	// then mended when the seed says (a drop or a kill after 5 s to 20 s; a
	// cable, paper, cover or stop after 15 s to 90 s), anything else lasts until
	// the weather ends.
	For    time.Duration
	OneWay string    // cut, network: "", "in" or "out", seen from the till
	To     Percent   // brown-out: what is left of the voltage
	Delay  Durations // network, slow, disk: drawn for each message or operation
	Net    *NetChange
	Clock  *ClockChange
	Disk   *DiskChange
	Edit   *EditChange
	// Reading: report: ReadingX (when nothing is written) or ReadingZ.
	Reading string
	Receipt int    // copy: the number of the receipt
	Text    string // the fault as written: "{drop: phone, when: drawn}"
}

// NetChange is a bad network; shares of messages.
type NetChange struct{ Loss, Duplicate, Reorder Percent }

// ClockChange is a wrong clock; exactly one is set.
type ClockChange struct {
	Jump  time.Duration // moved by, not 0
	Set   *time.Time    // shows this
	Drift PPM           // gains so much
	Flat  bool          // its battery is flat: 1970 after each loss of power
}

// DiskChange is a failing disk.
type DiskChange struct {
	Fail string // DiskWrite, DiskSync, DiskFull, DiskLie or DiskSlow
	Room int64  // full: bytes left
}

// Readings of a till's figures.
const (
	ReadingX = "x" // a look
	ReadingZ = "z" // closes the day
)

// How a disk fails.
const (
	DiskWrite = "write" // writes return EIO
	DiskSync  = "sync"  // syncs return EIO; the page cache then lies
	DiskFull  = "full"  // ENOSPC
	DiskLie   = "lie"   // syncs return at once and do nothing
	DiskSlow  = "slow"  // operations take Delay longer
)

// DiskFailures lists how a disk may fail, as a file writes it.
func DiskFailures() []string { return append([]string(nil), diskFailures...) }

var diskFailures = []string{DiskWrite, DiskSync, DiskFull, DiskLie, DiskSlow}

// EditChange is an edit of the catalogue; exactly one of Price (with HasPrice)
// and Name is set.
type EditChange struct {
	Target   string // as it was written: a person need not write all of an article's name
	By       string // a till; the person at its seat makes the edit
	HasPrice bool
	Price    pos.Amount
	Name     string
}

// Field returns what the till's edit command wants: field and value.
func (e EditChange) Field() (field, value string) {
	if e.HasPrice {
		return "price", fmt.Sprint(int64(e.Price))
	}
	return "name", e.Name
}

// Form says which kind of when-point a fault has.
type Form string

// The forms of a when-point.
const (
	Always    Form = "always"  // from the opening on
	AtTime    Form = "at"      // At
	InSpan    Form = "during"  // Span, with Op and Byte or Share, of Sale
	InBetween Form = "between" // From, To, of Sale
	AtMoment  Form = "after"   // After, Moment, of Sale
	Drawn     Form = "drawn"   // the seed chooses the cell, then the place
)

// Spans of 'during'.
const (
	SpanCommit     = "commit"
	SpanReceipt    = "receipt"
	SpanRecovery   = "recovery"
	SpanCheckpoint = "checkpoint"
	SpanPull       = "pull"
	SpanSettle     = "settle"  // the end of a stored payment
	SpanRewrite    = "rewrite" // what a failed write or sync left in doubt, once more
	SpanRequest    = "request" // a message to the card host
	SpanReply      = "reply"   // and its answer
)

var spans = []string{SpanCommit, SpanReceipt, SpanRecovery, SpanCheckpoint, SpanPull, SpanSettle, SpanRewrite, SpanRequest, SpanReply}

// When is an exact point. It fires once for each of the fault's Times.
type When struct {
	Form Form
	// At is a time since opening; with After, so long after it: the window of
	// somebody who knows the time only roughly. With During it is the time from which the
	// span is looked for (0: from the opening, or from Sale on).
	At time.Duration
	// Span is what must be under way.
	Span string
	// Sale is the basket; N is 0 when none is named.
	Sale SaleRef
	// From, To: the fault falls between these moments of Sale.
	From, To Moment
	// Moment and After: so long after that moment of Sale, drawn from the
	// range.
	Moment Moment
	After  Durations
	// Op is the disk operation of the span, from 1; Byte the byte of that
	// operation or of the receipt, from 0, and -1 when not written; Share how
	// far the span has come, and -1 when not written. With none of them the
	// seed chooses.
	Op    int
	Byte  int
	Share Percent
}

// NamesCard tells whether only a card sale can have the point.
func (w When) NamesCard() bool {
	return w.Moment.CardOnly() || w.From.CardOnly() || w.To.CardOnly() || w.InMessage()
}

// NamesCash tells whether only a cash sale can have the point.
func (w When) NamesCash() bool { return w.Moment.CashOnly() || w.From.CashOnly() || w.To.CashOnly() }

// InMessage tells whether it is a point in a message between till and card host.
func (w When) InMessage() bool {
	return w.Form == InSpan && (w.Span == SpanRequest || w.Span == SpanReply)
}

// String says in words when the fault strikes, without the date.
func (w When) String() string {
	var b strings.Builder
	switch w.Form {
	case Always:
		return "from the opening on"
	case Drawn:
		return "drawn"
	case AtTime:
		if w.After.Max > 0 {
			return fmt.Sprintf("%s to %s after opening", Duration(w.At+time.Duration(w.After.Min)), Duration(w.At+time.Duration(w.After.Max)))
		}
		return Duration(w.At).String() + " after opening"
	case AtMoment:
		if w.After.Max > 0 {
			fmt.Fprintf(&b, "%s after ", w.After)
		}
		fmt.Fprintf(&b, "%s of %s", w.Moment, w.Sale)
		return b.String()
	case InBetween:
		return fmt.Sprintf("between %s and %s of %s", w.From, w.To, w.Sale)
	}
	fmt.Fprintf(&b, "during %s", w.Span)
	if w.Sale.N > 0 {
		fmt.Fprintf(&b, " of %s", w.Sale)
	}
	if w.Op > 0 {
		fmt.Fprintf(&b, ", operation %d", w.Op)
	}
	if w.Byte >= 0 {
		fmt.Fprintf(&b, ", byte %d", w.Byte)
	}
	if w.Share >= 0 {
		fmt.Fprintf(&b, ", at %s", w.Share)
	}
	if w.At > 0 {
		fmt.Fprintf(&b, ", from %s after opening on", Duration(w.At))
	}
	return b.String()
}
