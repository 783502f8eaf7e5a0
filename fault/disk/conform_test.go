package disk_test

import (
	"testing"

	"stormrig/fault/disk"
	"stormrig/pos/store"
	"stormrig/pos/store/storetest"
)

func TestDiskConforms(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.FS { return disk.New(disk.PhoneFlash) })
}
