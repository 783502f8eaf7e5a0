package books

import (
	"fmt"
	"time"

	"stormrig/scenarios/audit/table"
)

// MaxRecords is how many sales, charges or articles are kept of a file.
const MaxRecords = 600_000

// State is what became of a sale or a charge.
type State uint8

// The states. Other is what is neither: a fee, a payout.
const (
	Sold State = iota
	Refunded
	Cancelled
	Captured
	Declined
	Reversed
	Other
)

// Tender is how a sale was paid.
type Tender uint8

// The tenders.
const (
	Unknown Tender = iota
	ByCash
	ByCard
	ByOther
	Split // cash and card
)

// Line is one article of a sale.
type Line struct {
	SKU    int32 // index into Sales.SKUs
	Milli  int64 // thousandths of a piece; below zero for a return
	Amount int64 // of the line, minor units; 0 where it is not said
}

// Sale is one sale of an export.
type Sale struct {
	Line, Last int32 // its first and last line in the file
	Till       int32 // index into Sales.Tills
	Series     int32 // index into Sales.Series: what stands before the number's digits
	Seq        int64 // the digits of its number; -1 where it has none
	Number     string
	At         int64 // unix nanoseconds; 0 unknown
	Total      int64 // minor units, below zero for a refund
	Card, Cash int64 // what was paid so
	Tender     Tender
	State      State
	Last4      string
	Ref        string
	Lines      []Line
	Voided     int32 // lines taken out again
	Corrected  int32 // corrections without an article
}

// When is the sale's time as the file has it.
func (s *Sale) When() time.Time { return time.Unix(0, s.At) }

// Sales is a sales file.
type Sales struct {
	File
	List   []Sale
	Tills  []string
	Series []string
	SKUs   []string
	Prices []int64 // last price of a piece, by SKU; 0 unknown
	// What the file says at all.
	HasNumbers, HasTimes, HasTender, HasLast4, HasRef, HasLines, HasTills bool
	Skipped                                                               int // lines that are no sale: totals, other days
}

// Charge is one line of a settlement.
type Charge struct {
	Line   int32
	Till   int32 // index into Settlement.Tills
	At     int64 // unix nanoseconds; 0 unknown
	Amount int64 // minor units, below zero for money given back
	State  State
	Last4  string
	Ref    string
	Order  string
}

// Settlement is what an acquirer says.
type Settlement struct {
	File
	List                               []Charge
	Tills                              []string
	HasTimes, HasLast4, HasRef, HasOrd bool
	Skipped                            int
}

// Count is one article of a stock count.
type Count struct {
	Line  int32
	SKU   string
	Milli int64
	Price int64 // of a piece, minor units; 0 unknown
}

// Stock is a stock count.
type Stock struct {
	File
	List []Count
}

// File is what is known of a file besides its records.
type File struct {
	Name     string
	Mapping  string // name of the mapping that was used
	Title    string
	Encoding string
	Rows     int            // lines below the titles
	Masked   []table.Masked // the first places where a whole card number stood
	Cards    int            // how many such places there were
	Backward int32          // a line whose time lies well before the one above, where the file otherwise goes forward; 0 none
	Sorted   bool
}

// Place names a line: "sales.csv:17".
func (f *File) Place(line int32) string { return fmt.Sprintf("%s:%d", f.Name, line) }
