package device

import (
	"strings"

	"stormrig/hil/wire/scan"
)

// encode makes the bytes of one decode, with what is wrong with this one, and
// with the device.
func (d *Scanner) encode(id, code string) []byte {
	bad, s := d.Profile.Defects, d.Profile.Settings
	how := d.spoil
	d.spoil = ""
	if bad.Has(WrongIdentifier) {
		id = scan.Code128
	}
	if bad.Has(NoIdentifier) {
		s.AIM, id = false, ""
	}
	if bad.Has(NoSuffix) {
		s.Suffix = ""
	}
	if (how == "drop" || bad.Has(DropsDigits)) && len(code) > 1 {
		at := min(6, len(code)-1)
		code = code[:at] + code[at+1:]
	}
	if (how == "double" || bad.Has(DoublesDigits)) && code != "" {
		at := min(2, len(code)-1)
		code = code[:at+1] + code[at:]
	}
	if how == "cr-twice" {
		s.Suffix = strings.Replace(s.Suffix, "\r", "\r\r", 1)
	}
	if how == "stray" {
		// The trigger's own byte (AEh) on a line; a key that nobody meant.
		s.Prefix = "\xae" + s.Prefix
		if d.Profile.Speaks == SpeaksKeys {
			s.Prefix = "#" + s.Prefix[1:]
		}
	}
	switch d.Profile.Speaks {
	case SpeaksPOS:
		return scan.AppendPOS(nil, id, s.Prefix+code)
	case SpeaksKeys:
		out, _ := scan.AppendKeys(nil, d.layout, string(s.Append(nil, id, code)))
		return out
	}
	return s.Append(nil, id, code)
}
