package journal

import (
	"bytes"
	"encoding/csv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk"
)

func TestExportCSV(t *testing.T) {
	d := disk.New(disk.PhoneFlash)
	j, _, err := Open(d, Options{Device: "phone"})
	require.NoError(t, err)
	_, err = j.NewIncarnation(7)
	require.NoError(t, err)
	for _, p := range []string{
		`{"wall":1784340000123456789,"clock":2,"hlc":1,"facts":[{"sale":{"number":1}},{"note":{},"move":{}}]}`,
		"=cmd, \"quoted\"\nand broken",
	} {
		_, _, err = j.Append([]byte(p))
		require.NoError(t, err)
	}
	var out bytes.Buffer
	require.NoError(t, ExportCSV(d, &out))
	rows, err := csv.NewReader(&out).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 3)
	assert.Equal(t, csvHead, rows[0])
	assert.Equal(t, []string{"phone", "7", "1", "2026-07-18T02:00:00.123Z", "2", "sale move note"}, rows[1][:6])
	assert.Equal(t, []string{"phone", "7", "2", "", "", ""}, rows[2][:6])
	assert.Equal(t, "'=cmd, \"quoted\"\nand broken", rows[2][7])
	edit(t, d, Dir+"/phone-000007-000000000001.seg", flip(200))
	assert.ErrorIs(t, ExportCSV(d, &out), ErrDamaged)
}
