package spec

// File is a scenario as written, before names are looked up. Its JSON tags
// are the keys of the file, its jsonschema tags their description.
type File struct {
	Scenario  string          `json:"scenario" jsonschema:"name of the scenario: small letters, digits and dashes"`
	Title     string          `json:"title,omitempty" jsonschema:"one line for 'list'"`
	Story     string          `json:"story,omitempty" jsonschema:"a few sentences for 'explain'"`
	Seed      *int64          `json:"seed,omitempty" jsonschema:"seed when none is given; 1 by default, below 2^53"`
	Shop      ShopFile        `json:"shop" jsonschema:"what is sold, where and when"`
	Catalogue *CatalogueFile  `json:"catalogue,omitempty" jsonschema:"a catalogue written into the scenario, instead of shop.catalogue"`
	Power     PowerFile       `json:"power,omitempty" jsonschema:"who hangs on the mains, and whose battery lasts how long without"`
	Tills     Named[TillFile] `json:"tills" jsonschema:"tills by name"`
	Shoppers  *ShoppersFile   `json:"shoppers,omitempty" jsonschema:"how many shoppers come, drawn from the seed"`
	Sales     []SaleFile      `json:"sales,omitempty" jsonschema:"baskets written out, instead of shoppers"`
	Payment   PaymentFile     `json:"payment,omitempty" jsonschema:"rules of offline cards, and what the card host does"`
	Weather   []FaultFile     `json:"weather,omitempty" jsonschema:"what goes wrong: one map a fault"`
	Expect    ExpectFile      `json:"expect,omitempty" jsonschema:"figures that must come out exactly"`
	Invented  []string        `json:"invented,omitempty" jsonschema:"what an import made up: prices, tenders, barcodes, stock, tax, sales, currency, zone"`
}

// ShopFile is what is sold, where and when.
type ShopFile struct {
	Catalogue string `json:"catalogue,omitempty" jsonschema:"a built-in catalogue or a file"`
	Zone      string `json:"zone" jsonschema:"IANA time zone, such as Asia/Manila"`
	Opens     Clock  `json:"opens" jsonschema:"local date and time: 2026-07-18 10:00"`
	Closes    Clock  `json:"closes" jsonschema:"local time, after the opening"`
	Cutoff    *Clock `json:"cutoff,omitempty" jsonschema:"when the business date changes, local time; 04:00 by default"`
}

// PowerFile is the power graph.
type PowerFile struct {
	Mains   []string        `json:"mains,omitempty" jsonschema:"who has no other supply: router, a till, a device"`
	Battery Named[Duration] `json:"battery,omitempty" jsonschema:"how long each lasts when the mains is gone"`
}

// TillFile is one till.
type TillFile struct {
	Devices []string `json:"devices,omitempty" jsonschema:"of scanner, dongle, printer, location; without a scanner it sells nothing"`
	Dongle  string   `json:"dongle,omitempty" jsonschema:"class of its card reader: reader (the till asks the card host; the default), swiper (a reader that is told no amount and remembers nothing), terminal (authorises by itself), terminal-confirm (and waits for the till's word: what has none it voids), terminal-confirm-stands (confirms), terminal-confirm-blocks (takes no other payment)"`
	Printer string   `json:"printer,omitempty" jsonschema:"make of its printer: tm-p80 (radio; the default), tm-t20 (cable), tm-p60 (58 mm, radio, a tear bar), clone (cheap, with a tear bar: confirms no print, and opens the drawer only in the order of its buffer)"`
	At      string   `json:"at,omitempty" jsonschema:"where it stands; empty is in the shop, any other place has power and network of its own"`
	Actor   string   `json:"actor,omitempty" jsonschema:"who sits there: cashier or assistant"`
	Backlog string   `json:"backlog,omitempty" jsonschema:"what becomes of receipts that waited 5 minutes or more for the printer, once it is back: print them all at once (the default), ask at the seat, or drop them with an entry each"`
	Segment *Size    `json:"segment,omitempty" jsonschema:"length at which its journal begins a new file; small ones let a day do what takes a shop months"`
	Keep    int      `json:"keep,omitempty" jsonschema:"newest entries of its own that stay in the journal, once the hub holds the older ones; without it none move to its archive"`
}

// ShoppersFile is a day of shoppers drawn from the seed.
type ShoppersFile struct {
	Before   int            `json:"before,omitempty" jsonschema:"sales before the network is cut, or of the whole day where it never is"`
	Storm    int            `json:"storm,omitempty" jsonschema:"sales while it is cut"`
	After    int            `json:"after,omitempty" jsonschema:"sales after it came back"`
	Card     *Percent       `json:"card,omitempty" jsonschema:"share that pays by card; 0% by default"`
	Lines    *Range         `json:"lines,omitempty" jsonschema:"articles in a basket; 1..3 by default"`
	Patience *Duration      `json:"patience,omitempty" jsonschema:"how long a shopper waits before leaving; 10m by default"`
	Mix      Named[Decimal] `json:"mix,omitempty" jsonschema:"weights of items; each 1 by default, 0 is never bought"`
}

