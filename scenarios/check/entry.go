package check

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"stormrig/sim/history"
)

// Key names an entry: the device that wrote it, which incarnation of its
// journal, and the position in that chain.
type Key struct {
	Device string
	Inc    uint32
	Seq    uint64
}

func (k Key) String() string { return fmt.Sprintf("%s/%d/%d", k.Device, k.Inc, k.Seq) }

// MarshalText writes a key as String does.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText writes. A device's name may hold
// slashes.
func (k *Key) UnmarshalText(text []byte) error {
	parts := strings.Split(string(text), "/")
	if len(parts) < 3 {
		return fmt.Errorf("%q is not an entry's key: write it like \"phone/1/57\"", text)
	}
	n := len(parts)
	inc, err1 := strconv.ParseUint(parts[n-2], 10, 32)
	seq, err2 := strconv.ParseUint(parts[n-1], 10, 64)
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("%q is not an entry's key: %w", text, err)
	}
	*k = Key{strings.Join(parts[:n-2], "/"), uint32(inc), seq}
	return nil
}

// after is an order of all keys: device, incarnation, sequence.
func (k Key) after(o Key) bool {
	switch {
	case k.Device != o.Device:
		return k.Device > o.Device
	case k.Inc != o.Inc:
		return k.Inc > o.Inc
	}
	return k.Seq > o.Seq
}

func (k Key) chain() chain { return chain{k.Device, k.Inc} }

type chain struct {
	device string
	inc    uint32
}

func keyOf(e *history.Event) Key { return Key{e.Device, e.Inc, e.Seq} }

// entry is a journal payload: the members that a checker reads.
type entry struct {
	Device  string   `json:"device"`
	Inc     uint32   `json:"inc"`
	Seq     uint64   `json:"seq"`
	Wall    int64    `json:"wall"`
	Clock   string   `json:"clock"`
	HLC     uint64   `json:"hlc"`
	Facts   []fact   `json:"facts"`
	Intents []intent `json:"intents"`
}

func (e *entry) doubtful() bool { return e.Clock != "" }

// keyJSON is a key inside a fact.
type keyJSON struct {
	Device string `json:"device"`
	Inc    uint32 `json:"inc"`
	Seq    uint64 `json:"seq"`
}

func (k keyJSON) key() Key { return Key(k) }

type fact struct {
	Boot      *bootFact     `json:"boot"`
	Outage    *outageFact   `json:"outage"`
	ClockJump *jumpFact     `json:"clock_jump"`
	Line      *lineFact     `json:"line"`
	Void      *voidFact     `json:"void"`
	Charge    *chargeFact   `json:"charge"`
	Result    *resultFact   `json:"result"`
	Sale      *saleFact     `json:"sale"`
	Note      *noteFact     `json:"note"`
	Edit      *editFact     `json:"edit"`
	Forward   *forwardFact  `json:"forward"`
	Reversal  *reversalFact `json:"reversal"`
	// Exception is a sale whose payment a person has to settle.
	Exception *exceptionFact `json:"exception"`
	// Settlement is how a person has settled it.
	Settlement *settlementFact `json:"settlement"`
	Report     *reportFact     `json:"report"`
	Rank       *rankFact       `json:"rank"`
	Count      *countFact      `json:"count"`
	Drawer     *struct{}       `json:"drawer"`
	Copy       *copyFact       `json:"copy"`
}

// copyFact is a copy of a receipt, 0 where the till does not say of which.
type copyFact struct {
	Number int64 `json:"number"`
}

type bootFact struct {
	Recovered  uint64   `json:"recovered"`
	Lost       string   `json:"lost"`
	Before     *keyJSON `json:"before"`
	BeforeHash string   `json:"before_hash"`
}

type outageFact struct {
	What  string `json:"what"`
	From  int64  `json:"from"`
	To    int64  `json:"to"`
	Cause string `json:"cause"`
}

type jumpFact struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

type lineFact struct {
	N     int64  `json:"n"`
	SKU   string `json:"sku"`
	Label string `json:"label"`
	Code  string `json:"code"`
	Qty   int64  `json:"qty"`
	Price int64  `json:"price"`
	TaxBP int64  `json:"tax_bp"`
}

// voidFact takes a line out of the cart, or with N 0 the whole cart.
type voidFact struct {
	N int64 `json:"n"`
}

type chargeFact struct {
	Ref    string `json:"ref"`
	STAN   string `json:"stan"`
	Amount int64  `json:"amount"`
}

type resultFact struct {
	Ref    string `json:"ref"`
	State  string `json:"state"`
	STAN   string `json:"stan"`
	Auth   string `json:"auth"`
	Reason string `json:"reason"`
}

type tenderFact struct {
	Kind   string `json:"kind"`
	Amount int64  `json:"amount"`
	Ref    string `json:"ref"`
	State  string `json:"state"`
	Auth   string `json:"auth"` // the host's approval code
}

type taxFact struct {
	RateBP int64 `json:"rate_bp"`
	Net    int64 `json:"net"`
	Tax    int64 `json:"tax"`
}

