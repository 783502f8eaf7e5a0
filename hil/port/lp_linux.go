package port

import (
	"errors"
	"io"
	"os"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// lpPort is a USB printer behind the usblp driver.
type lpPort struct {
	stream
	file     *os.File
	ioctl    func(*os.File, uintptr, unsafe.Pointer) error // the kernel's, but in tests
	readTill deadline
	once     sync.Once
	closed   chan struct{}
}

// Requests of linux/lp.h and drivers/usb/class/usblp.c.
const (
	lpGetStatus  = 0x060b
	deviceIDRoom = 1024
	lpGetID      = 2<<30 | deviceIDRoom<<16 | 'P'<<8 | 1 // _IOC(_IOC_READ, 'P', 1, len)
)

// lpLook is how often a printer that has nothing to say is looked at.
const lpLook = 100 * time.Millisecond

func openLP(path string) (Port, error) {
	f, _, err := openFile(path, unix.O_RDWR)
	if err != nil {
		return nil, err
	}
	return &lpPort{stream: stream{path, f}, file: f, ioctl: ioctl, closed: make(chan struct{})}, nil
}

// Read waits for the printer to say something. The driver answers a read with
// no bytes when the printer has sent an empty packet, which many do all the
// time, and with EINVAL where the printer has no way back: neither is a hang-up.
// Whether the printer is still there is then asked by its status.
func (p *lpPort) Read(buf []byte) (int, error) {
	for {
		n, err := p.deadlines.Read(buf)
		if n > 0 || !errors.Is(err, io.EOF) && !errors.Is(err, unix.EINVAL) {
			return n, hungUp("reading "+p.name, err)
		}
		if _, err := p.Status(); errors.Is(err, ErrHangUp) {
			return 0, err
		}
		if err := p.pause(lpLook); err != nil {
			return 0, err
		}
	}
}

// pause waits for a while, the deadline, or Close.
func (p *lpPort) pause(d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	expired, moved := p.readTill.channels()
	var late error
	select {
	case <-t.C:
	case <-moved:
	case <-expired:
		late = ErrTimeout
	case <-p.closed:
	}
	select {
	case <-p.closed:
		return ErrHangUp
	default:
		return late
	}
}

func (p *lpPort) SetReadDeadline(t time.Time) error {
	p.readTill.set(t)
	return p.stream.SetReadDeadline(t)
}

func (p *lpPort) Close() error {
	p.once.Do(func() { close(p.closed) })
	return p.stream.Close()
}

// Status implements Status. A printer that does not answer the request (EIO) need
// not be gone: some answer none while they print.
func (p *lpPort) Status() (byte, error) {
	var status int32
	err := p.ioctl(p.file, lpGetStatus, unsafe.Pointer(&status))
	if errors.Is(err, unix.EIO) {
		return 0, &portError{"asking the state of " + p.name, nil, err}
	}
	return byte(status), hungUp("asking the state of "+p.name, err)
}

// DeviceID returns what the printer says it is (IEEE 1284).
func (p *lpPort) DeviceID() (map[string]string, error) {
	var id [deviceIDRoom]byte
	if err := p.ioctl(p.file, lpGetID, unsafe.Pointer(&id)); err != nil {
		return nil, hungUp("asking "+p.name+" what it is", err)
	}
	n := min(int(id[0])<<8|int(id[1]), len(id)) // the length counts its own two bytes
	return ParseDeviceID(string(id[2:max(n, 2)])), nil
}