// SaleFile is one basket written out.
type SaleFile struct {
	At          Clock  `json:"at" jsonschema:"when the shopper steps up, local time"`
	Till        string `json:"till,omitempty" jsonschema:"the first selling till by default"`
	Pay         string `json:"pay,omitempty" jsonschema:"cash or card; cash by default"`
	Lines       []Line `json:"lines,omitempty" jsonschema:"articles: coffee, or 2 x coffee"`
	Voided      int    `json:"voided,omitempty" jsonschema:"lines that were rung and taken out again; what they were is not known"`
	Corrections int    `json:"corrections,omitempty" jsonschema:"corrections without an article in the source, which are not played"`
	Cancelled   bool   `json:"cancelled,omitempty" jsonschema:"the whole cart was given up: no sale, and no number in 'sale 3'"`
	Invented    bool   `json:"invented,omitempty" jsonschema:"the basket is made up"`
	Source      string `json:"source,omitempty" jsonschema:"its number where it came from"`
	SeenBy      string `json:"seen-by,omitempty" jsonschema:"who or what says so, where the books do not: card slip, customer"`
}

// PaymentFile is the rules of offline cards and the card host's behaviour.
type PaymentFile struct {
	Caps         CapsFile     `json:"caps,omitempty" jsonschema:"limits of store-and-forward"`
	Declines     DeclinesFile `json:"declines,omitempty" jsonschema:"how often the host says no"`
	Answers      AnswersFile  `json:"answers,omitempty" jsonschema:"how often the host answers with another response code of ISO 8583, by kind of request"`
	Deduplicates string       `json:"deduplicates,omitempty" jsonschema:"how long the host knows a repeat again: forever (the default), never or a time such as 24h; a till repeats what had no answer, and a host that has forgotten takes the money twice (P2)"`
}

// CapsFile is the limits of store-and-forward.
type CapsFile struct {
	Each  *Money    `json:"each,omitempty" jsonschema:"largest stored payment"`
	Total *Money    `json:"total,omitempty" jsonschema:"sum of stored payments"`
	Count *int      `json:"count,omitempty" jsonschema:"number of stored payments"`
	Age   *Duration `json:"age,omitempty" jsonschema:"oldest payment that is still forwarded"`
}

// DeclinesFile is how often the host says no.
type DeclinesFile struct {
	Online    *Percent `json:"online,omitempty" jsonschema:"share of cards declined while the shopper stands there"`
	Partly    *Percent `json:"partly,omitempty" jsonschema:"share of cards of which the host takes only a part of the amount (response 10)"`
	Forwarded *Percent `json:"forwarded,omitempty" jsonschema:"share of stored payments declined when they are forwarded"`
}

// AnswersFile is how often the host answers a request, each time that it comes,
// with a code that is not its last word, or is no plain yes or no.
type AnswersFile struct {
	Authorise Named[Percent] `json:"authorise,omitempty" jsonschema:"to a card while the shopper stands there: 06, 08, 10, 19, 30, 91, 96"`
	Forward   Named[Percent] `json:"forward,omitempty" jsonschema:"to a stored payment: 06, 08, 10, 19, 30, 91, 94, 96"`
	Reverse   Named[Percent] `json:"reverse,omitempty" jsonschema:"to a reversal: 06, 19, 25, 30, 91, 94, 96"`
}

// ExpectFile is figures that must come out exactly.
type ExpectFile struct {
	Rung        *int `json:"rung,omitempty" jsonschema:"baskets whose tender was accepted"`
	Dark        *int `json:"dark,omitempty" jsonschema:"sales committed while the network was cut"`
	Conflicts   *int `json:"conflicts,omitempty" jsonschema:"conflicts recorded for a person: one for each two edits of one thing that did not know of each other"`
	Receivables *int `json:"receivables,omitempty" jsonschema:"payments that customers owe at the end: stored ones that the host declined later, or that a terminal undid"`
}

// Entry is one named value.
type Entry[T any] struct {
	Name  string
	Value T
}

// Named is a map that keeps the order of the file.
type Named[T any] []Entry[T]

// Get returns the value of a name.
func (n Named[T]) Get(name string) (T, bool) {
	for _, e := range n {
		if e.Name == name {
			return e.Value, true
		}
	}
	var none T
	return none, false
}

// Names returns the names in the order of the file.
func (n Named[T]) Names() []string {
	names := make([]string, len(n))
	for i, e := range n {
		names[i] = e.Name
	}
	return names
}

func (n *Named[T]) add(name string) any {
	*n = append(*n, Entry[T]{Name: name})
	return &(*n)[len(*n)-1].Value
}
