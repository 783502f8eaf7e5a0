package importer

import (
	"fmt"
	"hash/fnv"
	"sort"
	"strings"

	"stormrig/pos"
	"stormrig/scenarios/spec"
)

// shelf is the shop's catalogue as far as the day needs it: a given one, with
// what it lacks added.
type shelf struct {
	cat      *pos.Catalogue
	given    bool
	changed  bool
	bySKU    map[string]*ware // every variant
	byText   map[string]*ware // by what an export may call it, small letters
	codes    map[string]bool
	coded    int64 // numbers of made-up barcodes that are taken
	ids      map[string]bool
	order    []*ware
	invented map[string]bool
	notes    []string
}

// ware is one variant that is sold.
type ware struct {
	sku    string
	item   int // index in the catalogue
	vari   int
	sold   int64
	first  int // order of first sale, 0 when never sold
	prices map[pos.Amount]int64
}

func newShelf(given *pos.Catalogue, name string, currency pos.Currency) *shelf {
	s := &shelf{
		bySKU: map[string]*ware{}, byText: map[string]*ware{}, codes: map[string]bool{}, ids: map[string]bool{},
		invented: map[string]bool{}, cat: &pos.Catalogue{Name: name, Currency: currency},
	}
	if given == nil {
		return s
	}
	s.given = true
	s.cat = &pos.Catalogue{Name: given.Name, Currency: given.Currency}
	for _, it := range given.Items {
		it.Variants = append([]pos.Variant(nil), it.Variants...)
		s.cat.Items = append(s.cat.Items, it)
		s.ids[it.ID] = true
		for v := range it.Variants {
			w := s.put(len(s.cat.Items)-1, v)
			names := []string{w.sku, it.Label(it.Variants[v])}
			if len(it.Variants) == 1 {
				names = append(names, it.ID, it.Name)
			}
			for _, n := range names {
				s.byText[strings.ToLower(n)] = w
			}
		}
	}
	return s
}

func (s *shelf) put(item, variant int) *ware {
	it := s.cat.Items[item]
	v := it.Variants[variant]
	w := &ware{sku: it.SKU(v), item: item, vari: variant, prices: map[pos.Amount]int64{}}
	s.bySKU[w.sku] = w
	s.codes[v.Barcode] = true
	if v.Barcode != "" {
		s.byText["#"+v.Barcode] = w
	}
	s.order = append(s.order, w)
	return w
}

// find returns the ware that a line means, or makes one.
func (s *shelf) find(l line) *ware {
	if w := s.byText["#"+l.barcode]; w != nil && l.barcode != "" {
		return w
	}
	key := strings.ToLower(strings.Join(strings.Fields(l.item), " "))
	if w := s.byText[key]; w != nil {
		return w
	}
	id := s.newID(l.item)
	code := l.barcode
	if spec.CheckBarcode(code) != nil || s.codes[code] {
		code = s.newCode()
		s.invented[spec.InventedBarcodes] = true
	}
	it := pos.Item{ID: id, Name: l.item, Variants: []pos.Variant{{Barcode: code}}}
	s.cat.Items = append(s.cat.Items, it)
	s.changed = true
	s.invented[spec.InventedStock], s.invented[spec.InventedTax] = true, true
	w := s.put(len(s.cat.Items)-1, 0)
	s.byText[key] = w
	if s.given {
		s.notes = append(s.notes, fmt.Sprintf("the catalogue %s has no %q: added as %s", s.cat.Name, l.item, id))
	}
	return w
}

func (s *shelf) newID(name string) string {
	base := slug(name)
	if base == "" {
		base = "item"
	}
	id := base
	for n := 2; s.ids[id]; n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	s.ids[id] = true
	return id
}

func (s *shelf) newCode() string {
	const ownRange = 290 // shelf labels made here; the built-in catalogues use others
	for {
		s.coded++ // from where the last one was found: not from 1 for each of many
		if code := spec.EAN13(ownRange, s.coded); !s.codes[code] {
			return code
		}
	}
}

// slug makes a name of small letters, digits and dashes.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '\'' || r == '’':
		default:
			if b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
				b.WriteByte('-')
			}
		}
	}
	return strings.TrimSuffix(b.String(), "-")
}

// price reads what an export writes in its price column, for one piece.
func (s *shelf) price(text string) (pos.Amount, error) {
	num := strings.TrimSpace(strings.TrimPrefix(text, string(s.cat.Currency)))
	num = strings.TrimSpace(strings.TrimLeft(num, "£$€¥₱₹"))
	if !strings.Contains(num, ".") {
		num = strings.Replace(num, ",", ".", 1)
	}
	if whole, frac, ok := strings.Cut(num, "."); ok {
		keep := min(len(frac), s.cat.Currency.Exponent())
		if strings.Trim(frac[keep:], "0") == "" {
			frac = frac[:keep]
		}
		if num = whole; frac != "" {
			num += "." + frac
		}
	}
	a, err := s.cat.Currency.ParseDecimal(num)
	if err == nil && a < 0 {
		err = fmt.Errorf("%q is negative", text)
	}
	return a, err
}

// settle gives every ware that was sold its price and enough stock.
func (s *shelf) settle() {
	other := int64(0)
	for _, w := range s.order {
		v := &s.cat.Items[w.item].Variants[w.vari]
		if best, seen := mode(w.prices); seen {
			if v.Price != best {
				s.changed = true
			}
			v.Price = best
			for p, n := range w.prices {
				if p != best {
					other += n
				}
			}
		} else if v.Price == 0 && w.first > 0 {
			v.Price = madeUp(w.sku, s.cat.Currency)
			s.invented[spec.InventedPrices] = true
		}
		if v.Stock < w.sold {
			v.Stock = w.sold*2 + 20
			s.changed = true
			s.invented[spec.InventedStock] = true
		}
	}
	if other > 0 {
		s.notes = append(s.notes, fmt.Sprintf("%d pieces were sold at another price than most of their kind; the shelf has one price", other))
	}
}

// mode is the price that most pieces were sold at, the lower one at a tie.
func mode(prices map[pos.Amount]int64) (pos.Amount, bool) {
	var all []pos.Amount
	for p := range prices {
		all = append(all, p)
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	best := pos.Amount(0)
	for _, p := range all {
		if prices[p] > prices[best] {
			best = p
		}
	}
	return best, len(all) > 0
}

// madeUp is a price that looks like one, the same for the same name: 1.50 to
// 9.45 of the currency.
func madeUp(name string, c pos.Currency) pos.Amount {
	h := fnv.New32a()
	h.Write([]byte(name))
	cents := 150 + int64(h.Sum32()%160)*5
	for range c.Exponent() {
		cents *= 10
	}
	return pos.Amount(max(cents/100, 1))
}

// best is the ware of which most pieces were sold, the earlier one at a tie.
func (s *shelf) best() *ware {
	var best *ware
	for _, w := range s.order {
		if w.first > 0 && (best == nil || w.sold > best.sold || (w.sold == best.sold && w.first < best.first)) {
			best = w
		}
	}
	return best
}
