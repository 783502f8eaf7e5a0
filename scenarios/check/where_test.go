package check_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// A finding says which entry, receipt and basket it is about, once.
func TestAFindingNamesEntryReceiptAndBasket(t *testing.T) {
	h := newHand(2).add(history.Event{Kind: history.KindBasket, Who: "phone", Basket: 3}).
		commit(3, 1, "a", `{"sale":{"number":12,"total":200,"lines":[{"sku":"fan","qty":1,"price":100}],"tenders":[{"kind":"cash","amount":200}]}}`)
	f := h.export("phone").findings(t, "M1")
	require.Len(t, f, 1)
	assert.Equal(t, "sale 12 of phone: expected the total PHP 1.00, the sum of its lines, found PHP 2.00 (entry phone/1/1, basket 3)", f[0].Words())
	assert.Equal(t, check.Key{Device: "phone", Inc: 1, Seq: 1}, f[0].Entry)
	assert.Equal(t, 3, f[0].Basket)

	paper := newHand(2).add(history.Event{Kind: history.KindBasket, Who: "phone", Basket: 3}).commit(3, 1, "a", `{"sale":{"number":1,"total":100}}`).
		add(history.Event{Kind: history.KindPrintBegin, Who: "phone.printer"}).
		add(history.Event{Kind: history.KindPaper, Who: "phone.printer", State: "cut", Number: 1, Lines: []string{"RECEIPT 12", "TOTAL PHP 1.20"}})
	for _, f := range paper.export("phone").findings(t, "M1") {
		if f.Events[0] == 5 {
			assert.Equal(t, "entry phone/1/1, basket 3", f.Where, "found by the number that is on the paper")
		}
	}
}

// A tax that another way of rounding gives says which.
func TestAWrongTaxSaysHowItWasRounded(t *testing.T) {
	for want, tax := range map[string]string{
		"expected PHP 0.21, found PHP 0.22: what comes of rounding each line by itself, not their sum":    `"net":178,"tax":22`,
		"expected PHP 0.21, found PHP 0.24: what comes of adding the tax to the prices, which contain it": `"net":176,"tax":24`,
	} {
		h := newHand(2)
		h.events[0].Header.TaxRounding = "half up by rate"
		h.events[0].Header.Articles[0].TaxBP = 1200
		h.commit(0, 1, "a", `{"sale":{"number":1,"total":200,"tax":[{"rate_bp":1200,`+tax+`}],"lines":[{"sku":"fan","qty":1,"price":100,"tax_bp":1200},{"sku":"fan","qty":1,"price":100,"tax_bp":1200}]}}`)
		var texts []string
		for _, f := range h.export("phone").findings(t, "M3") {
			texts = append(texts, f.Text)
		}
		assert.Contains(t, texts[len(texts)-1], want, "%v", texts)
	}
}
