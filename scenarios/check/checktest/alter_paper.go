package checktest

import (
	"slices"
	"strings"

	"stormrig/sim/history"
)

func printTwice(events []history.Event) []history.Event {
	s := tell(events)
	papers := make(map[int64]int)
	for i := range s.events {
		if e := &s.events[i]; e.Kind == history.KindPaper && e.Number > 0 {
			papers[e.Number]++
		}
	}
	i := s.find(0, func(e *history.Event) bool { // an only print, and so the original
		return e.Kind == history.KindPaper && e.Number > 0 && papers[e.Number] == 1 && e.State == "cut"
	})
	if i < 0 {
		return nil
	}
	paper := s.events[i]
	begin := history.Event{T: paper.T, Gen: paper.Gen, Who: paper.Who, Kind: history.KindPrintBegin}
	s.insert(i+1, begin, paper)
	return s.done()
}

func otherNumber(events []history.Event) []history.Event {
	s := tell(events)
	i := s.find(0, func(e *history.Event) bool { return e.Kind == history.KindRung && e.Number > 0 })
	if i < 0 {
		return nil
	}
	s.events[i].Number += 1000
	return s.done()
}

func kickTwice(events []history.Event) []history.Event {
	s := tell(events)
	i := s.find(0, kind(history.KindKick))
	if i < 0 {
		return nil
	}
	s.insert(i+1, s.events[i])
	return s.done()
}

// residue takes the first whole paper after one that was disturbed.
func residue(events []history.Event) []history.Event {
	s := tell(events)
	down := make(map[string]bool)      // tills without power, printers without cable or power
	faulty := make(map[string]bool)    // by printer: the piece that is being printed
	disturbed := make(map[string]bool) // by printer: the piece before it
	for i := range s.events {
		e := &s.events[i]
		till, _, _ := strings.Cut(e.Who, ".")
		switch e.Kind {
		case history.KindLink, history.KindPower:
			down[e.Who] = e.Kind == history.KindLink && e.State == "down" || e.Kind == history.KindPower && !e.On
			if down[e.Who] {
				faulty[e.Who], faulty[e.Who+".printer"] = true, true
			}
		case history.KindPrintBegin:
			faulty[e.Who] = down[e.Who] || down[till]
		case history.KindPaper:
			if e.State == "power lost" {
				continue
			}
			if !faulty[e.Who] && disturbed[e.Who] && len(e.Lines) > 0 {
				e.Lines = slices.Concat([]string{"andals 38 gold   1290.00"}, e.Lines)
				return s.done()
			}
			disturbed[e.Who] = faulty[e.Who]
		}
	}
	return nil
}

// otherTax takes the first receipt that nothing disturbed and that names a tax.
func otherTax(events []history.Event) []history.Event {
	s := tell(events)
	for i := s.find(0, kind(history.KindPaper)); i >= 0; i = s.find(i+1, kind(history.KindPaper)) {
		e := &s.events[i]
		till, _, _ := strings.Cut(e.Who, ".")
		before := s.last(i, func(b *history.Event) bool { return b.Kind == history.KindPaper && b.Who == e.Who })
		trouble := s.find(before+1, func(t *history.Event) bool {
			down := t.Kind == history.KindPower && !t.On || t.Kind == history.KindLink && t.State == "down"
			return t.Fault != nil || down && (t.Who == e.Who || t.Who == till)
		})
		tax := slices.IndexFunc(e.Lines, func(l string) bool { return strings.Contains(l, "% ") })
		if e.Number == 0 || e.State != "cut" || tax < 0 || trouble >= 0 && trouble < i {
			continue
		}
		e.Lines = slices.Clone(e.Lines)
		e.Lines[tax] = e.Lines[tax][:len(e.Lines[tax])-4] + "9.99"
		return s.done()
	}
	return nil
}

// uncompleted takes the word for the first job of which the journal says that
// it is done.
func uncompleted(events []history.Event) []history.Event {
	s := tell(events)
	i := s.find(0, kind(history.KindComplete))
	if i < 0 {
		return nil
	}
	s.events = slices.Delete(s.events, i, i+1)
	return s.done()
}

// oneMore takes the books of the last replica and an article that was sold.
func oneMore(events []history.Event) []history.Event {
	s := tell(events)
	i := s.last(len(s.events), kind(history.KindState))
	sold := s.find(0, kind(history.KindServed))
	if i < 0 || sold < 0 {
		return nil
	}
	basket := s.events[sold].Basket
	b := s.find(0, func(e *history.Event) bool {
		return e.Kind == history.KindBasket && e.Basket == basket && len(e.Items) > 0
	})
	if b < 0 {
		return nil
	}
	stock := make(map[string]int64, len(s.events[i].Stock))
	for sku, n := range s.events[i].Stock {
		stock[sku] = n
	}
	stock[s.events[b].Items[0].SKU]++
	s.events[i].Stock = stock
	return s.done()
}

func holdTwice(events []history.Event) []history.Event {
	s := tell(events)
	i := s.find(0, func(e *history.Event) bool { return at("hub")(e) && e.Device != "hub" && plain(decode(e.Payload)) })
	if i < 0 {
		return nil
	}
	s.insert(i+1, s.events[i])
	return s.done()
}

func acknowledgeMore(events []history.Event) []history.Event {
	s := tell(events)
	i := s.find(0, kind(history.KindAcknowledged))
	if i < 0 {
		return nil
	}
	s.events[i].Seq += 1_000_000
	return s.done()
}

func otherDigest(events []history.Event) []history.Event {
	s := tell(events)
	i := s.last(len(s.events), kind(history.KindState))
	if i < 0 {
		return nil
	}
	s.events[i].Text += "0"
	return s.done()
}

// moveGoal takes the last figure of a session that has several.
func moveGoal(events []history.Event) []history.Event {
	s := tell(events)
	first := s.find(0, kind(history.KindProgress))
	for i := s.find(first+1, kind(history.KindProgress)); i > first && first >= 0; i = s.find(i+1, kind(history.KindProgress)) {
		before := s.last(i, func(e *history.Event) bool {
			return e.Kind == history.KindProgress && e.Who == s.events[i].Who && e.Ref == s.events[i].Ref
		})
		if before >= 0 {
			s.events[i].Total++
			return s.done()
		}
	}
	return nil
}
