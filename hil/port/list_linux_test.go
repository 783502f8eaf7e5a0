package port

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tree writes a /sys and a /dev as Linux lays them out. Values that begin with
// "-> " are symbolic links.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		if to, link := cutLink(content); link {
			require.NoError(t, os.MkdirAll(filepath.Join(filepath.Dir(path), to), 0o755))
			require.NoError(t, os.Symlink(to, path))
			continue
		}
		require.NoError(t, os.WriteFile(path, []byte(content+"\n"), 0o600))
	}
	return root
}

func cutLink(s string) (string, bool) {
	if len(s) > 3 && s[:3] == "-> " {
		return s[3:], true
	}
	return s, false
}

const usbTree = "sys/devices/pci0000:00/0000:00:14.0/usb1/"

// converter is a USB serial converter at a port, with the number that the
// kernel gave it.
func converter(files map[string]string, at, name, serial string) {
	dir := usbTree + at + "/"
	files[dir+"idVendor"], files[dir+"idProduct"], files[dir+"serial"] = "0403", "6001", serial
	files[dir+at+":1.0/"+name+"/tty/"+name+"/device"] = "-> ../../../" + name
	files["sys/class/tty/"+name] = "-> ../../devices/pci0000:00/0000:00:14.0/usb1/" + at + "/" + at + ":1.0/" + name + "/tty/" + name
	files["dev/serial/by-id/usb-FTDI_FT232R_"+serial+"-if00-port0"] = "-> ../../" + name
}

func TestListSerial(t *testing.T) {
	files := map[string]string{"sys/class/tty/ttyS0/device/uevent": "DRIVER=port", "sys/class/tty/console/active": "ttyS0"}
	converter(files, "1-1.2", "ttyUSB0", "A50285BI")
	converter(files, "1-3", "ttyUSB1", "B7")
	got, err := list(tree(t, files), Serial)
	require.NoError(t, err)
	assert.Equal(t, []Found{
		{"/dev/ttyUSB0", Identity{At: "1-1.2", USB: "0403:6001", Serial: "A50285BI", ByID: "usb-FTDI_FT232R_A50285BI-if00-port0"}},
		{"/dev/ttyUSB1", Identity{At: "1-3", USB: "0403:6001", Serial: "B7", ByID: "usb-FTDI_FT232R_B7-if00-port0"}},
	}, got)
}

// After a replug another number leads to the same device.
func TestReplugIsFoundByIdentity(t *testing.T) {
	for _, want := range []Identity{{At: "1-1.2"}, {Serial: "A50285BI"}, {ByID: "usb-FTDI_FT232R_A50285BI-if00-port0"}} {
		for _, number := range []string{"ttyUSB0", "ttyUSB4"} {
			files := map[string]string{}
			converter(files, "1-1.2", number, "A50285BI")
			converter(files, "1-3", "ttyUSB1", "B7")
			all, err := list(tree(t, files), Serial)
			require.NoError(t, err)
			f, err := pick(Serial, all, want)
			require.NoError(t, err, "%+v", want)
			assert.Equal(t, "/dev/"+number, f.Path)
		}
	}
}

func TestListOthers(t *testing.T) {
	usb := usbTree + "1-4/"
	root := tree(t, map[string]string{
		usb + "idVendor": "04b8", usb + "idProduct": "0202", usb + "serial": "J4AF",
		usb + "1-4:1.0/usbmisc/lp0/device": "-> ../../../1-4:1.0",
		"sys/class/usbmisc/lp0":            "-> ../../devices/pci0000:00/0000:00:14.0/usb1/1-4/1-4:1.0/usbmisc/lp0",
		"sys/class/usbmisc/hiddev0/dev":    "180:0",

		usb + "1-4:1.1/0003:05E0:1300.0001/uevent":                "HID_ID=0003:000005E0:00001300\nHID_UNIQ=",
		usb + "1-4:1.1/0003:05E0:1300.0001/hidraw/hidraw0/device": "-> ../../../0003:05E0:1300.0001",
		"sys/class/hidraw/hidraw0":                                "-> ../../devices/pci0000:00/0000:00:14.0/usb1/1-4/1-4:1.1/0003:05E0:1300.0001/hidraw/hidraw0",

		"sys/devices/virtual/misc/uhid/0005:05E0:1300.0002/uevent":                "HID_ID=0005:000005E0:00001300\nHID_UNIQ=aa:bb:cc:dd:ee:ff",
		"sys/devices/virtual/misc/uhid/0005:05E0:1300.0002/hidraw/hidraw1/device": "-> ../../../0005:05E0:1300.0002",
		"sys/class/hidraw/hidraw1": "-> ../../devices/virtual/misc/uhid/0005:05E0:1300.0002/hidraw/hidraw1",

		"sys/class/tty/rfcomm0/address": "aa:bb:cc:dd:ee:ff",
	})
	for _, c := range []struct {
		kind Kind
		want []Found
	}{
		{LP, []Found{{"/dev/usb/lp0", Identity{At: "1-4", USB: "04b8:0202", Serial: "J4AF"}}}},
		{HIDRaw, []Found{
			{"/dev/hidraw0", Identity{At: "1-4", USB: "04b8:0202", Serial: "J4AF"}},
			{"/dev/hidraw1", Identity{At: "AA:BB:CC:DD:EE:FF", USB: "05e0:1300"}},
		}},
		{RFCOMM, []Found{{"/dev/rfcomm0", Identity{At: "AA:BB:CC:DD:EE:FF"}}}},
		{EvDev, nil},
	} {
		got, err := list(root, c.kind)
		require.NoError(t, err)
		assert.Equal(t, c.want, got, c.kind)
	}
	_, err := list(root, TCP)
	require.ErrorIs(t, err, ErrLacks)
}

func FuzzWhatDevicesSay(f *testing.F) {
	f.Add("HID_ID=0003:000005E0:00001300\nHID_UNIQ=A1")
	f.Add("MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;CLS:PRINTER;")
	f.Fuzz(func(t *testing.T, text string) {
		_, _, usb := hidEvent(text)
		assert.Contains(t, []int{0, 9}, len(usb), "vendor:product or nothing")
		for key := range ParseDeviceID(text) {
			assert.NotContains(t, key, ";")
		}
	})
}
