package port

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Kind is a kind of port, named as in the text form.
type Kind string

// The kinds of port.
const (
	Serial Kind = "serial"
	RFCOMM Kind = "rfcomm"
	TCP    Kind = "tcp"
	LP     Kind = "lp"
	HIDRaw Kind = "hidraw"
	EvDev  Kind = "evdev"
	BLE    Kind = "ble"
	PTY    Kind = "pty"
	Mem    Kind = "mem"
)

// Kinds lists every kind, in the order of doctor.
func Kinds() []Kind { return []Kind{PTY, Serial, TCP, RFCOMM, BLE, HIDRaw, EvDev, LP, Mem} }

// Flow is who may ask the other side of a serial line for silence.
type Flow string

// Kinds of flow control.
const (
	FlowNone    Flow = "none"
	FlowXOnXOff Flow = "xonxoff"
	FlowRTSCTS  Flow = "rtscts"
)

// Line is how a serial line is set.
type Line struct {
	Baud   int // bits a second
	Flow   Flow
	Data   int  // data bits: 7 or 8
	Parity byte // 'n', 'e' or 'o'
	Stop   int  // stop bits: 1 or 2
}

// Spec names a port. The zero Spec names none.
type Spec struct {
	Kind Kind
	// Addr is a path, a host with its port, a radio address, or a name; empty
	// where Want says which device.
	Addr string
	Line Line // of serial and rfcomm
	// Want finds a device by identity; where Addr is set as well, what is
	// found there must be it.
	Want Identity
}

// rawTCP is the port on which receipt printers take raw bytes.
const rawTCP = "9100"

// defaults of a serial line: what most receipt printers and scanners come with.
func defaultLine() Line { return Line{Baud: 9600, Flow: FlowNone, Data: 8, Parity: 'n', Stop: 1} }

// Parse reads the text form. Errors say which part is wrong and what is known.
func Parse(text string) (Spec, error) {
	kind, rest, ok := strings.Cut(text, ":")
	if !ok || !slices.Contains(Kinds(), Kind(kind)) {
		return Spec{}, fmt.Errorf("port %q: it must begin with one of %s", text, kindList())
	}
	s := Spec{Kind: Kind(kind), Line: defaultLine()}
	addr, query, _ := strings.Cut(rest, "?")
	s.Addr = addr
	if err := s.options(query); err != nil {
		return Spec{}, fmt.Errorf("port %q: %w", text, err)
	}
	if err := s.address(); err != nil {
		return Spec{}, fmt.Errorf("port %q: %w", text, err)
	}
	return s, nil
}

func kindList() string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, string(k)+":")
	}
	return strings.Join(names, " ")
}

// options reads what stands behind the question mark.
func (s *Spec) options(query string) error {
	for _, part := range strings.FieldsFunc(query, func(r rune) bool { return r == '&' }) {
		key, value, _ := strings.Cut(part, "=")
		value, err := url.PathUnescape(value)
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if err := s.option(key, value); err != nil {
			return err
		}
	}
	return nil
}

func (s *Spec) option(key, value string) error {
	known := "usb, sn, at, by-id"
	switch {
	case s.Want.set(key, value):
		return nil
	case s.Kind == Serial || s.Kind == RFCOMM:
		known = "baud, flow, data, parity, stop, " + known
		if ok, err := s.Line.set(key, value); ok || err != nil {
			return err
		}
	}
	return fmt.Errorf("there is no option %q; known: %s", key, known)
}

// set takes an option of a serial line; ok is false where it is none.
func (l *Line) set(key, value string) (ok bool, err error) {
	n, numErr := strconv.Atoi(value)
	bad := func(want string) (bool, error) { return true, fmt.Errorf("%s=%s: it must be %s", key, value, want) }
	switch key {
	case "baud":
		if numErr != nil || !slices.Contains(Bauds(), n) {
			return bad("one of " + strings.Trim(fmt.Sprint(Bauds()), "[]"))
		}
		l.Baud = n
	case "flow":
		if !slices.Contains([]Flow{FlowNone, FlowXOnXOff, FlowRTSCTS}, Flow(value)) {
			return bad("none, xonxoff or rtscts")
		}
		l.Flow = Flow(value)
	case "data":
		if numErr != nil || n != 7 && n != 8 {
			return bad("7 or 8")
		}
		l.Data = n
	case "parity":
		if !slices.Contains([]string{"n", "e", "o"}, value) {
			return bad("n, e or o")
		}
		l.Parity = value[0]
	case "stop":
		if numErr != nil || n != 1 && n != 2 {
			return bad("1 or 2")
		}
		l.Stop = n
	default:
		return false, nil
	}
	return true, nil
}

