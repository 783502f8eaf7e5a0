package check

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"

	"stormrig/sim/history"
)

var j3 = Checker{
	ID: "J3", Level: 1, Check: checkJ3,
	Title:   "(device, incarnation, sequence) is gapless and never reused",
	Premise: "journal entry",
}

func checkJ3(v *View) Result {
	r := Result{Checked: len(v.keys)}
	for _, h := range v.holdings {
		seqs := make([]uint64, 0, len(h.entries))
		for _, e := range h.entries {
			seqs = append(seqs, e.Seq)
		}
		sort.Slice(seqs, func(i, j int) bool { return seqs[i] < seqs[j] })
		for i, seq := range seqs {
			if want := uint64(i) + 1; seq != want {
				r.fail(Finding{Entry: Key{h.chain.device, h.chain.inc, want}, Text: fmt.Sprintf(
					"%s holds %s/%d with entry %d where %d belongs", h.holder, h.chain.device, h.chain.inc, seq, want)})
				break
			}
		}
	}
	first := make(map[Key]*event, len(v.keys))
	for _, kind := range []string{history.KindCommit, history.KindEntry} {
		for _, e := range v.kind[kind] {
			k := keyOf(e)
			if f := first[k]; f == nil {
				first[k] = e
			} else if f.Hash != e.Hash {
				r.fail(Finding{Entry: k, Text: fmt.Sprintf("the entry number %s was used twice: for one entry %s, for another %s",
					k, v.whereSeen(f), v.whereSeen(e))}, f, e)
			}
		}
	}
	return r
}

// whereSeen says where an entry was seen: when it was written, or who holds it
// at the end.
func (v *View) whereSeen(e *event) string {
	if e.Kind == history.KindCommit {
		return "that " + e.Who + " wrote at " + v.clock(e.T)
	}
	return "that " + unitName(e.Who) + " holds at the end"
}

var j4 = Checker{
	ID: "J4", Level: 1, Check: checkJ4,
	Title:   "Each entry names the hash of the one before; the chain verifies from the first entry across restarts and incarnations",
	Premise: "exported journal entry",
}

// checkJ4 hashes each distinct entry once; a copy need only be the same bytes.
func checkJ4(v *View) Result {
	var r Result
	verified := make(map[string]*event, len(v.keys))
	for _, h := range v.holdings {
		ordered := append([]*event(nil), h.entries...)
		sort.SliceStable(ordered, func(i, j int) bool { return ordered[i].Seq < ordered[j].Seq })
		prev := Genesis(h.chain.device, h.chain.inc)
		for i, e := range ordered {
			if i > 0 && e.Seq == ordered[i-1].Seq && e.Hash == prev {
				continue // held twice: J3 and Y1 say so
			}
			r.Checked++
			f := Finding{Entry: keyOf(e)}
			switch {
			case e.Prev != prev:
				f.Text = fmt.Sprintf("%s at %s names %.12s as its predecessor's hash, which is %.12s", f.Entry, h.holder, e.Prev, prev)
				r.fail(f, e)
			case !hashes(verified, e):
				f.Text = fmt.Sprintf("%s at %s does not have the hash %.12s that it names", f.Entry, h.holder, e.Hash)
				r.fail(f, e)
			case !names(v, e):
				f.Text = fmt.Sprintf("%s at %s is not the entry that its payload says it is", f.Entry, h.holder)
				r.fail(f, e)
			}
			prev = e.Hash
		}
	}
	checkIncarnations(v, &r)
	return r
}

// Genesis is the hash that the first entry of a chain names as its
// predecessor's: SHA-256 of "stormrig device/incarnation", in hex.
func Genesis(device string, inc uint32) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "stormrig %s/%d", device, inc))
	return hex.EncodeToString(sum[:])
}

// HashOf returns an entry's hash in hex: SHA-256 over the 32 bytes of the
// predecessor's hash and the payload. A prev that is no hash gives "".
func HashOf(prev string, payload []byte) string {
	var before [sha256.Size]byte
	if n, err := hex.Decode(before[:], []byte(prev)); err != nil || n != len(before) {
		return ""
	}
	h := sha256.New()
	h.Write(before[:])
	h.Write(payload)
	return hex.EncodeToString(h.Sum(nil))
}

func hashes(verified map[string]*event, e *event) bool {
	if f := verified[e.Hash]; f != nil && f.Prev == e.Prev && bytes.Equal(f.Payload, e.Payload) {
		return true
	}
	if len(e.Prev) != 2*sha256.Size || HashOf(e.Prev, e.Payload) != e.Hash {
		return false
	}
	verified[e.Hash] = e
	return true
}

// names tells whether the payload says which entry it is.
func names(v *View, e *event) bool {
	r := v.records[keyOf(e)]
	if r.hash != e.Hash {
		return true // J3 and J5 speak of copies that differ
	}
	return Key{r.entry.Device, r.entry.Inc, r.entry.Seq} == r.key
}

// checkIncarnations holds each further chain of a device against the head
// that it says it continues.
func checkIncarnations(v *View, r *Result) {
	for _, u := range v.units {
		var root *record
		for _, rec := range u.own {
			if rec.key.Seq != 1 || rec.own == nil {
				continue
			}
			boot := rec.boot()
			f := Finding{Entry: rec.key}
			switch {
			case boot == nil || boot.Before == nil:
				if root != nil {
					f.Text = fmt.Sprintf("%s begins a further incarnation of %s and does not say which head it continues", rec.key, u.name)
					r.fail(f, rec.own)
				}
				root = rec
			default:
				before := v.records[boot.Before.key()]
				if before != nil && before.hash != boot.BeforeHash {
					f.Text = fmt.Sprintf("%s continues %s with the hash %.12s, which is %.12s", rec.key, before.key, boot.BeforeHash, before.hash)
					r.fail(f, rec.own, before.own)
				}
			}
		}
	}
}

var j5 = Checker{
	ID: "J5", Level: 1, Check: checkJ5,
	Title:   "A finished sale is immutable; corrections are new, linked entries",
	Premise: "finished sale in an exported journal",
}

// checkJ5 compares every copy of a sale with what was committed, byte by byte,
// and looks for a second sale under the same number.
func checkJ5(v *View) Result {
	var r Result
	for _, u := range v.units {
		numbers := make(map[int64]*sale, len(u.sales))
		for _, s := range u.sales {
			if s.record.own != nil {
				if f := numbers[s.Number]; f != nil {
					r.fail(Finding{Number: s.Number, Entry: s.record.key, Text: fmt.Sprintf(
						"sale %d of %s stands in %s and again in %s", s.Number, u.name, f.record.key, s.record.key)}, f.record.own, s.record.own)
				}
				numbers[s.Number] = s
				r.Checked++
			}
			first := v.records[s.record.key]
			for _, c := range first.copies {
				if !bytes.Equal(c.Payload, s.record.raw) && !copyOfOther(first, c) {
					r.fail(Finding{Number: s.Number, Entry: s.record.key, Text: fmt.Sprintf(
						"sale %d of %s is another at %s", s.Number, u.name, unitName(c.Who))}, s.record.commit, c)
				}
			}
		}
	}
	return r
}

// copyOfOther tells whether the copy is of another entry that was committed
// under the same key: then the key was reused, which is J3's matter.
func copyOfOther(r *record, c *event) bool {
	for o := r.other; o != nil; o = o.other {
		if bytes.Equal(o.raw, c.Payload) {
			return true
		}
	}
	return false
}
