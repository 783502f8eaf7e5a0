package rig

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"stormrig/sim"
)

func TestACutNamesWhatItStruck(t *testing.T) {
	ops := []sim.Op{{Kind: sim.OpWrite, File: "journal/000001.seg"}, {Kind: sim.OpSync, File: "journal/000001.seg"}, {Kind: sim.OpRemove, File: "vault/phone-1-5"}, {Kind: sim.OpSyncDir, File: "vault"}}
	for want, o := range map[string]sim.CutHappened{
		"": {},
		"before the 1st write: journal journal/000001.seg":                                                        {Ops: ops},
		"inside the 1st sync: journal journal/000001.seg":                                                         {Ops: ops, Begun: 2, Ended: 1},
		"after the 1st sync: journal journal/000001.seg, before the 1st remove: sealed card data vault/phone-1-5": {Ops: ops, Begun: 2, Ended: 2},
		"after the last, the 1st sync-dir: sealed card data (directory)":                                          {Ops: ops, Begun: 4, Ended: 4},
		"inside the 2nd write: x": {Ops: append(ops[:1:1], sim.Op{Kind: sim.OpWrite, File: "x"}), Begun: 2, Ended: 1},
	} {
		assert.Equal(t, want, struck(&o))
	}
	assert.Equal(t, []string{"1st", "2nd", "3rd", "11th", "22nd", "113th"}, []string{ordinal(1), ordinal(2), ordinal(3), ordinal(11), ordinal(22), ordinal(113)})
}
