package books

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"stormrig/scenarios/audit/mapping"
	"stormrig/scenarios/audit/table"
)

// file is one file being read.
type file struct {
	*table.Reader
	close io.Closer
	bound *mapping.Bound
	o     Options
	clock table.Clock
	money table.Money
	zones map[string]*time.Location
	last  int64 // time of the record above
	ups   int   // records whose time goes forward, and back
	downs int
	back  int32
	rows  int // lines below the titles
}

// open opens a file and finds its columns. Where the order of day and month
// is open and the file can be read twice, it is looked for first.
func open(src Source, kind string, o Options) (*file, error) {
	maps := list(kind)
	if o.Mapping != nil {
		if o.Mapping.Kind != kind {
			return nil, &table.Error{File: src.Name, Msg: fmt.Sprintf("the mapping %s is one of a %s file, this is the %s file", o.Mapping.Name, o.Mapping.Kind, kind)}
		}
		maps = []*mapping.Mapping{o.Mapping}
	}
	f, err := openOnce(src, maps, o)
	if err != nil {
		return nil, err
	}
	if f.clock.Order == table.AnyOrder && src.Again && (f.bound.Has(mapping.Date) || f.bound.Has(mapping.Time)) {
		order := f.findOrder()
		f.close.Close()
		if f, err = openOnce(src, maps, o); err != nil {
			return nil, err
		}
		f.clock.Order = order
	}
	return f, nil
}

func openOnce(src Source, maps []*mapping.Mapping, o Options) (*file, error) {
	in, err := src.Open()
	if err != nil {
		return nil, err
	}
	t, err := table.Open(in, src.Name, mapping.Titles(maps))
	if err != nil {
		in.Close()
		return nil, err
	}
	m := mapping.Recognise(maps, t.Titles)
	f := &file{Reader: t, close: in, bound: m.Bind(t.Titles), o: o, money: table.Money{Decimals: o.Decimals, Mark: o.Mark}, zones: make(map[string]*time.Location)}
	f.clock = table.Clock{Zone: o.Zone, Order: m.Dates}
	if o.Dates != table.AnyOrder {
		f.clock.Order = o.Dates
	}
	if m.Zone != "" {
		if f.clock.Zone, err = time.LoadLocation(m.Zone); err != nil {
			in.Close()
			return nil, fmt.Errorf("mapping %s: %w", m.Name, err)
		}
	}
	return f, nil
}

// findOrder reads until a date shows which number is the month. What is wrong
// with the file is said when it is read again.
func (f *file) findOrder() table.Order {
	date := f.bound.Column(mapping.Date)
	if date < 0 {
		date = f.bound.Column(mapping.Time)
	}
	for {
		if ok, err := f.Next(); !ok || err != nil {
			return table.AnyOrder
		}
		text := f.Field(date)
		if order := table.Tell(text); order != table.AnyOrder {
			return order
		}
		if text != "" && !strings.ContainsAny(text, "/") && !(len(text) > 5 && text[2] == '-') {
			return table.AnyOrder // written so that there is nothing to find
		}
	}
}

// need is an error where none of the fields has a column.
func (f *file) need(what string, fields ...mapping.Field) error {
	for _, x := range fields {
		if f.bound.Has(x) {
			return nil
		}
	}
	var titles []string
	for _, x := range fields {
		titles = append(titles, f.bound.Columns[x]...)
	}
	if len(titles) > 12 {
		titles = titles[:12]
	}
	return &table.Error{File: f.Name, Line: f.Line(), Text: f.Text(), Msg: "there is no column for " + what,
		Hint: fmt.Sprintf("call one %s, or say which it is: --map %s=TITLE", strings.Join(titles, ", "), fields[0])}
}

// each reads the file to its end, line by line.
func (f *file) each(line func() error) error {
	for {
		if ok, err := f.Next(); err != nil || !ok {
			return err
		}
		f.rows++
		if err := line(); err != nil {
			return err
		}
	}
}

func (f *file) get(x mapping.Field) string { return f.Field(f.bound.Column(x)) }

// amount reads a field with money; ok is false where it is empty.
func (f *file) amount(x mapping.Field) (n int64, ok bool, err error) {
	text := f.get(x)
	if text == "" || text == "-" {
		return 0, false, nil
	}
	n, err = f.money.Parse(text)
	if err != nil {
		return 0, false, f.Wrong("write it like 12.90 or 12,90", "%s: %q: %v", x, text, err)
	}
	return n, true, nil
}

// article is the article of the current line, by its code where there is one.
func (f *file) article() string {
	if sku := f.get(mapping.SKU); sku != "" {
		return sku
	}
	return f.get(mapping.Item)
}

// quantity reads how many, in thousandths; ok is false where it is empty.
func (f *file) quantity(hint string) (milli int64, ok bool, err error) {
	text := f.get(mapping.Quantity)
	if text == "" {
		return 0, false, nil
	}
	if milli, err = table.Quantity(text); err != nil {
		return 0, false, f.Wrong(hint, "quantity: %q: %v", text, err)
	}
	return milli, true, nil
}

// moment reads the time of the current line; ok is false where it has none.
func (f *file) moment() (at time.Time, ok bool, err error) {
	date, clock := f.get(mapping.Date), f.get(mapping.Time)
	if date == "" {
		date, clock = clock, ""
	}
	if date == "" {
		return time.Time{}, false, nil
	}
	if strings.ContainsAny(date, ":") && strings.ContainsAny(clock, ":") {
		date, _, _ = strings.Cut(date, " ") // a date column that holds midnight too
	}
	c := &f.clock
	if name := f.get(mapping.ZoneName); name != "" {
		zone, err := f.zone(name)
		if err != nil {
			return time.Time{}, false, err
		}
		was := c.Zone
		c.Zone = zone
		defer func() { c.Zone = was }()
	}
	at, whole, err := c.Parse(date, clock)
	switch {
	case errors.Is(err, table.ErrOrder):
		return at, false, f.Wrong("say --dates dmy or --dates mdy", "%q: nobody knows which is the month", date)
	case err != nil:
		return at, false, f.Wrong("write it like 2016-11-05 14:02:30", "time: %q: %v", strings.TrimSpace(date+" "+clock), err)
	case !whole:
		return at, false, f.Wrong("export it with the time of day, or name its column: --map time=TITLE", "%q has no time of day", date)
	}
	return at, true, nil
}

func (f *file) zone(name string) (*time.Location, error) {
	if z, ok := f.zones[name]; ok {
		return z, nil
	}
	iana := name
	if known, ok := f.bound.Zones[table.Title(name)]; ok {
		iana = known
	}
	z, err := time.LoadLocation(iana)
	if err != nil {
		return nil, f.Wrong("write a name such as Europe/London, or leave the column out and say --zone", "time zone %q is not known", name)
	}
	f.zones[strings.Clone(name)] = z
	return z, nil
}

// backwardBy is how far a time must lie behind the one above to be told of.
const backwardBy = int64(10 * time.Minute)

// follow watches whether times go forward.
func (f *file) follow(at int64) {
	if f.last != 0 && at != 0 {
		switch {
		case at > f.last:
			f.ups++
		case at < f.last:
			f.downs++
			if at < f.last-backwardBy && f.back == 0 {
				f.back = int32(f.Line())
			}
		}
	}
	if at != 0 {
		f.last = at
	}
}

// known is what is told of the file once it was read.
func (f *file) known() File {
	out := File{Name: f.Name, Mapping: f.bound.Name, Title: f.bound.Title, Encoding: f.Read(), Rows: f.rows, Sorted: f.ups == 0 || f.downs == 0}
	out.Masked, out.Cards = f.Masked()
	if f.downs > 0 && f.downs*20 < f.ups { // a file that goes back more often is sorted by something else
		out.Backward = f.back
	}
	return out
}

// full refuses a file with too many records.
func (f *file) full(n int, what string) error {
	if n < MaxRecords {
		return nil
	}
	return f.Wrong("read it by period: --from 2016-11-01 --to 2016-12-01", "more than %d %s", MaxRecords, what)
}

// names numbers texts.
type names struct {
	list []string
	at   map[string]int32
}

func (n *names) of(s string) int32 {
	if i, ok := n.at[s]; ok {
		return i
	}
	if n.at == nil {
		n.at = make(map[string]int32)
	}
	s = strings.Clone(s)
	i := int32(len(n.list))
	n.list = append(n.list, s)
	n.at[s] = i
	return i
}
