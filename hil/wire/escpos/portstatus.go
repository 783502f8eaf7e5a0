package escpos

import "strings"

// PortStatus is the status byte of the parallel port, which USB printers
// answer to GET_PORT_STATUS (USB printer class 1.1, section 4.2.2) and Linux
// hands out as it came by LPGETSTATUS (drivers/usb/class/usblp.c). It knows of
// paper and of trouble, never of what was printed. It is a claim of the device:
// one that cannot tell answers 18h, as the class asks for, and many always do.
type PortStatus byte

// The bits.
const (
	portPaperEmpty PortStatus = 0x20
	portSelected   PortStatus = 0x10
	portNotError   PortStatus = 0x08
)

// PaperOut tells whether the paper is at its end.
func (s PortStatus) PaperOut() bool { return s&portPaperEmpty != 0 }

// Selected tells whether the printer is on line.
func (s PortStatus) Selected() bool { return s&portSelected != 0 }

// Error tells whether anything is wrong; the bit says *not* error.
func (s PortStatus) Error() bool { return s&portNotError == 0 }

func (s PortStatus) String() string {
	words := []string{"not selected"}
	if s.Selected() {
		words[0] = "selected"
	}
	if s.PaperOut() {
		words = append(words, "paper out")
	}
	if s.Error() {
		words = append(words, "error")
	}
	return strings.Join(words, ", ")
}

// Status is all that it says of a printer.
func (s PortStatus) Status() Status {
	return Status{PaperOut: s.PaperOut(), Offline: !s.Selected(), Recoverable: s.Error()}
}
