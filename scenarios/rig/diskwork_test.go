package rig

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"stormrig/sim"
)

func TestWhatIsDoneAboutAFailedOperation(t *testing.T) {
	op := func(kind, file, fault string) sim.Op { return sim.Op{Kind: kind, File: file, Fault: fault} }
	const seg, next = "journal/1.seg", "journal/2.seg"
	for want, ops := range map[string][]sim.Op{
		"": {op(sim.OpWrite, seg, ""), op(sim.OpSync, seg, sim.DiskLie)},
		"sync of journal journal/1.seg fails (EIO): the same file is synced again, nothing written in between: ok": {
			op(sim.OpWrite, seg, ""), op(sim.OpSync, seg, sim.DiskEIOSync), op(sim.OpSync, seg, "")},
		"sync of journal journal/1.seg fails (EIO): the same file is synced again, after a write: EIO; sync of journal journal/1.seg fails (EIO): nothing more is done on the disk in this step": {
			op(sim.OpSync, seg, sim.DiskEIOSync), op(sim.OpWrite, seg, ""), op(sim.OpSync, seg, sim.DiskEIOSync)},
		"sync of journal journal/1.seg fails (EIO): it goes on with the create of journal journal/2.seg: ok": {
			op(sim.OpSync, seg, sim.DiskEIOSync), op(sim.OpCreate, next, ""), op(sim.OpSync, next, "")},
		"write of sealed card data vault/phone-1-1 fails (ENOSPC): it goes on with the write of journal journal/1.seg: ok": {
			op(sim.OpWrite, "vault/phone-1-1", sim.DiskFull), op(sim.OpWrite, seg, "")},
		"sync of sealed card data vault/1.tmp fails (EIO): then remove of the file; it goes on with the write of journal journal/1.seg: ok": {
			op(sim.OpSync, "vault/1.tmp", sim.DiskEIOSync), op(sim.OpRemove, "vault/1.tmp", ""), op(sim.OpWrite, seg, "")},
		"write of sealed card data vault/phone-1-1 fails (EIO): it is written again: ok": {
			op(sim.OpWrite, "vault/phone-1-1", sim.DiskEIOWrite), op(sim.OpWrite, "vault/phone-1-1", "")},
	} {
		assert.Equal(t, want, despite(ops))
	}
}
