package port

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// lookWithin bounds Look.
const lookWithin = 2 * time.Second

// Look tells whether this machine can have ports of a kind now, and what is
// there or missing, in words. For devices it is true when at least one is there;
// that one is there does not mean that anybody has seen it work.
func Look(k Kind) (ok bool, says string) {
	switch k {
	case Mem:
		return true, "always"
	case PTY:
		return lookPTY()
	case TCP:
		l, err := listenTCP("127.0.0.1:0")
		if err != nil {
			return false, err.Error()
		}
		return true, "loopback, " + strings.TrimPrefix(l.Addr(), "tcp:") + closeSays(l)
	case BLE:
		return lookBLE()
	}
	found, err := List(k)
	switch {
	case err != nil && k != RFCOMM:
		return false, err.Error()
	case len(found) > 0:
		var names []string
		for _, f := range found {
			names = append(names, f.Path+" ("+f.Identity.String()+")")
		}
		return true, strings.Join(names, ", ")
	case k == RFCOMM:
		return lookRFCOMM()
	}
	return false, "none is plugged in: " + missing(k)
}

func missing(k Kind) string {
	return map[Kind]string{
		Serial: "/dev/ttyUSB*, /dev/ttyACM*",
		HIDRaw: "/dev/hidraw*, a scanner in HID POS mode, a swiper",
		EvDev:  "/dev/input/event*, a scanner that types",
		LP:     "/dev/usb/lp*, a USB printer and the usblp driver",
	}[k]
}

func closeSays(l Listener) string {
	if err := l.Close(); err != nil {
		return ", " + err.Error()
	}
	return ""
}

func lookPTY() (bool, string) {
	dir, err := os.MkdirTemp("", "stormrig-pty-*")
	if err != nil {
		return false, err.Error()
	}
	defer os.RemoveAll(dir)
	l, err := listenPTY(filepath.Join(dir, "line"))
	if err != nil {
		return false, err.Error()
	}
	line := ""
	if p, ok := l.(interface{ Line() string }); ok {
		line = p.Line()
	}
	return true, line + closeSays(l)
}

// lookRFCOMM dials an address that nobody has, to see whether there is a radio.
func lookRFCOMM() (bool, string) {
	ctx, cancel := context.WithTimeout(context.Background(), lookWithin)
	defer cancel()
	_, err := dialRFCOMM(ctx, "00:00:00:00:00:00:1")
	if errors.Is(err, ErrLacks) {
		return false, err.Error()
	}
	return false, fmt.Sprintf("the kernel has Bluetooth; no line is bound (/dev/rfcomm*): %v", err)
}

func lookBLE() (bool, string) {
	ctx, cancel := context.WithTimeout(context.Background(), lookWithin)
	defer cancel()
	p, err := dialBLE(ctx, Spec{Kind: BLE, Addr: "00:00:00:00:00:00"})
	switch {
	case err == nil:
		_ = p.Close()
		return true, "BlueZ answers"
	case errors.Is(err, ErrAbsent):
		return true, "BlueZ runs; no device is looked for here"
	}
	return false, err.Error()
}
