package load

import (
	"encoding/binary"
	"math/rand/v2"
)

const (
	// BodyBytes is the length of a sale's text.
	BodyBytes = 300
	// Lines is how many stock counters a sale changes.
	Lines = 3
	// SKUs is how many counters there are.
	SKUs = 1000
	// RecordBytes is the length of a sale as one record: the text, and number
	// and change of each counter.
	RecordBytes = BodyBytes + Lines*12
)

// Sale is one piece of work. Its buffers belong to the caller and are used
// again for his next sale.
type Sale struct {
	Record []byte // RecordBytes: the text, then each line's SKU (u32) and change (i64), big-endian
}

// Body is the text of the sale.
func (s *Sale) Body() []byte { return s.Record[:BodyBytes] }

// Line returns the i-th line's SKU and by how much its counter changes.
func (s *Sale) Line(i int) (sku uint32, change int64) {
	b := s.Record[BodyBytes+i*12:]
	return binary.BigEndian.Uint32(b), int64(binary.BigEndian.Uint64(b[4:]))
}

// till makes the sales of one caller.
type till struct {
	rng  *rand.Rand
	sale Sale
}

func newTill(seed uint64, caller int) *till {
	t := &till{rng: rand.New(rand.NewPCG(seed, uint64(caller))), sale: Sale{Record: make([]byte, RecordBytes)}}
	const letters = `{"sku":"beaded-sandals/38/gold","qty":1,"price":129000}`
	for i := range BodyBytes {
		t.sale.Record[i] = letters[(i+caller)%len(letters)]
	}
	return t
}

// next makes the next sale: other counters, and a text that no engine can
// shrink to nothing.
func (t *till) next() *Sale {
	b := t.sale.Record
	for i := 0; i+8 <= 64; i += 8 {
		binary.BigEndian.PutUint64(b[i:], t.rng.Uint64())
	}
	for i := range Lines {
		at := BodyBytes + i*12
		binary.BigEndian.PutUint32(b[at:], uint32(t.rng.IntN(SKUs)))
		binary.BigEndian.PutUint64(b[at+4:], uint64(1+t.rng.IntN(3)))
	}
	return &t.sale
}
