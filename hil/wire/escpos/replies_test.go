package escpos

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStatusGolden(t *testing.T) {
	live := func(s Status) (out []byte) {
		for n := 1; n <= 4; n++ {
			out = append(out, LiveReply(n, s))
		}
		return out
	}
	out := Status{Offline: true, PaperOut: true}
	cover := Status{Offline: true, CoverOpen: true}
	assert.Equal(t, unhex(t, "12121212"), live(Status{}))
	assert.Equal(t, unhex(t, "1a32127e"), live(out))
	assert.Equal(t, unhex(t, "1a161212"), live(cover))
	assert.Equal(t, byte(0x16), LiveReply(1, Status{DrawerHigh: true}))
	assert.Equal(t, unhex(t, "10000000"), AutoReply(Status{}))
	assert.Equal(t, unhex(t, "18000f00"), AutoReply(out))
	assert.Equal(t, unhex(t, "38000000"), AutoReply(cover))
	assert.Equal(t, []byte{0x00, 0x03, 0x0f}, []byte{TransmitReply(1, Status{}), TransmitReply(1, Status{NearEnd: true}), TransmitReply(1, out)})
	assert.Equal(t, unhex(t, "37223030313200"), CompleteReply([]byte("0012")))
	assert.Equal(t, unhex(t, "5f4550534f4e00"), IdentifyReply("EPSON"))
}

func decode(data []byte) (out []Reply) {
	var r Replies
	for _, b := range data {
		out = r.Feed(b, out)
	}
	return out
}

func TestRepliesToldApart(t *testing.T) {
	for _, c := range []struct {
		name, bytes string
		want        []Reply
	}{
		{"idle", "12", []Reply{{Kind: ReplyLive, B: 0x12}}},
		{"drawer high", "16", []Reply{{Kind: ReplyLive, B: 0x16}}},
		{"automatic", "18000f00", []Reply{{Kind: ReplyAuto, Auto: [4]byte{0x18, 0, 0x0f, 0}}}},
		{"XOFF inside an automatic one", "1800130f00", []Reply{{Kind: ReplyXOff}, {Kind: ReplyAuto, Auto: [4]byte{0x18, 0, 0x0f, 0}}}},
		{"an answer inside an automatic one", "1800120f00", []Reply{{Kind: ReplyLive, B: 0x12}, {Kind: ReplyAuto, Auto: [4]byte{0x18, 0, 0x0f, 0}}}},
		{"completion", "37223030313200", []Reply{{Kind: ReplyComplete, ID: [4]byte{'0', '0', '1', '2'}}}},
		{"cleared", "372500", []Reply{{Kind: ReplyCleared}}},
		{"paper by GS r", "0f", []Reply{{Kind: ReplyByte, B: 0x0f}}},
		{"name", "5f4550534f4e0012", []Reply{{Kind: ReplyText, Text: "EPSON"}, {Kind: ReplyLive, B: 0x12}}},
		{"half an automatic one, then a completion", "180037223030313200", []Reply{{Kind: ReplyComplete, ID: [4]byte{'0', '0', '1', '2'}}}},
		{"noise", "ff", []Reply{{Kind: ReplyUnknown, B: 0xff}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, decode(unhex(t, c.bytes)))
		})
	}
}

func TestReplyJobNeedsDigits(t *testing.T) {
	job, ok := Reply{ID: [4]byte{'0', '0', '1', '2'}}.Job()
	assert.True(t, ok)
	assert.Equal(t, 12, job)
	_, ok = Reply{ID: [4]byte{'0', '0', 0, 0}}.Job()
	assert.False(t, ok, "half a request completed by NULs")
}

// What LiveReply writes Merge reads, and so for the automatic status.
func TestStatusRoundTrip(t *testing.T) {
	for i := range 1 << 6 {
		want := Status{Offline: i&1 != 0, CoverOpen: i&2 != 0, PaperOut: i&4 != 0, NearEnd: i&(8|4) != 0,
			DrawerHigh: i&16 != 0, Recoverable: i&32 != 0, WaitRecovery: i&32 != 0}
		var got Status
		for n := 1; n <= 4; n++ {
			got.Merge(n, LiveReply(n, want))
		}
		require.Equal(t, want, got)
		require.Equal(t, want, AutoStatusOf([4]byte(AutoReply(want))))
	}
}

func FuzzReplies(f *testing.F) {
	for _, s := range []string{"12", "1800130f00", "37223030313200", "5f4550534f4e00", "372500", "5f37221812"} {
		f.Add(unhex(f, s), 2)
	}
	f.Fuzz(func(t *testing.T, data []byte, split int) {
		split = max(0, min(split, len(data)))
		var r Replies
		var got []Reply
		for _, b := range data[:split] {
			got = r.Feed(b, got)
		}
		c := r
		c.Feed(0x12, nil)
		for _, b := range data[split:] {
			got = r.Feed(b, got)
		}
		require.Equal(t, decode(data), got)
		// Afterwards a whole reply is heard, whatever came before: at most
		// the end of a text that never ended stands in front of it.
		got = got[:0]
		for _, b := range append([]byte{0xff}, CompleteReply([]byte("0012"))...) {
			got = r.Feed(b, got)
		}
		require.Contains(t, got, Reply{Kind: ReplyComplete, ID: [4]byte{'0', '0', '1', '2'}})
	})
}
