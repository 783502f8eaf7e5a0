package card

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// A swiper sends one report a swipe, also when nothing could be read. The
// layout is that of MagTek's HID mode, with a report that carries no id:
//
//	0-2      decode status of tracks 1 to 3: bit 0 set is an error
//	3-5      lengths of the tracks
//	6        encode type: 0 ISO/ABA
//	7        track 1, 112 bytes; 119 track 2; 231 track 3
//	343      card status
//
// and with an encrypting head besides, where tracks 1 to 3 hold encrypted data:
//
//	477-492  serial of the device
//	493-494  encryption status: bit 1 of the first is 'encrypted'
//	495-504  key serial number with the counter (DUKPT)
//	505-507  lengths of the masked tracks
//	508      masked track 1, 112 bytes; 620 track 2; 732 track 3
//
// Encryption here is Seal, which stands in for DUKPT: the counter is the key
// serial number's last eight bytes, and what Seal puts behind its counter
// stands in the place of track 2.
const (
	trackRoom       = 112
	swipePlain      = 344
	swipeSealed     = 844
	atTracks        = 7
	atCardStatus    = 343
	atSerial        = 477
	atCryptStatus   = 493
	atKeySerial     = 495
	atMaskedLengths = 505
	atMasked        = 508
)

// ErrSwipe is what every refused report's error wraps.
var ErrSwipe = errors.New("card: not a swipe report")

// Swipe is one report of a swiper.
type Swipe struct {
	// Bad: the decode status of tracks 1 to 3 is an error.
	Bad [3]bool
	// Tracks are the tracks as text with their sentinels: in clear, or masked
	// if Sealed is there. Empty: not on the card, or not read.
	Tracks [3]string
	Serial string // encrypting heads only, at most 16 bytes
	Sealed []byte // encrypting heads only: see Seal; at least the counter
}

// Readable tells whether any track was read.
func (s Swipe) Readable() bool {
	return s.Tracks[0] != "" || s.Tracks[1] != "" || len(s.Sealed) > counterLen
}

// Encrypting tells whether the head that sent it encrypts.
func (s Swipe) Encrypting() bool { return s.Serial != "" }

// Append adds the report to dst. A track of more than 112 bytes is cut.
func (s Swipe) Append(dst []byte) []byte {
	size := swipePlain
	if s.Encrypting() {
		size = swipeSealed
	}
	r := make([]byte, size)
	for i, t := range s.Tracks {
		if s.Bad[i] {
			r[i] = 1
		}
		if !s.Encrypting() {
			r[3+i] = byte(copy(r[atTracks+i*trackRoom:atTracks+(i+1)*trackRoom], t))
			continue
		}
		r[atMaskedLengths+i] = byte(copy(r[atMasked+i*trackRoom:atMasked+(i+1)*trackRoom], t))
	}
	if s.Encrypting() {
		copy(r[atSerial:atCryptStatus], s.Serial)
		if len(s.Sealed) >= counterLen {
			r[atCryptStatus] = 0x02
			copy(r[atKeySerial+2:], s.Sealed[:counterLen])
			r[4] = byte(copy(r[atTracks+trackRoom:atTracks+2*trackRoom], s.Sealed[counterLen:]))
		}
	}
	return append(dst, r...)
}

// ParseSwipe reads one report, whole. Its errors never quote a track.
func ParseSwipe(report []byte) (s Swipe, err error) {
	if len(report) < swipePlain {
		return s, fmt.Errorf("%w: %d bytes, a report has %d, or %d with encryption", ErrSwipe, len(report), swipePlain, swipeSealed)
	}
	sealed := len(report) >= swipeSealed
	for i := range s.Tracks {
		s.Bad[i] = report[i]&1 == 1
		n, at := int(report[3+i]), atTracks+i*trackRoom
		if n > trackRoom {
			return Swipe{}, fmt.Errorf("%w: track %d of %d bytes", ErrSwipe, i+1, n)
		}
		if sealed {
			n, at = int(report[atMaskedLengths+i]), atMasked+i*trackRoom
		}
		if n > trackRoom {
			return Swipe{}, fmt.Errorf("%w: masked track %d of %d bytes", ErrSwipe, i+1, n)
		}
		s.Tracks[i] = string(report[at : at+n])
	}
	if !sealed {
		return s, nil
	}
	s.Serial = string(bytes.TrimRight(report[atSerial:atCryptStatus], "\x00"))
	if report[atCryptStatus]&0x02 != 0 {
		s.Sealed = append(s.Sealed, report[atKeySerial+2:atMaskedLengths]...)
		s.Sealed = append(s.Sealed, report[atTracks+trackRoom:][:report[4]]...)
	}
	return s, nil
}

// MaskTrack hides the account number of a track's text but for its last four
// digits, and all discretionary data. A text that is no track is hidden whole.
func MaskTrack(text string, f TrackFormat) string {
	t, err := ParseTrack(text, f)
	if err != nil {
		return strings.Repeat("*", len(text))
	}
	hidden := strings.Replace(text, t.PAN, Mask(t.PAN), 1)
	if t.Rest != "" {
		hidden = strings.Replace(hidden, t.Rest+"?", strings.Repeat("0", len(t.Rest))+"?", 1)
	}
	return hidden[:strings.IndexByte(hidden, '?')+1]
}
