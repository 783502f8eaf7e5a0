package port

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

// Interfaces of BlueZ (org.bluez.Device(5), org.bluez.GattCharacteristic(5)).
const (
	bluez          = "org.bluez"
	bluezDevice    = "org.bluez.Device1"
	bluezService   = "org.bluez.GattService1"
	bluezChar      = "org.bluez.GattCharacteristic1"
	dbusObjects    = "org.freedesktop.DBus.ObjectManager.GetManagedObjects"
	dbusProperties = "org.freedesktop.DBus.Properties"
)

// bleLook is how often it is looked whether a device's services are known.
const bleLook = 50 * time.Millisecond

// dialBLE connects to a printer by BlueZ's D-Bus interface on the system bus.
func dialBLE(ctx context.Context, s Spec) (Port, error) {
	conn, err := dbus.ConnectSystemBus()
	if err != nil {
		return nil, &portError{"there is no D-Bus system bus, and so no BlueZ", ErrLacks, err}
	}
	p, err := bleOn(ctx, conn, s.Addr)
	if err != nil {
		_ = conn.Close()
	}
	return p, err
}

type bleObjects map[dbus.ObjectPath]map[string]map[string]dbus.Variant

// bleOn is dialBLE on a bus, which belongs to the port from then on.
func bleOn(ctx context.Context, conn *dbus.Conn, addr string) (Port, error) {
	device, err := bleDevice(ctx, conn, addr)
	if err != nil {
		return nil, err
	}
	rule := []dbus.MatchOption{dbus.WithMatchObjectPath(device), dbus.WithMatchInterface(dbusProperties)}
	if err := conn.AddMatchSignalContext(ctx, rule...); err != nil {
		return nil, err
	}
	if err := conn.Object(bluez, device).CallWithContext(ctx, bluezDevice+".Connect", 0).Err; err != nil {
		return nil, &portError{"connecting " + addr, ErrAbsent, err}
	}
	for {
		objects, err := bleTree(ctx, conn)
		if err != nil {
			return nil, err
		}
		if resolved, _ := objects[device][bluezDevice]["ServicesResolved"].Value().(bool); resolved {
			return bleOpen(ctx, conn, objects, device, addr)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%s does not say what services it has: %w", addr, ctx.Err())
		case <-time.After(bleLook):
		}
	}
}

func bleTree(ctx context.Context, conn *dbus.Conn) (bleObjects, error) {
	var objects bleObjects
	err := conn.Object(bluez, "/").CallWithContext(ctx, dbusObjects, 0).Store(&objects)
	var dbusErr dbus.Error
	if errors.As(err, &dbusErr) && strings.HasPrefix(dbusErr.Name, "org.freedesktop.DBus.Error.") {
		return nil, &portError{"BlueZ does not run", ErrLacks, err}
	}
	return objects, err
}

func bleDevice(ctx context.Context, conn *dbus.Conn, addr string) (dbus.ObjectPath, error) {
	objects, err := bleTree(ctx, conn)
	if err != nil {
		return "", err
	}
	for path, o := range objects {
		if is, _ := o[bluezDevice]["Address"].Value().(string); strings.EqualFold(is, addr) && is != "" {
			return path, nil
		}
	}
	return "", fmt.Errorf("BlueZ has never seen %s (bluetoothctl: scan on, pair %s): %w", addr, addr, ErrAbsent)
}

// bleOpen finds the way in and out of a printer and opens both.
func bleOpen(ctx context.Context, conn *dbus.Conn, objects bleObjects, device dbus.ObjectPath, addr string) (Port, error) {
	in, out, flags := bleWays(objects, device)
	if out == "" {
		return nil, fmt.Errorf("%s has no service that printers are known by (18F0, FF00, FFE0, 49535343-..., 6E400001-...)", addr)
	}
	p := &blePort{conn: conn, addr: addr, out: conn.Object(bluez, out), gone: make(chan struct{}), chunk: bleChunk}
	p.acknowledged = slices.Contains(flags, "write")
	if mtu, ok := objects[out][bluezChar]["MTU"].Value().(uint16); ok && mtu > bleHeader {
		p.chunk = int(mtu) - bleHeader
	}
	if in != "" {
		var fd dbus.UnixFD
		var mtu uint16
		err := conn.Object(bluez, in).CallWithContext(ctx, bluezChar+".AcquireNotify", 0, map[string]dbus.Variant{}).Store(&fd, &mtu)
		if err != nil {
			return nil, fmt.Errorf("asking %s for its answers: %w", addr, err)
		}
		if p.in, err = bleFile(int(fd), addr); err != nil {
			return nil, err
		}
	}
	go p.watch(device)
	return p, nil
}

