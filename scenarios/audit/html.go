package audit

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
)

//go:embed page
var page embed.FS

// WriteHTML writes the report as one page that needs nothing else: no network,
// no script, no file beside it.
func (r *Report) WriteHTML(w io.Writer) error {
	style, err := page.ReadFile("page/audit.css")
	if err != nil {
		return fmt.Errorf("audit page: %w", err)
	}
	tmpl, err := template.New("audit.html").Funcs(template.FuncMap{
		"likely": Likely, "title": Title, "money": r.Money, "plus": func(n int) int { return n + 1 },
	}).ParseFS(page, "page/audit.html")
	if err != nil {
		return fmt.Errorf("audit page: %w", err)
	}
	sum := sha256.Sum256(style)
	data := struct {
		*Report
		Style  template.CSS
		Policy string
	}{r, template.CSS(style), "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"}
	if err := tmpl.Execute(w, data); err != nil {
		return fmt.Errorf("writing the audit page: %w", err)
	}
	return nil
}

// Title is a kind of finding in the words of a shop.
func Title(kind string) string {
	return map[string]string{
		ChargedWithoutSale: "Charged, no sale", SaleWithoutCharge: "Sold, not charged", ChargedTwice: "Charged twice", SoldTwice: "Booked twice",
		AmountDiffers: "Amounts differ", WrongTender: "Booked with the wrong way to pay", DeclinedLate: "Declined afterwards",
		LateForward: "Payment came late", NumberGap: "Number missing", NumberReused: "Number used twice", UnrecordedSale: "Sale not booked",
		CashDifference: "Drawer does not agree", StockDifference: "Shelf does not agree", ClockDiffers: "Clock wrong", SumDiffers: "Sum does not add up",
		CardNumber: "Card numbers in a file", FilesDoNotFit: "Files do not fit",
	}[kind]
}
