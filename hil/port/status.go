package port

import "strings"

// PrinterStatus is the status byte of the parallel port, which USB printers
// answer to GET_PORT_STATUS (USB printer class 1.1, section 4.2.2) and Linux
// hands out by LPGETSTATUS (linux/lp.h). It is a claim of the device: many
// cheap ones always answer 18h.
type PrinterStatus byte

// The bits.
const (
	portPaperEmpty PrinterStatus = 0x20
	portSelected   PrinterStatus = 0x10
	portNotError   PrinterStatus = 0x08
)

// PaperOut tells whether the paper is at its end.
func (s PrinterStatus) PaperOut() bool { return s&portPaperEmpty != 0 }

// Selected tells whether the printer is on line.
func (s PrinterStatus) Selected() bool { return s&portSelected != 0 }

// Error tells whether anything is wrong; the bit says *not* error.
func (s PrinterStatus) Error() bool { return s&portNotError == 0 }

func (s PrinterStatus) String() string {
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

// ParseDeviceID reads an IEEE 1284 device id, such as
// "MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;CLS:PRINTER;", without the two bytes of
// length before it. Keys are in capitals; what has no colon is left out.
func ParseDeviceID(text string) map[string]string {
	id := map[string]string{}
	for _, part := range strings.Split(text, ";") {
		if key, value, ok := strings.Cut(part, ":"); ok {
			id[strings.ToUpper(strings.TrimSpace(key))] = strings.TrimSpace(value)
		}
	}
	return id
}
