package driver

import "stormrig/hil/wire/scan"

// How a scanner that is a USB or Bluetooth HID device speaks.
const (
	SpeaksPOS      = "hid-pos"  // reports of usage page 8Ch, as a hidraw port hands them out
	SpeaksKeyboard = "keyboard" // reports of a keyboard, as evdev and hidraw ports hand them out
)

// reports makes lines of what comes as reports, so that prefix, identifier and
// check digit are judged as those of a serial scanner. The zero value is for a
// scanner that sends lines.
type reports struct {
	speaks string
	pos    scan.POS
	keys   scan.Keyboard
}

// NewReportScanner returns the driver of a scanner that sends reports. layout
// is the keyboard layout that it is set to ("us"): the port is taken for this
// driver alone, so that the host's own does not matter. It cannot be told to
// beep.
func NewReportScanner(speaks, layout string, s scan.Settings) *Scanner {
	s.AIM = s.AIM || speaks == SpeaksPOS // a POS report always has one
	d := NewScanner(s)
	d.reports = reports{speaks: speaks, keys: scan.Keyboard{Layout: layout}}
	return d
}

// deaf tells whether it can be told nothing.
func (r *reports) deaf() bool { return r.speaks != "" }

// lines turns data into lines. A POS report that is no scan is nothing.
func (r *reports) lines(data []byte) (line []byte) {
	switch r.speaks {
	case SpeaksKeyboard:
		return []byte(r.keys.Feed(data))
	case SpeaksPOS:
		for _, s := range r.pos.Feed(data) {
			if s.Err == nil {
				line = append(line, s.Symbology+s.Code+"\r"...)
			}
		}
		return line
	}
	return data
}

// reset forgets a scan that has begun: after a replug its rest will not come.
func (r *reports) reset() { r.pos, r.keys = scan.POS{}, scan.Keyboard{Layout: r.keys.Layout} }

func (r reports) clone() reports {
	r.pos, r.keys = r.pos.Clone(), r.keys.Clone()
	return r
}
