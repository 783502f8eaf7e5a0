package check_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/check"
	"stormrig/scenarios/check/checktest"
	"stormrig/sim/history"
)

// notMoney is what may stand in a finding as a long row of digits.
var notMoney = regexp.MustCompile(`PHP -?\d+\.\d\d|trace number \d+|offset \d+`)

var longNumber = regexp.MustCompile(`\b\d{4,}\b|basis point`)

// Whoever reads a finding has never seen a minor unit.
func TestFindingsSpeakMoney(t *testing.T) {
	amounts := 0
	for _, a := range checktest.Alterations() {
		for _, r := range judge(t, a.Apply(checktest.Good())) {
			if r.ID[0] != 'M' && r.ID[0] != 'P' {
				continue
			}
			for _, f := range r.Details {
				assert.Empty(t, longNumber.FindString(notMoney.ReplaceAllString(f.Text, "")), "%s (%s): %s", r.ID, a.Name, f.Text)
				if regexp.MustCompile(`PHP \d+\.\d\d`).MatchString(f.Text) {
					amounts++
				}
			}
		}
	}
	assert.GreaterOrEqual(t, amounts, 5, "findings that name an amount")
}

func TestMoneyOfOtherCurrencies(t *testing.T) {
	for want, got := range map[string]string{
		"PHP 1290.00": check.Money("PHP", 129000), "JPY 1290": check.Money("JPY", 1290), "KWD 1.290": check.Money("KWD", 1290),
		"PHP -0.05": check.Money("PHP", -5), "0.05": check.Money("", 5), "12 %": check.Percent(1200), "7.5 %": check.Percent(750), "0.25 %": check.Percent(25),
	} {
		assert.Equal(t, want, got)
	}
}

func TestClockOfTheShop(t *testing.T) {
	const opening = 1784340000e9 // 2026-07-18 10:00 in Manila
	assert.Equal(t, "13:30:00", check.Clock(opening, "Asia/Manila", 3.5*3600e9))
	assert.Equal(t, "00:10:00 (day 2)", check.Clock(opening, "Asia/Manila", (14*3600+600)*1e9))
	assert.Equal(t, "02:00:00", check.Clock(opening, "nowhere", 0), "UTC where the zone is not known")
}

// hand is a history that is written by hand.
type hand struct{ events []history.Event }

func newHand(level int) *hand {
	h := &hand{}
	h.add(history.Event{Kind: history.KindHeader, Header: &history.Header{
		Schema: history.Schema, Level: level, Currency: "PHP", Zone: "Asia/Manila", OpensAt: 1784340000e9,
		Tills: []string{"phone"}, Articles: []history.Article{{SKU: "fan", Stock: 10}},
	}})
	return h
}

// add gives the event its number and, with each, one second.
func (h *hand) add(e history.Event) *hand {
	e.N = int64(len(h.events)) + 1
	e.T = e.N * 1e9
	h.events = append(h.events, e)
	return h
}

func (h *hand) cardSale(basket int, ref string, amount int64) *hand {
	return h.add(history.Event{Kind: history.KindBasket, Who: "phone", Basket: basket}).
		add(history.Event{Kind: history.KindSwipe, Who: "phone.dongle", Basket: basket, Ref: ref, Amount: amount}).
		add(history.Event{Kind: history.KindRung, Who: "phone.cashier", Basket: basket, Number: int64(basket), Amount: amount})
}

func (h *hand) commit(basket int, seq uint64, hash, facts string) *hand {
	return h.add(history.Event{Kind: history.KindCommit, Who: "phone", Device: "phone", Inc: 1, Seq: seq, Basket: basket, Hash: hash,
		Payload: fmt.Appendf(nil, `{"device":"phone","inc":1,"seq":%d,"facts":[%s]}`, seq, facts)})
}

// export lets every holder have every entry that was committed, the last of a
// number that was used twice.
func (h *hand) export(holders ...string) *hand {
	last := map[uint64]history.Event{}
	most := uint64(0)
	for _, e := range h.events {
		if e.Kind == history.KindCommit {
			last[e.Seq], most = e, max(most, e.Seq)
		}
	}
	for _, who := range holders {
		for seq := uint64(1); seq <= most; seq++ {
			e := last[seq]
			e.Kind, e.Who, e.Basket = history.KindEntry, who, 0
			h.add(e)
		}
	}
	return h
}

