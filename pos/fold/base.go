package fold

import (
	"fmt"

	"stormrig/pos"
)

// Base is the catalogue as provisioned, indexed. It never changes and is
// shared by all copies.
type Base struct {
	Catalogue pos.Catalogue
	bySKU     map[string]Article
	byCode    map[string]string // barcode to SKU
	items     map[string]pos.Item
}

// Article is one variant as provisioned.
type Article struct {
	SKU     string
	Item    string // item id
	Options []string
	Code    string
	Price   pos.Amount
	TaxBP   int64
	Stock   int64
}

// NewBase indexes a catalogue. It refuses a SKU or barcode that stands for
// two variants.
func NewBase(c pos.Catalogue) (*Base, error) {
	b := &Base{Catalogue: c, bySKU: map[string]Article{}, byCode: map[string]string{}, items: map[string]pos.Item{}}
	for _, it := range c.Items {
		b.items[it.ID] = it
		for _, v := range it.Variants {
			sku := it.SKU(v)
			if _, dup := b.bySKU[sku]; dup {
				return nil, fmt.Errorf("catalogue %s: variant %s stands twice", c.Name, sku)
			}
			if other, dup := b.byCode[v.Barcode]; dup && v.Barcode != "" {
				return nil, fmt.Errorf("catalogue %s: barcode %s stands for %s and %s", c.Name, v.Barcode, other, sku)
			}
			b.bySKU[sku] = Article{SKU: sku, Item: it.ID, Options: v.Options, Code: v.Barcode,
				Price: v.Price, TaxBP: it.TaxBP, Stock: v.Stock}
			if v.Barcode != "" {
				b.byCode[v.Barcode] = sku
			}
		}
	}
	return b, nil
}

// ByCode finds the SKU of a barcode.
func (b *Base) ByCode(code string) (sku string, ok bool) { sku, ok = b.byCode[code]; return }

// Article returns a variant as provisioned.
func (b *Base) Article(sku string) (Article, bool) { a, ok := b.bySKU[sku]; return a, ok }

// HasItem tells whether the catalogue has an item with this id.
func (b *Base) HasItem(id string) bool { _, ok := b.items[id]; return ok }
