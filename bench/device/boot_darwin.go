package device

import "golang.org/x/sys/unix"

// Boot names this start of the machine: another one has another name. It is empty
// where the system has none.
func Boot() string {
	s, _ := unix.Sysctl("kern.bootsessionuuid")
	return s
}
