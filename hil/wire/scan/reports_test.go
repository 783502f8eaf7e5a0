package scan

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestPOSGolden(t *testing.T) {
	got := AppendPOS(nil, EAN13, "4006381333931")
	require.Len(t, got, 64)
	assert.Equal(t, "020d5d45303430303633383133333339333100", hex.EncodeToString(got[:19]))
	assert.Zero(t, got[63])
	var p POS
	assert.Equal(t, []Scan{{Symbology: EAN13, Code: "4006381333931"}}, p.Feed(got))
	// Some models put the identifier one byte later.
	shifted := make([]byte, 64)
	copy(shifted, []byte{2, 3, 0, ']', 'Q', '1', 'a', 'b', 'c'})
	assert.Equal(t, []Scan{{Symbology: QR, Code: "abc"}}, p.Feed(shifted))
	assert.Equal(t, []Scan{{Symbology: QR, Err: ErrEmpty}}, p.Feed(AppendPOS(nil, QR, "")))
	wrong := make([]byte, 64)
	wrong[0], wrong[1] = 2, 200
	assert.Equal(t, []Scan{{Err: ErrTooLong}}, p.Feed(wrong))
	wrong[0] = 9
	assert.Empty(t, p.Feed(wrong), "another report's id")
}

func TestKeysGolden(t *testing.T) {
	got, skipped := AppendKeys(nil, "us", "A1\r")
	assert.Zero(t, skipped)
	assert.Equal(t, "0200040000000000"+"0000000000000000"+"00001e0000000000"+"0000000000000000"+"0000280000000000"+"0000000000000000", hex.EncodeToString(got))
	for host, want := range map[string]string{"us": "]E0-400z", "de": "+E0ß400y", "fr": "$E0)400w"} {
		// A scanner set to US typing into hosts of other layouts.
		typed, _ := AppendKeys(nil, "us", "]E0-400z")
		k := Keyboard{Layout: host}
		said := k.Feed(typed)
		if host == "fr" {
			want = strings.NewReplacer("0", "à", "4", "'").Replace(want)
		}
		assert.Equal(t, want, said, host)
	}
	_, skipped = AppendKeys(nil, "de", "語")
	assert.Equal(t, 1, skipped)
	assert.Equal(t, len(usages), len([]rune(usageOrder)))
	for _, name := range Layouts() {
		l, ok := layoutOf(name)
		require.True(t, ok)
		assert.Len(t, []rune(l.plain), len(usages), name)
		assert.Len(t, []rune(l.shift), len(usages), name)
		assert.Contains(t, []int{0, len(usages)}, len([]rune(l.altgr)), name)
	}
}

// What was encoded comes back, however the reports are cut.
func TestReportsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.StringMatching(`[ -~\x1d]{1,200}`).Draw(t, "code")
		id := rapid.SampledFrom([]string{EAN13, QR, GS1Matrix, Code128}).Draw(t, "id")
		data := AppendPOS(nil, id, code)
		cut := rapid.IntRange(0, len(data)).Draw(t, "cut")
		var p POS
		require.Equal(t, []Scan{{Symbology: id, Code: code}}, append(p.Feed(data[:cut]), p.Feed(data[cut:])...))
	})
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9A-Za-z.,:;?!/+*()%$=<>"'& \r-]{0,60}`).Draw(t, "text")
		name := rapid.SampledFrom(Layouts()).Draw(t, "layout")
		data, skipped := AppendKeys(nil, name, text)
		cut := rapid.IntRange(0, len(data)).Draw(t, "cut")
		k := Keyboard{Layout: name}
		got := k.Feed(data[:cut]) + k.Feed(data[cut:])
		if skipped == 0 && got != text {
			t.Fatalf("typed %q, read %q", text, got)
		}
	})
}

func FuzzReports(f *testing.F) {
	f.Add(AppendPOS(nil, QR, strings.Repeat("x", 100)), 70)
	keys, _ := AppendKeys(nil, "de", "]E04006381333931\r")
	f.Add(keys, 9)
	f.Fuzz(func(t *testing.T, data []byte, cut int) {
		cut = min(max(cut, 0), len(data))
		var whole, parts POS
		want := whole.Feed(data)
		require.Equal(t, len(want), len(append(parts.Feed(data[:cut]), parts.Feed(data[cut:])...)))
		for _, s := range want {
			require.LessOrEqual(t, len(s.Code), MaxLine)
		}
		for _, name := range Layouts() {
			a, b := Keyboard{Layout: name}, Keyboard{Layout: name}
			require.Equal(t, a.Feed(data), b.Feed(data[:cut])+b.Feed(data[cut:]))
		}
	})
}
