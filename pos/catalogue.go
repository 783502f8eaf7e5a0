package pos

import (
	"fmt"
	"strings"
)

// Catalogue is what a shop sells, as provisioned on each device. What changes
// later are Edit entries.
type Catalogue struct {
	Name     string   `json:"name" yaml:"catalogue"`
	Currency Currency `json:"currency" yaml:"currency"`
	Items    []Item   `json:"items" yaml:"items"`
}

// Item is a product with its variants.
type Item struct {
	ID       string    `json:"id" yaml:"id"`
	Name     string    `json:"name" yaml:"name"`
	TaxBP    int64     `json:"tax_bp" yaml:"tax_bp"`       // rate in basis points, included in the price
	Axes     []string  `json:"axes,omitempty" yaml:"axes"` // size, colour, material
	Variants []Variant `json:"variants" yaml:"variants"`
}

// Variant is one sellable combination of options.
type Variant struct {
	Options []string `json:"options,omitempty" yaml:"options"` // one an axis, in order
	Barcode string   `json:"barcode" yaml:"barcode"`
	Price   Amount   `json:"price" yaml:"price"` // minor units, tax included
	Stock   int64    `json:"stock" yaml:"stock"` // pieces on hand when provisioned
}

// SKU returns the variant's name: item id and options, slash separated
// ("beaded-sandals/38/gold/abaca").
func (it Item) SKU(v Variant) string {
	return strings.Join(append([]string{it.ID}, v.Options...), "/")
}

// Label returns what stands on display and paper for a variant.
func (it Item) Label(v Variant) string { return label(it.Name, v.Options) }

func label(name string, options []string) string {
	return strings.Join(append([]string{name}, options...), " ")
}

// Resolve finds the one variant whose SKU is path or begins with path and a
// slash, so that beaded-sandals/38/gold names the abaca one when gold comes
// in no other material.
func (c *Catalogue) Resolve(path string) (sku string, err error) {
	var found []string
	for _, it := range c.Items {
		for _, v := range it.Variants {
			s := it.SKU(v)
			if s == path {
				return s, nil
			}
			if strings.HasPrefix(s, path+"/") {
				found = append(found, s)
			}
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", fmt.Errorf("catalogue %s has no variant %q", c.Name, path)
	}
	return "", fmt.Errorf("%q is not one variant but %d: %s", path, len(found), strings.Join(found, ", "))
}
