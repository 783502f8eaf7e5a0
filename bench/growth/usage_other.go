//go:build !unix

package growth

import "os"

// Peak is not measured here.
func Peak(*os.ProcessState) int64 { return 0 }
