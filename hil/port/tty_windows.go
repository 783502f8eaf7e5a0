package port

import "fmt"

// Serial lines of Windows are not served: pkg/term does not compile there, and
// there are no pseudo terminals that another program could open by name.
func openTTY(path string, _ Line) (Port, error) {
	return nil, fmt.Errorf("%s: no serial ports in the Windows build; use tcp: %w", path, ErrLacks)
}

func listenPTY(link string) (Listener, error) {
	return nil, fmt.Errorf("%s: Windows has no pseudo terminals; use tcp: %w", link, ErrLacks)
}
