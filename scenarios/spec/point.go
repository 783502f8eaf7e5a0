package spec

import (
	"fmt"
	"strconv"
	"strings"
)

// SaleRef names the harness's n-th basket, from 1: of the day ("sale 3") or
// of the time when the network is cut ("storm sale 12").
type SaleRef struct {
	Storm bool
	N     int
}

func (r SaleRef) String() string {
	switch {
	case r.N == 0:
		return ""
	case r.Storm:
		return fmt.Sprintf("storm sale %d", r.N)
	}
	return fmt.Sprintf("sale %d", r.N)
}

// Moment is a named point in the life of a sale; see [Moments].
type Moment string

// The moments of a sale, in the order in which they come.
const (
	Scan        Moment = "scan"        // the first barcode reached the till
	Tender      Moment = "tender"      // the cashier asked for cash or card
	Charge      Moment = "charge"      // card: the intent is durable
	Arm         Moment = "arm"         // card: the amount reached the dongle
	Swipe       Moment = "swipe"       // card: the card was read
	Request     Moment = "request"     // card: the request reached the host
	Approval    Moment = "approval"    // card: the host's response left it; in store-and-forward, the dongle's card
	Record      Moment = "record"      // card: the approval is durable
	Commit      Moment = "commit"      // the sale is durable
	Done        Moment = "done"        // the display said DONE ("approved")
	Print       Moment = "print"       // the first byte of the receipt reached the printer
	Kick        Moment = "kick"        // the drawer was kicked
	Printed     Moment = "printed"     // the receipt was cut
	Push        Moment = "push"        // the entry reached the hub
	Apply       Moment = "apply"       // the entry is durable at the hub
	Acknowledge Moment = "acknowledge" // the hub's word reached the till
)

var momentOrder = []Moment{
	Scan, Tender, Charge, Arm, Swipe, Request, Approval, Record,
	Commit, Done, Print, Kick, Printed, Push, Apply, Acknowledge,
}

// Moments returns the moments of a sale in the order in which they come.
func Moments() []Moment { return append([]Moment(nil), momentOrder...) }

// CardOnly tells whether only a card sale has the moment.
func (m Moment) CardOnly() bool { return m.index() >= Charge.index() && m.index() <= Record.index() }

// CashOnly tells whether only a cash sale has the moment: a card opens no drawer.
func (m Moment) CashOnly() bool { return m == Kick }

// onPaper tells whether only a till with a printer has the moment; the drawer
// hangs on it.
func (m Moment) onPaper() bool { return m == Print || m == Kick || m == Printed }

func (m Moment) index() int {
	for i, o := range momentOrder {
		if o == m {
			return i
		}
	}
	return -1
}

func momentNames() []string {
	names := make([]string, len(momentOrder))
	for i, m := range momentOrder {
		names[i] = string(m)
	}
	return names
}

func parseMoment(s string) (Moment, error) {
	if err := oneOf("moment", s, momentNames()...); err != nil {
		return "", err
	}
	return Moment(s), nil
}

// Of is a sale, or a moment of one: "sale 3", "storm sale 12",
// "approval of sale 2".
type Of struct {
	Moment Moment // empty when only the sale is named
	Sale   SaleRef
}

func (o Of) String() string {
	if o.Moment == "" {
		return o.Sale.String()
	}
	return string(o.Moment) + " of " + o.Sale.String()
}

func (o *Of) parse(s string) (err error) {
	sale := s
	if m, rest, ok := strings.Cut(s, " of "); ok {
		if o.Moment, err = parseMoment(strings.TrimSpace(m)); err != nil {
			return err
		}
		sale = rest
	}
	words := strings.Fields(sale)
	if len(words) > 0 && words[0] == "storm" {
		o.Sale.Storm = true
		words = words[1:]
	}
	hint := `write it like "sale 3", "storm sale 12" or "approval of sale 2"`
	if len(words) != 2 || words[0] != "sale" {
		return wrong(hint, "%q names no sale", s)
	}
	n, err := strconv.Atoi(words[1])
	if err != nil || n < 1 {
		return wrong(hint, "%q is not the number of a sale", words[1])
	}
	o.Sale.N = n
	return nil
}

// InTime is the time from one moment of a sale to a later one:
// "approval and record".
type InTime struct{ From, To Moment }

func (b InTime) String() string {
	if b.From == "" {
		return ""
	}
	return string(b.From) + " and " + string(b.To)
}

func (b *InTime) parse(s string) (err error) {
	from, to, ok := strings.Cut(s, " and ")
	if !ok {
		return wrong(`write it like "approval and record"`, "%q does not name two moments", s)
	}
	if b.From, err = parseMoment(strings.TrimSpace(from)); err != nil {
		return err
	}
	if b.To, err = parseMoment(strings.TrimSpace(to)); err != nil {
		return err
	}
	if b.From.index() >= b.To.index() {
		return wrong(fmt.Sprintf("write %q", string(b.To)+" and "+string(b.From)), "%s does not come before %s", b.From, b.To)
	}
	return nil
}
