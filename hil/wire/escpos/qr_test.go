package escpos

import (
	"fmt"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The general library is the independent half: whatever mask it chose, ours
// must give the same modules with that mask.
func TestEncodeQRAgreesWithAnotherEncoder(t *testing.T) {
	levels := []qr.ErrorCorrectionLevel{qr.L, qr.M, qr.Q, qr.H}
	for i, v := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 21} {
		for level, theirs := range levels {
			if v > 7 && level != i%4 {
				continue // one level each: the other library is slow
			}
			n := qrDataWords(v, level) - 3
			data := []byte(strings.Repeat("storm-7?", n/8+1)[:n])
			t.Run(fmt.Sprintf("version %d level %d", v, level), func(t *testing.T) {
				code, err := qr.Encode(string(data), theirs, qr.Unicode)
				require.NoError(t, err)
				size := code.Bounds().Dx()
				want := make([]byte, size*size)
				for i := range want {
					r, _, _, _ := code.At(i%size, i/size).RGBA()
					want[i] = flag(r == 0)
				}
				mask := 0
				for i := range 3 { // the mask is format bits 10 to 12
					mask |= int(want[8*size+14-(10+i)]) << i
				}
				mask ^= 0x5412 >> 10 & 7
				q := newQRGrid(v)
				require.Equal(t, size, q.n)
				q.place(qrInterleave(qrPayload(data, v, level), v, level))
				q.apply(mask, level)
				assert.Equal(t, want, q.out)
			})
		}
	}
}

func TestEncodeQRRefusesWhatNoVersionHolds(t *testing.T) {
	_, err := EncodeQR(make([]byte, 3000), levelL)
	require.ErrorIs(t, err, ErrTooLong)
	_, err = EncodeQR(make([]byte, 2953), levelL)
	require.NoError(t, err)
}

func BenchmarkEncodeQR(b *testing.B) {
	data := []byte("https://shop.example/r/phone/7/12?d=2026-07-18&t=1290.00PHP&h=0123456789abcdef")
	for b.Loop() {
		if _, err := EncodeQR(data, levelM); err != nil {
			b.Fatal(err)
		}
	}
}
