package certify

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"time"
)

type direction byte

const (
	toDevice   direction = '>'
	fromDevice direction = '<'
)

// Transcript is every byte of an examination, in the order of its times. A
// line is "seconds > hex" to the device, "seconds < hex" from it, "seconds #
// words" for what a hand or an eye did.
type Transcript struct{ buf bytes.Buffer }

func (t *Transcript) add(at time.Duration, d direction, p []byte) {
	for len(p) > 0 {
		n := min(len(p), 64)
		fmt.Fprintf(&t.buf, "%12.6f %c %s\n", at.Seconds(), d, hex.EncodeToString(p[:n]))
		p = p[n:]
	}
}

func (t *Transcript) say(at time.Duration, words string) {
	fmt.Fprintf(&t.buf, "%12.6f # %s\n", at.Seconds(), words)
}

// Bytes is the transcript as text.
func (t *Transcript) Bytes() []byte { return t.buf.Bytes() }
