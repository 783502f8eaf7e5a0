package spec

import (
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // zones must not depend on the machine

	"stormrig/pos"
)

// Finder finds a catalogue by its name: a built-in one, or a file beside the
// scenario.
type Finder func(name string) (*pos.Catalogue, error)

// MaxSeed is the largest seed: above it, JavaScript and many JSON readers
// would change the number.
const MaxSeed = 1<<53 - 1

// mostOpen is how long a scenario's day and its night may be.
const mostOpen = 48 * time.Hour

// Parse reads and checks a scenario. name stands in error messages. find may
// be nil when the file brings its own catalogue. Problems come as [Errors].
func Parse(name string, text []byte, find Finder) (*Scenario, error) {
	f := new(File)
	d := read(name, text, f)
	if !d.read("") {
		return nil, d.errs.sorted()
	}
	s := &Scenario{Name: f.Scenario, Title: f.Title, Story: f.Story, Seed: 1, Invented: f.Invented, File: f}
	b := &builder{decoder: d, f: f, s: s, find: find}
	// Each stage rests on those before it. A person wants to see all errors at
	// once, and none that only follows from another: a check that rests on
	// something wrong is left out.
	for _, stage := range []func(){b.head, b.shop, b.tills, b.power, b.payment, b.weather, b.baskets, b.points} {
		stage()
	}
	if len(d.errs) > 0 {
		return nil, d.errs.sorted()
	}
	return s, nil
}

// builder turns a document into a scenario.
type builder struct {
	*decoder
	f    *File
	s    *Scenario
	find Finder

	hours    bool              // opening and closing are known
	misnamed bool              // a till cannot be called what it is
	known    map[string]string // paths that name one variant: its SKU
}

func (b *builder) head() {
	if !nameRE.MatchString(b.f.Scenario) {
		b.failAt("scenario", wrong("use small letters, digits and dashes", "%q is no name", b.f.Scenario))
	}
	if b.f.Seed != nil {
		b.s.Seed = *b.f.Seed
		if b.s.Seed > MaxSeed {
			b.failAt("seed", wrong("", "the seed %d is not below 2^53", b.s.Seed))
		}
	}
	known := []string{InventedPrices, InventedTenders, InventedStock, InventedBarcodes, InventedTax, InventedSales, InventedCurrency, InventedZone}
	for i, w := range b.f.Invented {
		if err := oneOf("kind of invention", w, known...); err != nil {
			b.failAt(fmt.Sprintf("invented[%d]", i), err)
		}
	}
	b.s.Expect = Expect(b.f.Expect)
}

func (b *builder) shop() {
	b.shopCatalogue()
	f, shop := b.f.Shop, &b.s.Shop
	zone, err := time.LoadLocation(f.Zone)
	if err != nil || f.Zone == "" || f.Zone == "Local" {
		b.failAt("shop.zone", wrong(zoneHint(f.Zone), "there is no time zone %q", f.Zone))
		zone = time.UTC // in which the times of the day can be checked all the same
	}
	shop.Zone = zone
	b.opening()
	shop.Cutoff = 4 * time.Hour
	if f.Cutoff != nil {
		shop.Cutoff = f.Cutoff.Time
		if f.Cutoff.Date != "" {
			b.failAt("shop.cutoff", errors.New("the cut-off is the same every day: it has no date"))
		}
	}
}

// opening finds out when the shop is open.
func (b *builder) opening() {
	f, shop := b.f.Shop, &b.s.Shop
	var err error
	if shop.Opens, err = f.Opens.in(shop.Zone, ""); err != nil {
		b.failAt("shop.opens", err)
	} else {
		b.wallYear("shop.opens", shop.Opens)
	}
	if !b.sound("shop.opens") {
		return
	}
	if shop.Closes, err = f.Closes.in(shop.Zone, f.Opens.Date); err != nil {
		b.failAt("shop.closes", err)
	}
	if f.Closes.Date == "" && !shop.Closes.After(shop.Opens) { // past midnight
		shop.Closes = shop.Closes.AddDate(0, 0, 1)
	}
	if l := shop.Length(); l <= 0 {
		b.failAt("shop.closes", wrong("", "the shop closes before it opens"))
	} else if l > mostOpen {
		b.failAt("shop.closes", wrong("a scenario is one day and its night: 48h at most", "the shop is open for %s", Duration(l)))
	}
	b.hours = b.sound("shop.closes")
}

