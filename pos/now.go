package pos

import "time"

// Now is the time as a device sees it: monotonic time since it was switched
// on, and its wall clock in nanoseconds since 1970 UTC.
type Now struct {
	Mono time.Duration
	Wall int64
}
