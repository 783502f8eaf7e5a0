package scan

import "strings"

// Keyboard wedges type. A key is a usage of the keyboard page (USB HID Usage
// Tables, page 7); what it means is decided by the layout that the host is set
// to, and a scanner that types for another layout types something else.
//
// A report is that of a boot keyboard (USB HID 1.11, appendix B): modifiers, a
// zero, six keys. Each key is one report down and one up.
const (
	keyReport = 8
	keyShift  = 0x02 // left shift
	keyAltGr  = 0x40
	keyEnter  = 0x28
	keyTab    = 0x2b
)

// Layouts are the names of the layouts that are known.
func Layouts() []string { return []string{"us", "de", "fr"} }

// layout maps a key to what it types plain, with shift, and with AltGr. The
// usages run from 04h (a on a US keyboard) to 38h (/), and 64h.
type layout struct{ plain, shift, altgr string }

// usageOrder lists the US characters of the usages that type something.
const usageOrder = "abcdefghijklmnopqrstuvwxyz1234567890 -=[]\\;'`,./"

// usages of the characters of usageOrder.
var usages = func() (out []byte) {
	for u := byte(0x04); u <= 0x27; u++ {
		out = append(out, u)
	}
	return append(out, 0x2c, 0x2d, 0x2e, 0x2f, 0x30, 0x31, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38)
}()

// layoutOf returns a layout by name. Dead keys and what no code holds are
// blank. From the kernel's keymaps us, de-latin1 and fr-latin1.
func layoutOf(name string) (layout, bool) {
	switch name {
	case "us":
		return layout{
			plain: usageOrder,
			shift: "ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*() _+{}|:\"~<>?",
		}, true
	case "de":
		return layout{
			plain: "abcdefghijklmnopqrstuvwxzy1234567890 ß\x00ü+#öä^,.-",
			shift: "ABCDEFGHIJKLMNOPQRSTUVWXZY!\"§$%&/()= ?`Ü*'ÖÄ°;:_",
			altgr: "\x00\x00\x00\x00€\x00\x00\x00\x00\x00\x00\x00µ\x00\x00\x00@\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00²³\x00\x00\x00{[]}\x00\\\x00\x00~\x00\x00\x00\x00\x00\x00\x00",
		}, true
	case "fr":
		return layout{
			plain: "qbcdefghijkl,noparstuvzxyw&é\"'(-è_çà )=\x00$*mù²;:!",
			shift: "QBCDEFGHIJKL?NOPARSTUVZXYW1234567890 °+\x00£µM%\x00./§",
			altgr: "\x00\x00\x00\x00€\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00~#{[|`\\^@\x00]}\x00¤\x00\x00\x00\x00\x00\x00\x00",
		}, true
	}
	return layout{}, false
}

// key finds what types r.
func (l layout) key(r rune) (modifiers, usage byte, ok bool) {
	if r == 0 {
		return 0, 0, false
	}
	for i, chars := range []string{l.plain, l.shift, l.altgr} {
		if n := runeIndex(chars, r); n >= 0 {
			return [...]byte{0, keyShift, keyAltGr}[i], usages[n], true
		}
	}
	return 0, 0, false
}

func runeIndex(s string, r rune) int {
	n := 0
	for _, c := range s {
		if c == r {
			return n
		}
		n++
	}
	return -1
}

// means is what a key types in a layout, 0 for nothing.
func (l layout) means(modifiers, usage byte) rune {
	chars := l.plain
	switch {
	case modifiers&(keyAltGr) != 0:
		chars = l.altgr
	case modifiers&0x22 != 0: // either shift
		chars = l.shift
	}
	n := strings.IndexByte(string(usages), usage)
	if n < 0 {
		return 0
	}
	for _, c := range chars {
		if n == 0 {
			return c
		}
		n--
	}
	return 0
}

// AppendKeys adds the reports that type text in a layout. CR is the enter key,
// HT the tab key; what the layout has no key for is left out, and skipped says
// how many characters that were.
func AppendKeys(dst []byte, layoutName, text string) (out []byte, skipped int) {
	l, ok := layoutOf(layoutName)
	if !ok {
		return dst, len([]rune(text))
	}
	for _, r := range text {
		var mod, usage byte
		switch r {
		case '\r':
			usage = keyEnter
		case '\t':
			usage = keyTab
		case '\n':
			continue // it comes with its CR
		default:
			if mod, usage, ok = l.key(r); !ok {
				skipped++
				continue
			}
		}
		dst = append(dst, mod, 0, usage, 0, 0, 0, 0, 0)
		dst = append(dst, make([]byte, keyReport)...)
	}
	return dst, skipped
}

// Keyboard is the host's side of a boot keyboard: reports in, text out. The
// enter key is CR, the tab key HT.
type Keyboard struct {
	Layout string // the one that the host is set to
	buf    []byte
	down   [6]byte
}

// Feed takes bytes of reports and returns what was typed: each key once, when
// it goes down.
func (k *Keyboard) Feed(data []byte) string {
	l, _ := layoutOf(k.Layout)
	var out []rune
	k.buf = append(k.buf, data...)
	for ; len(k.buf) >= keyReport; k.buf = k.buf[keyReport:] {
		mod, keys := k.buf[0], [6]byte(k.buf[2:keyReport])
		for _, usage := range keys {
			if usage == 0 || strings.IndexByte(string(k.down[:]), usage) >= 0 {
				continue
			}
			switch {
			case usage == keyEnter:
				out = append(out, '\r')
			case usage == keyTab:
				out = append(out, '\t')
			default:
				if r := l.means(mod, usage); r != 0 {
					out = append(out, r)
				}
			}
		}
		k.down = keys
	}
	return string(out)
}

// Clone returns a copy with a buffer of its own.
func (k Keyboard) Clone() Keyboard {
	k.buf = append([]byte(nil), k.buf...)
	return k
}
