package escpos

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Receipts as other people's encoders wrote them, so that this package is not
// only held against its own other half.
func TestForeignEncoders(t *testing.T) {
	for _, c := range []struct {
		name, bytes string
		want        []string
	}{
		{
			// codepageMapping epson, columns 48: a title in size 2x2, a rule,
			// a table, underline, EAN13, CODE128, QR, partial cut, pulse. Its
			// own code page choice has no euro.
			"@point-of-sale/receipt-printer-encoder 4.0.1",
			"1b401c2e1b4d002020202020202020202020201b45011d21111b740053544f524d202620534f4e531b45001d21000a0d1b45011b4500" +
				"43616682209c35203f20ab0a0dc4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4" +
				"c4c4c4c4c4c4c40a0d4265616465642073616e64616c7320202020202020202020202020202020202020202020202020313239302e30" +
				"300a0d1b2d01756e6465721b2d000a0d1d683c1d77041d48021d6b0234383030303136363431353033000a0d1d683c1d77031d48021d" +
				"6b49097b4253414c452031320a0d1d286b0400314132001d286b03003143061d286b03003145311d286b100031503070686f6e652f31" +
				"2f33362031321d286b03003151300a0d0a0d0a0d0a0d0a0d1d56010a0d1b700032fa",
			[]string{"            STORM & SONS", "Café £5 ? ½", strings.Repeat("─", 48),
				"Beaded sandals                         1290.00", "under",
				"[EAN13 4800016641503]", "", "[CODE128 SALE 12]", "", "[QR phone/1/36 12]"},
		},
		{
			// PC858, width 48: a title of double height, a line, leftRight,
			// CODE128, QR, cut, drawer (both pins), beep.
			"node-thermal-printer 4.6.1",
			"1b74131b61011b45011b211053544f524d202620534f4e530a1b21001b45001b61002d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d" +
				"2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d0a544f54414c2020202020202020202020202020202020202020" +
				"20202020202020202020202050485020313734302e30300a4361668220d50a1d48001d66001d77001d683c1d6b49087b4253414c4531" +
				"321d286b0400314132001d286b03003143051d286b03003145311d286b100031503070686f6e652f312f33362031321d286b03003151" +
				"301b64041b64041d56001b401b70001b70011b420101",
			[]string{"                  STORM & SONS", strings.Repeat("-", 48),
				"TOTAL                                PHP 1740.00", "Café €", "[CODE128 SALE12]", "[QR phone/1/36 12]"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, Lines(Print(576, EpsonPages(), unhex(t, c.bytes))))
		})
	}
}
