package mapping

// What fields mean.
const (
	ByCash  = "cash"
	ByCard  = "card"
	ByOther = "other" // vouchers, invoices: neither drawer nor acquirer

	Sold      = "sale"
	Refunded  = "refund"
	Cancelled = "cancelled"

	Captured = "captured"
	Declined = "declined"
	Reversed = "reversed"
	Other    = "other" // fees, payouts: no charge
)

// common are words that tills and acquirers use.
var common = map[Field]map[string]string{
	Tender: invert(map[string][]string{
		ByCash:  {"cash", "bar", "bargeld", "barzahlung", "efectivo", "espèces", "especes", "contanti", "contant", "dinheiro", "kontant", "coins"},
		ByCard:  {"card", "credit", "debit", "credit card", "debit card", "visa", "mastercard", "amex", "american express", "maestro", "girocard", "ec", "ec-karte", "karte", "kartenzahlung", "tarjeta", "carte", "carte bancaire", "cb", "carta", "pin", "contactless", "chip", "apple pay", "google pay", "bank", "terminal"},
		ByOther: {"voucher", "gutschein", "gift card", "giftcard", "invoice", "rechnung", "account", "other", "store credit", "cheque", "check"},
	}),
	State: invert(map[string][]string{
		Sold:      {"sale", "sold", "payment", "paid", "closed", "complete", "completed", "done", "posted", "invoiced", "fulfilled", "partially_refunded", "partially refunded", "order", "verkauf"},
		Refunded:  {"refund", "refunded", "return", "retoure", "erstattung"},
		Cancelled: {"cancelled", "canceled", "void", "voided", "cancel", "draft", "new", "storno", "pending", "expired"},
		Captured:  {"captured", "settled", "approved", "charge", "charged", "success", "succeeded", "authorised", "authorized", "accepted", "available"},
		Declined:  {"declined", "refused", "failed", "rejected", "abgelehnt", "denied"},
		Reversed:  {"reversed", "reversal"},
		Other:     {"fee", "payout", "transfer", "adjustment", "topup", "advance"},
	}),
}

func invert(in map[string][]string) map[string]string {
	out := make(map[string]string)
	for meaning, words := range in {
		for _, w := range words {
			out[w] = meaning
		}
	}
	return out
}
