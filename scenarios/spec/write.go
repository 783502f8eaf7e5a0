package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"stormrig/pos"
)

// YAML writes the document so that Parse reads the same again: one key a
// line, lists one entry a line in flow style.
func (f *File) YAML() []byte {
	var b bytes.Buffer
	writeBlock(&b, reflect.ValueOf(*f), "")
	return b.Bytes()
}

// YAML writes a catalogue file.
func (f *CatalogueFile) YAML() []byte {
	var b bytes.Buffer
	writeBlock(&b, reflect.ValueOf(*f), "")
	return b.Bytes()
}

// writeBlock writes a struct with one key a line. What is long gets lines of
// its own: lists of maps, named tills, the catalogue.
func writeBlock(b *bytes.Buffer, v reflect.Value, indent string) {
	for i := range v.NumField() {
		name, opts, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		fv := v.Field(i)
		if opts == "omitempty" && empty(fv) {
			continue
		}
		if fv.Kind() == reflect.Pointer {
			fv = fv.Elem()
		}
		fmt.Fprintf(b, "%s%s:", indent, name)
		switch {
		case fv.Type() == reflect.TypeFor[CatalogueFile]():
			b.WriteByte('\n')
			writeBlock(b, fv, indent+"  ")
		case fv.Type() == reflect.TypeFor[Named[TillFile]]():
			b.WriteByte('\n')
			for j := range fv.Len() {
				e := fv.Index(j)
				fmt.Fprintf(b, "%s  %s: %s\n", indent, quote(e.Field(0).String()), flow(e.Field(1)))
			}
		case fv.Kind() == reflect.Slice && fv.Type().Elem().Kind() == reflect.Struct && !isScalar(fv.Type().Elem()) && !isOrdered(fv.Type()):
			b.WriteByte('\n')
			for j := range fv.Len() {
				fmt.Fprintf(b, "%s  - %s\n", indent, flow(fv.Index(j)))
			}
		default:
			fmt.Fprintf(b, " %s\n", flow(fv))
		}
	}
}

func isScalar(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[scalar]())
}

func isOrdered(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[ordered]())
}

// empty tells whether a value may be left out.
func empty(v reflect.Value) bool {
	if v.Kind() == reflect.Slice {
		return v.Len() == 0
	}
	if v.Kind() == reflect.Struct && !isScalar(v.Type()) {
		for i := range v.NumField() {
			if !empty(v.Field(i)) {
				return false
			}
		}
		return true
	}
	return v.IsZero()
}

// flow writes a value on one line.
func flow(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if isScalar(v.Type()) {
		return quote(fmt.Sprint(v.Interface()))
	}
	var parts []string
	switch {
	case isOrdered(v.Type()):
		for i := range v.Len() {
			parts = append(parts, quote(v.Index(i).Field(0).String())+": "+flow(v.Index(i).Field(1)))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			parts = append(parts, flow(v.Index(i)))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			name, opts, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if opts != "omitempty" || !empty(v.Field(i)) {
				parts = append(parts, name+": "+flow(v.Field(i)))
			}
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case v.Kind() == reflect.String:
		return quote(v.String())
	}
	return fmt.Sprint(v.Interface())
}

var (
	plainRE  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9 _./%-]*$`)
	wordsRE  = regexp.MustCompile(`(?i)^(true|false|null|yes|no|on|off|y|n)$`)
	numberRE = regexp.MustCompile(`^[1-9][0-9]{0,8}(\.\.[1-9][0-9]*|%|h|m|s|ms)?$|^0$`)
)

// quote writes a text plainly where every YAML reader takes it for text, and
// in JSON's quotes elsewhere.
func quote(s string) string {
	if (plainRE.MatchString(s) && !wordsRE.MatchString(s) && strings.TrimSpace(s) == s) || numberRE.MatchString(s) {
		return s
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // a string can always be written
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Describe turns a catalogue back into a document.
func Describe(c *pos.Catalogue) *CatalogueFile {
	f := &CatalogueFile{Catalogue: c.Name, Currency: string(c.Currency)}
	general := Percent(0)
	if len(c.Items) > 0 {
		general = Percent(c.Items[0].TaxBP)
	}
	f.Tax = &general
	for _, it := range c.Items {
		item := ItemFile{ID: it.ID, Name: it.Name, Axes: it.Axes}
		if tax := Percent(it.TaxBP); tax != general {
			item.Tax = &tax
		}
		for _, v := range it.Variants {
			price, stock := &Money{v.Price, c.Currency}, int(v.Stock)
			if len(it.Axes) == 0 {
				item.Barcode, item.Price, item.Stock = v.Barcode, price, &stock
				break
			}
			item.Variants = append(item.Variants, VariantFile{Options: v.Options, Barcode: v.Barcode, Price: price, Stock: &stock})
		}
		f.Items = append(f.Items, item)
	}
	return f
}
