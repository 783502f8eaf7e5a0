package spec_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/spec"
)

const rightCatalogue = `catalogue: shop
currency: PHP
tax: 12%
items:
  - {id: fan, name: Hand fan, price: PHP 185.75, stock: 100, barcode: "2000000000015"}
  - id: scarf
    name: Silk scarf
    price: PHP 890.00
    axes: [colour]
    variants:
      - {options: [coral], barcode: "2000000000022"}
      - {options: [jade], barcode: "2000000000039", stock: 3}
`

func TestWrongCatalogues(t *testing.T) {
	_, err := spec.ParseCatalogue("shop.yaml", []byte(rightCatalogue))
	require.NoError(t, err)
	for _, c := range []wrongCase{
		{`currency: PHP`, `currency: php`, `2:11: "php" is no currency`, `three capital letters of ISO 4217, such as PHP`},
		{`currency: PHP`, `currency: EUR`, `5:38: the price is in PHP, the catalogue in EUR`, ``},
		{`catalogue: shop`, `catalogue: My Shop`, `1:12: "My Shop" is no name`, `use small letters, digits and dashes`},
		{`tax: 12%`, `tax: 12`, `3:6: tax: "12" has no percent sign`, `write 12%`},
		{`tax: 12%`, `vat: 12%`, `3:1: the file has no key "vat"`, `known: catalogue, currency, items, tax`},
		{`id: fan, `, ``, `5:5: item 1 has no "id"`, `id: small letters, digits and dashes`},
		{`id: scarf`, `id: fan`, `6:9: there are two items "fan"`, ``},
		{`id: scarf`, `id: silk/scarf`, `6:9: "silk/scarf" is no id`, `use small letters, digits and dashes`},
		{`name: Hand fan`, `name: "\u0007"`, `5:21: the name has a control character`, ``},
		{`price: PHP 185.75, `, ``, `5:5: fan has no price`, `write price: PHP 0.00 with what it costs`},
		{`stock: 100`, `stock: -1`, `5:57: stock: "-1" is negative`, ``},
		{`stock: 100`, `stock: lots`, `5:57: stock: "lots" is not a whole number`, ``},
		{`2000000000015`, `2000000000016`, `5:71: barcode 2000000000016 has the check digit 6`, `for these digits it is 2000000000015`},
		{`2000000000015`, `200000000001`, `5:71: barcode 200000000001 has the check digit 1`, `for these digits it is 200000000004`},
		{`"2000000000015"`, `ABC-15`, `5:71: "ABC-15" is no EAN-13, EAN-8 or UPC-A`, `13, 8 or 12 digits with the check digit; quote it where it begins with 0`},
		{`, barcode: "2000000000015"`, ``, `5:5: there is no barcode`, `write an EAN-13`},
		{`2000000000022`, `2000000000015`, `11:37: barcode 2000000000015 is that of fan already`, ``},
		{`axes: [colour]`, `stock: 3`, `10:5: variants without axes`, `give the item axes, such as [size, colour]`},
		{`axes: [colour]`, `axes: [size, colour]`, `11:19: 1 options for 2 axes`, `one for each of size, colour`},
		{`[jade]`, `[coral]`, `12:19: there are two variants scarf/coral`, ``},
		{`[jade]`, `[ja/de]`, `12:20: "ja/de" is no option`, `a word without blanks and slashes`},
		{`name: Silk scarf`, "name: Silk scarf\n    barcode: \"2000000000046\"", `8:5: an item with axes has no barcode of its own`, `write it at the variant`},
		{rightCatalogue, "catalogue: x\ncurrency: PHP\nitems: []\n", `3:8: a catalogue without items sells nothing`, ``},
	} {
		require.Contains(t, rightCatalogue, c.old)
		_, err := spec.ParseCatalogue("shop.yaml", []byte(strings.Replace(rightCatalogue, c.old, c.new, 1)))
		var all spec.Errors
		if assert.True(t, errors.As(err, &all), "%q: %v", c.new, err) {
			first := all[0]
			assert.Equal(t, c.want, fmt.Sprintf("%d:%d: %s", first.Line, first.Column, first.Msg), c.new)
			assert.Equal(t, c.hint, first.Hint, c.new)
		}
	}
}

func TestCheckDigits(t *testing.T) {
	for _, code := range []string{"4006381333931", "9780201379624", "96385074", "036000291452", "0012345678905"} {
		assert.NoError(t, spec.CheckBarcode(code), code)
	}
	assert.Equal(t, "2000000000015", spec.EAN13(200, 1))
}
