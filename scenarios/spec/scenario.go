package spec

import (
	"slices"
	"time"

	"stormrig/pos"
)

// Scenario is a checked scenario: every name resolved, every time placed.
// Times of the day are durations since the opening ([Shop.Opens]). Lists keep
// the order of the file. It is not to be changed; a rig that needs another
// day parses another file.
type Scenario struct {
	Name     string // "storm-saturday"
	Title    string // one line
	Story    string // a few sentences
	Seed     int64  // default seed, 0 <= Seed < 2^53
	Shop     Shop
	Power    Power
	Tills    []Till   // at least one sells
	Shoppers Shoppers // zero when Sales are written out
	Sales    []Sale   // baskets in order of time; empty when they are drawn
	Payment  Payment
	Weather  []Fault
	Expect   Expect
	Invented []string // what an import made up, sorted: see Invented* constants
	File     *File    // the document that it was made from
}

// What an import may have made up.
const (
	InventedPrices   = "prices"
	InventedTenders  = "tenders"
	InventedStock    = "stock"
	InventedBarcodes = "barcodes"
	InventedTax      = "tax"
	InventedSales    = "sales"
	InventedCurrency = "currency"
	InventedZone     = "zone" // the time zone of the shop
)

// Shop is what is sold, where and when.
type Shop struct {
	Catalogue *pos.Catalogue
	Zone      *time.Location // its String is the IANA name
	Opens     time.Time      // T = 0, in Zone
	Closes    time.Time
	Cutoff    time.Duration // business day begins, since local midnight
}

// Length is how long the shop is open.
func (s Shop) Length() time.Duration { return s.Closes.Sub(s.Opens) }

// CutoffText writes the cut-off as the history's header wants it: "04:00".
func (s Shop) CutoffText() string { return Clock{Time: s.Cutoff}.String() }

// Power is the power graph. Who is in neither list has a supply that never
// fails (the hub and the card host, a till across town).
type Power struct {
	// Mains lists who dies with the mains at once: "router", a till
	// ("phone"), a device ("phone.printer").
	Mains []string
	// Batteries lists who runs on when the mains is gone, and for how long.
	// They are full at the opening and are charged again by the mains as fast
	// as they were emptied. Sorted by Lasts, then Who: the weakest first.
	Batteries []Battery
}

// Battery is one battery.
type Battery struct {
	Who   string // a till or a device
	Lasts time.Duration
}

// Till is one till, wherever it stands.
type Till struct {
	Name    string
	Devices []string // of Devices, in that order
	Dongle  string   // one of Dongles; empty without a dongle
	Printer string   // one of Printers; empty without a printer
	At      string   // empty: in the shop; else a place with mains and network of its own
	Actor   string   // ActorCashier or ActorAssistant
	Backlog string   // BacklogPrint (or empty), BacklogAsk or BacklogDrop
	Segment int64    // bytes of a segment of its journal; 0: as the journal has it
	Keep    int      // own entries that are never archived; 0: none is
}

// Who sits at a till.
const (
	ActorCashier   = "cashier"
	ActorAssistant = "assistant"
)

// What becomes of receipts that waited for the printer.
const (
	BacklogPrint = "print"
	BacklogAsk   = "ask"
	BacklogDrop  = "drop"
)

// Devices are the devices that a till may have.
const (
	Scanner  = "scanner"
	Dongle   = "dongle"
	Printer  = "printer"
	Location = "location"
)

// Classes of a dongle, by their profiles of stormrig/sim/device. A reader leaves
// it to the till to ask the card host, and so does a swiper, which is told no
// amount and remembers nothing. A terminal has a line of its own to it.
// One that waits to be confirmed has three ways with what the till did not
// confirm.
const (
	DongleReader   = "reader"
	DongleSwiper   = "swiper"
	DongleTerminal = "terminal"
	DongleConfirm  = "terminal-confirm"        // voids it
	DongleStands   = "terminal-confirm-stands" // confirms it
	DongleBlocks   = "terminal-confirm-blocks" // takes no other payment
)

// Makes of printer, by their profiles of stormrig/sim/device.
const (
	PrinterMobile80  = "tm-p80"
	PrinterCounter80 = "tm-t20"
	PrinterMobile58  = "tm-p60"
	PrinterClone     = "clone" // clone-58
)

var printerMakes = []string{PrinterMobile80, PrinterCounter80, PrinterMobile58, PrinterClone}

// Printers lists the makes of printer that a till may have, the default first.
func Printers() []string { return append([]string(nil), printerMakes...) }

var dongles = []string{DongleReader, DongleSwiper, DongleTerminal, DongleConfirm, DongleStands, DongleBlocks}

// Dongles lists the classes of a dongle.
func Dongles() []string { return append([]string(nil), dongles...) }

// Terminal tells whether the till's dongle authorises by itself.
func (t Till) Terminal() bool {
	return t.Has(Dongle) && t.Dongle != DongleReader && t.Dongle != DongleSwiper
}

// Confirms tells whether it waits for the till's word after that.
func (t Till) Confirms() bool { return t.Terminal() && t.Dongle != DongleTerminal }

// HostLink names the link to the card host of a till with a dongle.
func (t Till) HostLink() string {
	if t.Terminal() {
		return t.Name + "." + Dongle + "-host"
	}
	return t.Name + "-host"
}

// Has tells whether the till has a device.
func (t Till) Has(device string) bool {
	for _, d := range t.Devices {
		if d == device {
			return true
		}
	}
	return false
}

// Sells tells whether baskets are rung here.
func (t Till) Sells() bool { return t.Has(Scanner) }

