package port

import "strings"

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
