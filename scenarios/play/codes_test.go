package play_test

import (
	"bytes"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/internal/envtest"
	"stormrig/scenarios/play"
	"stormrig/scenarios/report"
)

// drawn finds the codes of a piece of paper in its text; one that was cut off
// ends in "~".
var drawn = regexp.MustCompile(`^ *\[(QR|CODE128|EAN13) (.*)\]$`)

func codesOf(p report.Paper) (kinds, data []string) {
	for _, l := range p.Lines {
		if m := drawn.FindStringSubmatch(l); m != nil {
			kinds, data = append(kinds, m[1]), append(data, m[2])
		}
	}
	return kinds, data
}

// Every code on every receipt of the Saturday is read from its picture by two
// programs that are not ours.
func TestCodesOfTheSaturdayAreRead(t *testing.T) {
	j := job(t, "storm-saturday", 1)
	j.Evidence, j.Out = play.Full, filepath.Join(t.TempDir(), "report")
	b := played(t, j)
	zbarimg := program("zbarimg")
	read := 0
	for i, p := range b.Papers {
		kinds, data := codesOf(p)
		pic, err := png.Decode(bytes.NewReader(p.PNG))
		require.NoError(t, err)
		bmp, err := gozxing.NewBinaryBitmapFromImage(pic)
		require.NoError(t, err)
		for k, want := range data {
			got, err := readers[kinds[k]]().Decode(bmp, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
			if assert.NoError(t, err, "paper %d: %s", i, want) {
				assert.Equal(t, want, got.GetText())
			}
			read++
		}
		if zbarimg != "" && len(data) > 0 {
			file := filepath.Join(t.TempDir(), "paper.png")
			require.NoError(t, os.WriteFile(file, p.PNG, 0o600))
			said, err := exec.Command(zbarimg, "--raw", "-q", file).Output()
			assert.NoError(t, err, "paper %d", i)
			assert.ElementsMatch(t, data, strings.Split(strings.TrimSpace(string(said)), "\n"), "paper %d", i)
		}
	}
	assert.GreaterOrEqual(t, read, b.Result.Sales.Printed, "a code a receipt")
	assert.Positive(t, read)
	if zbarimg == "" {
		envtest.Missing(t, "zbarimg", "install zbar-tools; gozxing has read them all")
	}
}

var readers = map[string]func() gozxing.Reader{
	"QR": qrcode.NewQRCodeReader, "CODE128": oned.NewCode128Reader, "EAN13": oned.NewEAN13Reader,
}

func program(name string) string {
	path, _ := exec.LookPath(name)
	return path
}
