package escpos

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

func parseAll(p *Parser, data []byte) (out []Command) {
	for _, b := range data {
		out = p.Feed(b, out)
	}
	return out
}

// The bytes are from Epson's reference and from what other encoders send.
func TestParserGolden(t *testing.T) {
	for _, c := range []struct {
		name, bytes string
		want        []Command
	}{
		{"init", "1b40", []Command{{Kind: Init, Bytes: 2}}},
		{"a client's handshake", "1b401b3d01100401", []Command{{Kind: Init, Bytes: 2}, {Kind: Select, A: 1, Bytes: 3}, {Kind: LiveStatus, A: 1, Bytes: 3}}},
		{"another client's", "1004021b06011b40", []Command{{Kind: LiveStatus, A: 2, Bytes: 3}, {Kind: Unknown, Data: []byte{0x1b, 6}, Bytes: 2}, {Kind: Ignored, Bytes: 1}, {Kind: Init, Bytes: 2}}},
		{"all automatic status", "1b401d61ff", []Command{{Kind: Init, Bytes: 2}, {Kind: AutoStatus, A: 255, Bytes: 3}}},
		{"maker's name", "1d4942", []Command{{Kind: Identify, A: 66, Bytes: 3}}},
		{"completion", "1d28480600303030303132", []Command{{Kind: Complete, Data: []byte("0012"), Bytes: 11}}},
		{"drawer", "1b700019fa", []Command{{Kind: Pulse, B: 25, C: 250, Bytes: 5}}},
		{"drawer, ASCII pin", "1b703119fa", []Command{{Kind: Pulse, A: 1, B: 25, C: 250, Bytes: 5}}},
		{"drawer in real time", "1014010002", []Command{{Kind: LivePulse, B: 2, Bytes: 5}}},
		{"recover", "100502", []Command{{Kind: LiveEnquiry, A: 2, Bytes: 3}}},
		{"clear", "10140801031401060208", []Command{{Kind: LiveClear, Bytes: 10}}},
		{"cut", "1d5600", []Command{{Kind: Cut, A: -1, Bytes: 3}}},
		{"feed and cut", "1d564103", []Command{{Kind: Cut, A: 3, Bytes: 4}}},
		{"size", "1d2111", []Command{{Kind: Size, A: 2, B: 2, Bytes: 3}}},
		{"CODE128", "1d6b49047b423132", []Command{{Kind: Bar, A: 73, Data: []byte("{B12"), Bytes: 8}}},
		{"EAN13, function A", "1d6b0234383030303136363431353000", []Command{{Kind: Bar, A: 67, Data: []byte("480001664150"), Bytes: 16}}},
		{"EAN13, function A, ends by itself", "1d6b023438303030313636343135303841", []Command{{Kind: Bar, A: 67, Data: []byte("4800016641508"), Bytes: 16}, {Kind: Text, A: 'A', Bytes: 1}}},
		{"a byte that it cannot have ends a bar code", "1d6b00340d", []Command{{Kind: Bar, A: 65, B: 1, Data: []byte("4"), Bytes: 4}, {Kind: Return, Bytes: 1}}},
		{"CODE128 without a code set", "1d6b495361", []Command{{Kind: Bar, A: 73, B: 1, Data: []byte{}, Bytes: 4}, {Kind: Text, A: 'a', Bytes: 1}}},
		{"a command in a bar code's place", "1d6b45051b40", []Command{{Kind: Bar, A: 69, B: 1, Data: []byte{}, Bytes: 4}, {Kind: Init, Bytes: 2}}},
		{"QR module", "1d286b0300314306", []Command{{Kind: QRModule, A: 6, Bytes: 8}}},
		{"QR data", "1d286b0600315030616263", []Command{{Kind: QRStore, Data: []byte("abc"), Bytes: 11}}},
		{"QR print", "1d286b0300315130", []Command{{Kind: QRPrint, Bytes: 8}}},
		{"raster", "1d76300001000200aa55", []Command{{Kind: Raster, B: 1, C: 2, Data: []byte{0xaa, 0x55}, Bytes: 10}}},
		{"column image", "1b2a210100ffff00", []Command{{Kind: Columns, A: 33, B: 1, Data: []byte{255, 255, 0}, Bytes: 8}}},
		{"unknown: two bytes are dropped, the rest is text", "1b7f41", []Command{{Kind: Unknown, Data: []byte{0x1b, 0x7f}, Bytes: 2}, {Kind: Text, A: 'A', Bytes: 1}}},
		{"lone DLE", "1041", []Command{{Kind: Ignored, Bytes: 1}, {Kind: Text, A: 'A', Bytes: 1}}},
		{"NULs and a line", "00000a", []Command{{Kind: Ignored, Bytes: 1}, {Kind: Ignored, Bytes: 1}, {Kind: LineFeed, Bytes: 1}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var p Parser
			assert.Equal(t, c.want, parseAll(&p, unhex(t, c.bytes)))
			assert.True(t, p.Idle())
		})
	}
}

