package fault_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"stormrig/fault"
)

// TestWhatHappensIsSaid: who reads a plan need not know its vocabulary.
func TestWhatHappensIsSaid(t *testing.T) {
	noon, report := fault.At(2*time.Hour), fault.On(fault.Point{Span: "report"})
	for want, f := range map[string]fault.Fault{
		"phone.printer: its cover is opened at the report, its cover is shut after 1 s": {Kind: fault.Device, Target: "phone.printer", When: report, For: time.Second, Args: fault.Args{Action: "open-cover", Undo: "close-cover"}},
		"phone.printer: jam at opening +2:00:00, for 2 h":                               {Kind: fault.Device, Target: "phone.printer", When: noon, For: 2 * time.Hour, Args: fault.Args{Action: "jam"}},
		"phone.cashier: edit fan price 12.90 at opening +2:00:00":                       {Kind: fault.Device, Target: "phone.cashier", When: noon, Args: fault.Args{Action: "task", Data: `{"word":"edit","args":["fan","price","12.90"]}`}},
		"phone.scanner: reads 4000000000013 at opening +2:00:00":                        {Kind: fault.Device, Target: "phone.scanner", When: noon, Args: fault.Args{Action: "trigger", Data: "4000000000013"}},
		"host: answers reverse with 96 at opening +2:00:00, for 1 min 30 s":             {Kind: fault.Device, Target: "host", When: noon, For: 90 * time.Second, Args: fault.Args{Action: "answer", Data: "reverse 96", Undo: "answer reverse"}},
		"phone.printer: slow 40 at opening -0:02:00":                                    {Kind: fault.Device, Target: "phone.printer", When: fault.At(-2 * time.Minute), Args: fault.Args{Action: "slow", Data: "40"}},
		"clock of phone: jumps back by 7 min at opening +2:00:00":                       {Kind: fault.Clock, Target: "phone", When: noon, Args: fault.Args{Mode: "jump", By: -7 * time.Minute}},
		"clock of phone: jumps ahead by 26 h at opening +2:00:00":                       {Kind: fault.Clock, Target: "phone", When: noon, Args: fault.Args{Mode: "jump", By: 26 * time.Hour}},
		"clock of phone: runs 210 ppm slow at opening +2:00:00":                         {Kind: fault.Clock, Target: "phone", When: noon, Args: fault.Args{Mode: "drift", PPM: -210}},
		"clock of phone: is set to 1970 at opening +2:00:00":                            {Kind: fault.Clock, Target: "phone", When: noon, Args: fault.Args{Mode: "1970"}},
		"disk of phone: the next 3 syncs fail at opening +2:00:00":                      {Kind: fault.Disk, Target: "phone", When: noon, Args: fault.Args{Mode: "eio-sync", Count: 3}},
		"disk of phone: the next write fails at opening +2:00:00":                       {Kind: fault.Disk, Target: "phone", When: noon, Args: fault.Args{Mode: "eio-write"}},
		"disk of phone: is full after 70 bytes more at opening +2:00:00":                {Kind: fault.Disk, Target: "phone", When: noon, Args: fault.Args{Mode: "full", Count: 70}},
		"network phone-hub: nothing passes, and both ends notice at opening +2:00:00":   {Kind: fault.Network, Target: "phone-hub", When: noon, Args: fault.Args{Mode: "partition", Noticed: true}},
		"network phone-hub: nothing passes from hub to phone at opening +2:00:00":       {Kind: fault.Network, Target: "phone-hub", When: noon, Args: fault.Args{Mode: "one-way", Way: "back"}},
		"network a-hub,b-hub: nothing passes back at opening +2:00:00":                  {Kind: fault.Network, Target: "a-hub,b-hub", When: noon, Args: fault.Args{Mode: "one-way", Way: "back"}},
		"brown-out of mains to 87.5 % at opening +2:00:00, for 1 min 30 s":              {Kind: fault.Brownout, Target: "mains", When: noon, For: 90 * time.Second, Args: fault.Args{Permille: 875}},
		"slow phone.dongle: 7.5 ms late 50 % into the answer of the card host of sale 3": {Kind: fault.Slow, Target: "phone.dongle", Args: fault.Args{Delay: 7500 * time.Microsecond},
			When: fault.On(fault.Point{Span: fault.SpanHostReply, Basket: 3, Permille: 500})},
		"drop phone at the start of the 2nd recovery on phone, begun at opening +1:00:00 or later, 4 s later": {Kind: fault.Drop, Target: "phone",
			When: fault.On(fault.Point{Span: fault.SpanRecovery, Nth: 2, Unit: "phone", From: time.Hour, After: 4 * time.Second})},
	} {
		assert.Equal(t, want, f.String())
	}
}
