package port

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

// bleServices are the services that receipt printers are known by, best first:
// the characteristic to write to, and the one that notifies (empty: none).
var bleServices = []struct{ service, out, in string }{
	{short("18f0"), short("2af1"), short("2af0")},
	{"49535343-fe7d-4ae5-8fa9-9fafd205e455", "49535343-8841-43f4-a8d4-ecbe34729bb3", "49535343-1e4d-4bd9-ba61-23c647249616"},
	{short("ff00"), short("ff02"), short("ff01")},
	{short("ffe0"), short("ffe1"), short("ffe1")},
	{"6e400001-b5a3-f393-e0a9-e50e24dcca9e", "6e400002-b5a3-f393-e0a9-e50e24dcca9e", "6e400003-b5a3-f393-e0a9-e50e24dcca9e"},
}

// short is the long form of a 16-bit UUID (Bluetooth Core, volume 3, part B,
// 2.5.1).
func short(n string) string { return "0000" + n + "-0000-1000-8000-00805f9b34fb" }

// bleWays finds where to write and where answers come from. A way back is only
// one if the characteristic can notify.
func bleWays(objects bleObjects, device dbus.ObjectPath) (in, out dbus.ObjectPath, flags []string) {
	for _, known := range bleServices {
		for path, o := range objects {
			uuid, _ := o[bluezService]["UUID"].Value().(string)
			if !strings.HasPrefix(string(path), string(device)+"/") || !strings.EqualFold(uuid, known.service) {
				continue
			}
			out, flags = bleChar(objects, path, known.out)
			if !slices.Contains(flags, "write") && !slices.Contains(flags, "write-without-response") {
				continue
			}
			back, can := bleChar(objects, path, known.in)
			if slices.Contains(can, "notify") {
				in = back
			}
			return in, out, flags
		}
	}
	return "", "", nil
}

func bleChar(objects bleObjects, service dbus.ObjectPath, uuid string) (dbus.ObjectPath, []string) {
	for path, o := range objects {
		is, _ := o[bluezChar]["UUID"].Value().(string)
		if strings.HasPrefix(string(path), string(service)+"/") && strings.EqualFold(is, uuid) {
			flags, _ := o[bluezChar]["Flags"].Value().([]string)
			return path, flags
		}
	}
	return "", nil
}

// bleFile makes a file with deadlines of a descriptor that BlueZ handed over.
func bleFile(fd int, addr string) (*os.File, error) {
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "ble:"+addr)
	if err := f.SetReadDeadline(time.Time{}); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("the answers of %s take no deadline: %w", addr, err)
	}
	return f, nil
}
