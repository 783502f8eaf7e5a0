package escpos

import "golang.org/x/text/encoding/charmap"

// Page is a code page as one model numbers it in ESC t n. The numbers differ
// between makers, therefore they are part of a printer's profile.
type Page struct {
	N    int
	Name string // a key of PageNames
}

// EpsonPages are Epson's numbers for the pages that this package knows.
func EpsonPages() []Page {
	return []Page{{0, "PC437"}, {2, "PC850"}, {3, "PC860"}, {4, "PC863"}, {5, "PC865"},
		{16, "WPC1252"}, {17, "PC866"}, {18, "PC852"}, {19, "PC858"}}
}

// PageNames lists the code pages known by name.
func PageNames() []string {
	return []string{"PC437", "PC850", "PC852", "PC858", "PC860", "PC863", "PC865", "PC866", "WPC1252"}
}

// charmapOf returns the page of a name; PC437 when the name is unknown, as a
// printer keeps its first page when asked for one that it lacks.
func charmapOf(name string) *charmap.Charmap {
	switch name {
	case "PC850":
		return charmap.CodePage850
	case "PC852":
		return charmap.CodePage852
	case "PC858":
		return charmap.CodePage858
	case "PC860":
		return charmap.CodePage860
	case "PC863":
		return charmap.CodePage863
	case "PC865":
		return charmap.CodePage865
	case "PC866":
		return charmap.CodePage866
	case "WPC1252":
		return charmap.Windows1252
	}
	return charmap.CodePage437
}

// encodeRune gives the byte of r in the named page. Control characters have
// none: a text cannot carry a command.
func encodeRune(name string, r rune) (byte, bool) {
	if r < 0x20 || r == 0x7f {
		return 0, false
	}
	b, ok := charmapOf(name).EncodeRune(r)
	return b, ok && b >= 0x20 && b != 0x7f
}

// decodeByte is what a printer with the named page selected prints for b.
func decodeByte(name string, b byte) rune {
	if b < 0x80 {
		return rune(b)
	}
	return charmapOf(name).DecodeByte(b)
}
