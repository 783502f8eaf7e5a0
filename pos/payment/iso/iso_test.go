package iso

import (
	"encoding/hex"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos"
)

func authorise() Request {
	return Request{
		Kind: Authorise, STAN: "000017", Ref: "phone-7-12", Amount: 129000, Currency: "PHP",
		Terminal: "PHONE", Merchant: "BOUTIQUE", Sent: "0718060203", Taken: "0718060201",
		Sealed: []byte{0, 1, 2, 0xFF}, Serial: "HEAD0001",
	}
}

func with(change func(*Request)) Request {
	r := authorise()
	change(&r)
	return r
}

func reversal() Request {
	return with(func(r *Request) {
		r.Kind, r.Reason, r.Sealed, r.Serial = Reverse, ReasonTimeout, nil, ""
		r.Original = Original{MTI: "0100", STAN: "000017", Sent: "0718060203"}
	})
}

func TestRequestThereAndBack(t *testing.T) {
	for name, tc := range map[string]struct {
		in  Request
		mti string
	}{
		"authorise":        {authorise(), "0100"},
		"repeat":           {with(func(r *Request) { r.Repeat = true }), "0101"},
		"repeat, no card":  {with(func(r *Request) { r.Repeat, r.Sealed, r.Serial = true, nil, "" }), "0101"},
		"forward":          {with(func(r *Request) { r.Kind, r.Acquirer = Forward, "123456" }), "0100"},
		"forward repeated": {with(func(r *Request) { r.Kind, r.Repeat = Forward, true }), "0101"},
		"largest": {with(func(r *Request) {
			r.Amount, r.Currency, r.STAN = maxAmount, "JPY", "999999"
			r.Ref, r.Serial = strings.Repeat("r", MaxRef), strings.Repeat("s", MaxSerial)
			r.Sealed = make([]byte, MaxSealed)
			r.Terminal, r.Merchant, r.Acquirer = "12345678", "123456789012345", "12345678901"
		}), "0100"},
		"reversal":        {reversal(), "0420"},
		"reversal again":  {func() Request { r := reversal(); r.Repeat = true; return r }(), "0421"},
		"reversal, plain": {func() Request { r := reversal(); r.MTI = "0400"; return r }(), "0400"},
		"time unknown":    {func() Request { r := reversal(); r.Original.Sent = ""; return r }(), "0420"},
		"echo":            {Request{Kind: Echo, STAN: "000001", Terminal: "PHONE", Sent: "0229235959"}, "0800"},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := tc.in.Encode()
			require.NoError(t, err)
			assert.Equal(t, tc.mti, string(b[:4]))
			assert.False(t, IsReply(b))
			got, err := DecodeRequest(b)
			require.NoError(t, err)
			want := tc.in
			want.MTI = tc.mti
			assert.Equal(t, &want, got)
		})
	}
}

func TestReplyThereAndBack(t *testing.T) {
	ask := authorise()
	for name, tc := range map[string]struct {
		kind Kind
		mti  string // given
		want string
	}{
		"authorise":          {Authorise, "", "0110"},
		"forward":            {Forward, "", "0110"},
		"reversal":           {Reverse, "", "0430"},
		"reversal, dialect":  {Reverse, "0410", "0410"},
		"authorise, spelled": {Authorise, "0110", "0110"},
	} {
		t.Run(name, func(t *testing.T) {
			ask.Kind = tc.kind
			in := AnswerTo(&ask, "00")
			in.MTI, in.Sent, in.RRN, in.Auth = tc.mti, "0718060205", "000000000001", "004711"
			b, err := in.Encode()
			require.NoError(t, err)
			assert.True(t, IsReply(b))
			got, err := DecodeReply(b)
			require.NoError(t, err)
			in.MTI = tc.want
			assert.Equal(t, &in, got)
		})
	}
	echo := Reply{Kind: Echo, MTI: "0810", STAN: "000001", Terminal: "PHONE", Sent: "0718060205", Response: "00"}
	b, err := echo.Encode()
	require.NoError(t, err)
	got, err := DecodeReply(b)
	require.NoError(t, err)
	assert.Equal(t, &echo, got)
}

// The bytes by hand: type, bitmap, then the fields of the package comment.
func TestGoldenBytes(t *testing.T) {
	r := authorise()
	b, err := r.Encode()
	require.NoError(t, err)
	bitmap := "32" + "38" + "04" + "80" + "00" + "C1" + "80" + "0C"
	want := "0100" + "\x00" + "000000" + "000000129000" + "0718060203" + "000017" + "060201" + "0718" + "022" + "00" +
		"PHONE   " + "BOUTIQUE       " + "010phone-7-12" + "608" + "008HEAD0001" + "004\x00\x01\x02\xFF"
	raw, err := hex.DecodeString(bitmap)
	require.NoError(t, err)
	want = strings.Replace(want, "\x00", string(raw), 1)
	assert.Equal(t, []byte(want), b)

	rev := reversal()
	b, err = rev.Encode()
	require.NoError(t, err)
	assert.True(t, strings.HasSuffix(string(b), "608"+"0044021"+"0100"+"000017"+"0718060203"+strings.Repeat("0", 22)))
}

