package port

import (
	"context"
	"fmt"
	"time"
)

// dialWithin bounds a Dial whose context has no deadline.
const dialWithin = 5 * time.Second

// Dial opens the port, looking the device up anew. It returns within the
// context's deadline, or after 5 seconds where it has none; ErrAbsent if the
// device is not there now, ErrLacks if this machine cannot have one.
func (s Spec) Dial(ctx context.Context) (Port, error) {
	if _, bounded := ctx.Deadline(); !bounded {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, dialWithin)
		defer cancel()
	}
	p, err := s.dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", s, err)
	}
	return p, nil
}

func (s Spec) dial(ctx context.Context) (Port, error) {
	switch s.Kind {
	case TCP:
		return dialTCP(ctx, s.Addr)
	case Mem:
		return nil, fmt.Errorf("a port in memory is dialled by its Wire: %w", ErrLacks)
	case PTY:
		return openTTY(s.Addr, defaultLine())
	case BLE:
		return dialBLE(ctx, s)
	case RFCOMM:
		if s.Addr != "" && s.Addr[0] != '/' {
			return dialRFCOMM(ctx, s.Addr)
		}
	}
	path, err := s.find()
	if err != nil {
		return nil, err
	}
	switch s.Kind {
	case Serial, RFCOMM:
		return openTTY(path, s.Line)
	case LP:
		return openLP(path)
	case HIDRaw:
		return openHIDRaw(path)
	case EvDev:
		return openEvDev(path)
	}
	return nil, fmt.Errorf("no port of kind %q", s.Kind)
}

// find returns the path of the wanted device as it is now.
func (s Spec) find() (string, error) {
	if s.Want == (Identity{}) {
		return s.Addr, nil
	}
	all, err := List(s.Kind)
	if err != nil {
		return "", err
	}
	f, err := pick(s.Kind, all, s.Want)
	if err != nil {
		return "", err
	}
	if s.Addr != "" && f.Path != s.Addr {
		return "", fmt.Errorf("%s is another device; the one with %s is %s: %w", s.Addr, s.Want, f.Path, ErrAbsent)
	}
	return f.Path, nil
}

// Listen waits for hosts at the port: tcp and pty only. A pty's Addr is a
// symbolic link that always leads to the line of the moment, since each
// replug has a new number.
func (s Spec) Listen() (Listener, error) {
	var l Listener
	var err error
	switch s.Kind {
	case TCP:
		l, err = listenTCP(s.Addr)
	case PTY:
		l, err = listenPTY(s.Addr)
	default:
		err = fmt.Errorf("only tcp: and pty: can be listened on: %w", ErrLacks)
	}
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", s, err)
	}
	return l, nil
}
