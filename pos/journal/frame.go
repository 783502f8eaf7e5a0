package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"stormrig/pos"
)

const (
	frameMagic = "SRF1"
	frameHead  = 56 // bytes before the payload
	// MaxPayload is the longest payload of a frame in bytes.
	MaxPayload = 4 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Hash is the SHA-256 that names a frame and all before it.
type Hash = [sha256.Size]byte

// Frame is one entry as it is kept and forwarded. Payload and Raw are parts
// of the buffer it was parsed from.
type Frame struct {
	Seq     uint64
	Index   uint32 // position in the write that made it durable first
	Prev    Hash
	Hash    Hash // SHA-256(Prev, Payload)
	Payload []byte
	Raw     []byte // the whole frame
}

// Genesis returns what stands before the first frame of a chain.
func Genesis(c pos.Chain) Hash { return sha256.Sum256([]byte("stormrig " + c.String())) }

// HashOf returns the hash of the frame with payload after prev.
func HashOf(prev Hash, payload []byte) Hash {
	h := sha256.New()
	h.Write(prev[:])
	h.Write(payload)
	var sum Hash
	h.Sum(sum[:0])
	return sum
}

// hashOfRaw is HashOf of a whole frame: in one, the hash before and the payload
// stand next to each other.
func hashOfRaw(raw []byte) Hash { return sha256.Sum256(raw[frameHead-sha256.Size:]) }

// AppendFrame appends the bytes of a frame to b.
func AppendFrame(b []byte, seq uint64, index uint32, prev Hash, payload []byte) []byte {
	at := len(b)
	b = append(b, frameMagic...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(payload)))
	b = append(b, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint64(b, seq)
	b = binary.BigEndian.AppendUint32(b, index)
	b = append(b, prev[:]...)
	b = append(b, payload...)
	binary.BigEndian.PutUint32(b[at+8:], checksum(b[at:]))
	return b
}

// checksum covers all of a frame or header but its own four bytes at 8.
func checksum(b []byte) uint32 {
	return crc32.Update(crc32.Update(0, castagnoli, b[:8]), castagnoli, b[12:])
}

// ParseFrame reads the frame at the start of b and returns what follows it.
// The error wraps ErrFrame, or ErrShort when more bytes could complete it.
// A frame that parses is whole; whether it belongs where it stands is for the
// caller to see (Seq, Prev).
func ParseFrame(b []byte) (f Frame, rest []byte, err error) {
	n, err := frameLen(b)
	if err != nil {
		return Frame{}, b, err
	}
	raw := b[:n:n]
	f = Frame{
		Seq:     binary.BigEndian.Uint64(raw[12:]),
		Index:   binary.BigEndian.Uint32(raw[20:]),
		Prev:    Hash(raw[24:frameHead]),
		Payload: raw[frameHead:],
		Raw:     raw,
	}
	f.Hash = hashOfRaw(raw)
	return f, b[n:], nil
}

// frameLen returns the length of the whole frame at the start of b.
func frameLen(b []byte) (int, error) {
	if len(b) < frameHead {
		return 0, ErrShort
	}
	if string(b[:4]) != frameMagic {
		return 0, fmt.Errorf("%w: no magic", ErrFrame)
	}
	n := binary.BigEndian.Uint32(b[4:])
	if n > MaxPayload {
		return 0, fmt.Errorf("%w: payload of %d bytes, at most %d", ErrFrame, n, MaxPayload)
	}
	size := frameHead + int(n)
	if len(b) < size {
		return 0, ErrShort
	}
	if binary.BigEndian.Uint32(b[8:]) != checksum(b[:size]) {
		return 0, fmt.Errorf("%w: checksum", ErrFrame)
	}
	return size, nil
}
