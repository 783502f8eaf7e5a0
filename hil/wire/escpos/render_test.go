package escpos

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// picture shows dots as text.
func picture(width int, s Strip) string {
	var b strings.Builder
	for y := range s.Height {
		line := ""
		for x := range width {
			c := byte('.')
			if s.Rows != nil && s.Rows[(y*width+x)/8]>>(7-x%8)&1 == 1 {
				c = '#'
			}
			line += string(c)
		}
		b.WriteString(strings.TrimRight(line, ".") + "\n")
	}
	return strings.Trim(b.String(), "\n")
}

func TestRenderGlyphsAreWhatTheyWere(t *testing.T) {
	var b Builder
	s := Print(64, nil, b.Text("1").LF().Bytes())
	require.Len(t, s, 1)
	assert.Equal(t, 30, s[0].Height)
	want := `......#
....###
..#####
.#...##
.....##
.....##
.....##
.....##
.....##
.....##
.....##
.....##
.....##
.....###
.###########`
	assert.Equal(t, want, picture(64, s[0]))
}

func TestRenderStylesAndPlaces(t *testing.T) {
	at := func(s Strip, width, x, y int) bool { return s.Rows[(y*width+x)/8]>>(7-x%8)&1 == 1 }
	var b Builder
	b.Pages = EpsonPages()
	b.Text("█").LF()
	b.Size(2, 3).Text("█").LF().Size(1, 1)
	b.Align(2).Text("█").LF()
	b.Align(0).Raw(esc, '$', 24, 0).Text("█").LF()
	b.Raw(gs, 'B', 1).Text("█").Raw(gs, 'B', 0).LF()
	b.Underline(2).Text(" ").LF()
	s := Print(64, b.Pages, b.Bytes())
	require.Len(t, s, 6)
	assert.True(t, at(s[0], 64, 0, 0) && at(s[0], 64, 11, 23) && !at(s[0], 64, 12, 0) && !at(s[0], 64, 0, 24))
	assert.Equal(t, 72, s[1].Height)
	assert.True(t, at(s[1], 64, 23, 71) && !at(s[1], 64, 24, 0))
	assert.True(t, at(s[2], 64, 63, 0) && at(s[2], 64, 52, 23) && !at(s[2], 64, 51, 0))
	assert.True(t, at(s[3], 64, 24, 0) && !at(s[3], 64, 23, 0))
	assert.False(t, at(s[4], 64, 3, 3))
	assert.True(t, at(s[5], 64, 0, 23) && !at(s[5], 64, 0, 21))
	assert.Equal(t, []string{"█", "█", "    █", "  █", "█"}, Lines(s))
}

func TestRenderWrapsWhatIsTooLong(t *testing.T) {
	var b Builder
	s := Print(384, nil, b.Text(strings.Repeat("x", 33)).LF().Bytes())
	assert.Equal(t, []string{strings.Repeat("x", 32), "x"}, Lines(s))
}

