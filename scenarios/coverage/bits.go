package coverage

import "encoding/hex"

// Bits writes which cells were reached, as hexadecimal digits: what a line of
// a campaign's state file keeps of a run.
func (m *Matrix) Bits() string {
	var bits [(faultCount*stateCount + 7) / 8]byte
	for f := range m.cells {
		for s, n := range m.cells[f] {
			if i := f*stateCount + s; n > 0 {
				bits[i/8] |= 1 << (i % 8)
			}
		}
	}
	return hex.EncodeToString(bits[:])
}

// AddBits counts a run by what Bits wrote of it. Text of another version, of
// another length, counts as a run that reached nothing.
func (m *Matrix) AddBits(text string) {
	m.runs++
	bits, err := hex.DecodeString(text)
	if err != nil || len(bits) != (faultCount*stateCount+7)/8 {
		return
	}
	for f := range m.cells {
		for s := range m.cells[f] {
			if i := f*stateCount + s; bits[i/8]&(1<<(i%8)) != 0 {
				m.cells[f][s]++
			}
		}
	}
}
