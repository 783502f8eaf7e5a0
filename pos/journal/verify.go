package journal

import (
	"encoding/hex"
	"encoding/json"
	"errors"
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
	err := walk(f, nil, func(c ChainReport) {
		rep.Chains = append(rep.Chains, c)
		rep.Entries += c.Head.Seq
		if rep.Damage == nil {
			rep.Damage = c.Damage
		}
	})
	return rep, err
}

// walk scans all chains, gives each entry to visit and each chain to done.
func walk(f store.FS, visit func(pos.Chain, Frame) error, done func(ChainReport)) error {
	for _, dir := range []string{Dir, ReplicaDir} {
		all, err := list(f, dir)
		if err != nil {
			return err
		}
		for i, l := range all {
			stop, err := stopOf(f, dir, all, i)
			if err != nil && !errors.Is(err, ErrDamaged) {
				return err
			}
			s, err := scan(f, dir, l, stop, func(fr Frame) error {
				if visit == nil {
					return nil
				}
				return visit(l.id, fr)
			})
			var d *Damage
			if err != nil && !errors.As(err, &d) {
				return err
			}
			c := s.chain
			done(ChainReport{Head: pos.Key{Device: l.id.Device, Incarnation: l.id.Incarnation, Seq: c.head},
				Hash: c.hash, Replica: dir == ReplicaDir, Segments: len(l.firsts), Tail: s.tail, Damage: d})
		}
	}
	return nil
}

// stopOf returns where an own chain ends by the word of the one after it. A
// replica may be anywhere behind what its owner has.
func stopOf(f store.FS, dir string, all []listing, i int) (*Link, error) {
	if dir != Dir || i+1 >= len(all) || all[i+1].id.Device != all[i].id.Device {
		return nil, nil
	}
	link, err := readLink(f, all[i+1])
	if err != nil || link.Before.Incarnation != all[i].id.Incarnation {
		return nil, err
	}
	return &link, nil
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
	var damage *Damage
	err := walk(f, func(c pos.Chain, fr Frame) error {
		line := exported{Device: c.Device, Inc: c.Incarnation, Seq: fr.Seq,
			Prev: hex.EncodeToString(fr.Prev[:]), Hash: hex.EncodeToString(fr.Hash[:]), Payload: fr.Payload}
		if !json.Valid(fr.Payload) {
			line.Payload, _ = json.Marshal(string(fr.Payload))
		}
		return enc.Encode(line)
	}, func(c ChainReport) {
		if damage == nil {
			damage = c.Damage
		}
	})
	if err == nil && damage != nil {
		err = fmt.Errorf("journal: export: %w", damage)
	}
	return err
}
