package journal

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"stormrig/pos"
	"stormrig/pos/store"
)

// Report is what Verify found in a data directory.
type Report struct {
	Chains  []ChainReport // own chains first, then replicas
	Entries uint64        // valid ones, in all chains
	// Damage is the first, nil when there is none.
	Damage *Damage
}

// ChainReport is what Verify found of one chain.
type ChainReport struct {
	Head     pos.Key // last valid entry
	Hash     Hash
	Replica  bool
	Segments int
	// Tail is what a start would cut; nil when there is nothing.
	Tail   *Tail
	Damage *Damage
}

// Verify reads every chain in a data directory, its own and the replicas, and
// changes nothing. The error is one of reading; damage is in the report.
func Verify(f store.FS) (Report, error) {
	var rep Report
	for _, dir := range []string{Dir, ReplicaDir} {
		err := walkDir(f, dir, nil, func(s *scanner, l listing, d *Damage) error {
			c := s.chain
			rep.Chains = append(rep.Chains, ChainReport{
				Head: pos.Key{Device: l.id.Device, Incarnation: l.id.Incarnation, Seq: c.head}, Hash: c.hash,
				Replica: dir == ReplicaDir, Segments: len(l.firsts), Tail: s.tail, Damage: d})
			rep.Entries += c.head
			if rep.Damage == nil {
				rep.Damage = d
			}
			return nil
		})
		if err != nil {
			return rep, err
		}
	}
	return rep, nil
}

// exported is one line of Export, in the fields of an 'entry' event of a
// history.
type exported struct {
	Device  string          `json:"device"`
	Inc     uint32          `json:"inc"`
	Seq     uint64          `json:"seq"`
	Prev    string          `json:"prev"`
	Hash    string          `json:"hash"`
	Payload json.RawMessage `json:"payload"`
}

// Export writes every valid entry, own chains first, as one JSON object a
// line: device, inc, seq, prev, hash (hex) and payload. A payload that is no
// JSON is written as a string. The error wraps ErrDamaged when a chain could
// not be read to its end; what lies before the damage is written all the same.
func Export(f store.FS, w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false) // payload bytes are hashed as they are
	var damage error
	for _, dir := range []string{Dir, ReplicaDir} {
		err := walkDir(f, dir, func(c pos.Chain, fr Frame) error {
			payload, err := asJSON(fr.Payload)
			if err != nil {
				return err
			}
			return enc.Encode(exported{Device: c.Device, Inc: c.Incarnation, Seq: fr.Seq,
				Prev: hex.EncodeToString(fr.Prev[:]), Hash: hex.EncodeToString(fr.Hash[:]), Payload: payload})
		}, func(_ *scanner, _ listing, d *Damage) error {
			if damage == nil && d != nil {
				damage = fmt.Errorf("journal: export: %w", d)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return damage
}

// asJSON returns a payload as it is, or as a JSON string when it is no JSON.
func asJSON(payload []byte) (json.RawMessage, error) {
	if json.Valid(payload) {
		return payload, nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(string(payload))
	return bytes.TrimSpace(b.Bytes()), err
}