// blePort is a printer's service: a characteristic to write to, and one that
// notifies.
type blePort struct {
	conn         *dbus.Conn
	addr         string
	in           *os.File // nil: it has no way back
	out          dbus.BusObject
	acknowledged bool // each write is answered by the device's radio
	chunk        int  // bytes a write takes

	once                sync.Once
	gone                chan struct{}
	readTill, writeTill deadline
}

const (
	bleHeader = 3  // of the MTU, in each write
	bleChunk  = 20 // the default MTU of 23
)

// watch hangs up when BlueZ says that the device is not connected any more.
func (p *blePort) watch(device dbus.ObjectPath) {
	signals := make(chan *dbus.Signal, 16)
	p.conn.Signal(signals)
	defer p.conn.RemoveSignal(signals)
	for {
		select {
		case <-p.gone:
			return
		case s, ok := <-signals:
			if !ok || bleDisconnected(s, device) {
				_ = p.Close()
				return
			}
		}
	}
}

func bleDisconnected(s *dbus.Signal, device dbus.ObjectPath) bool {
	if s.Path != device || len(s.Body) < 2 || s.Body[0] != bluezDevice {
		return false
	}
	changed, _ := s.Body[1].(map[string]dbus.Variant)
	connected, said := changed["Connected"].Value().(bool)
	return said && !connected
}

func (p *blePort) Read(buf []byte) (int, error) {
	if p.in != nil {
		n, err := p.in.Read(buf)
		return n, hungUp("reading ble:"+p.addr, err)
	}
	for {
		expired, moved := p.readTill.channels()
		select {
		case <-p.gone:
			return 0, ErrHangUp
		case <-expired:
			return 0, p.late()
		case <-moved:
		}
	}
}

// late is what a deadline means: gone comes first where both are true.
func (p *blePort) late() error {
	select {
	case <-p.gone:
		return ErrHangUp
	default:
		return ErrTimeout
	}
}

// Write sends packet by packet. Where the device acknowledges each, none is
// sent before the one ahead of it was taken; where it does not, a printer that
// is overrun loses whole packets and nobody is told.
func (p *blePort) Write(data []byte) (n int, err error) {
	kind := "command"
	if p.acknowledged {
		kind = "request"
	}
	options := map[string]dbus.Variant{"type": dbus.MakeVariant(kind)}
	for n < len(data) {
		if errors.Is(p.late(), ErrHangUp) { // BlueZ would take it all the same
			return n, ErrHangUp
		}
		part := data[n:min(n+p.chunk, len(data))]
		call := p.out.Go(bluezChar+".WriteValue", 0, make(chan *dbus.Call, 1), part, options)
		if err := p.wait(call); err != nil {
			return n, err
		}
		n += len(part)
	}
	return n, nil
}

func (p *blePort) wait(call *dbus.Call) error {
	for {
		expired, moved := p.writeTill.channels()
		select {
		case <-call.Done:
			if call.Err != nil {
				return &portError{"writing ble:" + p.addr, ErrHangUp, call.Err}
			}
			return nil
		case <-p.gone:
			return ErrHangUp
		case <-expired:
			return p.late()
		case <-moved:
		}
	}
}

func (p *blePort) Close() (err error) {
	p.once.Do(func() {
		close(p.gone)
		if p.in != nil {
			err = p.in.Close()
		}
		err = errors.Join(err, p.conn.Close())
	})
	return err
}

func (p *blePort) SetReadDeadline(t time.Time) error {
	p.readTill.set(t)
	if p.in != nil {
		return p.in.SetReadDeadline(t)
	}
	return nil
}

func (p *blePort) SetWriteDeadline(t time.Time) error { p.writeTill.set(t); return nil }
