package port

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"stormrig/internal/envtest"
)

const (
	bleAddr   = "AA:BB:CC:DD:EE:FF"
	bleDev    = dbus.ObjectPath("/org/bluez/hci0/dev_AA_BB_CC_DD_EE_FF")
	bleServ   = bleDev + "/service0010"
	bleOutPth = bleServ + "/char0011"
	bleInPth  = bleServ + "/char0013"
)

// privateBus starts a message bus of the test's own and returns a way to
// connect to it.
func privateBus(t *testing.T) func() *dbus.Conn {
	t.Helper()
	daemon := envtest.Program(t, "dbus-daemon")
	dir := t.TempDir()
	config := filepath.Join(dir, "bus.conf")
	require.NoError(t, os.WriteFile(config, []byte(`<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=`+dir+`/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>`), 0o600))
	cmd := exec.Command(daemon, "--nofork", "--nopidfile", "--print-address", "--config-file="+config)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	addr, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	return func() *dbus.Conn {
		c, err := dbus.Connect(strings.TrimSpace(addr))
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
}

// standIn answers as org.bluez.Device(5) and org.bluez.GattCharacteristic(5)
// say that BlueZ does, for one printer.
type standIn struct {
	conn *dbus.Conn

	mu       sync.Mutex
	service  string
	flags    []string
	resolved bool
	writes   []string // type and bytes
	stuck    chan struct{}
	notify   int // our end of what AcquireNotify handed out
}

func newStandIn(t *testing.T, conn *dbus.Conn) *standIn {
	t.Helper()
	s := &standIn{conn: conn, service: short("18f0"), flags: []string{"write", "write-without-response"}, notify: -1}
	for _, e := range []struct {
		path  dbus.ObjectPath
		iface string
	}{{"/", "org.freedesktop.DBus.ObjectManager"}, {bleDev, bluezDevice}, {bleOutPth, bluezChar}, {bleInPth, bluezChar}} {
		require.NoError(t, conn.Export(s, e.path, e.iface))
	}
	reply, err := conn.RequestName(bluez, dbus.NameFlagDoNotQueue)
	require.NoError(t, err)
	require.Equal(t, dbus.RequestNameReplyPrimaryOwner, reply)
	t.Cleanup(func() {
		if s.notify >= 0 {
			_ = unix.Close(s.notify)
		}
	})
	return s
}

func (s *standIn) GetManagedObjects() (map[dbus.ObjectPath]map[string]map[string]dbus.Variant, *dbus.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := dbus.MakeVariant
	objects := map[dbus.ObjectPath]map[string]map[string]dbus.Variant{
		"/org/bluez/hci0": {"org.bluez.Adapter1": {"Powered": v(true)}},
		bleDev:            {bluezDevice: {"Address": v(bleAddr), "ServicesResolved": v(s.resolved)}},
	}
	if s.resolved {
		objects[bleServ] = map[string]map[string]dbus.Variant{bluezService: {"UUID": v(s.service), "Device": v(bleDev)}}
		objects[bleOutPth] = map[string]map[string]dbus.Variant{bluezChar: {"UUID": v(short("2af1")), "Flags": v(s.flags), "MTU": v(uint16(23))}}
		objects[bleInPth] = map[string]map[string]dbus.Variant{bluezChar: {"UUID": v(short("2af0")), "Flags": v([]string{"notify"})}}
	}
	return objects, nil
}

func (s *standIn) Connect() *dbus.Error {
	time.AfterFunc(2*bleLook, func() { s.mu.Lock(); s.resolved = true; s.mu.Unlock() }) // discovery takes its time
	return nil
}

func (s *standIn) WriteValue(data []byte, options map[string]dbus.Variant) *dbus.Error {
	s.mu.Lock()
	stuck := s.stuck
	s.writes = append(s.writes, fmt.Sprintf("%v %s", options["type"].Value(), data))
	s.mu.Unlock()
	if stuck != nil {
		<-stuck
	}
	return nil
}

func (s *standIn) AcquireNotify(map[string]dbus.Variant) (dbus.UnixFD, uint16, *dbus.Error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, 0, dbus.MakeFailedError(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notify = pair[0]
	return dbus.UnixFD(pair[1]), 23, nil
}

// with looks at, or changes, what the bus's goroutines use too.
func (s *standIn) with(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

func (s *standIn) took() (writes []string) {
	s.with(func() { writes = append(writes, s.writes...) })
	return writes
}

func (s *standIn) disconnect(t *testing.T) {
	changed := map[string]dbus.Variant{"Connected": dbus.MakeVariant(false)}
	require.NoError(t, s.conn.Emit(bleDev, dbusProperties+".PropertiesChanged", bluezDevice, changed, []string{}))
}

func bleWithin(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestBLE(t *testing.T) {
	bus := privateBus(t)
	_, err := bleOn(bleWithin(t), bus(), bleAddr)
	require.ErrorIs(t, err, ErrLacks, "BlueZ does not run")

	s := newStandIn(t, bus())
	_, err = bleOn(bleWithin(t), bus(), "11:22:33:44:55:66")
	require.ErrorIs(t, err, ErrAbsent)

	p, err := bleOn(bleWithin(t), bus(), bleAddr)
	require.NoError(t, err)
	receipt := strings.Repeat("0123456789", 5)
	n, err := p.Write([]byte(receipt))
	require.NoError(t, err)
	assert.Equal(t, 50, n)
	assert.Equal(t, []string{"request " + receipt[:20], "request " + receipt[20:40], "request " + receipt[40:]}, s.took(),
		"packets of the default MTU, each acknowledged")

	s.with(func() { _, err = unix.Write(s.notify, []byte{0x12}) })
	require.NoError(t, err)
	buf := make([]byte, 16)
	n, err = p.Read(buf)
	require.NoError(t, err)
	assert.Equal(t, []byte{0x12}, buf[:n])
	require.NoError(t, p.SetReadDeadline(time.Now().Add(5*time.Millisecond)))
	_, err = p.Read(buf)
	require.ErrorIs(t, err, ErrTimeout)

	// A printer that acknowledges nothing: bounded, and what was taken is known.
	stuck := make(chan struct{})
	s.with(func() { s.stuck = stuck })
	require.NoError(t, p.SetWriteDeadline(time.Now().Add(20*time.Millisecond)))
	n, err = p.Write([]byte(receipt))
	require.ErrorIs(t, err, ErrTimeout)
	assert.Zero(t, n)
	close(stuck)

	require.NoError(t, p.SetReadDeadline(time.Time{}))
	s.disconnect(t)
	_, err = p.Read(buf)
	require.ErrorIs(t, err, ErrHangUp)
	_, err = p.Write([]byte("x"))
	require.ErrorIs(t, err, ErrHangUp)
}

func TestBLEWays(t *testing.T) {
	bus := privateBus(t)
	s := newStandIn(t, bus())
	s.with(func() { s.flags = []string{"write-without-response"} })
	p, err := bleOn(bleWithin(t), bus(), bleAddr)
	require.NoError(t, err)
	_, err = p.Write([]byte("x"))
	require.NoError(t, err)
	assert.Equal(t, []string{"command x"}, s.took(), "a printer that cannot acknowledge")
	require.NoError(t, p.Close())

	s.with(func() { s.service = short("180f") }) // a battery
	_, err = bleOn(bleWithin(t), bus(), bleAddr)
	require.ErrorContains(t, err, "no service that printers are known by")
}
