package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"stormrig/pos"
)

const (
	segMagic   = "SRS1"
	segVersion = 1
	segHead    = 120 // bytes before the device name
	segSuffix  = ".seg"
	maxDevice  = 64
)

// header is the first thing in a segment.
type header struct {
	chain pos.Chain
	first uint64 // sequence of the first frame
	prev  Hash   // hash of the frame before it
	link  Link   // of the first segment of a chain that follows another
}

// Link says what a new incarnation follows.
type Link struct {
	// Before is the last entry that counts of the incarnation before; the
	// zero Key when there was none. Its Seq may be 0.
	Before pos.Key
	Hash   Hash // of that entry
	// LostTo is the highest entry of the incarnation before that a witness
	// knew of and the journal did not hold; 0 when none.
	LostTo uint64
	// CutBytes is the length of the torn tail that was cut.
	CutBytes int64
}

func (h *header) encode() []byte {
	b := make([]byte, 0, segHead+len(h.chain.Device))
	b = append(b, segMagic...)
	b = binary.BigEndian.AppendUint32(b, uint32(segHead+len(h.chain.Device)))
	b = append(b, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint16(b, segVersion)
	b = binary.BigEndian.AppendUint16(b, uint16(len(h.chain.Device)))
	b = binary.BigEndian.AppendUint32(b, h.chain.Incarnation)
	b = binary.BigEndian.AppendUint64(b, h.first)
	b = append(b, h.prev[:]...)
	b = binary.BigEndian.AppendUint32(b, h.link.Before.Incarnation)
	b = binary.BigEndian.AppendUint64(b, h.link.Before.Seq)
	b = append(b, h.link.Hash[:]...)
	b = binary.BigEndian.AppendUint64(b, h.link.LostTo)
	b = binary.BigEndian.AppendUint64(b, uint64(h.link.CutBytes))
	b = append(b, h.chain.Device...)
	binary.BigEndian.PutUint32(b[8:], checksum(b))
	return b
}

var errHeader = errors.New("journal: not a segment header")

// parseHeader reads a header and returns its length.
func parseHeader(b []byte) (header, int, error) {
	if len(b) < segHead || string(b[:4]) != segMagic {
		return header{}, 0, errHeader
	}
	n := int(binary.BigEndian.Uint32(b[4:]))
	name := int(binary.BigEndian.Uint16(b[14:]))
	if n != segHead+name || n > len(b) || binary.BigEndian.Uint32(b[8:]) != checksum(b[:n]) {
		return header{}, 0, errHeader
	}
	if v := binary.BigEndian.Uint16(b[12:]); v != segVersion {
		return header{}, 0, fmt.Errorf("journal: segment of format %d, this program reads %d", v, segVersion)
	}
	device := string(b[segHead:n])
	h := header{
		chain: pos.Chain{Device: device, Incarnation: binary.BigEndian.Uint32(b[16:])},
		first: binary.BigEndian.Uint64(b[20:]),
		prev:  Hash(b[28:60]),
	}
	if inc := binary.BigEndian.Uint32(b[60:]); inc != 0 {
		h.link = Link{
			Before:   pos.Key{Device: device, Incarnation: inc, Seq: binary.BigEndian.Uint64(b[64:])},
			Hash:     Hash(b[72:104]),
			LostTo:   binary.BigEndian.Uint64(b[104:]),
			CutBytes: int64(binary.BigEndian.Uint64(b[112:])),
		}
	}
	return h, n, nil
}

// segmentName returns the file name of the segment of c that begins at first.
func segmentName(c pos.Chain, first uint64) string {
	return fmt.Sprintf("%s-%06d-%012d%s", c.Device, c.Incarnation, first, segSuffix)
}

// parseName is the reverse of segmentName.
func parseName(name string) (c pos.Chain, first uint64, ok bool) {
	base, ok := strings.CutSuffix(name, segSuffix)
	if !ok {
		return c, 0, false
	}
	i := strings.LastIndexByte(base, '-')
	if i < 0 {
		return c, 0, false
	}
	j := strings.LastIndexByte(base[:i], '-')
	if j < 0 {
		return c, 0, false
	}
	inc, err1 := strconv.ParseUint(base[j+1:i], 10, 32)
	first, err2 := strconv.ParseUint(base[i+1:], 10, 64)
	if err1 != nil || err2 != nil {
		return c, 0, false
	}
	c = pos.Chain{Device: base[:j], Incarnation: uint32(inc)}
	return c, first, segmentName(c, first) == name
}

// CheckDevice refuses device names that cannot be part of a file name: a
// replica's come from the network.
func CheckDevice(device string) error {
	if device == "" || len(device) > maxDevice || strings.Trim(device, ".") != device {
		return fmt.Errorf("journal: device name %q: want 1 to %d of a-z, 0-9, '-', '_' and '.' (not first or last)", device, maxDevice)
	}
	for _, r := range device {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.", r) {
			return fmt.Errorf("journal: device name %q: character %q; want a-z, 0-9, '-', '_' and '.'", device, r)
		}
	}
	return nil
}
