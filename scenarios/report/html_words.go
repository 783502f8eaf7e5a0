package report

import (
	"fmt"
	"strings"

	"stormrig/sim/history"
)

// words says an event in a sentence for somebody who has never seen the code.
// Kinds that speak for themselves fall back to the words of the trace.
func (s *story) words(e *history.Event) string {
	for _, say := range []func(*history.Event) string{s.peopleWords, s.deviceWords, s.hostWords, s.worldWords, s.tillWords} {
		if text := say(e); text != "" {
			return text
		}
	}
	return s.t.text(e)
}

func (s *story) peopleWords(e *history.Event) string {
	switch e.Kind {
	case history.KindBasket:
		return fmt.Sprintf("shopper %d steps up, wants %s, will pay by %s", e.Basket, s.goods(e.Items), e.State)
	case history.KindTendered:
		return cond(e.State == "cash", "hands over "+s.amount(e.Amount)+" in cash", "presents a card for "+s.amount(e.Amount))
	case history.KindRung:
		return fmt.Sprintf("cashier sees DONE: sale %d over %s is accepted", e.Number, s.amount(e.Amount))
	case history.KindServed:
		return with("shopper leaves with the goods", e.Text)
	case history.KindWalkout:
		return with("shopper leaves without the goods", e.Text)
	case history.KindRering:
		return with("cashier rings the basket again", e.Text)
	case history.KindRefusedCard:
		return with("the card is declined", e.Text)
	case history.KindAnswered:
		return fmt.Sprintf("asked whether receipt %d is in the customer's hand, the cashier answers %s", e.Number, e.State)
	case history.KindKey:
		return "key pressed: " + e.Text
	}
	return ""
}

func (s *story) goods(items []history.Item) string {
	words := make([]string, len(items))
	for i, it := range items {
		words[i] = fmt.Sprintf("%d × %s", it.Qty, s.name(it.SKU))
	}
	return strings.Join(words, ", ")
}

func (s *story) name(sku string) string {
	if l := s.label[sku]; l != "" {
		return l
	}
	return sku
}

func (s *story) deviceWords(e *history.Event) string {
	switch e.Kind {
	case history.KindScan:
		return "scanner reads " + s.codeWords(e.Code)
	case history.KindDelivered:
		return "the scan of " + s.codeWords(e.Code) + " reaches the till"
	case history.KindScreen:
		return strings.Join(append([]string{e.Text}, e.Lines...), " │ ")
	case history.KindArmed:
		return fmt.Sprintf("card reader waits for %s (%s)", s.amount(e.Amount), e.Ref)
	case history.KindDisarmed:
		return with("card reader waits no more for "+e.Ref, e.Text)
	case history.KindSwipe:
		return fmt.Sprintf("card read for %s (%s)", s.amount(e.Amount), e.Ref)
	case history.KindTerminal:
		return fmt.Sprintf("card terminal: %s (%s) is %s, by the %s", e.Ref, s.amount(e.Amount), e.State, e.Text)
	case history.KindPrintBegin:
		return "first dots of a new piece of paper"
	case history.KindPaper:
		return s.pieceWords(e)
	case history.KindComplete:
		return "printer reports that it finished" + cond(e.Job != 0, fmt.Sprintf(" job %d", e.Job), "")
	case history.KindKick:
		return "drawer kicked open"
	}
	return ""
}

func (s *story) codeWords(code string) string {
	if sku := s.code[code]; sku != "" {
		return code + " (" + s.name(sku) + ")"
	}
	return code
}

func (s *story) pieceWords(e *history.Event) string {
	text := "paper"
	if e.Number != 0 {
		text = fmt.Sprintf("receipt %d", e.Number)
	}
	if mark := paperMark(e.Lines); mark != "" {
		text += ", marked " + mark
	}
	return text + ": " + e.State
}

// paperMark finds a line that says that this is no original.
func paperMark(lines []string) string {
	for _, line := range lines {
		for _, mark := range []string{"POSSIBLE DUPLICATE", "COPY"} {
			if strings.Contains(line, mark) {
				return mark
			}
		}
	}
	return ""
}

func (s *story) hostWords(e *history.Event) string {
	switch e.Kind {
	case history.KindRequest:
		if e.State == "garbled" {
			return with("cannot read a message on the line of the card host", e.Text)
		}
		return strings.TrimSpace(fmt.Sprintf("card host is asked to %s %s for %s (trace number %s) %s",
			e.State, s.amount(e.Amount), e.Ref, e.STAN, e.Text))
	case history.KindLedger:
		return with(fmt.Sprintf("card host's books: %s %s for %s (trace number %s)", e.State, s.amount(e.Amount), e.Ref, e.STAN), e.Text)
	}
	return ""
}