func TestRequestRefused(t *testing.T) {
	for want, bad := range map[string]Request{
		"STAN is":             with(func(r *Request) { r.STAN = "000000" }),
		`STAN is "17"`:        with(func(r *Request) { r.STAN = "17" }),
		"terminal":            with(func(r *Request) { r.Terminal = "TOO LONG A NAME" }),
		`terminal is " A"`:    with(func(r *Request) { r.Terminal = " A" }),
		"merchant":            with(func(r *Request) { r.Merchant = "" }),
		"acquirer":            with(func(r *Request) { r.Acquirer = "BANK" }),
		"reference":           with(func(r *Request) { r.Ref = "r\u00e9f" }),
		`amount is "0"`:       with(func(r *Request) { r.Amount = 0 }),
		`amount is "-5"`:      with(func(r *Request) { r.Amount = -5 }),
		"1000000000000":       with(func(r *Request) { r.Amount = maxAmount + 1 }),
		"currency":            with(func(r *Request) { r.Currency = "XXX" }),
		"sent":                with(func(r *Request) { r.Sent = "0230000000" }),
		"taken":               with(func(r *Request) { r.Taken = "" }),
		"sealed card data":    with(func(r *Request) { r.Sealed = nil }),
		"513 bytes":           with(func(r *Request) { r.Sealed = make([]byte, MaxSealed+1) }),
		"head serial":         with(func(r *Request) { r.Serial = "" }),
		"nothing without":     with(func(r *Request) { r.Repeat, r.Sealed = true, nil }),
		"is no request":       with(func(r *Request) { r.MTI = "0200" }),
		`no "authorise"`:      with(func(r *Request) { r.MTI = "0420" }),
		"is a repeat":         with(func(r *Request) { r.MTI = "0101" }),
		"reason":              func() Request { r := reversal(); r.Reason = "x"; return r }(),
		"original":            func() Request { r := reversal(); r.Original.STAN = "1"; return r }(),
		`message type ""`:     {Kind: "refund"},
		`STAN is "" (in echo`: {Kind: Echo},
	} {
		_, err := bad.Encode()
		want, _, _ = strings.Cut(want, " (")
		assert.ErrorContains(t, err, want)
	}
}

// A message with a card number in clear must not get in, nor one with more
// than its kind has, nor the same content in other bytes.
func TestDecodeIsStrict(t *testing.T) {
	r := authorise()
	good, err := r.Encode()
	require.NoError(t, err)
	for name, bad := range map[string]string{
		"PAN in field 2":  "0100" + string([]byte{0x40, 0, 0, 0, 0, 0, 0, 0}) + "164242424242424242",
		"track 2":         "0100" + string([]byte{0, 0, 0, 0, 0x20, 0, 0, 0}) + "21;4242424242424242=99",
		"trailing bytes":  string(good) + "x",
		"cut":             string(good[:len(good)-1]),
		"empty":           "",
		"length as +10":   strings.Replace(string(good), "010phone", "+10phone", 1),
		"unknown type":    "0200" + string(good[4:]),
		"other entry":     strings.Replace(string(good), "022", "051", 1),
		"reply":           "0110" + string(good[4:]),
		"amount no digit": strings.Replace(string(good), "000000129000", "+00000129000", 1),
	} {
		_, err := DecodeRequest([]byte(bad))
		require.Error(t, err, name)
		assert.NotContains(t, err.Error(), "4242", name)
	}
}

func TestStamp(t *testing.T) {
	for wall, want := range map[int64]Stamp{
		0:                          "0101000000",
		-1:                         "1231235959",
		1_784_354_523_000_000_000:  "0718060203",
		4_102_444_800_000_000_000:  "0101000000", // 2100
		-2_208_988_800_000_000_000: "0101000000", // 1900
	} {
		assert.Equal(t, want, StampAt(wall))
		assert.True(t, StampAt(wall).valid())
	}
}

func TestCurrencies(t *testing.T) {
	seen := map[string]bool{}
	for i := 0; i < len(currencies); i += perCurrency {
		code, number := currencies[i:i+3], currencies[i+3:i+6]
		assert.True(t, pos.Currency(code).Valid(), code)
		assert.False(t, seen[number], number)
		seen[number] = true
		assert.Equal(t, number, CurrencyNumber(code))
		assert.Equal(t, code, CurrencyCode(number))
	}
	assert.Len(t, seen, 164, "as many as the till knows")
	for code, number := range map[string]string{"PHP": "608", "JPY": "392", "EUR": "978", "USD": "840", "ZWG": "924"} {
		assert.Equal(t, number, CurrencyNumber(code))
	}
	for _, none := range []string{"", "XX", "XXX", "ED7", "784", "D78", " AF"} {
		assert.Empty(t, CurrencyNumber(none), none)
	}
	assert.Empty(t, CurrencyCode(""))
	assert.Empty(t, CurrencyCode("999"))
}

// The specification is shared by all messages of a process.
func TestConcurrentUse(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				r := authorise()
				b, err := r.Encode()
				assert.NoError(t, err)
				got, err := DecodeRequest(b)
				assert.NoError(t, err)
				assert.Equal(t, "PHONE", got.Terminal)
			}
		})
	}
	wg.Wait()
}

func BenchmarkRequest(b *testing.B) {
	r := authorise()
	r.Sealed = make([]byte, 80)
	for b.Loop() {
		m, err := r.Encode()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := DecodeRequest(m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReply(b *testing.B) {
	ask := authorise()
	r := AnswerTo(&ask, "00")
	r.Sent, r.RRN, r.Auth = "0718060205", "000000000001", "004711"
	for b.Loop() {
		m, err := r.Encode()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := DecodeReply(m); err != nil {
			b.Fatal(err)
		}
	}
}
