package card

import (
	"errors"
	"fmt"
	"strings"
)

// ErrTrack is what every refused track's error wraps. Such an error never
// quotes the track.
var ErrTrack = errors.New("card: not a track")

// TrackFormat is how a reader's firmware writes tracks.
type TrackFormat struct {
	// ExpiryMMYY: month first. ISO/IEC 7813 says YYMM, some manuals print
	// MMYY (Casio QT-6600), and readers exist that do it.
	ExpiryMMYY bool
}

// Track is the content of track 1 or 2.
type Track struct {
	Number      int    // 1 or 2
	PAN         string // up to 19 digits
	Name        string // track 1 only, "SURNAME/GIVEN" as on the card
	Year, Month int    // expiry, two-digit year; both 0 when the card has none
	Service     string // three digits, empty when the card has none
	Rest        string // discretionary data
}

// ParseTrack reads one track as text, from its start sentinel ("%" or ";") on.
// The LRC character behind "?" is optional, since most heads check it and
// leave it out; when it is there it has to be right.
//
//	track 1  %B PAN ^ name ^ YYMM svc rest ? LRC      (ISO/IEC 7813, 6 bit)
//	track 2  ; PAN = YYMM svc rest ? LRC              (5 bit)
func ParseTrack(text string, f TrackFormat) (Track, error) {
	number, sep := 2, "="
	if strings.HasPrefix(text, "%") {
		number, sep = 1, "^"
	} else if !strings.HasPrefix(text, ";") {
		return Track{}, fmt.Errorf("%w: no start sentinel", ErrTrack)
	}
	end := strings.IndexByte(text, '?')
	if end < 0 {
		return Track{}, fmt.Errorf("%w: no end sentinel", ErrTrack)
	}
	if err := checkTrackLRC(number, text, end); err != nil {
		return Track{}, err
	}
	t := Track{Number: number}
	body := text[1:end]
	if number == 1 {
		if !strings.HasPrefix(body, "B") {
			return Track{}, fmt.Errorf("%w: format code is not B", ErrTrack)
		}
		body = body[1:]
	}
	pan, body, ok := strings.Cut(body, sep)
	if !ok || !allDigits(pan) || len(pan) < 8 || len(pan) > 19 {
		return Track{}, fmt.Errorf("%w: no account number of 8 to 19 digits", ErrTrack)
	}
	t.PAN = pan
	if number == 1 {
		if t.Name, body, ok = strings.Cut(body, sep); !ok || len(t.Name) < 2 || len(t.Name) > 26 {
			return Track{}, fmt.Errorf("%w: no name of 2 to 26 characters", ErrTrack)
		}
	}
	return t, t.tail(body, sep[0], f)
}

// tail reads expiry, service code and the rest; a separator stands in place of
// either when the card has none.
func (t *Track) tail(body string, sep byte, f TrackFormat) error {
	switch {
	case len(body) > 0 && body[0] == sep:
		body = body[1:]
	case len(body) < 4 || !allDigits(body[:4]):
		return fmt.Errorf("%w: no expiry date", ErrTrack)
	default:
		first, second := number2(body[:2]), number2(body[2:4])
		t.Year, t.Month = first, second
		if f.ExpiryMMYY {
			t.Year, t.Month = second, first
		}
		body = body[4:]
		if t.Month < 1 || t.Month > 12 {
			return fmt.Errorf("%w: no month in the expiry date (MMYY set where YYMM is sent, or the reverse?)", ErrTrack)
		}
	}
	switch {
	case len(body) > 0 && body[0] == sep:
		body = body[1:]
	case len(body) < 3 || !allDigits(body[:3]):
		return fmt.Errorf("%w: no service code", ErrTrack)
	default:
		t.Service, body = body[:3], body[3:]
	}
	t.Rest = body
	return nil
}

// Text writes the track with its sentinels and, if wanted, its LRC.
func (t Track) Text(f TrackFormat, lrc bool) string {
	start, sep := ";", "="
	if t.Number == 1 {
		start, sep = "%B", "^"
	}
	expiry, service := sep, sep
	if t.Month != 0 {
		expiry = fmt.Sprintf("%02d%02d", t.Year, t.Month)
		if f.ExpiryMMYY {
			expiry = fmt.Sprintf("%02d%02d", t.Month, t.Year)
		}
	}
	if t.Service != "" {
		service = t.Service
	}
	text := start + t.PAN + sep
	if t.Number == 1 {
		text += t.Name + sep
	}
	text += expiry + service + t.Rest + "?"
	if lrc {
		text += string(trackLRC(t.Number, text))
	}
	return text
}

// trackLRC computes the check character over start to end sentinel. Data bits
// are XORed column by column: four of a track 2 character (30h-3Fh), six of a
// track 1 character (20h-5Fh). Parity bits are the head's affair.
func trackLRC(number int, text string) byte {
	base, mask := byte(0x30), byte(0x0F)
	if number == 1 {
		base, mask = 0x20, 0x3F
	}
	var sum byte
	for i := range len(text) {
		sum ^= (text[i] - base) & mask
	}
	return base + sum
}

func checkTrackLRC(number int, text string, end int) error {
	switch rest := text[end+1:]; len(rest) {
	case 0:
		return nil
	case 1:
		if want := trackLRC(number, text[:end+1]); rest[0] != want {
			return fmt.Errorf("%w: LRC does not fit", ErrTrack)
		}
		return nil
	default:
		return fmt.Errorf("%w: %d characters behind the end sentinel", ErrTrack, len(rest))
	}
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func number2(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }
