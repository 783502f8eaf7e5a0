package scan

// HID POS reports (USB Point of Sale usage tables: usage page 8Ch, usage 2).
// As read from a hidraw device a report has 64 bytes:
//
//	0      report id, 2
//	1      length of the data in this report
//	2-4    AIM identifier (some models send a blank before it: 3-5, data from 6)
//	5-60   data; 61 and 62 are the makers' own
//	63     1 when another report follows for the same scan
//
// What it decodes with was compared with the package webhid-barcode-scanner
// 1.2.2, whose offsets count from the byte behind the report id.
const (
	posReport   = 64
	posID       = 2
	posData     = 5
	posMore     = 63
	posMostData = 56
)

// AppendPOS adds the reports of one scan to dst. An identifier that is not
// three characters long is sent as three NULs.
func AppendPOS(dst []byte, id, code string) []byte {
	for first := true; first || code != ""; first = false {
		part := code[:min(len(code), posMostData)]
		code = code[len(part):]
		var r [posReport]byte
		r[0], r[1] = posID, byte(len(part))
		if len(id) == aimLen {
			copy(r[2:], id)
		}
		copy(r[posData:], part)
		if code != "" {
			r[posMore] = 1
		}
		dst = append(dst, r[:]...)
	}
	return dst
}

// POS joins reports to scans. The zero value is ready.
type POS struct {
	buf  []byte
	code []byte
}

// Feed takes bytes as a hidraw device gives them, whole reports or parts of
// them, and returns the scans that they complete. A report with another id is
// skipped; one whose length cannot be is a Scan with an error.
func (p *POS) Feed(data []byte) []Scan {
	var out []Scan
	p.buf = append(p.buf, data...)
	b := p.buf
	for ; len(b) >= posReport; b = b[posReport:] {
		if s, ok := p.report([posReport]byte(b)); ok {
			out = append(out, s)
		}
	}
	p.buf = append(p.buf[:0], b...)
	return out
}

func (p *POS) report(r [posReport]byte) (Scan, bool) {
	if r[0] != posID {
		return Scan{}, false
	}
	at := posData
	if r[2] != ']' && r[3] == ']' {
		at++
	}
	n := int(r[1])
	if at+n > posMore {
		p.code = p.code[:0]
		return Scan{Err: ErrTooLong}, true
	}
	p.code = append(p.code, r[at:at+n]...)
	if r[posMore] != 0 && len(p.code) <= MaxLine {
		return Scan{}, false
	}
	s := Scan{Code: string(p.code)}
	if id, rest := CutAIM(string(r[at-aimLen : at])); rest == "" {
		s.Symbology = id
	}
	p.code = p.code[:0]
	switch {
	case s.Code == "":
		s.Err = ErrEmpty
	case len(s.Code) > MaxLine:
		s = Scan{Err: ErrTooLong}
	}
	return s, true
}

// Clone returns a copy with buffers of its own.
func (p POS) Clone() POS {
	return POS{buf: append([]byte(nil), p.buf...), code: append([]byte(nil), p.code...)}
}