func (h *hand) end(text string, stock int64) *hand {
	for _, who := range []string{"phone", "hub"} {
		h.add(history.Event{Kind: history.KindState, Who: who, Text: "same", Stock: map[string]int64{"fan": stock}})
	}
	return h.add(history.Event{Kind: history.KindAct, Who: "rig", State: "end", Text: text})
}

func (h *hand) findings(t *testing.T, id string) []check.Finding {
	t.Helper()
	for _, r := range judge(t, h.events) {
		if r.ID == id {
			return r.Details
		}
	}
	return nil
}

// A till that was rolled back gives a payment's reference again: a capture
// under it is a witness of the sale whose shopper and amount it has.
func TestAWitnessIsOfTheSameBasketAndAmount(t *testing.T) {
	h := newHand(1).cardSale(1, "phone-1-7", 78000).cardSale(2, "phone-1-7", 149000).
		add(history.Event{Kind: history.KindLedger, Who: "host", Basket: 2, Ref: "phone-1-7", STAN: "000007", State: "captured", Amount: 149000})
	f := h.findings(t, "J1")
	require.Len(t, f, 2)
	assert.Contains(t, f[0].Text, "no witness")
	assert.Contains(t, f[0].Text, "the reference phone-1-7 was reused after the rollback: the card host's PHP 1490.00 under it are of basket 2, not this shopper's")
	assert.Contains(t, f[1].Text, "found by the card host, which took PHP 1490.00 under phone-1-7 (a reference that was reused: basket 1 has it, too)")

	for _, taken := range []history.Event{{Basket: 2, Amount: 78000}, {Basket: 1, Amount: 149000}} {
		taken.Kind, taken.Who, taken.Ref, taken.State = history.KindLedger, "host", "phone-1-7", "captured"
		f := newHand(1).cardSale(1, "phone-1-7", 78000).add(taken).findings(t, "J1")
		assert.Contains(t, f[0].Text, "no witness", "basket %d, %d", taken.Basket, taken.Amount)
	}
	once := newHand(1).cardSale(1, "phone-1-7", 78000).
		add(history.Event{Kind: history.KindLedger, Who: "host", Basket: 1, Ref: "phone-1-7", STAN: "000007", State: "captured", Amount: 78000})
	assert.NotContains(t, once.findings(t, "J1")[0].Text, "reused")
}

// What the disk lied about is named, and the start that found it gone.
func TestALostSaleNamesTheStartThatFoundItGone(t *testing.T) {
	sale := `{"sale":{"number":1,"lines":[{"sku":"fan","qty":1}],"moves":[{"sku":"fan","qty":-1}]}}`
	h := newHand(2).commit(0, 1, "a", `{"boot":{}}`).
		add(history.Event{Kind: history.KindDisk, Who: "phone", State: "lie"}).
		add(history.Event{Kind: history.KindBasket, Who: "phone", Basket: 1}).
		commit(1, 2, "b", sale).
		add(history.Event{Kind: history.KindRung, Who: "phone.cashier", Basket: 1, Number: 1}).
		add(history.Event{Kind: history.KindStarted, Who: "phone", Gen: 2, Done: 1}).
		commit(0, 2, "c", `{"boot":{"recovered":1}}`).export("phone", "hub").end("", 10)
	f := h.findings(t, "J1")
	require.Len(t, f, 1)
	assert.Contains(t, f[0].Text, "it was entry phone/1/2 at 10:00:05, written while the disk acknowledged syncs that it did not do, and phone started again at 10:00:08 without it")
	assert.Contains(t, f[0].Events, int64(7), "the start is one of its events")
}

