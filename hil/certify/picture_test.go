package certify

import (
	"bytes"
	"image/png"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPicturesFollowThePaper: each shows what came out since the one before.
func TestPicturesFollowThePaper(t *testing.T) {
	line := bytes.Repeat([]byte{0xF0}, 8)
	s := Scene{Sheets: []Sheet{{Width: 64, Rows: bytes.Repeat(line, 10), State: "open"}}}
	seen := 0
	rows := func() int {
		pic := photograph(s, &seen)
		if pic == nil {
			return 0
		}
		img, err := png.Decode(bytes.NewReader(pic))
		require.NoError(t, err)
		return img.Bounds().Dy()
	}
	first := rows()
	assert.Zero(t, rows(), "nothing came out since")
	s.Sheets[0].Rows = append(s.Sheets[0].Rows, bytes.Repeat(line, 10)...)
	assert.Equal(t, first, rows(), "ten rows more on the same piece")
	s.Sheets = append(s.Sheets, Sheet{Width: 64, Rows: bytes.Repeat(line, 10)})
	assert.Equal(t, first+edge, rows(), "a new piece, with the gap between the two")
	s.Sheets[1].Rows = bytes.Repeat(line, mostRows*2)
	assert.LessOrEqual(t, rows(), mostRows+first)
}
