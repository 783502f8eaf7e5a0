package port

import (
	"fmt"
	"strings"
)

// Identity is which device it is. What is empty is not known, or not asked
// for.
type Identity struct {
	// At is where it hangs: the USB port (1-1.2), or the radio address. Nobody
	// but who plugs it elsewhere can change it.
	At string
	// USB (vendor:product in hex) and Serial are what the device claims.
	USB, Serial string
	// ByID is its name below /dev/serial/by-id, made of such claims.
	ByID string
}

// set takes an option of the text form.
func (w *Identity) set(key, value string) bool {
	switch key {
	case "at":
		w.At = value
	case "usb":
		w.USB = strings.ToLower(value)
	case "sn":
		w.Serial = value
	case "by-id":
		w.ByID = value
	default:
		return false
	}
	return true
}

// Fits tells whether a device is the wanted one: all that is asked for is so.
func (w Identity) Fits(is Identity) bool {
	same := func(want, have string) bool { return want == "" || want == have }
	return same(w.At, is.At) && same(w.USB, is.USB) && same(w.Serial, is.Serial) && same(w.ByID, is.ByID)
}

func (w Identity) String() string {
	var parts []string
	for _, p := range []struct{ name, value string }{{"at", w.At}, {"usb", w.USB}, {"sn", w.Serial}, {"by-id", w.ByID}} {
		if p.value != "" {
			parts = append(parts, p.name+"="+p.value)
		}
	}
	return strings.Join(parts, " ")
}

// Found is a device that is there now.
type Found struct {
	Path string // below /dev
	Identity
}

// pick chooses the one device that fits.
func pick(kind Kind, all []Found, want Identity) (Found, error) {
	var fits []Found
	for _, f := range all {
		if want.Fits(f.Identity) {
			fits = append(fits, f)
		}
	}
	switch len(fits) {
	case 0:
		return Found{}, fmt.Errorf("%s with %s: %w", kind, want, ErrAbsent)
	case 1:
		return fits[0], nil
	}
	var names []string
	for _, f := range fits {
		names = append(names, f.Path+" ("+f.Identity.String()+")")
	}
	return Found{}, fmt.Errorf("%s with %s: there are several: %s; say more of the one you mean, at= tells any two apart", kind, want, strings.Join(names, ", "))
}
