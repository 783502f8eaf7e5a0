package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"stormrig/hil/port"
	"stormrig/hil/pump"
	"stormrig/hil/station"
	"stormrig/pos/hub"
	"stormrig/pos/journal"
)

func (a *app) hub() *cobra.Command {
	var dir, name, catalogue, listen string
	var tills int
	cmd := &cobra.Command{
		Use:   "hub --dir DIR",
		Short: "Collect what the tills of a shop have sold, and give each what it lacks",
		Long: `Collect what the tills of a shop have sold, and give each what it lacks. What it
holds is in DIR and outlives power. There is no password: let only the shop's own
network reach it.`,
		Example: "  stormrig hub --dir back-office --listen :7200",
		Args:    exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dir == "" {
				return usage("stormrig hub --dir back-office", "--dir is missing: where the hub keeps what the tills have sold")
			}
			_, base, err := shopBase(catalogue)
			if err != nil {
				return err
			}
			disk, unlock, err := dataDir(dir)
			if err != nil {
				return err
			}
			defer unlock()
			l, err := net.Listen("tcp", listen)
			if err != nil {
				return usage("--listen :7200", "--listen: %w", err)
			}
			cfg := &hub.Config{Device: name, Base: base, Journal: journal.OnDisk(journal.Options{})}
			fmt.Fprintf(a.Stderr, "hub on %s; on each till: stormrig till --hub THIS-MACHINE:%d\n", l.Addr(), l.Addr().(*net.TCPAddr).Port)
			return serveHub(cmd.Context(), l, tills, func(ports []string) pump.Unit {
				return pump.Unit{Name: name, Start: func(int) (pump.Handler, error) {
					return station.NewHub(cfg, disk, lifeNumber(time.Now()), ports), nil
				}, Stop: func(h pump.Handler) { h.(*station.Hub).Close() }}
			})
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&dir, "dir", "", "folder of the hub's journal and of what it has collected; made when it is not there")
	fl.StringVar(&name, "name", "hub", "the hub's name, which no till has")
	fl.StringVar(&catalogue, "catalogue", "boutique", "a catalogue by name, or the path of a catalogue file: that of the tills")
	fl.StringVar(&listen, "listen", "127.0.0.1:7200", "address to listen on")
	fl.IntVar(&tills, "tills", 8, "how many tills can be connected at a time")
	return cmd
}

// serveHub runs a hub until the context ends.
func serveHub(ctx context.Context, l net.Listener, tills int, unit func(ports []string) pump.Unit) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	clock := pump.NewClock(pump.Pace{})
	defer clock.Close()
	calls := make(chan net.Conn)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			select {
			case calls <- c:
			case <-ctx.Done():
				_ = c.Close()
			}
		}
	}()
	var names []string
	var ports []pump.Port
	for i := range tills {
		name := fmt.Sprintf("till%d", i+1)
		names = append(names, name)
		ports = append(ports, pump.Port{Name: name, Listen: func() (port.Listener, error) {
			return &callers{calls: calls, closed: make(chan struct{}), addr: l.Addr().String()}, nil
		}})
	}
	p := pump.New(pump.Config{Clock: clock, Ports: ports, Unit: unit(names)})
	defer p.Close()
	if err := p.Boot(); err != nil {
		return err
	}
	<-ctx.Done()
	if err := l.Close(); err != nil {
		return err
	}
	return p.Do(station.ActStop, nil)
}

// callers takes the next of those who call one address.
type callers struct {
	calls  chan net.Conn
	closed chan struct{}
	addr   string
}

func (c *callers) Accept(ctx context.Context) (port.Port, error) {
	select {
	case conn := <-c.calls:
		return &messages{conn}, nil
	case <-c.closed:
		return nil, port.ErrHangUp
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (c *callers) Addr() string { return "tcp:" + c.addr }

func (c *callers) Close() error {
	close(c.closed)
	return nil
}

// mostMessage bounds a message between till and hub, in bytes.
const mostMessage = 6 << 20

// messages is a connection on which each Write is one message: its length in four
// bytes, big end first, and then itself.
type messages struct{ net.Conn }

// dialMessages calls an address.
func dialMessages(addr string) func(context.Context) (port.Port, error) {
	return func(ctx context.Context) (port.Port, error) {
		d := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3}}
		c, err := d.DialContext(ctx, "tcp", addr)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", port.ErrAbsent, err)
		}
		return &messages{c}, nil
	}
}

// Write sends one message. One that went in part is the end of the connection.
func (m *messages) Write(data []byte) (int, error) {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	if _, err := m.Conn.Write(append(head, data...)); err != nil {
		return 0, fmt.Errorf("%w: %w", port.ErrHangUp, err)
	}
	return len(data), nil
}

// ReadPacket returns the next message.
func (m *messages) ReadPacket() ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(m.Conn, head[:]); err != nil {
		return nil, fmt.Errorf("%w: %w", port.ErrHangUp, err)
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > mostMessage {
		return nil, fmt.Errorf("%w: a message of %d bytes", port.ErrHangUp, n)
	}
	data := make([]byte, n)
	if _, err := io.ReadFull(m.Conn, data); err != nil {
		return nil, fmt.Errorf("%w: %w", port.ErrHangUp, err)
	}
	return data, nil
}
