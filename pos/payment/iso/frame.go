package iso

import (
	"errors"
	"fmt"
)

// MaxMessage is the longest message taken from a stream, in bytes. The longest
// that this dialect can make is below 1,000.
const MaxMessage = 2048

const headerLen = 2

// ErrFrame says that a stream's lengths make no sense any more. The stream
// cannot be followed from there; hang up.
var ErrFrame = errors.New("iso: broken framing")

// AppendFrame appends message with its two bytes of length to dst.
func AppendFrame(dst, message []byte) []byte {
	return append(append(dst, byte(len(message)>>8), byte(len(message))), message...)
}

// Frames cuts a stream into messages. The zero value is at a message's start.
type Frames struct{ rest []byte }

// Push takes the next bytes of the stream and returns the messages that are
// whole now, oldest first. They may share memory with data. With an error
// (which wraps ErrFrame) come the messages before the break, and the stream
// starts anew.
func (f *Frames) Push(data []byte) ([][]byte, error) {
	if len(f.rest) > 0 {
		data = append(f.rest, data...)
	}
	var out [][]byte
	for len(data) >= headerLen {
		n := int(data[0])<<8 | int(data[1])
		if n == 0 || n > MaxMessage {
			f.rest = nil
			return out, fmt.Errorf("%w: a message of %d bytes (at most %d)", ErrFrame, n, MaxMessage)
		}
		if len(data) < headerLen+n {
			break
		}
		out = append(out, data[headerLen:headerLen+n:headerLen+n])
		data = data[headerLen+n:]
	}
	// A copy, because data belongs to the caller.
	f.rest = append([]byte(nil), data...)
	return out, nil
}

// Reset forgets a message begun: the stream starts anew.
func (f *Frames) Reset() { f.rest = nil }

// Clone returns a copy that shares nothing with f.
func (f Frames) Clone() Frames { return Frames{rest: append([]byte(nil), f.rest...)} }