// InShop tells whether the shop's mains and network are the till's.
func (t Till) InShop() bool { return t.At == "" }

// Shoppers is a day of shoppers to be drawn from the seed. All baskets count
// as one sequence: Before, then Storm, then After.
type Shoppers struct {
	Before, Storm, After int
	Card                 Percent // share that pays by card
	Lines                Range   // articles in a basket
	Patience             time.Duration
	Mix                  []Weight // in the catalogue's order; nobody else is bought
}

// Total is the number of sales of the day.
func (s Shoppers) Total() int { return s.Before + s.Storm + s.After }

// Weight is how often a variant is bought, against the others.
type Weight struct {
	SKU    string
	Weight int64 // above 0
}

// Sale is one basket written out.
type Sale struct {
	N           int           // its number as in "sale 3"; 0 when cancelled
	At          time.Duration // since opening
	Till        string
	Card        bool
	Lines       []SaleLine
	Voided      int // lines rung and taken out again; the article is not known
	Corrections int // of the source, not played
	Cancelled   bool
	Invented    bool   // the basket is made up
	Source      string // its number where it came from
}

// SaleLine is one article of a basket.
type SaleLine struct {
	SKU string
	Qty int64
}

// Payment is the rules of offline cards and the card host's behaviour.
type Payment struct {
	// Limits of store-and-forward; 0 means none.
	CapEach, CapTotal pos.Amount
	CapCount          int
	CapAge            time.Duration
	// DeclineOnline and DeclineForwarded are shares of card payments, and so is
	// ApproveInPart: of those the host takes only a part.
	DeclineOnline, DeclineForwarded, ApproveInPart Percent
	// Answers are codes that the host gives to a share of the requests of a kind.
	Answers []Answer
	// Deduplicates is how long the host knows a repeat again: Forever, or 0
	// for a host that never does.
	Deduplicates time.Duration
}

// Answer is a response code of ISO 8583 (field 39) that the card host gives to a
// share of the requests of a kind.
type Answer struct {
	Kind  string // one of AnswerKinds
	Code  string
	Share Percent
}

// Forever is longer than any day.
const Forever = time.Duration(1<<63 - 1)

// Expect is figures that must come out exactly; nil where none was written.
type Expect struct{ Rung, Dark, Conflicts, Receivables *int }

// Till returns a till by its name.
func (s *Scenario) Till(name string) (Till, bool) {
	for _, t := range s.Tills {
		if t.Name == name {
			return t, true
		}
	}
	return Till{}, false
}

// Selling returns the tills that ring baskets.
func (s *Scenario) Selling() []Till {
	var out []Till
	for _, t := range s.Tills {
		if t.Sells() {
			out = append(out, t)
		}
	}
	return out
}

// Links names the network links: "phone-hub" for each till, "phone-host" for
// each till with a dongle, "phone.dongle-host" where that is a terminal.
func (s *Scenario) Links() []string {
	var out []string
	for _, t := range s.Tills {
		out = append(out, linksOf(t)...)
	}
	return out
}

// ShopLinks names the links that "network" stands for: those of the tills in
// the shop.
func (s *Scenario) ShopLinks() []string {
	var out []string
	for _, t := range s.Tills {
		if t.InShop() {
			out = append(out, linksOf(t)...)
		}
	}
	return out
}

func linksOf(t Till) []string {
	links := []string{t.Name + "-hub"}
	if t.Has(Dongle) {
		links = append(links, t.HostLink())
	}
	return links
}

// Dark returns the first stretch, since opening, in which the whole network
// is cut by a fault with a time of day; ok is false when there is none.
func (s *Scenario) Dark() (from, to time.Duration, ok bool) {
	for _, f := range s.Weather {
		if f.Kind != Cut || f.Target != "network" || f.When.Form != AtTime || f.OneWay != "" {
			continue
		}
		if !ok || f.When.At < from {
			from, to, ok = f.When.At, f.When.At+f.For, true
			if f.For == 0 {
				to = s.Shop.Length()
			}
		}
	}
	return from, to, ok
}

// Ordinal turns a reference into the number of the day's basket, from 1.
func (s *Scenario) Ordinal(r SaleRef) int {
	if !r.Storm {
		return r.N
	}
	if len(s.Sales) == 0 {
		return s.Shoppers.Before + r.N
	}
	from, _, _ := s.Dark()
	for _, sale := range s.Sales {
		if sale.N > 0 && sale.At >= from {
			return sale.N + r.N - 1
		}
	}
	return 0
}

// SaleCount is the number of sales of the day.
func (s *Scenario) SaleCount() int {
	if len(s.Sales) == 0 {
		return s.Shoppers.Total()
	}
	n := 0
	for _, sale := range s.Sales {
		n = max(n, sale.N)
	}
	return n
}

// stormCount is the number of sales while the network is cut.
func (s *Scenario) stormCount() int {
	if len(s.Sales) == 0 {
		return s.Shoppers.Storm
	}
	n := 0
	from, to, ok := s.Dark()
	for _, sale := range s.Sales {
		if ok && sale.N > 0 && sale.At >= from && sale.At < to {
			n++
		}
	}
	return n
}

// CardSales lists the numbers of the sales that must be paid by card because
// a fault names a moment that only a card payment has; sorted, no doubles.
func (s *Scenario) CardSales() []int { return s.salesWith(When.NamesCard) }

// CashSales lists those that must be paid in cash, in the same way.
func (s *Scenario) CashSales() []int { return s.salesWith(When.NamesCash) }

func (s *Scenario) salesWith(point func(When) bool) (out []int) {
	for _, f := range s.Weather {
		if n := s.Ordinal(f.When.Sale); point(f.When) && n > 0 {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
