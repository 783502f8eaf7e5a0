package nmea

import "bytes"

// maxLine is the longest line kept. The standard allows 82 characters; some
// receivers send more digits than that.
const maxLine = 160

// Pairs puts fixes together from a receiver's bytes: an RMC and a GGA of the
// same moment, in either order, both valid. A broken or void sentence takes
// the half pair with it.
type Pairs struct {
	line     []byte
	over     bool
	rmc, gga Sentence
}

// Clone returns a copy with a buffer of its own.
func (p Pairs) Clone() Pairs {
	p.line = bytes.Clone(p.line)
	return p
}

// Reset forgets everything half received.
func (p *Pairs) Reset() { *p = Pairs{line: p.line[:0]} }

// Feed takes bytes and returns the fixes that they complete.
func (p *Pairs) Feed(data []byte) []Fix {
	var out []Fix
	for _, c := range data {
		switch {
		case c == '\r' || c == '\n':
			if len(p.line) > 0 && !p.over {
				out = p.take(out, string(p.line))
			}
			p.line, p.over = p.line[:0], false
		case c == '$':
			// A sentence always begins here, whatever was lost before.
			p.line, p.over = append(p.line[:0], c), false
		case len(p.line) >= maxLine:
			p.over = true
		default:
			p.line = append(p.line, c)
		}
	}
	return out
}

func (p *Pairs) take(out []Fix, line string) []Fix {
	s, ok, err := Parse(line)
	switch {
	case err != nil || ok && !s.Valid:
		p.rmc, p.gga = Sentence{}, Sentence{}
		return out
	case !ok:
		return out
	case s.Type == "RMC":
		p.rmc = s
	default:
		p.gga = s
	}
	if !p.rmc.Valid || !p.gga.Valid || p.rmc.Clock != p.gga.Clock {
		return out
	}
	fix := Fix{LatE7: p.rmc.LatE7, LonE7: p.rmc.LonE7, AccuracyCM: p.gga.HDOPE2 * uereCM / 100}
	p.rmc, p.gga = Sentence{}, Sentence{}
	return append(out, fix)
}