// A number that was used twice: the entry that nobody holds any more moves
// nothing, for S1, for Y1 and for the table of the stock.
func TestALostTwinMovesNothing(t *testing.T) {
	sale := func(number int) string {
		return fmt.Sprintf(`{"sale":{"number":%d,"lines":[{"sku":"fan","qty":1}],"moves":[{"sku":"fan","qty":-1}]}}`, number)
	}
	fan := []history.Item{{SKU: "fan", Qty: 1}}
	h := newHand(2).add(history.Event{Kind: history.KindBasket, Who: "phone", Basket: 1, Items: fan}).
		commit(1, 1, "a", sale(1)+`,`+sale(1)).commit(1, 1, "b", `{"boot":{}}`).
		add(history.Event{Kind: history.KindBasket, Who: "phone", Basket: 2, Items: fan}).
		commit(2, 2, "c", sale(1)).
		add(history.Event{Kind: history.KindServed, Who: "phone.cashier", Basket: 2}).
		export("phone", "hub").end("", 9)
	assert.Empty(t, h.findings(t, "S1"))
	assert.Empty(t, h.findings(t, "Y1"))
	v, err := check.NewView(h.events)
	require.NoError(t, err)
	assert.Equal(t, []check.Shelf{{SKU: "fan", Began: 10, Carried: 1, Moved: -1}}, v.Shelves())
}

// A twin that somebody still holds moves what it moved.
func TestATwinThatTheHubHoldsMoves(t *testing.T) {
	h := newHand(2).commit(0, 1, "a", `{"boot":{}}`).commit(0, 1, "b", `{"count":{"moves":[{"sku":"fan","qty":3}]}}`).export("hub")
	v, err := check.NewView(h.end("", 13).events)
	require.NoError(t, err)
	assert.Equal(t, []check.Shelf{{SKU: "fan", Began: 10, Counted: 3, Moved: 3}}, v.Shelves())
}

// What a till no longer knows it does not wait for.
func TestALostPaymentIsNotWaitedFor(t *testing.T) {
	h := newHand(2).commit(0, 1, "a", `{"result":{"ref":"p-1","state":"deferred"}}`).export("hub").
		add(history.Event{Kind: history.KindAct, Who: "rig", State: "calm"}).end("stalled", 10)
	for _, f := range h.findings(t, "Y3") {
		assert.NotContains(t, f.Text, "p-1")
	}
}

// A receipt is of the sale that was there when it was printed.
func TestAReceiptOfAReusedNumberIsOfItsOwnSale(t *testing.T) {
	sale := func(total int) string { return fmt.Sprintf(`{"sale":{"number":1,"total":%d}}`, total) }
	paper := func(h *hand, total string) *hand {
		return h.add(history.Event{Kind: history.KindPrintBegin, Who: "phone.printer"}).
			add(history.Event{Kind: history.KindPaper, Who: "phone.printer", State: "cut", Number: 1, Lines: []string{"TOTAL PHP " + total}})
	}
	h := newHand(2).add(history.Event{Kind: history.KindBasket, Who: "phone", Basket: 1}).commit(1, 1, "a", sale(100))
	h = paper(h, "1.00").add(history.Event{Kind: history.KindBasket, Who: "phone", Basket: 2}).commit(2, 1, "b", sale(200))
	h = paper(h, "2.00").export("phone")
	assert.Empty(t, h.findings(t, "J2"), "both were durable before they were printed")
	for _, f := range h.findings(t, "M1") {
		assert.NotContains(t, f.Text, "its paper says")
	}
	f := h.findings(t, "R1")
	require.Len(t, f, 1)
	assert.Equal(t, "receipt number 1 of phone was given to two sales, those of basket 1 and basket 2: two originals bear it", f[0].Text)
}

