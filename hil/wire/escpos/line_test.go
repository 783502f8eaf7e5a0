package escpos

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// said draws bytes on 384 dots, and tells the lines and what the printer says.
func said(bytes string) (lines []string, says []string) {
	r := Renderer{Width: 384, Pages: EpsonPages()}
	r.Reset()
	var p Parser
	var out []Strip
	for i := range len(bytes) {
		for _, c := range p.Feed(bytes[i], nil) {
			out = r.Apply(c, out)
			if c.Kind == Unknown || c.Kind == Unsupported {
				says = append(says, Describe(c.Data))
			}
			if why := r.TakeComplaint(); why != "" {
				says = append(says, why)
			}
		}
	}
	return Lines(out), says
}

// Columns count when they are set, ESC D NUL leaves none, and a column that is
// not beyond the one before it is data again [Citizen iDP-3420, HPRT TP80K].
func TestTabs(t *testing.T) {
	for _, c := range []struct{ name, bytes, want string }{
		{"every eighth", "a\tb\tc\n", "a       b       c"},
		{"set", "\x1bD\x04\x0a\x00a\tb\tc\n", "a   b     c"},
		{"none", "\x1bD\x00a\tb\n", "ab"},
		{"beyond the last one", "\x1bD\x04\x00a\tb\tc\n", "a   bc"},
		{"set in double width", "\x1d!\x10\x1bD\x04\x00\x1d!\x00a\tb\n", "a       b"},
		{"wide after they were set", "\x1bD\x04\x00\x1d!\x10\ta\n", "    a"},
		{"data again", "\x1bD\x04\x04a\tb\n", "a   b"},
	} {
		lines, _ := said(c.bytes)
		assert.Equal(t, []string{c.want}, lines, c.name)
	}
}

// A place that is not on the line is ignored.
func TestMoveOffTheLine(t *testing.T) {
	lines, _ := said("a\x1b$\x90\x01b\x1b\\\x00\xffc\x1b\\\x18\x00d\n")
	assert.Equal(t, []string{"abc  d"}, lines)
}

// ESC & defines a character in one font, ESC % has it printed, ESC ? and ESC @
// forget it.
func TestOwnCharacters(t *testing.T) {
	define := "\x1b&\x03AB\x02" + "\xff\x00\x01\x80\x00\x00" + "\x01\x00\x00\xff"
	dots := func(bytes string) string { return picture(24, Print(24, nil, []byte(bytes))[0]) }
	const own = "##\n#\n#\n#\n#\n#\n#\n#"
	assert.Equal(t, own+strings.Repeat("\n", 16)+"#", dots(define+"\x1b%\x01A\n"))
	assert.Equal(t, strings.Repeat("#\n", 7)+"#", dots(define + "\x1b%\x01B\n")[0:15], "the lowest eight dots of the first column")
	for name, bytes := range map[string]string{
		"not asked for": define + "A\n", "forgotten": define + "\x1b%\x01\x1b?AA\n",
		"ESC @": define + "\x1b@\x1b%\x01A\n", "in the other font": "\x1bM\x01" + define + "\x1bM\x00\x1b%\x01A\n",
	} {
		assert.Equal(t, dots("A\n"), dots(bytes), name)
	}
}

// ESC V: what stands lies on its back, a quarter turn clockwise, is not
// underlined, and double width makes it higher.
func TestTurnedCharacters(t *testing.T) {
	column := "\x1b&\x03AA\x01\xff\x80\x00\x1b%\x01" // nine dots down the left edge
	s := Print(48, nil, []byte(column+"\x1b-\x02\x1bV\x01AA\n"))
	require.Len(t, s, 1)
	nine := strings.Repeat("#", 9)
	assert.Equal(t, strings.Repeat(".", 15)+nine+strings.Repeat(".", 15)+nine, picture(48, s[0]), "the left edge is the top")
	s = Print(48, nil, []byte(column+"\x1bV\x01\x1d!\x10A\n"))
	assert.Equal(t, strings.Repeat(".", 15)+nine+"\n"+strings.Repeat(".", 15)+nine, picture(48, s[0]))
}

// Characters of two bytes are boxes, and it is said once a line: what receiptline
// 4.0.4 sends for Japanese, Chinese and Korean.
func TestCharactersOfTwoBytes(t *testing.T) {
	for _, c := range []struct{ name, bytes, want string }{
		{"Shift JIS", "\x1bt\x01\x1cC1\x8f\xa4\x95\xb1", "〓〓x"},
		{"Katakana in Shift JIS", "\x1bt\x00\x1cC1\xb1", "▒x"},
		{"GB18030", "\x1c&\xc9\xcc\xc6\xb7", "〓〓x"},
		{"GB18030, four bytes", "\x1c&\x81\x30\x81\x30", "〓〓x"},
		{"KS C 5601", "\x1c&\xbb\xf3\xc7\xb0", "〓〓x"},
		{"no more", "\x1c&\xc9\xcc\x1c.\xc9", "〓╔x"},
	} {
		lines, says := said(c.bytes + "x\n")
		assert.Equal(t, []string{c.want}, lines, c.name)
		if strings.Contains(c.want, "〓") {
			assert.Len(t, says, 1, c.name)
		}
	}
}

