package certify

import (
	"image"
	"image/color"
	"slices"
	"strings"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// Codes reads every bar code and QR code that a picture of paper shows, one
// after the other from top to bottom. The decoder is not ours: a code that
// only its maker can read is worth nothing.
func Codes(img image.Image) (out []string) {
	for _, part := range parts(img) {
		if s, ok := decode(part); ok {
			out = append(out, s)
		}
	}
	return out
}

func decode(img image.Image) (string, bool) {
	bmp, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		return "", false
	}
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	for _, r := range []gozxing.Reader{qrcode.NewQRCodeReader(), oned.NewMultiFormatUPCEANReader(hints), oned.NewCode128Reader()} {
		if res, err := r.Decode(bmp, hints); err == nil {
			return res.GetText(), true
		}
	}
	return "", false
}

// gap is how many white rows part one code from the next.
const gap = 20

// parts cuts a picture where the paper is white for a while; a picture without
// such places (a photograph) is one part.
func parts(img image.Image) (out []image.Image) {
	b, begin, white := img.Bounds(), -1, 0
	flush := func(end int) {
		if begin >= 0 {
			out = append(out, framed{img, image.Rect(b.Min.X, begin, b.Max.X, end)})
		}
		begin, white = -1, 0
	}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		switch {
		case dark(img, y) && begin < 0:
			begin, white = y, 0
		case dark(img, y):
			white = 0
		case begin >= 0:
			if white++; white >= gap {
				flush(y - white + 1)
			}
		}
	}
	flush(b.Max.Y)
	return out
}

func dark(img image.Image, y int) bool {
	if g, ok := img.(*image.Gray); ok {
		row := g.Pix[g.PixOffset(g.Rect.Min.X, y):]
		return slices.ContainsFunc(row[:g.Rect.Dx()], func(v uint8) bool { return v < 128 })
	}
	for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
		if g := color.GrayModel.Convert(img.At(x, y)).(color.Gray); g.Y < 128 {
			return true
		}
	}
	return false
}

// framed is a part of a picture with the white margin that decoders want.
type framed struct {
	image.Image
	part image.Rectangle
}

const margin = 40

func (f framed) Bounds() image.Rectangle { return f.part.Inset(-margin) }

func (f framed) At(x, y int) color.Color {
	if !image.Pt(x, y).In(f.part) {
		return color.White
	}
	return f.Image.At(x, y)
}

// image is the sheet as a picture, twice as large: decoders want two dots a
// module, and some printers' codes have one.
func (s Sheet) image() image.Image {
	const scale = 2
	h := 0
	if s.Width > 0 {
		h = len(s.Rows) * 8 / s.Width
	}
	img := image.NewGray(image.Rect(0, 0, s.Width*scale, h*scale))
	for y := range h * scale {
		for x := range s.Width * scale {
			i := y/scale*(s.Width/8) + x/scale/8
			if s.Rows[i]&(0x80>>(x/scale%8)) == 0 {
				img.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	return img
}

// codesSeen lists which of some codes can be decoded on paper, a code a line. It
// looks from the newest paper backwards, no further than to the last of them.
func codesSeen(want []string) func(Scene) string {
	return func(s Scene) string {
		got := map[string]bool{}
		for _, sh := range slices.Backward(s.Sheets) {
			for _, part := range slices.Backward(parts(sh.image())) {
				if c, ok := decode(part); ok && slices.Contains(want, c) {
					got[c] = true
				}
				if len(got) == len(want) {
					return strings.Join(want, "\n")
				}
			}
		}
		return strings.Join(slices.DeleteFunc(slices.Clone(want), func(c string) bool { return !got[c] }), "\n")
	}
}