func TestTextInTheCodePagesOfThePrinter(t *testing.T) {
	for _, c := range []struct {
		name, text, want string
		pages            []Page
	}{
		{"ASCII", "abc", "abc", nil},
		{"first page", "é", "é", []Page{{0, "PC437"}}},
		{"another page", "€", "€", EpsonPages()},
		{"there and back", "é€é┼œ", "é€é┼œ", EpsonPages()},
		{"none has it", "₱語", "??", EpsonPages()},
		{"control characters are no commands", "a\x1b@\x07b", "a?@?b", EpsonPages()},
		{"a page that the printer lacks", "€", "?", []Page{{0, "PC437"}, {2, "PC850"}}},
		{"the euro page", "€", "€", []Page{{0, "PC437"}, {19, "PC858"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := Builder{Pages: c.pages}
			b.Text(c.text).LF()
			assert.Equal(t, []string{c.want}, Lines(Print(384, c.pages, b.Bytes())))
		})
	}
}

func TestImagesInBands(t *testing.T) {
	var b Builder
	rows := bytes.Repeat([]byte{0xf0, 0x0f}, 700)
	require.NoError(t, b.Image(2, rows))
	s := Print(16, nil, b.Bytes())
	assert.Len(t, s, 3)
	assert.Equal(t, rows, Rows(16, s))
	require.Error(t, b.Image(3, rows))
}

func TestColumnImage(t *testing.T) {
	// A 24-dot column at each end of an eight-dot image, as ESC * 33.
	data := []byte{esc, '*', 33, 8, 0}
	for i := range 8 {
		v := byte(0)
		if i%7 == 0 {
			v = 0xff
		}
		data = append(data, v, v, v)
	}
	s := Print(16, nil, append(data, lf))
	require.Len(t, s, 1)
	assert.Equal(t, []byte{0x81, 0}, s[0].Rows[:2])
	assert.Equal(t, []byte{0x81, 0}, s[0].Rows[46:48])
	assert.Equal(t, []byte{0, 0}, s[0].Rows[48:50])
}

func TestBarcodesThatCannotBe(t *testing.T) {
	var b Builder
	require.ErrorIs(t, b.Code128("", Barcode{}, false), ErrTooLong)
	require.ErrorIs(t, b.Code128(strings.Repeat("x", 254), Barcode{}, false), ErrTooLong)
	require.Error(t, b.Code128("é", Barcode{}, false))
	require.Error(t, b.EAN13("4800016641504", Barcode{}), "wrong check digit")
	require.Error(t, b.EAN13("12", Barcode{}))
	require.ErrorIs(t, b.QR(strings.Repeat("x", MaxData), 4, 'M'), ErrTooLong)
	require.Error(t, b.QR("x", 4, 'Z'))
	assert.Zero(t, b.Len(), "an error writes nothing")
	// A printer prints nothing for data that it cannot encode, or too wide.
	assert.Empty(t, Print(384, nil, []byte("\x1dk\x49\x03{B\x01")))
	require.NoError(t, b.Code128(strings.Repeat("x", 40), Barcode{Height: 10, Module: 2}, false))
	assert.Empty(t, Print(384, nil, b.Bytes()))
}

func TestCode128SetCAvoidsDLE(t *testing.T) {
	pairs, ok := digitPairs("1234")
	assert.True(t, ok)
	assert.Equal(t, []byte{12, 34}, pairs)
	_, ok = digitPairs("1604")
	assert.False(t, ok, "10h 04h would be a status request")
}

// The widths of "CODE" in set B, from the symbology's table.
func TestCode128Golden(t *testing.T) {
	widths, hri, err := code128([]byte("{BCODE"))
	require.NoError(t, err)
	assert.Equal(t, "CODE", hri)
	s := ""
	for _, w := range widths {
		s += string('0' + rune(w))
	}
	// start B, C (35), O (47), D (36), E (37), check (104+35+94+108+148)%103 = 77, stop
	assert.Equal(t, "211214"+"131321"+"133121"+"112313"+"132113"+code128Patterns[77]+"2331112", s)
}

func TestEAN13Golden(t *testing.T) {
	widths, _, err := ean13("4006381333931")
	require.NoError(t, err)
	bits, dark := "", true
	for _, w := range widths {
		bits += strings.Repeat(map[bool]string{true: "1", false: "0"}[dark], int(w))
		dark = !dark
	}
	assert.Equal(t, "101"+"0001101"+"0100111"+"0101111"+"0111101"+"0001001"+"0110011"+"01010"+
		"1000010"+"1000010"+"1000010"+"1110100"+"1000010"+"1100110"+"101", bits)
}

func TestPNGIsOneBitAndHasAMargin(t *testing.T) {
	data, err := PNG(16, []byte{0x80, 0x01})
	require.NoError(t, err)
	img, err := png.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	assert.Equal(t, 16+64, img.Bounds().Dx())
	r, _, _, _ := img.At(32, 32).RGBA()
	assert.Less(t, r, uint32(0x8000))
	r, _, _, _ = img.At(33, 32).RGBA()
	assert.Greater(t, r, uint32(0x8000))
	_, err = PNG(16, []byte{1})
	require.Error(t, err)
}