// What does nothing here is taken whole, and named: nothing of it prints.
func TestUnsupportedIsNamedAndTakenWhole(t *testing.T) {
	bmp := "BM\x10\x00\x00\x00" + strings.Repeat("p", 10)
	for _, c := range []struct{ bytes, says string }{
		{"\x1be\x02", "ESC e 02h (feeds lines backwards)"},
		{"\x1bM\x02", "ESC M 02h (a font that it does not have)"},
		{"\x1br\x01", "ESC r 01h (a second colour)"},
		{"\x1b(A\x04\x00\x30\x33\x03\x0f", "ESC ( A 04h 00h 30h 33h 03h ... (buzzer)"},
		{"\x1cg1\x00\x00\x00\x00\x00\x04\x00ABCD", "FS g 31h 00h 00h 00h 00h 00h ... (memory of the user's)"},
		{"\x1cg2\x00\x00\x00\x00\x00\x04\x00", "FS g 32h 00h 00h 00h 00h 00h ... (memory of the user's)"},
		{"\x1dC0\x31\x32", "GS C 30h 31h 32h (counter)"},
		{"\x1dC1ABCDEF", "GS C 31h 41h 42h 43h 44h 45h ... (counter)"},
		{"\x1dC2AB", "GS C 32h 41h 42h (counter)"},
		{"\x1dC;1;20;1;1;5;", "GS C 3Bh 31h 3Bh 32h 30h 3Bh ... (counter)"},
		{"\x1dD\x30\x43\x30AB11" + bmp, "GS D 30h 43h 30h 41h 42h 31h ... (a BMP file)"},
		{"\x1dQ0\x00\x02\x00\x01\x00ab", "GS Q 30h 00h 02h 00h 01h 00h ... (an image of lines)"},
		{"\x1dz0AB", "GS z 30h 41h 42h (time to wait for recovery)"},
		{"\x1dV\x99", "GS V 99h (a cut of a kind that there is none of)"},
		{"\x1d(k\x04\x00\x31\x41\x31\x00", "GS ( k 04h 00h 31h 41h 31h ... (a QR code of another model than 2)"},
		{"\x1c?AB", "FS ? 41h 42h (forgets a character of two bytes)"},
		{"\x10\x14\x07\x01", "DLE 14h 07h 01h (power off, buzzer or a status that it does not have)"},
		{"\x10\x14\x03\x01AB!!", "DLE 14h 03h 01h 41h 42h 21h 21h (power off, buzzer or a status that it does not have)"},
		{"\x1b4", "ESC 4 (italics, of clones and ESC/P)"},
		{"\x1b\x1d", "ESC 1Dh (StarPRNT: is the host set to another language?)"},
	} {
		lines, says := said(c.bytes + "x\n")
		assert.Equal(t, []string{"x"}, lines, "%q", c.bytes)
		assert.Equal(t, []string{c.says}, says, "%q", c.bytes)
	}
	for _, quiet := range []string{"\x1bU\x01", "\x1bc3\x00", "\x1br\x00", "\x1d(k\x04\x00\x31\x41\x32\x00", "\x1c(A\x02\x000\x00", "\x1c!\x08"} {
		_, says := said(quiet + "x\n")
		assert.Empty(t, says, "%q", quiet)
	}
}

// ESC { turns codes, too, and no images [TM-T88III specification, GS k].
func TestUpsideDownCodes(t *testing.T) {
	const bar = "\x1dh\x08\x1dw\x01\x1dk\x02400638133393\x00"
	up, down := Print(104, nil, []byte(bar)), Print(104, nil, []byte("\x1b{\x01"+bar))
	turn(up[0].Rows, 0, 104, 13)
	assert.Equal(t, up[0].Rows, down[0].Rows)
	const image = "\x1dv0\x00\x01\x00\x01\x00\xc0"
	assert.Equal(t, Print(64, nil, []byte(image)), Print(64, nil, []byte("\x1b{\x01"+image)))
}

// The shift of CODE128 and FNC4; the last digit of an odd ITF is ignored; and a
// byte above 7Fh ends CODE93 and CODE128 [TM-T88III specification, GS k].
func TestEdgesOfBarCodes(t *testing.T) {
	v, hri, err := code128Values([]byte("{Ba{S\x01b{4c"))
	require.NoError(t, err)
	assert.Equal(t, []byte{104, 65, 98, 65, 66, 100, 67}, v)
	assert.Equal(t, "a\x01bc", hri)
	lines, _ := said("\x1dw\x01\x1dkF\x0512345")
	assert.Equal(t, []string{"[ITF 1234]"}, lines)
	lines, _ = said("\x1dkI\x21{BSale\x80x\n")
	assert.Equal(t, []string{"Çx"}, lines)
}
