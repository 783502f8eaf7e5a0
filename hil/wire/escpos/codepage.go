package escpos

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Page is a code page as one model numbers it in ESC t n. The numbers differ
// between makers, therefore they are part of a printer's profile.
type Page struct {
	N    int
	Name string // one of PageNames
}

// EpsonPages are Epson's numbers for the pages that every model of theirs has.
func EpsonPages() []Page {
	return []Page{{0, "PC437"}, {2, "PC850"}, {3, "PC860"}, {4, "PC863"}, {5, "PC865"},
		{16, "WPC1252"}, {17, "PC866"}, {18, "PC852"}, {19, "PC858"}}
}

// PageNames lists the code pages known by name.
func PageNames() []string {
	return []string{"PC437", "PC720", "PC737", "PC775", "PC850", "PC852", "PC855", "PC857", "PC858", "PC860", "PC861",
		"PC862", "PC863", "PC864", "PC865", "PC866", "PC869", "PC1125", "Katakana", "WPC1250", "WPC1251", "WPC1252",
		"WPC1253", "WPC1254", "WPC1255", "WPC1256", "WPC1257", "WPC1258", "ISO8859-2", "ISO8859-7", "ISO8859-15", "Thai"}
}

// KnownPage tells whether a name is one of PageNames.
func KnownPage(name string) bool {
	for _, n := range PageNames() {
		if n == name {
			return true
		}
	}
	return false
}

// charmapOf returns the page of a name; PC437 when the name is unknown, as a
// printer keeps its first page when asked for one that it lacks.
func charmapOf(name string) *charmap.Charmap {
	switch name {
	case "PC850":
		return charmap.CodePage850
	case "PC852":
		return charmap.CodePage852
	case "PC855":
		return charmap.CodePage855
	case "PC858":
		return charmap.CodePage858
	case "PC860":
		return charmap.CodePage860
	case "PC862":
		return charmap.CodePage862
	case "PC863":
		return charmap.CodePage863
	case "PC865":
		return charmap.CodePage865
	case "PC866":
		return charmap.CodePage866
	case "ISO8859-2":
		return charmap.ISO8859_2
	case "ISO8859-7":
		return charmap.ISO8859_7
	case "ISO8859-15":
		return charmap.ISO8859_15
	case "Thai":
		return charmap.Windows874
	}
	if m := windowsPage(name); m != nil {
		return m
	}
	return charmap.CodePage437
}

func windowsPage(name string) *charmap.Charmap {
	switch name {
	case "WPC1250":
		return charmap.Windows1250
	case "WPC1251":
		return charmap.Windows1251
	case "WPC1252":
		return charmap.Windows1252
	case "WPC1253":
		return charmap.Windows1253
	case "WPC1254":
		return charmap.Windows1254
	case "WPC1255":
		return charmap.Windows1255
	case "WPC1256":
		return charmap.Windows1256
	case "WPC1257":
		return charmap.Windows1257
	case "WPC1258":
		return charmap.Windows1258
	}
	return nil
}

// encodeRune gives the byte of r in the named page. Control characters have
// none: a text cannot carry a command.
func encodeRune(name string, r rune) (byte, bool) {
	if r < 0x20 || r == 0x7f {
		return 0, false
	}
	if r < 0x7f {
		return byte(r), true
	}
	if page, ok := extraPages[name]; ok {
		n := 0
		for _, c := range page {
			if c == r && c != utf8.RuneError {
				return byte(0x80 + n), true
			}
			n++
		}
		return 0, false
	}
	b, ok := charmapOf(name).EncodeRune(r)
	return b, ok && b >= 0x20 && b != 0x7f
}

// PageRune is the character of a byte in a page of PageNames.
func PageRune(name string, b byte) rune { return decodeByte(name, b) }

// decodeByte is what a printer with the named page selected prints for b.
func decodeByte(name string, b byte) rune {
	if b < 0x80 {
		return rune(b)
	}
	if page, ok := extraPages[name]; ok {
		n := int(b) - 0x80
		for _, c := range page {
			if n == 0 {
				return c
			}
			n--
		}
	}
	return charmapOf(name).DecodeByte(b)
}
