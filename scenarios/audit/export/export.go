package export

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// Options says what the exports show.
type Options struct {
	// References puts the reference of each payment into both files. Without it
	// they share amounts and times only.
	References bool
}

// Files are the exports of a day.
type Files struct {
	Sales, Settlement, Before, After []byte // CSV
	Cash                             int64  // in the drawers at the end, minor units; they began empty
	Outages                          [][2]time.Time
	Zone                             *time.Location
	Currency                         string
}

// From writes the exports of a history, which must have the tills' journals.
func From(events []history.Event, o Options) (*Files, error) {
	v, err := check.NewView(events)
	if err != nil {
		return nil, err
	}
	if v.Header.Level < 1 {
		return nil, errors.New("the history has no journal: nothing to export")
	}
	x := &exporter{events: events, o: o, header: v.Header, files: &Files{Currency: v.Header.Currency}}
	if x.files.Zone, err = time.LoadLocation(v.Header.Zone); err != nil {
		return nil, fmt.Errorf("the history's time zone: %w", err)
	}
	x.sales()
	x.settlement()
	x.stock(v.Shelves())
	x.drawer()
	x.outages()
	return x.files, nil
}

// Write writes the files into a folder: sales.csv, settlement.csv,
// stock-before.csv, stock-after.csv. Where one of them is there already (an
// error that is fs.ErrExist), it writes none.
func (f *Files) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	all := []struct {
		name string
		text []byte
	}{{"sales.csv", f.Sales}, {"settlement.csv", f.Settlement}, {"stock-before.csv", f.Before}, {"stock-after.csv", f.After}}
	for _, x := range all {
		path := filepath.Join(dir, x.name)
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("export: %s: %w", path, cmp.Or(err, fs.ErrExist))
		}
	}
	for _, x := range all {
		if err := os.WriteFile(filepath.Join(dir, x.name), x.text, 0o644); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	return nil
}

type exporter struct {
	events []history.Event
	o      Options
	header history.Header
	files  *Files
}

// entry is the part of a journal entry that becomes a sale of the export.
type entry struct {
	Wall  int64 `json:"wall"`
	Facts []struct {
		Sale *struct {
			Number int64 `json:"number"`
			Lines  []struct {
				SKU   string `json:"sku"`
				Qty   int64  `json:"qty"`
				Price int64  `json:"price"`
			} `json:"lines"`
			Total   int64 `json:"total"`
			Tenders []struct {
				Kind   string `json:"kind"`
				Amount int64  `json:"amount"`
				Ref    string `json:"ref"`
			} `json:"tenders"`
		} `json:"sale"`
	} `json:"facts"`
}

// sales writes what stands in each till's own journal at the end.
func (x *exporter) sales() {
	rows := [][]string{{"number", "time", "till", "item", "quantity", "price", "total", "tender", "reference"}}
	for i := range x.events {
		e := &x.events[i]
		if e.Kind != history.KindEntry || e.Who != e.Device {
			continue
		}
		var en entry
		if json.Unmarshal(e.Payload, &en) != nil {
			continue // damaged: the till does not show it either
		}
		for _, f := range en.Facts {
			if f.Sale == nil {
				continue
			}
			tender, ref := "", ""
			for _, t := range f.Sale.Tenders {
				tender = t.Kind
				if x.o.References {
					ref = t.Ref
				}
			}
			for _, l := range f.Sale.Lines {
				rows = append(rows, []string{fmt.Sprint(f.Sale.Number), x.at(en.Wall), e.Device, l.SKU, fmt.Sprint(l.Qty),
					x.money(l.Price), x.money(f.Sale.Total), tender, ref})
			}
		}
	}
	x.files.Sales = text(rows)
}

