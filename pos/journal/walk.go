package journal

import (
	"errors"
	"fmt"

	"stormrig/pos"
	"stormrig/pos/store"
)

// Walk hands every valid entry of a data directory to visit, own chains first,
// those in the archive before the rest, each chain in its order. The error wraps
// ErrDamaged when a chain could not be read to its end; what lies before the
// damage is visited all the same.
func Walk(f store.FS, visit func(pos.Chain, Frame) error) error {
	var damage error
	if b, err := readBase(f, Dir); err == nil && b != nil && visit != nil {
		_, err = b.visitHere(f, visit)
		if errors.Is(err, ErrDamaged) {
			damage, err = err, nil
		}
		if err != nil {
			return err
		}
	}
	for _, dir := range []string{Dir, ReplicaDir} {
		err := walkDir(f, dir, visit, func(_ *scanner, _ listing, d *Damage) error {
			if d != nil {
				damage = errors.Join(damage, d)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return damage
}

// walkDir is walk of all chains in a directory.
func walkDir(f store.FS, dir string, visit func(pos.Chain, Frame) error,
	done func(s *scanner, l listing, d *Damage) error,
) error {
	held, err := list(f, dir)
	if err != nil {
		return err
	}
	return walk(f, dir, held.all, visit, done)
}

// walk scans the listed chains of a directory, in order. It gives each entry
// to visit, which may be nil, then each chain to done, with its damage if any.
// An error of either ends it.
func walk(f store.FS, dir string, all []listing, visit func(pos.Chain, Frame) error,
	done func(s *scanner, l listing, d *Damage) error,
) error {
	ends, broken, err := stops(f, dir, all)
	if err != nil {
		return err
	}
	for i, l := range all {
		s, err := scan(f, dir, l, ends[i], func(fr Frame) error {
			if visit == nil {
				return nil
			}
			return visit(l.id, fr)
		})
		var d *Damage
		if err != nil && !errors.As(err, &d) {
			return err
		}
		if d == nil {
			d = broken[i]
		}
		if err := done(s, l, d); err != nil {
			return err
		}
	}
	return nil
}

// stops returns for each own chain where it ends by the word of the one after
// it, and the damage of that word. A replica may end anywhere.
func stops(f store.FS, dir string, all []listing) ([]*Link, []*Damage, error) {
	ends, broken := make([]*Link, len(all)), make([]*Damage, len(all))
	if dir != Dir {
		return ends, broken, nil
	}
	for i, l := range all {
		link, err := readLink(f, l)
		if errors.As(err, &broken[i]) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		var before uint32
		if i > 0 && all[i-1].id.Device == l.id.Device {
			before = all[i-1].id.Incarnation
		}
		if l.base == nil && link.Before.Incarnation != before {
			broken[i] = &Damage{Chain: l.id, Segment: dir + "/" + segmentName(l.id, 1), Offset: 60, Seq: 1, What: "chain"}
			continue
		}
		if before != 0 {
			ends[i-1] = &link
		}
	}
	return ends, broken, nil
}

// readLink reads what a chain says that it follows.
func readLink(f store.FS, l listing) (Link, error) {
	if l.base != nil {
		return l.base.Link.link(), nil
	}
	name := Dir + "/" + segmentName(l.id, l.firsts[0])
	if l.firsts[0] != 1 {
		return Link{}, &Damage{Chain: l.id, Segment: name, Seq: 1, What: "missing", Later: l.firsts[0] - 1}
	}
	h, err := f.Open(name)
	if err != nil {
		return Link{}, fmt.Errorf("journal: %w", err)
	}
	buf := make([]byte, segHead+maxDevice)
	n, _ := h.ReadAt(buf, 0) // what cannot be read is no header
	if err := h.Close(); err != nil {
		return Link{}, fmt.Errorf("journal: %w", err)
	}
	head, _, err := parseHeader(buf[:n])
	if err != nil && err != errHeader {
		return Link{}, fmt.Errorf("%s: %w", name, err)
	}
	if err != nil {
		return Link{}, &Damage{Chain: l.id, Segment: name, Seq: 1, What: "header"}
	}
	return head.link, nil
}
