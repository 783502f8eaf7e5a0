package port

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// List finds the devices of a kind that are there now, in the order of their
// paths.
func List(k Kind) ([]Found, error) { return list("/", k) }

// classOf says where sysfs lists the devices of a kind, how their names begin,
// and in which directory of /dev they are.
func classOf(k Kind) (class, prefix, dev string) {
	switch k {
	case Serial:
		return "tty", "tty", "dev"
	case RFCOMM:
		return "tty", "rfcomm", "dev"
	case LP:
		return "usbmisc", "lp", "dev/usb"
	case HIDRaw:
		return "hidraw", "hidraw", "dev"
	case EvDev:
		return "input", "event", "dev/input"
	}
	return "", "", ""
}

// list is List below another root, so that it can be tested.
func list(root string, k Kind) ([]Found, error) {
	class, prefix, dev := classOf(k)
	if class == "" {
		return nil, ErrLacks
	}
	dir := filepath.Join(root, "sys/class", class)
	names, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	var out []Found
	for _, n := range names {
		if !strings.HasPrefix(n.Name(), prefix) {
			continue
		}
		f := Found{Path: filepath.Join("/", dev, n.Name())}
		f.Identity = identify(root, filepath.Join(dir, n.Name()))
		if k == Serial {
			f.ByID = byID(root, n.Name())
			if f.Identity == (Identity{}) {
				continue // a line of the mainboard or a console, not of a device
			}
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b Found) int { return strings.Compare(a.Path, b.Path) })
	return out, nil
}

// identify gathers what sysfs says of a device. For USB that stands in the
// directory of the device, some levels above that of the function; its name is
// the port where it hangs.
func identify(root, entry string) Identity {
	read := func(dir, name string) string {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(data))
	}
	if addr := read(entry, "address"); addr != "" { // rfcomm
		return Identity{At: strings.ToUpper(addr)}
	}
	at, err := filepath.EvalSymlinks(filepath.Join(entry, "device"))
	if err != nil {
		return Identity{}
	}
	var id Identity
	if bus, uniq, usb := hidEvent(read(at, "uevent")); bus == hidBluetooth {
		return Identity{At: strings.ToUpper(uniq), USB: usb}
	}
	for dir := at; len(dir) > len(filepath.Join(root, "sys")); dir = filepath.Dir(dir) {
		if vendor := read(dir, "idVendor"); vendor != "" {
			id.At, id.USB, id.Serial = filepath.Base(dir), vendor+":"+read(dir, "idProduct"), read(dir, "serial")
			break
		}
	}
	return id
}

// hidBluetooth is the bus of a HID device that came by radio (linux/input.h).
const hidBluetooth = "0005"

// hidEvent reads the uevent of a HID device:
// HID_ID=0003:000005E0:00001300 is bus, vendor, product; HID_UNIQ the serial,
// or the radio address.
func hidEvent(text string) (bus, uniq, usb string) {
	for _, line := range strings.Split(text, "\n") {
		key, value, _ := strings.Cut(line, "=")
		switch key {
		case "HID_UNIQ":
			uniq = value
		case "HID_ID":
			if p := strings.Split(value, ":"); len(p) == 3 && len(p[1]) == 8 && len(p[2]) == 8 {
				bus, usb = p[0], strings.ToLower(p[1][4:]+":"+p[2][4:])
			}
		}
	}
	return bus, uniq, usb
}

// byID is the name under which udev links to a line.
func byID(root, name string) string {
	dir := filepath.Join(root, "dev/serial/by-id")
	links, err := os.ReadDir(dir)
	if err != nil {
		return ""
	}
	for _, l := range links {
		if to, err := os.Readlink(filepath.Join(dir, l.Name())); err == nil && filepath.Base(to) == name {
			return l.Name()
		}
	}
	return ""
}
