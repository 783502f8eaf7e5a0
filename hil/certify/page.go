package certify

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strings"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"value": value,
	"class": func(v Verdict) string { return strings.ReplaceAll(string(v), " ", "-") },
	"pictures": func(all []Exhibit) []Exhibit {
		return slices.DeleteFunc(slices.Clone(all), func(e Exhibit) bool { return !strings.HasSuffix(e.Name, ".png") })
	},
	"words": func(s []string) string { return strings.Join(s, ", ") },
}).Parse(pageText))

// Page is the record for people: one HTML file that needs no network.
func Page(r *Record) ([]byte, error) {
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, r); err != nil {
		return nil, fmt.Errorf("the certificate's page: %w", err)
	}
	return b.Bytes(), nil
}

// value is a measured value with its unit; nil is nothing.
func value(v any, unit string) string {
	if v == nil {
		return ""
	}
	return strings.TrimSpace(fmt.Sprint(v) + " " + unit)
}
