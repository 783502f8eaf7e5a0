package fold

import "slices"

// mark says which entries of one chain were folded: all up to High, and those
// in Above, which came before their turn (sorted).
type mark struct {
	High  uint64   `json:"high"`
	Above []uint64 `json:"above,omitempty"`
}

func (m mark) has(seq uint64) bool {
	if seq <= m.High {
		return true
	}
	_, ok := slices.BinarySearch(m.Above, seq)
	return ok
}

func (m mark) with(seq uint64) mark {
	if m.has(seq) {
		return m
	}
	i, _ := slices.BinarySearch(m.Above, seq)
	out := mark{High: m.High, Above: slices.Insert(slices.Clone(m.Above), i, seq)}
	for len(out.Above) > 0 && out.Above[0] == out.High+1 {
		out.High++
		out.Above = out.Above[1:]
	}
	if len(out.Above) == 0 {
		out.Above = nil
	}
	return out
}
