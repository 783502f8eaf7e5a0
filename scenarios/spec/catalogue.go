package spec

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"stormrig/pos"
)

// CatalogueFile is a catalogue as written.
type CatalogueFile struct {
	Catalogue string     `json:"catalogue" jsonschema:"name of the catalogue"`
	Currency  string     `json:"currency" jsonschema:"ISO 4217 code, such as PHP"`
	Tax       *Percent   `json:"tax,omitempty" jsonschema:"rate contained in prices, where an item has none of its own; 0% by default"`
	Items     []ItemFile `json:"items" jsonschema:"what is sold"`
}

// ItemFile is a product. One without axes is its own only variant.
type ItemFile struct {
	ID       string        `json:"id" jsonschema:"small letters, digits and dashes"`
	Name     string        `json:"name" jsonschema:"what stands on display and paper"`
	Tax      *Percent      `json:"tax,omitempty" jsonschema:"rate contained in its price"`
	Axes     []string      `json:"axes,omitempty" jsonschema:"such as size, colour, material"`
	Price    *Money        `json:"price,omitempty" jsonschema:"of variants that have none of their own"`
	Stock    *int          `json:"stock,omitempty" jsonschema:"pieces on hand of variants that have none of their own; 0 by default"`
	Barcode  string        `json:"barcode,omitempty" jsonschema:"of an item without axes"`
	Variants []VariantFile `json:"variants,omitempty" jsonschema:"of an item with axes"`
}

// VariantFile is one sellable combination.
type VariantFile struct {
	Options []string `json:"options" jsonschema:"one for each axis, in order"`
	Barcode string   `json:"barcode" jsonschema:"EAN-13, EAN-8 or UPC-A with its check digit"`
	Price   *Money   `json:"price,omitempty" jsonschema:"tax included"`
	Stock   *int     `json:"stock,omitempty" jsonschema:"pieces on hand"`
}

var nameRE = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// ParseCatalogue reads a catalogue file. Problems come as [Errors].
func ParseCatalogue(name string, text []byte) (*pos.Catalogue, error) {
	var f CatalogueFile
	d := read(name, text, &f)
	if !d.read("") {
		return nil, d.errs.sorted()
	}
	c := d.catalogue(&f, "")
	if len(d.errs) > 0 {
		return nil, d.errs.sorted()
	}
	return c, nil
}

func (d *decoder) catalogue(f *CatalogueFile, path string) *pos.Catalogue {
	c := &pos.Catalogue{Name: f.Catalogue, Currency: pos.Currency(f.Currency)}
	if !nameRE.MatchString(f.Catalogue) {
		d.failAt(join(path, "catalogue"), wrong("use small letters, digits and dashes", "%q is no name", f.Catalogue))
	}
	if !c.Currency.Valid() {
		d.failAt(join(path, "currency"), wrong(`three capital letters of ISO 4217, such as PHP`, "%q is no currency", f.Currency))
		return c
	}
	if len(f.Items) == 0 {
		d.failAt(join(path, "items"), errors.New("a catalogue without items sells nothing"))
	}
	k := &catalogueCheck{d: d, c: c, f: f, ids: map[string]bool{}, codes: map[string]string{}}
	for i := range f.Items {
		k.item(&f.Items[i], fmt.Sprintf("%s[%d]", join(path, "items"), i))
	}
	return c
}

type catalogueCheck struct {
	d     *decoder
	c     *pos.Catalogue
	f     *CatalogueFile
	ids   map[string]bool
	codes map[string]string // barcode -> SKU
}

func (k *catalogueCheck) item(f *ItemFile, path string) {
	it := pos.Item{ID: f.ID, Name: f.Name, Axes: f.Axes}
	if !nameRE.MatchString(f.ID) {
		k.d.failAt(path+".id", wrong("use small letters, digits and dashes", "%q is no id", f.ID))
	}
	if k.ids[f.ID] {
		k.d.failAt(path+".id", wrong("", "there are two items %q", f.ID))
	}
	k.ids[f.ID] = true
	if msg := badText(f.Name); msg != "" {
		k.d.failAt(path+".name", errors.New("the name "+msg))
	}
	if tax := firstOf(f.Tax, k.f.Tax); tax != nil {
		it.TaxBP = int64(*tax)
	}
	variants := f.Variants
	if len(f.Axes) == 0 {
		if len(variants) > 0 {
			k.d.failKey(path+".variants", wrong("give the item axes, such as [size, colour]", "variants without axes"))
			return
		}
		variants = []VariantFile{{Barcode: f.Barcode}}
	} else if f.Barcode != "" {
		k.d.failKey(path+".barcode", wrong("write it at the variant", "an item with axes has no barcode of its own"))
	} else if len(variants) == 0 {
		k.d.failKey(path+".axes", errors.New("an item with axes needs variants"))
	}
	seen := map[string]bool{}
	for i := range variants {
		sub := path
		if len(f.Axes) > 0 {
			sub = fmt.Sprintf("%s.variants[%d]", path, i)
		}
		it.Variants = append(it.Variants, k.variant(f, &it, &variants[i], sub, seen))
	}
	k.c.Items = append(k.c.Items, it)
}

