package book

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"sort"

	"stormrig/pos"
)

// ChainMark says how far into one chain the book reaches.
type ChainMark struct {
	Chain pos.Chain
	Seq   uint64   // last entry folded in
	Hash  [32]byte // of its frame
}

// Meta says what a book is a checkpoint of.
type Meta struct {
	// Applied: for each chain the last entry folded in. It is kept sorted by
	// device and incarnation, each chain once.
	Applied []ChainMark
	// Digest of the fold at that point.
	Digest [32]byte
	// Clean: the till stopped in order. See Found.Clean.
	Clean bool
}

// Clone returns a copy that shares nothing.
func (m Meta) Clone() Meta {
	m.Applied = append([]ChainMark(nil), m.Applied...)
	return m
}

// Mark returns how far the book reaches into a chain; zero when it does not.
func (m Meta) Mark(c pos.Chain) ChainMark {
	for _, a := range m.Applied {
		if a.Chain == c {
			return a
		}
	}
	return ChainMark{Chain: c}
}

func (m Meta) equal(o Meta) bool {
	if m.Digest != o.Digest || m.Clean != o.Clean || len(m.Applied) != len(o.Applied) {
		return false
	}
	for i := range m.Applied {
		if m.Applied[i] != o.Applied[i] {
			return false
		}
	}
	return true
}

// sorted returns a copy in order, or an error when a chain is named twice.
func (m Meta) sorted() (Meta, error) {
	m = m.Clone()
	sort.Slice(m.Applied, func(i, j int) bool { return chainLess(m.Applied[i].Chain, m.Applied[j].Chain) })
	for i := 1; i < len(m.Applied); i++ {
		if m.Applied[i].Chain == m.Applied[i-1].Chain {
			return m, fmt.Errorf("chain %s is named twice in the book's meta", m.Applied[i].Chain)
		}
	}
	return m, nil
}

func chainLess(a, b pos.Chain) bool {
	if a.Device != b.Device {
		return a.Device < b.Device
	}
	return a.Incarnation < b.Incarnation
}

// tally is what the meta record says of all other records.
type tally struct {
	live  uint64 // records
	tombs uint64 // tombstones, not in sum
	sum   [32]byte
}

// toggle adds a record to the sum, or takes it out again.
func (t *tally) toggle(key, value []byte) {
	var scratch [256]byte
	b := binary.LittleEndian.AppendUint32(scratch[:0], uint32(len(key)))
	b = append(append(b, key...), value...)
	h := sha256.Sum256(b)
	for i := range t.sum {
		t.sum[i] ^= h[i]
	}
}

// metaKey sorts before every key of a caller, which may not begin with 0.
var metaKey = []byte{0}

