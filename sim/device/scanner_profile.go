package device

import (
	"fmt"
	"slices"
	"time"

	"stormrig/hil/wire/scan"
)

// ScannerProfile is a make of scanner.
type ScannerProfile struct {
	// Speaks is what goes over its port: SpeaksSerial (lines), SpeaksPOS (HID
	// POS reports) or SpeaksKeys (reports of a keyboard). Empty is lines.
	Speaks     string        `yaml:"speaks"`
	Settings   scan.Settings `yaml:"line"`
	Decode     time.Duration `yaml:"decode"`      // from trigger to bytes
	DecodeBeep bool          `yaml:"decode-beep"` // beeps by itself when it has decoded
	// Tries is how often a line is sent at most until the host says ACK; 0
	// does not wait for one. NAK, and AckWait without a word, send it again.
	Tries   int           `yaml:"tries"`
	AckWait time.Duration `yaml:"ack-wait"`
	KeyGap  time.Duration `yaml:"key-gap"` // between keys of a wedge
	Layout  string        `yaml:"layout"`  // that a wedge types for
	// Keeps: what was scanned without a host is sent when one comes.
	Keeps bool `yaml:"keeps-unplugged"`

	Defects Defects `yaml:"-"`
}

// What a scanner's port carries.
const (
	SpeaksSerial = "serial"
	SpeaksPOS    = "hid-pos"
	SpeaksKeys   = "keyboard"
)

var serialAIM = builtin(ClassScanner, "serial-aim", ParseScanner)

// DefaultScanner is a handheld scanner on a serial port: profile serial-aim.
func DefaultScanner() ScannerProfile { return serialAIM() }

func (p *ScannerProfile) check() error {
	switch {
	case !slices.Contains([]string{"", SpeaksSerial, SpeaksPOS, SpeaksKeys}, p.Speaks):
		return fmt.Errorf("speaks: %q is not serial, hid-pos or keyboard", p.Speaks)
	case p.Layout != "" && !slices.Contains(scan.Layouts(), p.Layout):
		return fmt.Errorf("layout: %q is not one of %s", p.Layout, list(scan.Layouts()))
	case p.Tries < 0 || p.AckWait < 0 || p.Decode < 0 || p.KeyGap < 0:
		return fmt.Errorf("tries, ack-wait, decode and key-gap are not below zero")
	case p.Tries > 0 && p.AckWait == 0:
		return fmt.Errorf("ack-wait: a scanner that waits for ACK says how long")
	}
	return nil
}
