package scan

// SSI framing: length (all bytes but the checksum), opcode, source (04 is the
// host), status, data, checksum. The checksum is the two's complement of the
// sum of all bytes before it, high byte first.
const (
	opBeep     = 0xE6
	sourceHost = 0x04
	ssiHeader  = 4
	ssiSum     = 2
	ssiMost    = 64 // longest command taken for one; a longer length is noise
)

// Beep codes of SSI (Symbol MK1000 reference guide, table 5-8).
const (
	BeepOneHigh byte = 0x00
	BeepTwoLow  byte = 0x06
)

// AppendBeep adds the command that lets the scanner beep.
func AppendBeep(dst []byte, code byte) []byte {
	at := len(dst)
	dst = append(dst, ssiHeader+1, opBeep, sourceHost, 0, code)
	sum := ssiChecksum(dst[at:])
	return append(dst, byte(sum>>8), byte(sum))
}

// AppendGood and AppendBad add the two sounds that the till uses.
func AppendGood(dst []byte) []byte { return AppendBeep(dst, BeepOneHigh) }

// AppendBad: see AppendGood.
func AppendBad(dst []byte) []byte { return AppendBeep(dst, BeepTwoLow) }

func ssiChecksum(b []byte) uint16 {
	var sum uint16
	for _, c := range b {
		sum += uint16(c)
	}
	return -sum
}

// Beeps is the scanner's side: it finds beep commands among the host's bytes.
type Beeps struct{ buf []byte }

// Clone returns a copy with a buffer of its own.
func (p Beeps) Clone() Beeps { return Beeps{buf: append([]byte(nil), p.buf...)} }

// Reset forgets a command begun.
func (p *Beeps) Reset() { p.buf = p.buf[:0] }

// Idle tells whether no command is begun.
func (p *Beeps) Idle() bool { return len(p.buf) == 0 }

// Feed takes bytes and returns the beep codes that they complete. Bytes that
// start no command are skipped one by one until one fits again.
func (p *Beeps) Feed(data []byte) []byte {
	var out []byte
	p.buf = append(p.buf, data...)
	b := p.buf
	for len(b) > 0 {
		n := int(b[0])
		if n < ssiHeader || n > ssiMost || len(b) > 1 && b[1] < 0x80 {
			b = b[1:]
			continue
		}
		if len(b) < n+ssiSum {
			break
		}
		if ssiChecksum(b[:n]) != uint16(b[n])<<8|uint16(b[n+1]) {
			b = b[1:]
			continue
		}
		if b[1] == opBeep && n > ssiHeader {
			out = append(out, b[ssiHeader])
		}
		b = b[n+ssiSum:]
	}
	p.buf = append(p.buf[:0], b...)
	return out
}