// settlement writes what the card host took, declined and gave back.
func (x *exporter) settlement() {
	rows := [][]string{{"time", "amount", "reference", "status"}}
	took := make(map[string]bool)
	for i := range x.events {
		e := &x.events[i]
		if e.Kind != history.KindLedger {
			continue
		}
		state, key := e.State, e.Ref+"/"+e.STAN
		switch {
		case (state == "captured" || state == "settled") && took[key]:
			continue // money that was taken already is settled: nothing more
		case state == "captured" || state == "settled":
			took[key], state = true, "captured"
		case state == "reversed" && !took[key]:
			continue
		case state == "reversed":
			took[key] = false
		}
		ref := ""
		if x.o.References {
			ref = e.Ref
		}
		rows = append(rows, []string{x.at(x.header.OpensAt + e.T), x.money(e.Amount), ref, state})
	}
	x.files.Settlement = text(rows)
}

func (x *exporter) stock(shelves []check.Shelf) {
	before := [][]string{{"sku", "quantity", "price"}}
	after := [][]string{{"sku", "quantity", "price"}}
	for i, s := range shelves { // shelves are in the order of the header's articles
		price := x.money(x.header.Articles[i].Price)
		before = append(before, []string{s.SKU, fmt.Sprint(s.Began + s.Counted), price})
		after = append(after, []string{s.SKU, fmt.Sprint(s.Left()), price})
	}
	x.files.Before, x.files.After = text(before), text(after)
}

// drawer counts the cash of shoppers who left with goods: what the display
// asked for, or what was handed over where it never said. A cashier who rings a
// basket again does not take the money again.
func (x *exporter) drawer() {
	handed, asked := make(map[int]int64), make(map[int]int64)
	for i := range x.events {
		e := &x.events[i]
		switch {
		case e.Kind == history.KindTendered:
			handed[e.Basket] = 0
			if e.State == "cash" {
				handed[e.Basket] = e.Amount
			}
		case e.Kind == history.KindRung:
			asked[e.Basket] = e.Amount
		case e.Kind == history.KindServed && handed[e.Basket] > 0 && asked[e.Basket] > 0:
			x.files.Cash += asked[e.Basket]
		case e.Kind == history.KindServed:
			x.files.Cash += handed[e.Basket]
		}
	}
}

// outages are the times in which a till's line to the card host was down, or
// the till itself.
func (x *exporter) outages() {
	type change struct {
		at   int64
		down int
	}
	var changes []change
	state := make(map[string]bool)
	for i := range x.events {
		e := &x.events[i]
		down, ok := false, false
		switch {
		case e.Kind == history.KindLink && strings.HasSuffix(e.Who, "-host"):
			down, ok = e.State == "down", true
		case e.Kind == history.KindPower && !strings.Contains(e.Who, ".") && e.Who != "hub" && e.Who != "host":
			down, ok = !e.On, true
		}
		if !ok || state[e.Who] == down {
			continue
		}
		state[e.Who] = down
		n := -1
		if down {
			n = 1
		}
		changes = append(changes, change{e.T, n})
	}
	sort.SliceStable(changes, func(i, j int) bool { return changes[i].at < changes[j].at })
	depth, from := 0, int64(0)
	for _, c := range changes {
		if depth == 0 && c.down > 0 {
			from = c.at
		}
		if depth += c.down; depth == 0 {
			x.files.Outages = append(x.files.Outages, [2]time.Time{x.time(from), x.time(c.at)})
		}
	}
	if depth > 0 && len(x.events) > 0 {
		x.files.Outages = append(x.files.Outages, [2]time.Time{x.time(from), x.time(x.events[len(x.events)-1].T)})
	}
}

func (x *exporter) time(t int64) time.Time {
	return time.Unix(0, x.header.OpensAt+t).In(x.files.Zone)
}

func (x *exporter) at(wall int64) string {
	return time.Unix(0, wall).In(x.files.Zone).Format("2006-01-02 15:04:05")
}

func (x *exporter) money(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

func text(rows [][]string) []byte {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.WriteAll(rows) // to memory: cannot fail
	return []byte(b.String())
}
