package escpos

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whole receipts as other people's libraries wrote them; what cannot be read
// as text is compared by the codes and images that stand in between.
func TestForeignReceipts(t *testing.T) {
	pages := append(EpsonPages(), Page{1, "Katakana"}, Page{13, "PC857"}, Page{14, "PC737"})
	for name, want := range map[string][]string{
		"receiptio-2.1.2-landscape.bin": {"                 RECEIPT", "            12/18/2021, 11:22:33 AM",
			"Asparagus                     1             1.00", "Café crème                    2             2.00",
			strings.Repeat("─", 48), "[image 150x150]", "[EAN13 1234567890128]"},
		"receipt-printer-encoder-4.0.1-tm-t88vi.bin": {"Hello World epson-tm-t88vi", "Bold", "Ünïcode é € ß Ω Ж",
			"[QR https://example.com/epson-tm-t88vi]", "[EAN13 4006381333931]", "[CODE128 ABC-1234]", "[CODE39 ABC-1234]",
			"[PDF417 PDF epson-tm-t88vi]", "[image]"},
		"receipt-printer-encoder-4.0.1-tm-t88ii.bin": {"Hello World epson-tm-t88ii", "Bold", "Ünïcode é € ß Ω Ж",
			"[EAN13 4006381333931]", "[CODE128 ABC-1234]", "[CODE39 ABC-1234]", "[image]"},
	} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		got := Lines(Print(512, pages, data))
		var unknown []string
		var p Parser
		for _, b := range data {
			for _, c := range p.Feed(b, nil) {
				if c.Kind == Unknown {
					unknown = append(unknown, string(c.Data))
				}
			}
		}
		assert.Empty(t, unknown, name)
		at := 0
		for _, line := range got {
			if at < len(want) && line == want[at] {
				at++
			}
		}
		assert.Equal(t, len(want), at, "%s: after %q comes\n%s", name, want[:at], strings.Join(got, "\n"))
	}
}
