package seat

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestGolden(t *testing.T) {
	s := Screen{Title: "DONE", Lines: []string{"SALE 12", `A\B`, ""}, Prompt: "NEXT", Status: "OFFLINE 3 WAITING", Tone: "good"}
	frame := "\x02DONE\nOFFLINE 3 WAITING\ngood\nNEXT\nSALE 12\nA\\5cB\n\x03"
	assert.Equal(t, frame, string(AppendScreen(nil, s)))
	var p Screens
	assert.Equal(t, []Screen{s}, p.Feed([]byte(frame)))

	k := Key{Word: "edit", Args: []string{"beaded sandals/38", "name", "", `C:\x`, "a\nb"}}
	line := "edit beaded\\20sandals/38 name \\- C:\\5cx a\\0ab\n"
	assert.Equal(t, line, string(AppendKey(nil, k)))
	var keys Keys
	assert.Equal(t, []Key{k}, keys.Feed([]byte(line)))
}

func TestKeysAsTyped(t *testing.T) {
	var p Keys
	got := p.Feed([]byte("\r\n  cash   1500.00\r\nlook\n\tvoid 2\r\rC:\\x\n"))
	assert.Equal(t, []Key{
		{Word: "cash", Args: []string{"1500.00"}}, {Word: "look"}, {Word: "void", Args: []string{"2"}}, {Word: `C:\x`},
	}, got)
	assert.Empty(t, p.Feed([]byte(strings.Repeat("x", MaxKey+1)+"\n")), "too long is dropped whole")
	assert.Equal(t, []Key{{Word: "yes"}}, p.Feed([]byte("yes\n")))
}

func TestScreensFindTheirFeet(t *testing.T) {
	s := Screen{Title: "READY", Prompt: "SCAN"}
	frame := AppendScreen(nil, s)
	for name, before := range map[string]string{
		"noise":             "abc\x03\x00",
		"a frame cut short": string(frame[:5]),
		"too few lines":     "\x02READY\n\x03",
		"too long":          "\x02" + strings.Repeat("\n", MaxFrame+1) + "\x03",
	} {
		var p Screens
		got := p.Feed(append([]byte(before), frame...))
		require.Len(t, got, 1, name)
		assert.True(t, s.Equal(got[0]), name)
	}
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Screen{
			Title: rapid.String().Draw(t, "title"), Lines: rapid.SliceOfN(rapid.String(), 0, 4).Draw(t, "lines"),
			Prompt: rapid.String().Draw(t, "prompt"), Status: rapid.String().Draw(t, "status"),
		}
		var p Screens
		if got := p.Feed(AppendScreen(nil, s)); len(got) != 1 || !s.Equal(got[0]) {
			t.Fatalf("%+v became %+v", s, got)
		}
		k := Key{Word: rapid.StringMatching(`[a-z]+`).Draw(t, "word"), Args: rapid.SliceOfN(rapid.String(), 0, 4).Draw(t, "args")}
		var keys Keys
		got := keys.Feed(AppendKey(nil, k))
		if len(got) != 1 || got[0].Word != k.Word || len(got[0].Args) != len(k.Args) {
			t.Fatalf("%+v became %+v", k, got)
		}
		for i := range k.Args {
			if got[0].Args[i] != k.Args[i] {
				t.Fatalf("%+v became %+v", k, got)
			}
		}
	})
}

func FuzzSeat(f *testing.F) {
	f.Add([]byte("cash 1\\200\n\\- \\-\n"), 4)
	f.Add(AppendScreen(nil, Screen{Title: "A", Lines: []string{"b", "c"}}), 3)
	f.Add([]byte("\x02\n\n\n\\\x03\x02\x02"), 1)
	f.Add([]byte("\x02"+strings.Repeat("\\", MaxFrame/2)+"\n\n\n\x03"), 1)
	f.Fuzz(func(t *testing.T, data []byte, cut int) {
		cut = min(max(cut, 0), len(data))
		var k1, k2 Keys
		want := k1.Feed(data)
		got := append(k2.Feed(data[:cut]), k2.Feed(data[cut:])...)
		require.Equal(t, want, got)
		var s1, s2 Screens
		screens := s1.Feed(data)
		require.Equal(t, screens, append(s2.Feed(data[:cut]), s2.Feed(data[cut:])...))
		for _, s := range screens {
			frame := AppendScreen(nil, s)
			if len(frame) > MaxFrame+2 {
				continue // a lone backslash grows threefold: too long to be sent
			}
			var again Screens
			back := again.Feed(frame)
			require.Len(t, back, 1)
			require.True(t, s.Equal(back[0]))
		}
		require.LessOrEqual(t, len(s1.frame), MaxFrame)
		require.LessOrEqual(t, len(k1.line), MaxKey)
	})
}