type moveFact struct {
	SKU string `json:"sku"`
	Qty int64  `json:"qty"`
}

type saleFact struct {
	Number  int64        `json:"number"`
	Lines   []lineFact   `json:"lines"`
	Total   int64        `json:"total"`
	Tax     []taxFact    `json:"tax"`
	Tenders []tenderFact `json:"tenders"`
	Change  int64        `json:"change"`
	Moves   []moveFact   `json:"moves"`
	Place   *placeFact   `json:"place"`
	// BusinessDate is the shop's day, "2026-07-18".
	BusinessDate string `json:"business_date"`
}

type placeFact struct {
	LatE7       int64  `json:"lat_e7"`
	LonE7       int64  `json:"lon_e7"`
	AccuracyCM  int64  `json:"accuracy_cm"`
	AgeMS       int64  `json:"age_ms"`
	Unavailable string `json:"unavailable"`
}

type noteFact struct {
	Intent  string `json:"intent"`
	Outcome string `json:"outcome"`
	Detail  string `json:"detail"`
}

type editFact struct {
	Target   string    `json:"target"`
	Field    string    `json:"field"`
	Value    string    `json:"value"`
	Replaces []keyJSON `json:"replaces"`
}

type forwardFact struct {
	Ref     string `json:"ref"`
	Settled bool   `json:"settled"`
	// Receivable is what the customer owes.
	Receivable int64 `json:"receivable"`
	// CardLost: the card data were gone, so that it cannot be sent.
	CardLost bool `json:"card_lost"`
	// Expired: it was too old to be sent.
	Expired bool `json:"expired"`
	// Unclear: an earlier request of it may stand, since its reversal was refused.
	Unclear bool `json:"unclear"`
}

type reversalFact struct {
	Ref          string `json:"ref"`
	STAN         string `json:"stan"`
	Taken        int64  `json:"taken"` // when the payment that it undoes began
	Acknowledged bool   `json:"acknowledged"`
	Refused      string `json:"refused"` // for good, with this code
}

type exceptionFact struct {
	Ref        string `json:"ref"`
	Number     int64  `json:"number"`
	Receivable int64  `json:"receivable"` // what the customer owes
}

type settlementFact struct {
	Ref    string  `json:"ref"`
	Number int64   `json:"number"`
	Of     keyJSON `json:"of"` // the entry that says that it is not paid
	How    string  `json:"how"`
	Amount int64   `json:"amount"`
}

type reportFact struct {
	Kind         string           `json:"kind"`
	BusinessDate string           `json:"business_date"`
	From         keyJSON          `json:"from"`
	To           keyJSON          `json:"to"`
	Sales        *int64           `json:"sales"`
	Total        int64            `json:"total"`
	ByTender     map[string]int64 `json:"by_tender"`
	ByItem       map[string]int64 `json:"by_item"`
	ByVariant    map[string]int64 `json:"by_variant"`
	Settled      map[string]int64 `json:"settled"` // of what was not paid, by how
}

type rankFact struct {
	Of  keyJSON `json:"of"`
	HLC uint64  `json:"hlc"`
}

type countFact struct {
	Moves []moveFact `json:"moves"`
}

type intent struct {
	ID     string      `json:"id"`
	Print  *printOrder `json:"print"`
	Kick   *kickOrder  `json:"kick"`
	Arm    *refOrder   `json:"arm"`
	Cancel *refOrder   `json:"cancel"`
	Host   *hostOrder  `json:"host"`
	// Of a card terminal.
	Confirm *refOrder `json:"confirm"`
	Undo    *refOrder `json:"undo"`
}

type printOrder struct {
	Number int64  `json:"number"`
	Report string `json:"report"` // the business date of a Z
	Z      string `json:"z"`      // the key of its entry, where the till says so
	Mark   string `json:"mark"`
	Job    int    `json:"job"`
}

type kickOrder struct {
	Number int64 `json:"number"`
}

type refOrder struct {
	Ref string `json:"ref"`
}

type hostOrder struct {
	Kind  string `json:"kind"`
	Ref   string `json:"ref"`
	STAN  string `json:"stan"`
	Taken int64  `json:"taken"`
}

// decoder decodes each distinct payload once: a sale that three devices hold
// and one committed is one JSON text.
type decoder struct{ seen map[string]decoded }

type decoded struct {
	payload []byte
	entry   *entry // nil: not an entry
}

// decode returns the entry of an event with a payload, or nil when the
// payload is no entry. The event's hash is no more than the cache's key.
func (d *decoder) decode(e *history.Event) *entry {
	if got, ok := d.seen[e.Hash]; ok && string(got.payload) == string(e.Payload) {
		return got.entry
	}
	parsed := new(entry)
	if err := json.Unmarshal(e.Payload, parsed); err != nil {
		parsed = nil
	}
	if _, taken := d.seen[e.Hash]; !taken {
		d.seen[e.Hash] = decoded{e.Payload, parsed}
	}
	return parsed
}
