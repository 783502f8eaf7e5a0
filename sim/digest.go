package sim

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"stormrig/hil/machine"
)

// digest is a running hash of what happened. Records gather in a buffer that
// is folded into the chain when it is full, which is cheaper than hashing
// each and keeps copying cheap.
type digest struct {
	chain [sha256.Size]byte
	buf   []byte
}

const digestBlock = 4096

func (d *digest) begin(at time.Duration, tag byte, who int) {
	d.buf = binary.LittleEndian.AppendUint64(d.buf, uint64(at))
	d.buf = append(d.buf, tag)
	d.buf = binary.LittleEndian.AppendUint32(d.buf, uint32(who))
}

func (d *digest) bytes(b []byte) {
	d.buf = binary.LittleEndian.AppendUint32(d.buf, uint32(len(b)))
	d.buf = append(d.buf, b...)
}

func (d *digest) text(s string) {
	d.buf = binary.LittleEndian.AppendUint32(d.buf, uint32(len(s)))
	d.buf = append(d.buf, s...)
}

// input adds one delivered event.
func (d *digest) input(at time.Duration, who int, in machine.Input) {
	d.begin(at, 'a'+byte(in.Kind), who)
	d.text(in.Port)
	d.text(in.Action)
	d.bytes(in.Data)
	d.fold()
}

// note adds something that is no input: an operation, a word of the rig's.
func (d *digest) note(at time.Duration, tag, words string, data []byte) {
	d.begin(at, 'A', 0)
	d.text(tag)
	d.text(words)
	d.bytes(data)
	d.fold()
}

func (d *digest) fold() {
	if len(d.buf) < digestBlock {
		return
	}
	d.chain = d.sum()
	d.buf = d.buf[:0]
}

// sum returns the hash so far and changes nothing.
func (d *digest) sum() [sha256.Size]byte {
	h := sha256.New()
	h.Write(d.chain[:])
	h.Write(d.buf)
	var out [sha256.Size]byte
	h.Sum(out[:0])
	return out
}

func (d *digest) clone() digest {
	return digest{chain: d.chain, buf: append(make([]byte, 0, digestBlock+1024), d.buf...)}
}
