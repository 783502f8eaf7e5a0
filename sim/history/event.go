package history

import "encoding/json"

// Event is one line of a history. Only N, T, Gen, Who and Kind are always
// there; the kinds in doc.go say which others a kind carries. Money is in
// minor units of the header's currency, T in nanoseconds of world time since
// the shop's opening (negative before it), wall times in nanoseconds since
// 1970 UTC as the device's clock showed them.
type Event struct {
	N    int64  `json:"n"`
	T    int64  `json:"t_ns"`
	Gen  int    `json:"gen"` // which life of Who: 1 after the first start
	Who  string `json:"who"`
	Kind string `json:"kind"`

	Basket int      `json:"basket,omitempty"` // the harness's n-th basket, from 1
	Ref    string   `json:"ref,omitempty"`    // payment reference as delivered
	STAN   string   `json:"stan,omitempty"`
	Number int64    `json:"number,omitempty"` // receipt number as read by a person
	Job    int      `json:"job,omitempty"`
	Code   string   `json:"code,omitempty"`   // barcode
	Amount int64    `json:"amount,omitempty"` // minor units
	Wall   int64    `json:"wall,omitempty"`   // wall ns
	WallTo int64    `json:"wall_to,omitempty"`
	On     bool     `json:"on,omitempty"`
	State  string   `json:"state,omitempty"`
	Text   string   `json:"text,omitempty"`
	Lines  []string `json:"lines,omitempty"`

	Items []Item `json:"items,omitempty"` // basket
	Cut   *Cut   `json:"cut,omitempty"`   // cut
	Fault *Fault `json:"fault,omitempty"` // fault

	// commit, replicated, acknowledged, entry
	Device  string          `json:"device,omitempty"`
	Inc     uint32          `json:"inc,omitempty"`
	Seq     uint64          `json:"seq,omitempty"`
	Prev    string          `json:"prev,omitempty"` // hex
	Hash    string          `json:"hash,omitempty"` // hex: SHA-256(prev bytes, payload bytes)
	Payload json.RawMessage `json:"payload,omitempty"`

	Done   int64            `json:"done,omitempty"`  // progress, recovered
	Total  int64            `json:"total,omitempty"` // progress, recovered
	Stock  map[string]int64 `json:"stock,omitempty"` // state: on hand by SKU
	Header *Header          `json:"header,omitempty"`
}

// Item is one article in a shopper's basket.
type Item struct {
	SKU  string `json:"sku"`
	Code string `json:"code"`
	Qty  int64  `json:"qty"`
}

// Cut is where a loss of power struck.
type Cut struct {
	// Span is what the unit was doing: "recovery", "checkpoint", "pull",
	// "commit", or empty when it was idle or only waiting.
	Span string `json:"span,omitempty"`
	// Ops is the number of disk operations that the span would have made,
	// Begun and Ended how many had begun and ended; Synced is set when the
	// last sync had ended but the effects had not left.
	Ops    int  `json:"ops,omitempty"`
	Begun  int  `json:"begun,omitempty"`
	Ended  int  `json:"ended,omitempty"`
	Synced bool `json:"synced,omitempty"`
	// At says which operation was struck, and its file, in words.
	At string `json:"at,omitempty"`
	// Pending is the number of sectors that were not yet synced; Torn and
	// Reordered say what kind of image the disk came back with.
	Pending   int    `json:"pending,omitempty"`
	Torn      bool   `json:"torn,omitempty"`
	Reordered bool   `json:"reordered,omitempty"`
	Image     string `json:"image,omitempty"` // which sectors survived, in words
}

// Fault is a fault of the written plan.
type Fault struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Target string `json:"target"`
	When   string `json:"when"`             // in words
	For    int64  `json:"for_ns,omitempty"` // 0: it stays, or is over at once
	Words  string `json:"words,omitempty"`  // all of it in a sentence
	Action string `json:"action,omitempty"` // device: what a hand does to it, in the device's own word
}

// Header is the first line: what the shop was before anything happened.
type Header struct {
	Schema   int       `json:"schema"` // 1
	Scenario string    `json:"scenario"`
	Rig      string    `json:"rig"`
	Seed     int64     `json:"seed"`
	Level    int       `json:"level"` // 0, 1 or 2
	Currency string    `json:"currency"`
	Zone     string    `json:"zone"`     // IANA name
	Cutoff   string    `json:"cutoff"`   // business day begins, local: "04:00"
	OpensAt  int64     `json:"opens_at"` // true wall ns of T = 0
	Tills    []string  `json:"tills"`
	Articles []Article `json:"articles"`
	// TaxRounding says how this POS is to round the tax that prices contain:
	// "half up by rate" (on the sum of all lines of a rate); empty: not known.
	TaxRounding string `json:"tax_rounding,omitempty"`
	// Caps of store-and-forward; 0 means none.
	CapEach  int64 `json:"cap_each"`
	CapTotal int64 `json:"cap_total"`
	CapCount int64 `json:"cap_count"`
	CapAgeNS int64 `json:"cap_age_ns"`
	// Invented lists what an import made up ("prices", "tenders").
	Invented []string `json:"invented,omitempty"`
}

// Article is one variant as provisioned.
type Article struct {
	SKU   string `json:"sku"`
	Code  string `json:"code"`
	Label string `json:"label"`
	Price int64  `json:"price"`
	TaxBP int64  `json:"tax_bp"`
	Stock int64  `json:"stock"`
}
