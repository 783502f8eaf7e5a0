package coverage

import "encoding/hex"

// Pair is two faults that struck one till together: both were there, and the
// second began within five seconds of the first.
type Pair struct {
	A, B Fault
	Runs int // that had it
}

// Name says it in words: "power lost and disk full".
func (p Pair) Name() string { return p.A.Name + " and " + p.B.Name }

// Pairs lists all pairs of two rows.
func (m *Matrix) Pairs() []Pair {
	var out []Pair
	faults := Faults()
	for i, a := range faults {
		for j, b := range faults[i+1:] {
			out = append(out, Pair{a, b, m.pairs[i][i+1+j]})
		}
	}
	return out
}

const pairBytes = (faultCount*faultCount + 7) / 8

// PairBits writes which pairs were reached, as [Matrix.Bits] does the cells.
func (m *Matrix) PairBits() string {
	var bits [pairBytes]byte
	for f := range m.pairs {
		for g, n := range m.pairs[f] {
			if i := f*faultCount + g; n > 0 {
				bits[i/8] |= 1 << (i % 8)
			}
		}
	}
	return hex.EncodeToString(bits[:])
}

// AddPairBits counts what PairBits wrote of a run that AddBits has counted.
func (m *Matrix) AddPairBits(text string) {
	bits, err := hex.DecodeString(text)
	if err != nil || len(bits) != pairBytes {
		return
	}
	for f := range m.pairs {
		for g := range m.pairs[f] {
			if i := f*faultCount + g; bits[i/8]&(1<<(i%8)) != 0 {
				m.pairs[f][g]++
			}
		}
	}
}
