package certify

import (
	"bytes"

	"stormrig/hil/wire/escpos"
)

// looker is a bench whose paper can be seen without asking anybody.
type looker interface{ Scene() Scene }

// Scene is what can be seen on the bench.
func (t *Twin) Scene() Scene {
	if t.spec.Scene == nil {
		return Scene{}
	}
	return t.spec.Scene(t.told)
}

// mostRows bounds a picture of paper: 40 cm at 8 dots a millimetre. The rest of
// a longer one looks the same.
const mostRows = 3200

// photograph draws what has come out of a printer since the last time; nil
// where nothing did.
func photograph(s Scene, seen *int) []byte {
	width := 0
	var rows []byte
	for _, sh := range s.Sheets {
		if sh.Width == 0 || width != 0 && sh.Width != width {
			continue
		}
		if width != 0 {
			rows = append(rows, make([]byte, width/8*edge)...)
		}
		width = sh.Width
		rows = append(rows, sh.Rows...) // the last one may still grow
	}
	from := min(*seen, len(rows))
	*seen = len(rows)
	rows = rows[from:]
	if width == 0 || len(bytes.Trim(rows, "\x00")) == 0 {
		return nil
	}
	rows = rows[:min(len(rows), mostRows*width/8)]
	pic, err := escpos.PNG(width, rows)
	if err != nil {
		return nil
	}
	return pic
}

// edge is the white between two pieces of paper in a picture.
const edge = 16