// The kinds of stored records. The stored form is kind, value, CRC-32C over
// the key's length, key, kind and value (4 bytes, little endian).
const (
	kindLive = 'v'
	kindTomb = 'x'
	kindMeta = 'm'
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func seal(key []byte, kind byte, value []byte) []byte {
	r := make([]byte, 0, 1+len(value)+4)
	r = append(append(r, kind), value...)
	return binary.LittleEndian.AppendUint32(r, recordCRC(key, r))
}

func recordCRC(key, body []byte) uint32 {
	var n [4]byte
	binary.LittleEndian.PutUint32(n[:], uint32(len(key)))
	c := crc32.Update(0, castagnoli, n[:])
	c = crc32.Update(c, castagnoli, key)
	return crc32.Update(c, castagnoli, body)
}

// unseal takes a stored record apart. The value is a part of stored.
func unseal(key, stored []byte) (kind byte, value []byte, err error) {
	if len(stored) < 5 {
		return 0, nil, fmt.Errorf("record %q is %d bytes long, at least 5 are needed", key, len(stored))
	}
	body, sum := stored[:len(stored)-4], stored[len(stored)-4:]
	if recordCRC(key, body) != binary.LittleEndian.Uint32(sum) {
		return 0, nil, fmt.Errorf("record %q fails its checksum", key)
	}
	return body[0], body[1:], nil
}

// metaVersion is the first byte of a meta record.
const metaVersion = 1

// The meta record: version, clean (0 or 1), digest, live, tombs (8 bytes each,
// little endian), sum, then for each chain: length of the device's name
// (4 bytes), name, incarnation (4), seq (8), hash (32).
func encodeMeta(m Meta, t tally) []byte {
	le := binary.LittleEndian
	b := []byte{metaVersion, 0}
	if m.Clean {
		b[1] = 1
	}
	b = append(b, m.Digest[:]...)
	b = le.AppendUint64(b, t.live)
	b = le.AppendUint64(b, t.tombs)
	b = append(b, t.sum[:]...)
	for _, a := range m.Applied {
		b = le.AppendUint32(b, uint32(len(a.Chain.Device)))
		b = append(b, a.Chain.Device...)
		b = le.AppendUint32(b, a.Chain.Incarnation)
		b = le.AppendUint64(b, a.Seq)
		b = append(b, a.Hash[:]...)
	}
	return b
}

const metaFixed = 2 + 32 + 8 + 8 + 32

func decodeMeta(b []byte) (m Meta, t tally, err error) {
	if len(b) < metaFixed || b[0] != metaVersion || b[1] > 1 {
		return m, t, errors.New("meta record: not one of this version")
	}
	le := binary.LittleEndian
	m.Clean = b[1] == 1
	copy(m.Digest[:], b[2:])
	t.live, t.tombs = le.Uint64(b[34:]), le.Uint64(b[42:])
	copy(t.sum[:], b[50:])
	for b = b[metaFixed:]; len(b) > 0; {
		a, rest, err := decodeMark(b)
		if err != nil {
			return m, t, err
		}
		if n := len(m.Applied); n > 0 && !chainLess(m.Applied[n-1].Chain, a.Chain) {
			return m, t, fmt.Errorf("meta record: chain %s out of order", a.Chain)
		}
		m.Applied = append(m.Applied, a)
		b = rest
	}
	return m, t, nil
}

func decodeMark(b []byte) (a ChainMark, rest []byte, err error) {
	const fixed = 4 + 4 + 8 + 32
	le := binary.LittleEndian
	if len(b) < fixed || uint64(le.Uint32(b)) > uint64(len(b)-fixed) {
		return a, nil, errors.New("meta record: a chain is cut short")
	}
	n := le.Uint32(b)
	a.Chain.Device, b = string(b[4:4+n]), b[4+n:]
	a.Chain.Incarnation, a.Seq = le.Uint32(b), le.Uint64(b[4:])
	copy(a.Hash[:], b[12:])
	return a, b[44:], nil
}

// parseBook verifies a whole file: bbolt's structure, every record, and what
// the meta record says of them all.
func parseBook(data []byte) (Meta, tally, error) {
	var (
		seen, told tally
		meta       Meta
		hasMeta    bool
	)
	err := walk(data, func(key, stored []byte) error {
		kind, value, err := unseal(key, stored)
		switch {
		case err != nil:
			return err
		case bytes.Equal(key, metaKey) && kind == kindMeta:
			hasMeta = true
			meta, told, err = decodeMeta(value)
			return err
		case kind == kindTomb && len(value) == 0:
			seen.tombs++
		case kind == kindLive:
			seen.live++
			seen.toggle(key, value)
		default:
			return fmt.Errorf("record %q is of unknown kind %#x", key, kind)
		}
		return nil
	})
	if err != nil {
		return Meta{}, tally{}, err
	}
	if !hasMeta {
		return Meta{}, tally{}, errors.New("it has no meta record")
	}
	if seen != told {
		return Meta{}, tally{}, fmt.Errorf("its records are not those of its meta record: %d (%d deleted) with sum %x, told %d (%d) with %x",
			seen.live, seen.tombs, seen.sum[:4], told.live, told.tombs, told.sum[:4])
	}
	return meta, told, nil
}

// visitRecords hands over the records of a file that parseBook took; values
// are parts of data.
func visitRecords(data []byte, visit func(key string, value []byte)) error {
	return walk(data, func(key, stored []byte) error {
		kind, value, err := unseal(key, stored)
		if err == nil && kind == kindLive {
			visit(string(key), value[:len(value):len(value)])
		}
		return err
	})
}