// What a run that did not come to rest waits for.
func TestAStalledRunNamesWhatIsStuck(t *testing.T) {
	calm := history.Event{Kind: history.KindAct, Who: "rig", State: "calm"}
	for name, c := range map[string]struct {
		run  func(h *hand) *hand
		want string
	}{
		"a stored payment that is never sent": {func(h *hand) *hand {
			return h.commit(0, 1, "a", `{"charge":{"ref":"p-1","amount":78000}},{"result":{"ref":"p-1","state":"deferred"}},{"sale":{"number":21,"tenders":[{"kind":"card","ref":"p-1","amount":78000}]}}`).
				add(history.Event{Kind: history.KindLink, Who: "phone-host", State: "up"}).export("phone", "hub")
		}, "phone still holds the stored card payment p-1 (PHP 780.00, receipt 21), stored at 10:00:02 in phone/1/1; the card host was never sent it, though the link of phone to the host has been up since 10:00:03"},
		"a stored payment whose answer is lost": {func(h *hand) *hand {
			return h.commit(0, 1, "a", `{"charge":{"ref":"p-1","amount":78000}},{"result":{"ref":"p-1","state":"deferred"}}`).
				add(history.Event{Kind: history.KindRequest, Who: "host", Ref: "p-1", State: "forward"}).
				add(history.Event{Kind: history.KindRequest, Who: "host", Ref: "p-1", State: "forward"}).export("phone", "hub")
		}, "the card host was sent it 2 times, last at 10:00:04, and no answer is in the journal"},
		"a reversal": {func(h *hand) *hand {
			return h.commit(0, 1, "a", `{"reversal":{"ref":"p-1","acknowledged":false}}`).
				add(history.Event{Kind: history.KindRequest, Who: "host", Ref: "p-1", State: "reverse"}).
				add(history.Event{Kind: history.KindLedger, Who: "host", Ref: "p-1", State: "reversed"}).export("phone", "hub")
		}, "phone still owes the card host the reversal of p-1 (PHP 0.00), ordered at 10:00:02 in phone/1/1; the card host was sent it once, last at 10:00:03, and answered (reversed): no entry says so"},
		"an entry": {func(h *hand) *hand {
			return h.commit(0, 1, "a", `{"sale":{"number":7}}`).export("phone")
		}, "hub holds 0 of the 1 entries of phone/1: it waits for phone/1/1 (sale 7), written at 10:00:02"},
		"a print": {func(h *hand) *hand {
			h.commit(0, 1, "a", `{"boot":{}}`)
			h.events[len(h.events)-1].Payload = []byte(`{"device":"phone","inc":1,"seq":1,"intents":[{"id":"1.1.0","print":{"number":7,"job":1}}]}`)
			return h.export("phone", "hub")
		}, "phone waits for the outcome of the print of receipt 7, ordered at 10:00:02 in phone/1/1"},
		"an answer of the card host": {func(h *hand) *hand {
			h.commit(0, 1, "a", `{"charge":{"ref":"p-1","amount":78000}}`)
			h.events[len(h.events)-1].Payload = []byte(`{"device":"phone","inc":1,"seq":1,"facts":[{"charge":{"ref":"p-1","amount":78000}}],"intents":[{"id":"1.1.0","host":{"kind":"forward","ref":"p-1","stan":"000007"}}]}`)
			return h.add(history.Event{Kind: history.KindRequest, Who: "host", Ref: "p-1", State: "forward"}).
				add(history.Event{Kind: history.KindLedger, Who: "host", Ref: "p-1", State: "captured"}).export("phone", "hub")
		}, "phone waits for the outcome of the request to forward p-1 at the card host (PHP 780.00), ordered at 10:00:02 in phone/1/1; the card host was sent it once, last at 10:00:03, and answered (captured): no entry says so"},
		"a shopper": {func(h *hand) *hand {
			return h.commit(0, 1, "a", `{"boot":{}}`).add(history.Event{Kind: history.KindBasket, Who: "phone", Basket: 3}).
				add(history.Event{Kind: history.KindScreen, Who: "phone.cashier", Text: "CARD", Lines: []string{"AMOUNT PHP 1.00", "> WAIT"}}).export("phone", "hub")
		}, "basket 3 has stood at phone since 10:00:03; the display has said CARD (> WAIT) since 10:00:04"},
		"a till that does not start": {func(h *hand) *hand {
			return h.commit(0, 1, "a", `{"boot":{}}`).
				add(history.Event{Kind: history.KindScreen, Who: "phone", Text: "STOPPED", Lines: []string{"JOURNAL DAMAGED"}}).
				add(history.Event{Kind: history.KindScreen, Who: "phone.cashier", Text: "STOPPED", Lines: []string{"JOURNAL DAMAGED"}}).export("phone", "hub")
		}, "phone has refused to work since 10:00:03; its display says: JOURNAL DAMAGED"},
		"a till without power": {func(h *hand) *hand {
			return h.commit(0, 1, "a", `{"boot":{}}`).add(history.Event{Kind: history.KindPower, Who: "phone"}).export("phone", "hub")
		}, "phone does not run: it lost its power at 10:00:03 and never started again"},
		"a recovery": {func(h *hand) *hand {
			return h.add(history.Event{Kind: history.KindStarted, Who: "phone"}).commit(0, 1, "a", `{"boot":{}}`).
				add(history.Event{Kind: history.KindPower, Who: "phone"}).add(history.Event{Kind: history.KindPower, Who: "phone", On: true}).export("phone", "hub")
		}, "phone was switched on at 10:00:05 and never got through its recovery"},
		"a day report": {func(h *hand) *hand {
			return h.commit(0, 1, "a", `{"boot":{}}`).add(calm).add(history.Event{Kind: history.KindKey, Who: "phone", Text: "report z"}).export("phone", "hub")
		}, "phone was asked for its day report at 10:00:04 and made none"},
		"nobody knows what": {func(h *hand) *hand {
			return h.commit(0, 1, "a", `{"boot":{}}`).export("phone", "hub")
		}, "what is waited for is in no journal"},
	} {
		t.Run(name, func(t *testing.T) {
			h := c.run(newHand(2))
			if name != "a day report" {
				h.add(calm)
			}
			f := h.end("stalled", 10).findings(t, "Y3")
			require.Len(t, f, 1, "%v", f)
			assert.Contains(t, f[0].Text, c.want)
		})
	}
}