func TestParserRealTimeInsideData(t *testing.T) {
	// A raster whose data holds DLE EOT 1.
	data := unhex(t, "1d76300001000300100401")
	deafInside := Parser{}
	assert.Equal(t, []Command{{Kind: Raster, B: 1, C: 3, Data: []byte{0x10, 4, 1}, Bytes: 11}}, parseAll(&deafInside, data))
	awake := Parser{LiveInData: true}
	assert.Equal(t, []Command{
		{Kind: LiveStatus, A: 1},
		{Kind: Raster, B: 1, C: 3, Data: []byte{0x10, 4, 1}, Bytes: 11},
	}, parseAll(&awake, data))
}

// Whatever command was cut short anywhere, a run of NULs completes it, and
// does none of what costs money or mixes up jobs.
func TestNulsCompleteAnyHalfCommand(t *testing.T) {
	b := Builder{Pages: EpsonPages()}
	b.Init().Text("é€").Bold(true).Align(1).Size(2, 2).FeedLines(3).FeedDots(9)
	require.NoError(t, b.Code128("SALE 12", Barcode{Height: 50, Module: 2}, false))
	require.NoError(t, b.EAN13("480001664150", Barcode{Height: 50, Module: 2}))
	require.NoError(t, b.QR(string(make([]byte, 300)), 4, 'M'))
	require.NoError(t, b.Image(72, make([]byte, 72*20)))
	b.Cut(0).Complete(1234).AutoStatus(255).Transmit(1).Identify(67).Kick(0, 25, 250).LiveKick(0, 2).LiveStatus(1)
	for k := range b.Bytes() {
		var p Parser
		parseAll(&p, b.Bytes()[:k])
		for _, c := range parseAll(&p, make([]byte, MaxData+10)) {
			switch c.Kind {
			case QRPrint, LivePulse, LineFeed:
				t.Fatalf("cut at byte %d: %d", k, c.Kind)
			case Complete:
				_, ok := JobNumber(c.Data)
				require.False(t, ok, "an id of digits and NULs is nobody's")
			case Pulse:
				// Only one that had its on time may still come, late.
				require.True(t, c.B == 0 || b.Bytes()[k-4] == esc, "cut at byte %d", k)
			}
		}
		require.True(t, p.Idle(), "cut at byte %d", k)
	}
}

func TestParseEncodeLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b Builder
		var want []Command
		add := func(kind Kind, a, bb, c int, data []byte, build func()) {
			at := b.Len()
			build()
			want = append(want, Command{Kind: kind, A: a, B: bb, C: c, Data: data, Bytes: b.Len() - at})
		}
		n := rapid.IntRange(0, 255)
		for range rapid.IntRange(0, 20).Draw(t, "commands") {
			switch v := n.Draw(t, "n"); rapid.IntRange(0, 17).Draw(t, "which") {
			case 0:
				add(Init, 0, 0, 0, nil, func() { b.Init() })
			case 1:
				add(Text, 'a'+v%26, 0, 0, nil, func() { b.Text(string(rune('a' + v%26))) })
			case 2:
				add(Bold, v&1, 0, 0, nil, func() { b.Bold(v&1 == 1) })
			case 3:
				add(Underline, v%3, 0, 0, nil, func() { b.Underline(v % 3) })
			case 4:
				add(Size, v%8+1, v/8%8+1, 0, nil, func() { b.Size(v%8+1, v/8%8+1) })
			case 5:
				add(Font, v&1, 0, 0, nil, func() { b.Font(v & 1) })
			case 6:
				add(Justify, v%3, 0, 0, nil, func() { b.Align(v % 3) })
			case 7:
				add(FeedLines, v, 0, 0, nil, func() { b.FeedLines(v) })
			case 8:
				add(FeedDots, v, 0, 0, nil, func() { b.FeedDots(v) })
			case 9:
				add(Cut, v, 1, 0, nil, func() { b.Cut(v) })
			case 10:
				add(Pulse, v&1, v, 255-v, nil, func() { b.Kick(v&1, v, 255-v) })
			case 11:
				add(LivePulse, v&1, v%8+1, 0, nil, func() { b.LiveKick(v&1, v%8+1) })
			case 12:
				add(LiveStatus, v%4+1, 0, 0, nil, func() { b.LiveStatus(v%4 + 1) })
			case 13:
				add(AutoStatus, v, 0, 0, nil, func() { b.AutoStatus(v) })
			case 14:
				d := JobDigits(v * 39)
				add(Complete, 0, 0, 0, d[:], func() { b.Complete(v * 39) })
			case 15:
				rows := rapid.SliceOfN(rapid.Byte(), 3, 3).Draw(t, "rows")
				add(Raster, 0, 1, 3, rows, func() { require.NoError(t, b.Image(1, rows)) })
			case 16:
				add(Transmit, v%2+1, 0, 0, nil, func() { b.Transmit(v%2 + 1) })
			case 17:
				add(LineFeed, 0, 0, 0, nil, func() { b.LF() })
			}
		}
		var p Parser
		require.Equal(t, want, parseAll(&p, b.Bytes()))
	})
}

func FuzzParser(f *testing.F) {
	for _, s := range []string{"1b401b3d01100401", "1d286b030031513010", "1d76300001000300100401", "1d7630000100ffff", "1b2601", "1c71021b",
		"1d6b04313233", "1b4401020300", "101010040110", "1d384cffffffff41", "1d286b", "10140801031401060208",
		"1b4c1b570000000080006400" + "41420a1b5401430c", "1d284c0b0030700101013108000100ff" + "1d284c02003032", "1d286b0500365030414243" + "1d286b0300365130",
		"1d286b0400305030411d286b0300305130", "1d2a0101ffffffffffffffff1d2f00", "1c7101010001000102030405060708" + "1c700100", "1d6b41203031", "1b7b01411b5202230a",
		"1c2682a082a21c2e", "1d6b420630313233343530", "1b440408000941"} {
		f.Add(unhex(f, s), 3, true)
	}
	f.Fuzz(func(t *testing.T, data []byte, split int, live bool) {
		whole := Parser{LiveInData: live}
		want := parseAll(&whole, data)
		split = max(0, min(split, len(data)))
		half := Parser{LiveInData: live}
		got := parseAll(&half, data[:split])
		again := half.Clone()
		parseAll(&half, []byte("something else that must not reach the clone"))
		got = append(got, parseAll(&again, data[split:])...)
		require.Equal(t, want, got)
		n := again.Held()
		r := Renderer{Width: 384, Pages: EpsonPages()}
		r.Reset()
		for _, c := range got {
			n += c.Bytes
			for _, s := range r.Apply(c, nil) {
				require.True(t, s.Rows == nil || len(s.Rows) == s.Height*48)
			}
		}
		require.Equal(t, len(data), n, "every byte is accounted for")
	})
}
