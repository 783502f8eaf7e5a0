package peers_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/sim/emulator"
)

// A host that has opened the scanner's line and is seen by it gets each scan,
// however often it comes and goes.
func TestSerialportReadsScans(t *testing.T) {
	p := node(t, "serial.mjs")
	link := filepath.Join(t.TempDir(), "scanner")
	kind, err := emulator.Scanner("serial-aim", nil)
	s := serve(t, kind, err, "pty:"+link)
	var none any
	for i := range 50 {
		p.call(map[string]any{"op": "open", "path": link}, &none)
		require.Eventually(t, func() bool { return s.Status().Connected }, patience, time.Millisecond)
		code := fmt.Sprintf("SALE-%04d", i)
		s.do("trigger", "]C0"+code)
		var got string
		p.call(map[string]any{"op": "read", "bytes": len(code) + 5}, &got)
		assert.Equal(t, "]C0"+code+"\r\n", got)
		p.call(map[string]any{"op": "close"}, &none)
	}
}
