package port

import (
	"encoding/binary"
	"slices"
	"unsafe"
)

// keyDecoder makes the reports of a boot keyboard (USB HID 1.11, appendix B:
// modifiers, a zero, six keys) of a Linux input device's events, so that a
// wedge is the same bytes whether it comes by evdev or is emulated.
type keyDecoder struct {
	buf       []byte
	modifiers byte
	keys      []byte // usages that are down, oldest first
	changed   bool
	lost      bool // the kernel's buffer ran over: nothing counts until the next report
}

// An input_event (linux/input.h): a time of two machine words, type, code,
// value.
const (
	eventTime = 2 * int(unsafe.Sizeof(uintptr(0)))
	eventSize = eventTime + 8

	evSyn      = 0
	evKey      = 1
	synReport  = 0
	synDropped = 3
)

// feed takes bytes as read from the device and returns reports of 8 bytes.
func (d *keyDecoder) feed(data []byte) []byte {
	var out []byte
	d.buf = append(d.buf, data...)
	for ; len(d.buf) >= eventSize; d.buf = d.buf[eventSize:] {
		e := d.buf[eventTime:eventSize]
		out = d.event(out, binary.NativeEndian.Uint16(e), binary.NativeEndian.Uint16(e[2:]), int32(binary.NativeEndian.Uint32(e[4:])))
	}
	return out
}

func (d *keyDecoder) event(out []byte, kind, code uint16, value int32) []byte {
	switch {
	case kind == evSyn && code == synDropped:
		// What is down is no longer known; a key that seems to be held would
		// hide the next of its kind.
		*d = keyDecoder{buf: d.buf, lost: true}
	case kind == evSyn && code == synReport:
		if d.changed && !d.lost {
			out = append(out, d.report()...)
		}
		d.changed, d.lost = false, false
	case kind == evKey && !d.lost && value != 2: // 2 is the kernel's own repeat
		d.key(code, value == 1)
	}
	return out
}

func (d *keyDecoder) key(code uint16, down bool) {
	usage := usageOf(code)
	if usage == 0 {
		return
	}
	d.changed = true
	if usage >= firstModifier {
		bit := byte(1) << (usage - firstModifier)
		d.modifiers &^= bit
		if down {
			d.modifiers |= bit
		}
		return
	}
	d.keys = slices.DeleteFunc(d.keys, func(k byte) bool { return k == usage })
	if down {
		d.keys = append(d.keys, usage)
	}
}

func (d *keyDecoder) report() []byte {
	r := [8]byte{0: d.modifiers}
	copy(r[2:], d.keys)
	return r[:]
}

// firstModifier is the usage of the left control key; the modifiers' bits are
// in the order of their usages.
const firstModifier = 0xe0

// usageOf is the usage of the keyboard page (HID Usage Tables, page 7) that
// Linux turns into a key code, 0 for none: the inverse of hid_keyboard in
// drivers/hid/hid-input.c for what a scanner can type.
func usageOf(code uint16) byte {
	if int(code) < len(usageByCode) {
		return usageByCode[code]
	}
	return map[uint16]byte{ // right hand modifiers
		97: 0xe4, 100: 0xe6, 125: 0xe3, 126: 0xe7, 96: 0x58, 98: 0x54, 105: 0x50, 106: 0x4f, 103: 0x52, 108: 0x51, 111: 0x4c}[code]
}

// usageByCode is indexed by the codes of linux/input-event-codes.h up to KEY_102ND.
var usageByCode = [87]byte{
	1: 0x29, 2: 0x1e, 3: 0x1f, 4: 0x20, 5: 0x21, 6: 0x22, 7: 0x23, 8: 0x24, 9: 0x25, 10: 0x26, 11: 0x27, 12: 0x2d, 13: 0x2e, 14: 0x2a, 15: 0x2b,
	16: 0x14, 17: 0x1a, 18: 0x08, 19: 0x15, 20: 0x17, 21: 0x1c, 22: 0x18, 23: 0x0c, 24: 0x12, 25: 0x13, 26: 0x2f, 27: 0x30, 28: 0x28, 29: 0xe0,
	30: 0x04, 31: 0x16, 32: 0x07, 33: 0x09, 34: 0x0a, 35: 0x0b, 36: 0x0d, 37: 0x0e, 38: 0x0f, 39: 0x33, 40: 0x34, 41: 0x35, 42: 0xe1, 43: 0x31,
	44: 0x1d, 45: 0x1b, 46: 0x06, 47: 0x19, 48: 0x05, 49: 0x11, 50: 0x10, 51: 0x36, 52: 0x37, 53: 0x38, 54: 0xe5, 55: 0x55, 56: 0xe2, 57: 0x2c, 58: 0x39,
	71: 0x5f, 72: 0x60, 73: 0x61, 74: 0x56, 75: 0x5c, 76: 0x5d, 77: 0x5e, 78: 0x57, 79: 0x59, 80: 0x5a, 81: 0x5b, 82: 0x62, 83: 0x63, 86: 0x64,
}
