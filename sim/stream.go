package sim

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"time"
)

// Stream is a deterministic source of choices (SplitMix64). It is a value: a
// copy continues on its own. Every component draws from a stream of its own
// name, so that taking a fault out of a plan shifts nobody else's choices.
type Stream struct{ state uint64 }

// NewStream returns the stream of one component in one of its lives.
func NewStream(seed int64, name string, gen int) Stream {
	key := make([]byte, 16, 16+len(name))
	binary.LittleEndian.PutUint64(key, uint64(seed))
	binary.LittleEndian.PutUint64(key[8:], uint64(gen))
	sum := sha256.Sum256(append(key, name...))
	return Stream{state: binary.LittleEndian.Uint64(sum[:])}
}

// Uint64 returns 64 even bits.
func (s *Stream) Uint64() uint64 {
	s.state += 0x9e3779b97f4a7c15
	z := s.state
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

// below returns a number in [0, n). One draw always, so that a choice never
// shifts the choices after it; the bias is below n/2^64.
func (s *Stream) below(n uint64) uint64 {
	hi, _ := bits.Mul64(s.Uint64(), n)
	return hi
}

// Intn returns a number in [0, n). It panics if n is not positive.
func (s *Stream) Intn(n int) int {
	if n <= 0 {
		panic("sim: Stream.Intn needs a positive bound")
	}
	return int(s.below(uint64(n)))
}

// Duration returns a duration in [lo, hi], both included; lo if hi is less.
func (s *Stream) Duration(lo, hi time.Duration) time.Duration {
	if hi < lo {
		hi = lo
	}
	return lo + time.Duration(s.below(uint64(hi-lo)+1))
}

// Chance is true num times in den.
func (s *Stream) Chance(num, den int) bool { return s.Intn(den) < num }