// wallYear refuses a time that a clock of nanoseconds cannot show.
func (b *builder) wallYear(path string, t time.Time) {
	if y := t.Year(); y < 1970 || y > 2200 {
		b.failAt(path, wrong("from 1970 to 2200", "the year %d", y))
	}
}

func (b *builder) shopCatalogue() {
	name := b.f.Shop.Catalogue
	switch {
	case b.f.Catalogue != nil:
		if name != "" && name != b.f.Catalogue.Catalogue && b.read("catalogue.catalogue") {
			b.failAt("shop.catalogue", wrong("leave shop.catalogue out", "the file brings the catalogue %q, not %q", b.f.Catalogue.Catalogue, name))
		}
		b.s.Shop.Catalogue = b.catalogue(b.f.Catalogue, "catalogue")
	case name == "":
		b.failMissing("shop", wrong("write catalogue: boutique", "the shop has no catalogue"))
	case b.find == nil:
		b.failAt("shop.catalogue", errors.New("no catalogue can be looked up here"))
	default:
		c, err := b.find(name)
		var inside Errors
		switch {
		case errors.As(err, &inside): // the catalogue's own places say more
			b.errs = append(b.errs, inside...)
		case err != nil:
			b.failAt("shop.catalogue", err)
		}
		b.s.Shop.Catalogue = c
	}
}

func zoneHint(name string) string {
	common := []string{
		"UTC", "Asia/Manila", "Asia/Tokyo", "Asia/Kolkata", "Asia/Singapore", "Asia/Dubai", "Europe/London",
		"Europe/Berlin", "Europe/Paris", "Europe/Madrid", "America/New_York", "America/Chicago",
		"America/Los_Angeles", "America/Sao_Paulo", "Africa/Lagos", "Australia/Sydney",
	}
	if n := Near(name, common); n != "" {
		return "did you mean " + n + "?"
	}
	for _, part := range []string{"Asia", "Europe", "America", "Africa", "Australia", "Pacific", "Atlantic", "Indian"} {
		if _, err := time.LoadLocation(part + "/" + name); err == nil && name != "" {
			return "did you mean " + part + "/" + name + "?"
		}
	}
	return "an IANA name, such as Asia/Manila"
}

// place turns a time of day into a time since opening.
func (b *builder) place(path string, c Clock) time.Duration {
	shop := b.s.Shop
	if !b.hours || !b.read(path) {
		return 0
	}
	t, err := c.in(shop.Zone, shop.Opens.Format(time.DateOnly))
	if c.Date == "" && (err != nil || t.Before(shop.Opens)) { // the night after
		next, errNext := c.in(shop.Zone, shop.Opens.AddDate(0, 0, 1).Format(time.DateOnly))
		switch {
		case errNext != nil && err == nil:
			err = errNext
		case errNext == nil && !next.After(shop.Closes):
			t, err = next, nil
		}
	}
	if err != nil {
		b.failAt(path, err)
		return 0
	}
	if t.Before(shop.Opens) || t.After(shop.Closes) {
		b.failAt(path, wrong("", "%s is outside of the opening hours, %s to %s", c,
			shop.Opens.Format("2006-01-02 15:04"), shop.Closes.Format("2006-01-02 15:04")))
		return 0
	}
	return t.Sub(shop.Opens)
}

// money checks an amount's currency.
func (b *builder) money(path string, m *Money) pos.Amount {
	if m == nil {
		return 0
	}
	if c := b.s.Shop.Catalogue; c != nil && c.Currency.Valid() && m.Currency != c.Currency {
		b.failAt(path, wrong("", "%s is not in the shop's currency, %s", *m, c.Currency))
	}
	return m.Amount
}
