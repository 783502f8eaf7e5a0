package device

import (
	"strconv"

	"golang.org/x/sys/windows/registry"
)

// Boot names this start of the machine: another one has another name. It is empty
// where the system has none. Windows counts its starts for its prefetcher.
func Boot() string {
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, `SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters`, registry.QUERY_VALUE)
	if err != nil {
		return ""
	}
	defer k.Close()
	n, _, err := k.GetIntegerValue("BootId")
	if err != nil {
		return ""
	}
	return strconv.FormatUint(n, 10)
}
