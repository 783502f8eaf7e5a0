package journal

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"slices"

	"stormrig/pos"
	"stormrig/pos/store"
)

// BaseName is the file that says which entries of the own chains lie in an
// archive, and what the rest follows.
const BaseName = "archived"

// ErrArchived: an entry lies in the archive; see Journal.Archive.
var ErrArchived = errors.New("journal: the entry lies in the archive")

// base is what the file says. Everything up to a point of the device's life is
// elsewhere: whole incarnations, and the beginning of one.
type base struct {
	Device string      `json:"device"`
	Before []markChain `json:"before"` // whole incarnations, with their ends
	// First is the first entry of Incarnation that is here; Prev is the hash
	// before it, Link what the incarnation follows.
	Incarnation uint32   `json:"inc"`
	First       uint64   `json:"first"`
	Prev        string   `json:"prev"`
	Link        markLink `json:"link"`
}

// seal puts a checksum before a record that is kept as JSON.
func seal(record any) ([]byte, error) {
	body, err := json.Marshal(record)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	return fmt.Appendf(nil, "%08x %s\n", crc32.Checksum(body, castagnoli), body), nil
}

// unseal is the reverse of seal; false when it is not whole.
func unseal(data []byte, record any) bool {
	if len(data) < 10 {
		return false
	}
	body := bytes.TrimSuffix(data[9:], []byte("\n"))
	return string(data[:9]) == fmt.Sprintf("%08x ", crc32.Checksum(body, castagnoli)) && json.Unmarshal(body, record) == nil
}

// readBase returns what a directory says of its archive, nil when all is here.
func readBase(f store.FS, dir string) (*base, error) {
	name := dir + "/" + BaseName
	data, err := store.ReadFile(f, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	var b base
	if !unseal(data, &b) {
		return nil, &Damage{Segment: name, What: "header"}
	}
	return &b, nil
}

// chain is the one that begins in the archive and goes on here.
func (b *base) chain() pos.Chain { return pos.Chain{Device: b.Device, Incarnation: b.Incarnation} }

// holds tells whether the archive has a segment.
func (b *base) holds(id pos.Chain, first uint64) bool {
	return b != nil && id.Device == b.Device && (id.Incarnation < b.Incarnation || id.Incarnation == b.Incarnation && first < b.First)
}

// trim leaves out what the archive has: a loss of power may have left some of
// it behind. Damage when the chain that goes on here is not there.
func (b *base) trim(dir string, all []listing) ([]listing, error) {
	if b == nil {
		return all, nil
	}
	var out []listing
	for _, l := range all {
		l.firsts = slices.DeleteFunc(slices.Clone(l.firsts), func(first uint64) bool { return b.holds(l.id, first) })
		if l.id == b.chain() {
			l.base = b
		}
		if len(l.firsts) > 0 {
			out = append(out, l)
		}
	}
	if !slices.ContainsFunc(out, func(l listing) bool { return l.base != nil && l.firsts[0] == b.First }) {
		return nil, &Damage{Chain: b.chain(), Segment: dir + "/" + segmentName(b.chain(), b.First), Seq: b.First, What: "missing"}
	}
	return out, nil
}

// moved leaves out of an archive what is still here, too: a loss of power may
// have ended its move.
func (b *base) moved(all []listing) (out []listing) {
	for _, l := range all {
		l.firsts = slices.DeleteFunc(slices.Clone(l.firsts), func(first uint64) bool { return !b.holds(l.id, first) })
		if len(l.firsts) > 0 {
			out = append(out, l)
		}
	}
	return out
}

// begin sets a scanner to the first entry that is here.
func (b *base) begin(s *scanner) {
	s.chain.head, s.chain.gone = b.First-1, b.First-1
	copyHash(&s.chain.hash, b.Prev)
	s.link = b.Link.link()
}

// gone makes the chains that are in the archive as a whole.
func (b *base) before(size sizes) []*chain {
	if b == nil {
		return nil
	}
	var out []*chain
	for _, m := range b.Before {
		c := &chain{id: pos.Chain{Device: b.Device, Incarnation: m.Incarnation}, dir: Dir, size: size, head: m.Head, gone: m.Head}
		copyHash(&c.hash, m.Hash)
		out = append(out, c)
	}
	return out
}

// visit hands out the entries of the archive, and verifies that they lead to
// what is here.
func (b *base) visit(archive store.FS, visit func(pos.Chain, Frame) error) error {
	ends := slices.Clone(b.Before)
	if b.First > 1 {
		ends = append(ends, markChain{b.Incarnation, b.First - 1, b.Prev})
	}
	held, err := list(archive, Dir)
	if err != nil {
		return err
	}
	err = walk(archive, Dir, b.moved(held.all), visit, func(s *scanner, l listing, d *Damage) error {
		if d != nil {
			return d
		}
		i := slices.IndexFunc(ends, func(m markChain) bool { return m.Incarnation == l.id.Incarnation && l.id.Device == b.Device })
		if i < 0 {
			return nil
		}
		if m := ends[i]; s.chain.head != m.Head || hex.EncodeToString(s.chain.hash[:]) != m.Hash {
			return &Damage{Chain: l.id, Segment: Dir + "/" + segmentName(l.id, l.firsts[0]), Seq: m.Head, What: "chain", Later: m.Head}
		}
		ends = slices.Delete(ends, i, i+1)
		return nil
	})
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	if len(ends) > 0 {
		c := pos.Chain{Device: b.Device, Incarnation: ends[0].Incarnation}
		return fmt.Errorf("archive: %w", &Damage{Chain: c, Segment: Dir, Seq: 1, What: "missing", Later: ends[0].Head})
	}
	return nil
}

// visitHere is visit of the archive that lies beside the journal; false when it,
// or the first part of it, was carried elsewhere.
func (b *base) visitHere(f store.FS, visit func(pos.Chain, Frame) error) (bool, error) {
	archive := store.Below(f, ArchiveDir)
	names, err := archive.List(Dir)
	if err != nil || len(names) == 0 || slices.Contains(names, BaseName) {
		return false, err
	}
	return true, b.visit(archive, visit)
}

// link is the reverse of asMark.
func (l *markLink) link() Link {
	out := Link{Before: l.Before, LostTo: l.LostTo, CutBytes: l.CutBytes}
	copyHash(&out.Hash, l.Hash)
	return out
}

func (l *Link) asMark() markLink {
	return markLink{l.Before, hex.EncodeToString(l.Hash[:]), l.LostTo, l.CutBytes}
}
