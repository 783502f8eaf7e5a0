package journal

import (
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
	From     uint64  // the first that is here; above 1 when others are in an archive
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
				From: c.gone + 1, Replica: dir == ReplicaDir, Segments: len(l.firsts), Tail: s.tail, Damage: d})
			rep.Entries += c.head - c.gone
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

// VerifyArchive verifies the part of a data directory's own chains that lies in
// an archive: whole, and leading to what is here. ErrDamaged when it does not;
// nil also when nothing is elsewhere.
func VerifyArchive(f, archive store.FS) error {
	b, err := readBase(f, Dir)
	if err != nil || b == nil {
		return err
	}
	return b.visit(archive, func(pos.Chain, Frame) error { return nil })
}
