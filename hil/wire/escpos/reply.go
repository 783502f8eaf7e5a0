package escpos

// Status is what a printer knows of itself.
type Status struct {
	Offline      bool
	CoverOpen    bool
	Feeding      bool // paper is fed by the button
	PaperOut     bool
	NearEnd      bool
	DrawerHigh   bool // pin 3 of the drawer connector; which level is open differs by drawer
	CutterError  bool
	Recoverable  bool // an error that DLE ENQ ends
	Fatal        bool // an error that only the switch ends
	Hot          bool // the head is too hot; it goes on by itself
	WaitRecovery bool // waiting for DLE ENQ or the button
}

// LiveReply answers DLE EOT n (1 to 4). Bits 1 and 4 are always set, bits 0
// and 7 clear [Epson]. Paper out answers 1A 32 12 7E.
func LiveReply(n int, s Status) byte {
	v := byte(0x12)
	switch n {
	case 1:
		v |= bit(s.DrawerHigh, 0x04) | bit(s.Offline, 0x08) | bit(s.WaitRecovery, 0x20) | bit(s.Feeding, 0x40)
	case 2:
		v |= bit(s.CoverOpen, 0x04) | bit(s.Feeding, 0x08) | bit(s.PaperOut, 0x20) | bit(s.failed(), 0x40)
	case 3:
		v |= bit(s.Recoverable, 0x04) | bit(s.CutterError, 0x08) | bit(s.Fatal, 0x20) | bit(s.Hot, 0x40)
	case 4:
		v |= bit(s.NearEnd || s.PaperOut, 0x0c) | bit(s.PaperOut, 0x60)
	}
	return v
}

func (s Status) failed() bool { return s.CutterError || s.Recoverable || s.Fatal || s.Hot }

// AutoReply is the four bytes of an automatic status: idle 10 00 00 00, paper
// out 18 00 0F 00, cover open 38 00 00 00 [Epson].
func AutoReply(s Status) []byte {
	return []byte{
		0x10 | bit(s.DrawerHigh, 0x04) | bit(s.Offline, 0x08) | bit(s.CoverOpen, 0x20) | bit(s.Feeding, 0x40),
		bit(s.WaitRecovery, 0x01) | bit(s.Recoverable, 0x04) | bit(s.CutterError, 0x08) | bit(s.Fatal, 0x20) | bit(s.Hot, 0x40),
		bit(s.NearEnd || s.PaperOut, 0x03) | bit(s.PaperOut, 0x0c),
		0,
	}
}

// TransmitReply answers GS r n: 1 paper (00, 03 near end, 0F out), 2 drawer.
func TransmitReply(n int, s Status) byte {
	if n == 2 {
		return bit(s.DrawerHigh, 0x01)
	}
	return bit(s.NearEnd || s.PaperOut, 0x03) | bit(s.PaperOut, 0x0c)
}

// CompleteReply is 37 22 d1 d2 d3 d4 00: all before the request is printed.
func CompleteReply(id []byte) []byte {
	return append(append([]byte{0x37, 0x22}, id...), 0)
}

// ClearReply is 37 25 00: DLE DC4 8 has cleared the buffers.
func ClearReply() []byte { return []byte{0x37, 0x25, 0x00} }

// IdentifyReply answers GS I n for n from 65: 5F text 00.
func IdentifyReply(text string) []byte {
	return append(append([]byte{0x5f}, text...), 0)
}

// Flow control bytes.
const (
	XOn  = 0x11
	XOff = 0x13
)

func bit(on bool, b byte) byte {
	if on {
		return b
	}
	return 0
}

// Merge takes what one answer to DLE EOT n says into s.
func (s *Status) Merge(n int, v byte) {
	has := func(b byte) bool { return v&b != 0 }
	switch n {
	case 1:
		s.DrawerHigh, s.Offline, s.WaitRecovery, s.Feeding = has(0x04), has(0x08), has(0x20), has(0x40)
	case 2:
		s.CoverOpen, s.PaperOut = has(0x04), has(0x20)
	case 3:
		s.Recoverable, s.CutterError, s.Fatal = has(0x44), has(0x08), has(0x20)
	case 4:
		s.NearEnd, s.PaperOut = has(0x0c), has(0x60)
	}
}

// AutoStatusOf reads the four bytes of an automatic status.
func AutoStatusOf(b [4]byte) Status {
	return Status{
		DrawerHigh: b[0]&0x04 != 0, Offline: b[0]&0x08 != 0, CoverOpen: b[0]&0x20 != 0, Feeding: b[0]&0x40 != 0,
		WaitRecovery: b[1]&0x01 != 0, Recoverable: b[1]&0x44 != 0, CutterError: b[1]&0x08 != 0, Fatal: b[1]&0x20 != 0,
		NearEnd: b[2]&0x03 != 0, PaperOut: b[2]&0x0c != 0,
	}
}
