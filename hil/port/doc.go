// Package port is bytes in and out of this machine: serial lines, radio links,
// TCP, USB printers, scanners and swipers that call themselves keyboards.
//
// # One kind of port
//
// A [Port] is one connection. It is dialled by a [Spec] (the host's side: a
// till opens its printer) or accepted by a [Listener] (the device's side: an
// emulator waits for its host on TCP or behind a pseudo terminal). Two facts
// are told apart that a tty likes to mix up: [ErrTimeout], nothing came within
// the deadline and the port is as good as before, and [ErrHangUp], the other
// end is gone and the port is of no more use.
//
// Nothing here blocks for ever. Read and Write end at their deadline, Dial and
// Accept with their context, and Close ends them all. A printer that holds
// XOFF makes Write time out; how many bytes it took until then is returned.
//
// # Text form
//
//	serial:/dev/ttyUSB0?baud=19200&flow=xonxoff&data=8&parity=n&stop=1
//	serial:?by-id=usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0
//	rfcomm:/dev/rfcomm0    rfcomm:AA:BB:CC:DD:EE:FF:1 (channel 1)
//	tcp:192.168.1.87       tcp:192.168.1.87:9100
//	lp:/dev/usb/lp0        hidraw:/dev/hidraw0    evdev:/dev/input/event3
//	ble:AA:BB:CC:DD:EE:FF  pty:./printer                 mem:printer
//
// What comes in pieces is a [Packets]: a hidraw port gives reports as they are,
// an evdev port the reports of a boot keyboard, made of the keys' events. What
// they mean is for drivers and their codecs.
//
// # Identity
//
// A device is found by what it is and where it hangs, not by the number that
// the kernel gave it this time: usb=0403:6001, sn=A50285BI, at=1-1.2 (the USB
// port) or a name below /dev/serial/by-id. It is looked up at every Dial, so
// that a replug that changes ttyUSB0 into ttyUSB1 needs no hand. What a device
// says of itself (vendor, product, serial) is a claim, and called that.
package port
