package port

import (
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// bound lets a host be found gone also while there is something for it under
// way: no keep-alive is sent then, and the kernel tries again for a quarter of an
// hour (tcp(7), TCP_USER_TIMEOUT). Only a device does that. Its answers are
// short, whereas a printer that holds its paper out may rightly take nothing from
// a till for longer.
func bound(c *net.TCPConn) {
	raw, err := c.SyscallConn()
	if err != nil {
		return // closed already
	}
	_ = raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(vanished/time.Millisecond))
	})
}