// A payment's reference that was given again is called that: the intent of the
// first payment says nothing of the second.
func TestAReferenceThatWasGivenTwice(t *testing.T) {
	charge := func(amount int) string { return fmt.Sprintf(`{"charge":{"ref":"p-1","amount":%d}}`, amount) }
	armed := func(amount int64) history.Event {
		return history.Event{Kind: history.KindArmed, Who: "phone.dongle", Ref: "p-1", Amount: amount}
	}
	h := newHand(2).add(history.Event{Kind: history.KindBasket, Who: "phone", Basket: 1}).commit(1, 1, "a", charge(78000)).add(armed(78000)).
		add(armed(78000)) // armed again after a restart: the same payment
	assert.Empty(t, h.findings(t, "P1"))
	h.add(history.Event{Kind: history.KindBasket, Who: "phone", Basket: 2}).commit(2, 2, "b", charge(149000)).add(armed(149000))
	f := h.findings(t, "P1")
	require.Len(t, f, 1)
	assert.Equal(t, "the payment reference p-1 was given twice: to PHP 780.00 of basket 1 (phone/1/1 at 10:00:03) and again to PHP 1490.00 of basket 2 (phone/1/2 at 10:00:07)", f[0].Text)
	h.add(armed(1))
	assert.Equal(t, "the dongle got PHP 0.01 for p-1, the intent says PHP 1490.00", h.findings(t, "P1")[1].Text)
}

// Books that are wrong about an article which one entry alone moved name that
// entry, before those that cannot.
func TestWrongBooksNameTheEntry(t *testing.T) {
	sale := func(number int, skus ...string) string {
		text := fmt.Sprintf(`{"sale":{"number":%d,"place":{"unavailable":"x"},"moves":[`, number)
		for i, sku := range skus {
			if i > 0 {
				text += ","
			}
			text += fmt.Sprintf(`{"sku":%q,"qty":-1}`, sku)
		}
		return text + `]}}`
	}
	h := newHand(2)
	h.events[0].Header.Articles = []history.Article{{SKU: "fan", Stock: 10}, {SKU: "hat", Stock: 5}}
	item := func(sku string) history.Item { return history.Item{SKU: sku, Qty: 1} }
	for n, goods := range [][]string{{"fan"}, {"fan", "hat"}} {
		var items []history.Item
		for _, sku := range goods {
			items = append(items, item(sku))
		}
		h.add(history.Event{Kind: history.KindBasket, Who: "phone", Basket: n + 1, Items: items}).
			commit(n+1, uint64(n+1), string(rune('a'+n)), sale(n+1, goods...)).
			add(history.Event{Kind: history.KindServed, Who: "phone.cashier", Basket: n + 1})
	}
	h.export("phone").add(history.Event{Kind: history.KindState, Who: "phone", Text: "x", Stock: map[string]int64{"fan": 9, "hat": 5}})
	for id, want := range map[string]string{
		"S1": "stock of hat in the books of phone: expected 4, found 5; one entry alone moves it: phone/1/2 (sale 2)",
		"Y1": "stock of hat in the books of phone: expected 4 by the entries that it holds, found 5; one entry alone moves it: phone/1/2 (sale 2)",
	} {
		f := h.findings(t, id)
		require.NotEmpty(t, f, id)
		assert.Equal(t, want, f[0].Text)
		assert.Equal(t, int64(2), f[0].Number)
	}
}