// Bauds lists the rates that a serial port takes.
func Bauds() []int {
	return []int{1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600}
}

// address checks what stands before the question mark.
func (s *Spec) address() error {
	if s.Addr == "" && s.Want == (Identity{}) {
		return fmt.Errorf("say where: %s:ADDRESS, or who: %s:?usb=VENDOR:PRODUCT&sn=SERIAL", s.Kind, s.Kind)
	}
	switch s.Kind {
	case TCP:
		return s.network()
	case BLE:
		if _, err := parseRadio(s.Addr); s.Addr != "" && err != nil {
			return err
		}
	case RFCOMM:
		if s.Addr != "" && !strings.HasPrefix(s.Addr, "/") {
			_, _, err := parseChannel(s.Addr)
			return err
		}
	}
	return nil
}

// network gives a TCP address its port where it has none.
func (s *Spec) network() error {
	host, num, err := net.SplitHostPort(s.Addr)
	if err != nil {
		host, num = s.Addr, rawTCP
		if inner, ok := strings.CutPrefix(host, "["); ok {
			host = strings.TrimSuffix(inner, "]")
		}
	}
	if _, err := netip.ParseAddr(host); err != nil && strings.ContainsAny(host, "[]:%") {
		return fmt.Errorf("%q is neither a name nor an address", host)
	}
	if n, err := strconv.Atoi(num); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("%q is no port number", num)
	}
	s.Addr = net.JoinHostPort(host, num)
	return nil
}

// String is the text form; Parse gives the same Spec back.
func (s Spec) String() string {
	var opts []string
	add := func(key, value, usual string) {
		if value != usual {
			opts = append(opts, key+"="+strings.NewReplacer("%3A", ":", "+", "%20").Replace(url.QueryEscape(value)))
		}
	}
	if d := defaultLine(); s.Kind == Serial || s.Kind == RFCOMM {
		add("baud", strconv.Itoa(s.Line.Baud), strconv.Itoa(d.Baud))
		add("flow", string(s.Line.Flow), string(d.Flow))
		add("data", strconv.Itoa(s.Line.Data), strconv.Itoa(d.Data))
		add("parity", string(rune(s.Line.Parity)), string(rune(d.Parity)))
		add("stop", strconv.Itoa(s.Line.Stop), strconv.Itoa(d.Stop))
	}
	add("usb", s.Want.USB, "")
	add("sn", s.Want.Serial, "")
	add("at", s.Want.At, "")
	add("by-id", s.Want.ByID, "")
	text := string(s.Kind) + ":" + s.Addr
	if len(opts) > 0 {
		text += "?" + strings.Join(opts, "&")
	}
	return text
}

// parseRadio reads a Bluetooth address, most significant byte first.
func parseRadio(text string) (addr [6]byte, err error) {
	hw, err := net.ParseMAC(text)
	if err != nil || len(hw) != len(addr) || strings.Count(text, ":") != 5 {
		return addr, fmt.Errorf("%q is no radio address such as AA:BB:CC:DD:EE:FF", text)
	}
	copy(addr[:], hw)
	return addr, nil
}

// parseChannel reads an RFCOMM address with its channel, AA:BB:CC:DD:EE:FF:1;
// without one it is channel 1, which serial profiles mostly have.
func parseChannel(text string) (addr [6]byte, channel uint8, err error) {
	if strings.Count(text, ":") == 5 {
		addr, err = parseRadio(text)
		return addr, 1, err
	}
	i := max(strings.LastIndexByte(text, ':'), 0)
	addr, err = parseRadio(text[:i])
	if err != nil {
		return addr, 0, fmt.Errorf("%q is neither a path nor a radio address with a channel such as AA:BB:CC:DD:EE:FF:1", text)
	}
	n, err := strconv.Atoi(text[i+1:])
	if err != nil || n < 1 || n > 30 {
		return addr, 0, fmt.Errorf("channel %q: it must be 1 to 30", text[i+1:])
	}
	return addr, uint8(n), nil
}
