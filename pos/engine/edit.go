package engine

import (
	"strconv"
	"strings"

	"stormrig/pos"
)

// mostPrice bounds a price in minor units; mostCharge what one card payment may
// take: the field of a card host's message has 12 digits.
const (
	mostPrice  = 10_000_000_000
	mostCharge = 999_999_999_999
)

// edit changes the catalogue: "edit beaded-sandals/38/gold price 1290.00".
func (t *turn) edit(args []string) {
	if len(args) < 3 {
		t.refuse("EDIT WHAT? edit TARGET price|name VALUE")
		return
	}
	target, field, value := args[0], args[1], strings.Join(args[2:], " ")
	written := target
	switch field {
	case "price":
		sku, err := t.st.Base().Catalogue.Resolve(target)
		if err != nil {
			t.refuse(strings.ToUpper(err.Error()))
			return
		}
		amount, err := t.cfg.Currency.ParseDecimal(value)
		if err != nil || amount < 0 || amount > mostPrice {
			t.refuse("NOT A PRICE " + value)
			return
		}
		target, value = sku, strconv.FormatInt(int64(amount), 10)
	case "name":
		if !t.st.Base().HasItem(target) {
			t.refuse("NO ITEM " + target)
			return
		}
	default:
		t.refuse("NO FIELD " + field + ": price or name")
		return
	}
	replaces := t.st.Heads(target, field)
	if t.cfg.Sabotage.ReplacesByShortName {
		replaces = t.st.Heads(written, field)
	}
	t.fact(pos.Fact{Edit: &pos.Edit{Target: target, Field: field, Value: value, Replaces: replaces}})
	t.message = []string{"CHANGED " + target + " " + field, "TO " + strings.Join(args[2:], " ")}
}
