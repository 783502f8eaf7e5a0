package engine

import (
	"fmt"
	"strings"

	"stormrig/pos"
	"stormrig/pos/fold"
)

// Screen returns what the seat's display must show now. It is a function of
// the durable state and of the messages of the last event, so that a display
// that comes back is simply told again.
func (e *Engine) Screen(st *fold.State) pos.Screen {
	s := e.body(st)
	s.Tone = e.tone
	s.Status = e.statusLine(st)
	return s
}

func (e *Engine) statusLine(st *fold.State) string {
	switch {
	case e.full && e.stopped == nil:
		return "DISK FULL - MAKE ROOM"
	case e.printer.PaperOut:
		return "PAPER OUT"
	case e.printer.CoverOpen:
		return "PRINTER COVER OPEN"
	case e.dropped > 0:
		return fmt.Sprintf("RECEIPTS DROPPED: %d", e.dropped)
	case len(st.Exceptions()) > 0:
		return strings.TrimSuffix(notPaid(st.Exceptions())+"; "+e.status, "; ")
	case e.doubt.Ref != "":
		return strings.TrimSuffix("CARD TERMINAL HOLDS "+e.doubt.Ref+": ASKING THE HUB - void "+e.doubt.Ref+" GIVES IT BACK; "+e.status, "; ")
	case e.printer.Drawer == pos.DrawerOpen && e.status == "":
		return "DRAWER OPEN"
	}
	return e.status
}

func (e *Engine) body(st *fold.State) pos.Screen {
	till := st.Till()
	switch {
	case e.stopped != nil:
		return pos.Screen{Title: pos.TitleStopped, Lines: e.stopped, Prompt: "-"}
	case len(e.ask) > 0 && till.Charge == nil:
		return e.questionScreen(st)
	case len(e.backlog) > 0 && till.Charge == nil:
		return e.backlogScreen()
	case till.Charge != nil:
		return e.cardScreen(till)
	case e.refusal != "":
		return under(pos.TitleRefused, []string{e.refusal}, e.cartOrReady(st))
	case e.decline != "":
		return under(pos.TitleDeclined, []string{e.decline}, e.cartOrReady(st))
	case e.message != nil:
		return pos.Screen{Title: pos.TitleMessage, Lines: e.message, Prompt: "SCAN"}
	case e.done != 0:
		return e.doneScreen(st)
	}
	return e.cartOrReady(st)
}

func under(title string, first []string, s pos.Screen) pos.Screen {
	return pos.Screen{Title: title, Lines: append(first[:len(first):len(first)], s.Lines...), Prompt: s.Prompt}
}

func (e *Engine) cartOrReady(st *fold.State) pos.Screen {
	if till := st.Till(); len(till.Draft) > 0 {
		return e.cartScreen(till.Draft)
	}
	return e.readyScreen(st)
}

func (e *Engine) cartScreen(draft []pos.Line) pos.Screen {
	s := pos.Screen{Title: pos.TitleSale, Prompt: "SCAN OR PAY"}
	for _, l := range draft {
		s.Lines = append(s.Lines, fmt.Sprintf("%d %s", l.N, l.Label),
			fmt.Sprintf("  %d x %s = %s", l.Qty, e.cfg.Currency.Decimal(l.Price), e.cfg.Currency.Decimal(l.Total())))
	}
	s.Lines = append(s.Lines, "TOTAL "+e.cfg.Currency.Format(total(draft)))
	return s
}

func (e *Engine) readyScreen(st *fold.State) pos.Screen {
	s := pos.Screen{Title: pos.TitleReady, Prompt: "SCAN"}
	last, ok := st.Sale(st.Till().Number)
	if !ok {
		s.Lines = []string{"NO SALE YET"}
		return s
	}
	s.Lines = []string{fmt.Sprintf("LAST SALE %d", last.Number), "TOTAL " + e.cfg.Currency.Format(last.Total), tenderWord(&last.Sale)}
	return s
}

func tenderWord(s *pos.Sale) string {
	if len(s.Tenders) > 0 && s.Tenders[0].Kind == pos.Card {
		return "CARD"
	}
	return "CASH"
}

func (e *Engine) doneScreen(st *fold.State) pos.Screen {
	sale, _ := st.Sale(e.done)
	s := pos.Screen{Title: pos.TitleDone, Prompt: "NEXT",
		Lines: []string{fmt.Sprintf("SALE %d", sale.Number), "TOTAL " + e.cfg.Currency.Format(sale.Total)}}
	if tenderWord(&sale.Sale) == "CASH" {
		s.Lines = append(s.Lines, "CHANGE "+e.cfg.Currency.Format(sale.Change))
	}
	return s
}

func (e *Engine) cardScreen(till fold.Till) pos.Screen {
	s := pos.Screen{Title: pos.TitleCard, Lines: []string{"AMOUNT " + e.cfg.Currency.Format(till.Charge.Amount)}, Prompt: "PRESENT CARD"}
	if till.Charge.Host != "" || e.dongleBy >= 0 {
		s.Prompt = "WAIT"
	}
	if e.refusal != "" {
		s.Lines = append(s.Lines, e.refusal)
	}
	return s
}

func (e *Engine) questionScreen(st *fold.State) pos.Screen {
	s := pos.Screen{Title: pos.TitleReceipt, Prompt: "YES OR NO"}
	what := "RECEIPT"
	if o, ok := st.Open(e.ask[0]); ok && o.Print != nil {
		what = fmt.Sprintf("SALE %d", o.Print.Number)
		if o.Print.Report != "" {
			what = "REPORT " + o.Print.Report
		}
	}
	s.Lines = []string{what, "IN THE CUSTOMER'S HAND?"}
	if e.refusal != "" {
		s.Lines = append(s.Lines, e.refusal)
	}
	return s
}