func (s *story) worldWords(e *history.Event) string {
	switch e.Kind {
	case history.KindFault:
		return with("fault "+faultID(e.Fault)+" fires", s.t.faultText(e.Fault))
	case history.KindPower:
		return with(cond(e.On, "power on", "power lost"), e.Text)
	case history.KindCut:
		return "loses power " + s.cutWords(e) + cond(e.State == "killed", " (only its process was killed)", "")
	case history.KindLink:
		return with("link "+e.State, cond(e.Text == e.State, "", e.Text))
	case history.KindAct:
		switch e.State {
		case "storm":
			return "first act: the day begins, faults may strike"
		case "calm":
			return "second act: the faults stop, everything must come together"
		}
		return with("the run ends", e.Text)
	case history.KindDisk:
		return with("disk: "+diskWords(e.State), e.Text)
	}
	return ""
}

func diskWords(state string) string {
	switch state {
	case "eio-write":
		return "a write fails"
	case "eio-sync":
		return "a sync fails"
	case "healed":
		return "works again"
	case "lie":
		return "lies: it acknowledges syncs that it does not do"
	case "slow":
		return "is slow"
	case "full":
		return "is full"
	}
	return state
}

var cutClasses = map[string]string{
	"recovery":           "while it was recovering",
	"checkpoint":         "in a checkpoint of the book",
	"pull":               "while taking in entries of others",
	"approval_to_record": "between a card's approval and its record",
	"before_write":       "in a commit, before its first write",
	"write_to_sync":      "in a commit, between write and sync",
	"sync_to_effect":     "after a commit was durable, before its effects left",
	"effect_to_note":     "between an effect and the note of it",
	"idle":               "while idle",
}

func (s *story) cutWords(e *history.Event) string {
	text := cutClasses[s.cut[e.N]]
	c := e.Cut
	if c == nil {
		return text
	}
	if text == "" {
		text = "in " + cond(c.Span == "", "no disk work", c.Span)
	}
	text += cond(c.At != "", ", "+c.At, "")
	if c.Ops > 0 {
		text += fmt.Sprintf("; %d of %d disk operations had begun, %d ended", c.Begun, c.Ops, c.Ended)
	}
	if c.Pending > 0 {
		text += "; " + r2(c.Pending, "sector was", "sectors were") + " not yet synced"
	}
	text += cond(c.Torn, "; the disk comes back torn", "") + cond(c.Reordered, "; writes were reordered", "")
	if c.Image != "" && c.Pending > 0 {
		text += " (" + c.Image + ")"
	}
	return text
}

func (s *story) tillWords(e *history.Event) string {
	switch e.Kind {
	case history.KindCommit:
		return "journal entry " + s.entryWords(e) + " " + s.durable(e)
	case history.KindEntry:
		return fmt.Sprintf("holds entry %s/%d/%d", e.Device, e.Inc, e.Seq)
	case history.KindStarted:
		return s.startedWords(e)
	case history.KindSpan:
		return "disk work begins: " + e.State
	case history.KindDiskWork:
		return "disk work that fails: " + e.Text
	case history.KindCheckpointed:
		return "brought its book up to date: " + r2(int(e.Done), "record", "records")
	case history.KindReplicated:
		return fmt.Sprintf("counts the chain of %s/%d as durable up to %d%s", e.Device, e.Inc, e.Seq,
			cond(s.lying(unitName(e.Who), e.T), " (its disk lies about its syncs)", ""))
	case history.KindAcknowledged:
		return fmt.Sprintf("is told that the hub holds %s/%d up to %d", e.Device, e.Inc, e.Seq)
	case history.KindProgress:
		return fmt.Sprintf("sync: %d of %d", e.Done, e.Total)
	case history.KindVault:
		return "still holds the sealed card data of " + e.Ref
	case history.KindLeak:
		return fmt.Sprintf("CARD DATA FOUND in %s at offset %d", e.Text, e.Done)
	case history.KindScannedForLeaks:
		return fmt.Sprintf("searched for card data: %d canaries in %d places", e.Done, e.Total)
	}
	return ""
}

func with(text, more string) string {
	if more == "" {
		return text
	}
	return text + ": " + more
}
