package spec

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Decimal is a whole number, not negative, written in decimal.
type Decimal int64

func (d Decimal) String() string { return strconv.FormatInt(int64(d), 10) }

func (d *Decimal) parse(s string) error {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		return wrong("", "%q is not a whole number", s)
	}
	*d = Decimal(n)
	return nil
}

// Line is one article of a basket: "coffee", "2 x coffee".
type Line struct {
	Qty  int64
	Item string // SKU or a path that names one variant
}

func (l Line) String() string {
	if l.Qty == 1 {
		return l.Item
	}
	return fmt.Sprintf("%d x %s", l.Qty, l.Item)
}

// MaxQty is the largest quantity of one line; beyond it a barcode was
// scanned into the quantity.
const MaxQty = 9999

// timesRE is a quantity as people write it elsewhere: "2x fan", "2 * fan".
var timesRE = regexp.MustCompile(`^([0-9]+) ?(?:[x×*] ?| )([a-z].*)$`)

func (l *Line) parse(s string) error {
	*l = Line{Qty: 1, Item: strings.TrimSpace(s)}
	qty, item, ok := strings.Cut(l.Item, " x ")
	if !ok {
		if m := timesRE.FindStringSubmatch(l.Item); m != nil {
			return wrong(fmt.Sprintf("write it like %q", m[1]+" x "+m[2]), "%q is no article", s)
		}
		return nil
	}
	n, err := strconv.ParseInt(strings.TrimSpace(qty), 10, 64)
	if err != nil || n < 1 || n > MaxQty {
		return wrong(`write it like "2 x coffee"`, "%q is not a quantity from 1 to %d", qty, MaxQty)
	}
	*l = Line{Qty: n, Item: strings.TrimSpace(item)}
	return nil
}
