package device_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/hil/driver"
	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/pos"
	"stormrig/sim/device"
)

const (
	swipedPAN   = "4242424242424242"
	swipedTrack = ";" + swipedPAN + "=28122010000000000?"
)

// swiperOf ties the till's driver to an emulated swiper.
func swiperOf(profile string, broken device.Defects) (*pump, card.HeadKey) {
	p := device.BuiltInReader(profile)
	p.Defects = broken
	key := card.BaseKey{1}.HeadKey("S-1")
	r := newPump(driver.NewSwiper(), device.NewSwiper(p, "S-1", key))
	r.boot()
	r.run(time.Second)
	return r, key
}

func TestSwiper(t *testing.T) {
	p, key := swiperOf("swiper", 0)
	p.hand("swipe", swipedTrack) // for nobody
	p.run(time.Second)
	p.do(pos.Arm{Ref: "a", Amount: 100})
	p.hand("swipe-bad", "")
	p.run(time.Second)
	p.do(pos.AskDongle{})
	p.hand("swipe", swipedTrack)
	p.run(time.Second)
	p.hand("swipe", "4000000000000002") // another card, too late
	p.run(time.Second)
	reads := find[pos.CardRead](p.events)
	require.Len(t, reads, 1)
	read := reads[0]
	assert.Equal(t, []pos.Event{
		pos.DeviceUp{Device: "dongle"}, pos.DongleState{},
		pos.CardUnread{Ref: "a", Why: "CARD NOT READ - SWIPE AGAIN"},
		pos.DongleState{Pending: "a"},
		read,
	}, p.events)
	assert.Equal(t, []string{"a", "S-1", "************4242"}, []string{read.Ref, read.Serial, read.Masked})
	track, counter, err := card.Open(key, read.Serial, read.Sealed)
	require.NoError(t, err, "what the card host does")
	assert.Equal(t, swipedTrack, track)
	assert.EqualValues(t, 2, counter)
}

// What a reader remembers, the driver does, over a replug, too: an engine that
// asks finds what it is armed with, and its card. What ended is forgotten.
func TestSwiperKeepsWhatAReaderKeeps(t *testing.T) {
	p, _ := swiperOf("swiper", 0)
	p.do(pos.Arm{Ref: "a", Amount: 100})
	p.unplug()
	p.hand("swipe", swipedTrack) // into the air
	p.do(pos.Arm{Ref: "b", Amount: 100})
	p.plug()
	p.run(20 * time.Second)
	p.hand("swipe", swipedTrack)
	p.run(time.Second)
	p.do(pos.AskDongle{})
	p.do(pos.Arm{Ref: "a", Amount: 100}) // once more
	p.do(pos.Cancel{Ref: "b"})           // of another
	p.do(pos.AskDongle{})
	p.do(pos.Cancel{Ref: "a"})
	p.do(pos.AskDongle{})
	p.do(pos.Arm{Ref: "c", Amount: 100})
	p.do(pos.Vibrate{})
	p.hand("swipe", swipedTrack)
	p.run(time.Second)
	var got []string
	for _, e := range p.events {
		switch e := e.(type) {
		case pos.CardRead:
			got = append(got, "card for "+e.Ref)
		case pos.DongleState:
			got = append(got, "armed with "+e.Pending)
		default:
			got = append(got, fmt.Sprintf("%T", e))
		}
	}
	assert.Equal(t, []string{"pos.DeviceUp", "armed with ", "pos.DeviceDown", "pos.DeviceDown", "pos.DeviceUp", "armed with a",
		"card for a", "card for a", "card for a", "armed with "}, got)
}

// Card data in clear goes no further than the driver: neither that of a head
// that does not encrypt, nor a number that an encrypting one forgot to mask.
func TestSwiperThatTellsCardNumbers(t *testing.T) {
	plain := device.BuiltInReader("swiper")
	plain.Encrypts = false
	p := newPump(driver.NewSwiper(), device.NewSwiper(plain, "", card.HeadKey{}))
	p.boot()
	p.run(time.Second)
	p.do(pos.Arm{Ref: "a", Amount: 100})
	p.hand("swipe", swipedTrack)
	p.run(time.Second)
	assert.Contains(t, p.events, pos.Event(pos.CardUnread{Ref: "a", Why: "CARD READER DOES NOT ENCRYPT - TAKE CASH"}))
	assert.NotContains(t, fmt.Sprintf("%+v", p.events), "424242")

	p, _ = swiperOf("swiper", device.Defects(0).With(device.ShowsNumber))
	p.do(pos.Arm{Ref: "a", Amount: 100})
	p.hand("swipe", swipedTrack)
	p.run(time.Second)
	require.Len(t, find[pos.CardRead](p.events), 1)
	assert.NotContains(t, fmt.Sprintf("%+v", p.events), "424242")
}

// One report told twice is one card.
func TestSwiperThatTellsTwice(t *testing.T) {
	p, _ := swiperOf("swiper", device.Defects(0).With(device.TellsTwice))
	p.do(pos.Arm{Ref: "a", Amount: 100})
	p.hand("swipe", swipedTrack)
	p.run(time.Second)
	assert.Len(t, find[pos.CardRead](p.events), 1)
	p.do(pos.AskDongle{})
	assert.Len(t, find[pos.CardUnread](p.events), 0)
}

// TestSwiperLaw: whatever bytes come, in whatever pieces, an armed swiper says
// something of them, never a digit beyond the last four of a number.
func TestSwiperLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := driver.NewSwiper()
		d.Handle(machine.Now{}, machine.Input{Kind: machine.Opened, Port: driver.PortDongle})
		d.Do(machine.Now{}, pos.Arm{Ref: "a", Amount: 100})
		report := card.Swipe{
			Tracks: [3]string{rapid.SampledFrom([]string{"", "%B" + swipedPAN + "^X^2812201?"}).Draw(t, "1"),
				rapid.SampledFrom([]string{"", swipedTrack, swipedPAN}).Draw(t, "2")},
			Serial: rapid.SampledFrom([]string{"", "S-1"}).Draw(t, "serial"),
			Sealed: rapid.SliceOfN(rapid.Byte(), 0, 60).Draw(t, "sealed"),
		}.Append(nil)
		report = report[:rapid.IntRange(1, len(report)).Draw(t, "length")]
		cut := rapid.IntRange(0, len(report)).Draw(t, "cut")
		for _, part := range [][]byte{report[:cut], report[cut:]} {
			require.Empty(t, d.Handle(machine.Now{}, machine.Input{Kind: machine.Data, Port: driver.PortDongle, Data: part}).Events)
		}
		s := d.Handle(machine.Now{Mono: time.Second}, machine.Input{Kind: machine.Wake, Port: driver.PortDongle})
		require.Len(t, s.Events, 1)
		if read, ok := s.Events[0].(pos.CardRead); ok {
			require.NotContains(t, read.Masked, "24242")
		}
	})
}