func (k *catalogueCheck) variant(f *ItemFile, it *pos.Item, v *VariantFile, path string, seen map[string]bool) pos.Variant {
	out := pos.Variant{Options: v.Options, Barcode: v.Barcode}
	if len(v.Options) != len(f.Axes) {
		k.d.failAt(path+".options", wrong("one for each of "+strings.Join(f.Axes, ", "), "%d options for %d axes", len(v.Options), len(f.Axes)))
	}
	for i, o := range v.Options {
		if o == "" || strings.ContainsAny(o, "/ \t") || badText(o) != "" {
			k.d.failAt(fmt.Sprintf("%s.options[%d]", path, i), wrong("a word without blanks and slashes", "%q is no option", o))
		}
	}
	sku := it.SKU(out)
	if seen[sku] {
		k.d.failAt(path+".options", wrong("", "there are two variants %s", sku))
	}
	seen[sku] = true
	if err := CheckBarcode(v.Barcode); err != nil {
		k.d.failAt(path+".barcode", err)
	} else if other, dup := k.codes[v.Barcode]; dup {
		k.d.failAt(path+".barcode", wrong("", "barcode %s is that of %s already", v.Barcode, other))
	}
	k.codes[v.Barcode] = sku
	switch price := firstOf(v.Price, f.Price); {
	case price == nil:
		k.d.failAt(path, wrong("write price: "+k.c.Currency.Format(0)+" with what it costs", "%s has no price", sku))
	case price.Currency != k.c.Currency:
		k.d.failAt(path+".price", wrong("", "the price is in %s, the catalogue in %s", price.Currency, k.c.Currency))
	default:
		out.Price = price.Amount
	}
	if stock := firstOf(v.Stock, f.Stock); stock != nil {
		out.Stock = int64(*stock)
	}
	return out
}

// firstOf returns the first that is written.
func firstOf[T any](own, general *T) *T {
	if own != nil {
		return own
	}
	return general
}

// badText says what is wrong with a text for display and paper.
func badText(s string) string {
	if strings.TrimSpace(s) == "" {
		return "is empty"
	}
	if len(s) > 100 {
		return "is longer than 100 bytes"
	}
	for _, r := range s {
		if r < ' ' || r == 0x7f {
			return "has a control character"
		}
	}
	return ""
}

// CheckBarcode tells whether a code is an EAN-13, EAN-8 or UPC-A with a right
// check digit.
func CheckBarcode(code string) error {
	if code == "" {
		return wrong("write an EAN-13", "there is no barcode")
	}
	if strings.Trim(code, "0123456789") != "" || (len(code) != 13 && len(code) != 8 && len(code) != 12) {
		return wrong("13, 8 or 12 digits with the check digit; quote it where it begins with 0", "%q is no EAN-13, EAN-8 or UPC-A", code)
	}
	want := checkDigit(code[:len(code)-1])
	if got := code[len(code)-1]; got != want {
		return wrong(fmt.Sprintf("for these digits it is %s%c", code[:len(code)-1], want), "barcode %s has the check digit %c", code, got)
	}
	return nil
}

// EAN13 returns the n-th code of a shop's own range: GS1 leaves codes that
// begin with 2 to whoever owns the shelf. 0 <= n < 10^9.
func EAN13(prefix int, n int64) string {
	body := fmt.Sprintf("%03d%09d", prefix, n)
	return body + string(checkDigit(body))
}

// checkDigit is GS1's: weights 3 and 1 from the right, to a multiple of ten.
func checkDigit(body string) byte {
	sum := 0
	for i := range len(body) {
		d := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			d *= 3
		}
		sum += d
	}
	return byte('0' + (10-sum%10)%10)
}

func valueOf(into any) reflect.Value { return reflect.ValueOf(into).Elem() }
