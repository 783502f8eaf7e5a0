package escpos

import (
	"fmt"
	"image/color"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/aztec"
	"github.com/boombuler/barcode/datamatrix"
)

// Numbers of codes in GS ( k.
const (
	cnPDF417     = 48
	cnQR         = 49
	cnMaxiCode   = 50
	cnAztec      = 53
	cnDataMatrix = 54
)

// symbol is one kind of code as set up by GS ( k.
type symbol struct {
	module, height, level int
	data                  []byte
}

func (r *Renderer) symbolOf(cn int) *symbol {
	switch cn {
	case cnPDF417:
		return &r.symbols[0]
	case cnAztec:
		return &r.symbols[1]
	case cnDataMatrix:
		return &r.symbols[2]
	}
	return nil
}

// symbol sets up, stores and prints PDF417, Aztec and DataMatrix.
func (r *Renderer) symbol(c Command, out []Strip) []Strip {
	s := r.symbolOf(c.A)
	if s == nil {
		if c.B == 81 {
			r.say(fmt.Sprintf("GS ( k: a code of kind %d is not drawn here", c.A))
		}
		return out
	}
	v := 0
	if len(c.Data) > 0 {
		v = int(c.Data[0])
	}
	switch c.B {
	case 65, 66, 70:
		if c.A == cnPDF417 && v != 0 && (c.B != 70 || digit(v) != 0) {
			r.say(fmt.Sprintf("GS ( k: columns, rows and truncation of PDF417 are chosen here, %d is not heeded", v))
		}
	case 67:
		s.module = min(max(v, 1), 16)
	case 68:
		s.height = min(max(v, 1), 16)
	case 69:
		s.level = v
		if c.A == cnPDF417 && len(c.Data) > 1 { // m n: 48 a level, 49 a ratio
			s.level = 0
			if v == 48 {
				s.level = int(c.Data[1]) - 48
			}
		}
	case 80:
		if len(c.Data) > 1 {
			s.data = c.Data[1:]
		}
	case 81:
		return r.drawSymbol(c.A, s, out)
	default:
		r.say(fmt.Sprintf("GS ( k: function %d of a code of kind %d is not known here", c.B, c.A))
	}
	return out
}

func (r *Renderer) drawSymbol(cn int, s *symbol, out []Strip) []Strip {
	name, tall := "", 1
	var img barcode.Barcode
	var err error
	switch cn {
	case cnPDF417:
		name, tall = "PDF417", max(s.height, 3)
		img, err = encodePDF417(string(s.data), byte(min(max(s.level, 1), 8)))
	case cnAztec:
		name = "Aztec"
		img, err = aztec.Encode(s.data, aztec.DEFAULT_EC_PERCENT, aztec.DEFAULT_LAYERS)
	case cnDataMatrix:
		name = "DataMatrix"
		img, err = datamatrix.Encode(string(s.data))
	}
	if err != nil || len(s.data) == 0 {
		r.say(fmt.Sprintf("%s is not printed: %v", name, err))
		return out
	}
	step := 1
	if cn == cnPDF417 {
		step = pdfRowDots
	}
	module := max(s.module, 2)
	size := img.Bounds().Size()
	w, h := size.X*module, size.Y/step*module*tall
	if w > r.printable() {
		r.say(fmt.Sprintf("%s is not printed: %d dots are wider than the paper", name, w))
		return out
	}
	text := fmt.Sprintf("[%s %s]", name, printableText(s.data))
	return r.block(w, h, StripCode, text, out, func(cv canvas, x int) {
		for y := 0; y < size.Y; y += step {
			top := y / step * module * tall
			for i := range size.X {
				if dark(img, i, y) {
					cv.run(x+i*module, top, module)
				}
			}
			cv.repeat(top, module*tall)
		}
	})
}

func dark(img barcode.Barcode, x, y int) bool {
	return img.At(x, y) == color.Black
}
