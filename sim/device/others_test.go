package device_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/driver"
	"stormrig/hil/machine"
	"stormrig/hil/wire/nmea"
	"stormrig/hil/wire/scan"
	"stormrig/hil/wire/seat"
	"stormrig/pos"
	"stormrig/sim/device"
)

func newScan() *pump {
	return newPump(driver.NewScanner(scan.Default()), device.NewScanner(device.DefaultScanner()))
}

func TestScanner(t *testing.T) {
	p := newScan()
	p.hand("trigger", "4006381333931") // no power: nothing at all
	p.boot()
	for _, code := range []string{"4006381333931", "036000291452", "96385074", "SH-38-G", "]C10104006381333931", "]E04006381333932"} {
		p.hand("trigger", code)
		p.run(time.Second)
	}
	p.hand("symbology", scan.QR)
	p.hand("trigger", "x")
	p.hand("shake", "")
	p.do(pos.Beep{Good: true})
	p.do(pos.Beep{})
	p.do(pos.Vibrate{}) // another driver's
	p.run(time.Second)
	assert.Equal(t, []pos.Event{
		pos.DeviceUp{Device: "scanner"},
		pos.Scanned{Code: "4006381333931", Symbology: "]E0"},
		pos.Scanned{Code: "0036000291452", Symbology: "]E0"},
		pos.Scanned{Code: "96385074", Symbology: "]E4"},
		pos.Scanned{Code: "SH-38-G", Symbology: "]C0"},
		pos.Scanned{Code: "0104006381333931", Symbology: "]C1"},
		// The wrong check digit is no event, it sounds bad.
		pos.Scanned{Code: "x", Symbology: "]Q1"},
	}, p.events)
	assert.Equal(t, []device.Beeped{{}, {Good: true}, {}}, find[device.Beeped](p.tells))
	scans := find[device.Scanned](p.tells)
	assert.Len(t, scans, 7)
	assert.Equal(t, device.Scanned{Code: "0036000291452", Symbology: "]E0", Beeped: true}, scans[1])
	assert.Len(t, find[device.Refused](p.tells), 1)
}

// The cable is pulled at every byte of a scan: the scan arrives whole or not
// at all, and the next one is unharmed.
func TestScannerUnplugAtEveryByte(t *testing.T) {
	const line = "]E04006381333931\r\n"
	for n := range len(line) {
		p := newScan()
		p.onByte = func(i int) {
			if i == n {
				p.unplug()
			}
		}
		p.boot()
		p.hand("trigger", "4006381333931")
		p.run(time.Second)
		p.hand("trigger", "96385074") // into the air: decoded, and gone
		p.run(time.Second)
		p.plug()
		p.run(10 * time.Second)
		p.hand("trigger", "SH-38-G")
		p.run(time.Second)
		want := []pos.Scanned{{Code: "SH-38-G", Symbology: "]C0"}}
		if n >= len(line)-1 { // CR alone ends a line
			want = append([]pos.Scanned{{Code: "4006381333931", Symbology: "]E0"}}, want...)
		}
		assert.Equal(t, want, find[pos.Scanned](p.events), "byte %d", n)
		assert.Len(t, find[device.Scanned](p.tells), 3, "byte %d", n)
		assert.Len(t, find[pos.DeviceUp](p.events), 2)
		assert.Equal(t, []pos.DeviceDown{{Device: "scanner", Reason: "link closed"}}, find[pos.DeviceDown](p.events))
	}
}

// One bad byte never makes a wrong article of an EAN: it is dropped by the
// check digit, or the line loses its identifier and is no EAN any more.
func TestScannerBadByte(t *testing.T) {
	const code = "4006381333931"
	for name, bad := range map[string]func(b byte) []byte{
		"a bit flipped": func(b byte) []byte { return []byte{b ^ 0x01} },
		"lost":          func(byte) []byte { return nil },
		"doubled":       func(b byte) []byte { return []byte{b, b} },
	} {
		for n := range len("]E0" + code) {
			p := newScan()
			p.mangle = func(i int, b byte) []byte {
				if i == n {
					return bad(b)
				}
				return []byte{b}
			}
			p.boot()
			p.hand("trigger", code)
			p.run(time.Second)
			for _, s := range find[pos.Scanned](p.events) {
				if s.Symbology == scan.EAN13 {
					assert.Equal(t, code, s.Code, "%s at byte %d", name, n)
				}
			}
		}
	}
}

func TestScannerPower(t *testing.T) {
	p := newScan()
	p.boot()
	p.hand("symbology", scan.QR)
	p.hand("trigger", "x")
	p.powerOff() // in mid-decode
	p.hand("trigger", "y")
	p.run(time.Minute)
	p.powerOn()
	p.run(10 * time.Second)
	p.hand("trigger", "z")
	p.run(time.Second)
	assert.Equal(t, []device.Scanned{{Code: "z", Symbology: "]Q1", Beeped: true}}, find[device.Scanned](p.tells))
	assert.Equal(t, []pos.Scanned{{Code: "z", Symbology: "]Q1"}}, find[pos.Scanned](p.events))
}

var manila = nmea.Fix{LatE7: 14_5995000, LonE7: 120_9842200, AccuracyCM: 450}

func newPlace(at *nmea.Fix) *pump {
	return newPump(driver.NewLocation(), device.NewLocation(device.DefaultLocation(), at))
}

func TestLocation(t *testing.T) {
	p := newPlace(&manila)
	p.boot()
	p.run(time.Minute)
	assert.Zero(t, p.bytes, "nobody asked")
	p.do(pos.Locate{})
	p.do(pos.Locate{}) // shares the answer
	p.run(25 * time.Second)
	assert.Empty(t, p.events, "the first fix takes its time")
	p.run(5 * time.Second)
	want := []pos.Event{pos.Located{LatE7: 14_5995000, LonE7: 120_9842200, AccuracyCM: 450}}
	assert.Equal(t, want, p.events)
	assert.False(t, p.open, "closed after the fix")
	assert.Negative(t, p.drvWake)
	bytes := p.bytes
	p.run(time.Hour)
	assert.Equal(t, bytes, p.bytes, "silent while closed")
	p.do(pos.Locate{})
	p.run(2 * time.Second)
	assert.Equal(t, append(want, want...), p.events, "hot")
	assert.Equal(t, []device.Fixed{{Valid: true, Fix: manila}, {Valid: true, Fix: manila}}, find[device.Fixed](p.tells))
}

func TestLocationWithoutFix(t *testing.T) {
	p := newPlace(nil)
	p.boot()
	p.do(pos.Locate{})
	p.run(driver.LocateWithin)
	assert.Equal(t, []pos.Event{pos.NotLocated{Reason: "no fix in 40s"}}, p.events)
	assert.Equal(t, []device.Fixed{{}, {}}, find[device.Fixed](p.tells))
	p.hand("place", "145995000 1209842200 450")
	p.hand("place", "home")
	p.hand("spin", "")
	p.do(pos.Locate{})
	p.run(driver.LocateWithin)
	assert.Len(t, find[pos.Located](p.events), 1)
	assert.Len(t, find[device.Refused](p.tells), 2)
	p.hand("nofix", "")
	p.do(pos.Locate{})
	p.run(driver.LocateWithin)
	assert.Len(t, find[pos.NotLocated](p.events), 2)
	p.unplug()
	p.do(pos.Locate{})
	p.run(driver.LocateWithin)
	assert.Equal(t, pos.NotLocated{Reason: "receiver does not answer"}, p.events[len(p.events)-1])
	assert.Negative(t, p.drvWake, "nothing is tried when nobody asks")
}

// Pulled at every byte of a fix and put back: one fix, or an honest none, and
// the next Locate works.
func TestLocationUnplugAtEveryByte(t *testing.T) {
	for n := range len(nmea.Append(nil, &manila, time.Unix(0, 0))) {
		p := newPlace(&manila)
		p.onByte = func(i int) {
			if i == n {
				p.unplug()
			}
		}
		p.boot()
		p.do(pos.Locate{})
		p.run(28 * time.Second)
		p.plug()
		p.run(driver.LocateWithin)
		require.Len(t, p.events, 1, "byte %d", n)
		assert.Equal(t, pos.Located{LatE7: 14_5995000, LonE7: 120_9842200, AccuracyCM: 450}, p.events[0])
		p.do(pos.Locate{})
		p.run(driver.LocateWithin)
		require.Len(t, p.events, 2, "byte %d", n)
	}
}

func TestLocationBadByte(t *testing.T) {
	for n := range len(nmea.Append(nil, &manila, time.Unix(0, 0))) {
		p := newPlace(&manila)
		p.mangle = func(i int, b byte) []byte {
			if i == n {
				return []byte{b ^ 0x01}
			}
			return []byte{b}
		}
		p.boot()
		p.do(pos.Locate{})
		p.run(driver.LocateWithin)
		for _, e := range p.events {
			assert.Equal(t, pos.Located{LatE7: 14_5995000, LonE7: 120_9842200, AccuracyCM: 450}, e, "byte %d", n)
		}
		assert.Len(t, p.events, 1, "byte %d", n)
	}
}

func TestSeat(t *testing.T) {
	p := newPump(driver.NewSeat(), device.NewSeat())
	p.do(pos.Show{Screen: pos.Screen{Title: "LOST"}}) // before anything is there
	p.boot()
	p.run(time.Second)
	screen := pos.Screen{Title: "SALE", Lines: []string{"1 Beaded sandals 38", "TOTAL PHP 1290.00"}, Prompt: "SCAN OR PAY", Status: "PAPER OUT", Tone: "good"}
	p.do(pos.Show{Screen: screen})
	p.hand("key", "cash 1500.00")
	p.hand("key", "look\r\n")
	p.hand("kick", "")
	p.run(time.Second)
	p.unplug()
	p.hand("key", "void") // nobody listens
	p.run(time.Second)
	p.plug()
	p.run(time.Minute)
	assert.Equal(t, []pos.Event{pos.Pressed{Word: "cash", Args: []string{"1500.00"}}, pos.Pressed{Word: "look"}}, p.events)
	shown := seat.Screen(screen)
	assert.Equal(t, []any{
		device.Shown{Screen: seat.Screen{Title: "LOST"}},
		device.Refused{Action: "kick", Why: "a seat has keys"},
		device.Shown{Screen: shown}, device.Dark{}, device.Shown{Screen: shown},
	}, p.tells)
	p.powerOff()
	assert.Equal(t, device.Dark{}, p.tells[len(p.tells)-1])
}

// Pulled at every byte of a screen and put back, the display ends with the
// truth, and shows no half screen on the way.
func TestSeatUnplugAtEveryByte(t *testing.T) {
	screen := pos.Screen{Title: "READY", Lines: []string{"NO SALE YET"}, Prompt: "SCAN"}
	for n := range len(seat.AppendScreen(nil, seat.Screen(screen))) {
		p := newPump(driver.NewSeat(), device.NewSeat())
		p.onByte = func(i int) {
			if i == n {
				p.unplug()
			}
		}
		p.boot()
		p.do(pos.Show{Screen: screen})
		p.run(time.Second)
		p.plug()
		p.run(time.Minute)
		assert.Equal(t, []any{device.Shown{Screen: seat.Screen(screen)}}, p.tells, "byte %d", n)
	}
}

// Copies of the other pairs, made in mid-transfer, end like the original.
func TestClones(t *testing.T) {
	for name, make := range map[string]func() *pump{
		"scanner":  newScan,
		"location": func() *pump { return newPlace(&manila) },
		"seat":     func() *pump { return newPump(driver.NewSeat(), device.NewSeat()) },
	} {
		p := make()
		p.boot()
		p.hand("trigger", "4006381333931")
		p.hand("key", "cash 1500.00")
		p.do(pos.Show{Screen: pos.Screen{Title: "READY"}})
		p.do(pos.Locate{})
		for p.bytes < 7 {
			p.run(p.perByte)
		}
		c, cut := p.clone(), p.clone()
		cut.unplug()
		cut.hand("trigger", "96385074")
		cut.do(pos.Show{Screen: pos.Screen{Title: "STOPPED"}})
		cut.run(time.Minute)
		p.run(time.Minute)
		c.run(time.Minute)
		require.NotEmpty(t, p.events, name)
		assert.Equal(t, p.events, c.events, name)
		assert.Equal(t, p.tells, c.tells, name)
		assert.Equal(t, p.bytes, c.bytes, name)
	}
}

// Whatever comes before Boot, and whatever nobody asked for, is survived.
func TestOddInputs(t *testing.T) {
	now := machine.Now{}
	kinds := []machine.Kind{machine.Wake, machine.Data, machine.Closed, machine.Opened, machine.Opened, machine.Off, machine.Do, machine.Boot, machine.Boot, machine.Closed, machine.Wake, machine.Data}
	devices := []machine.Machine{
		device.NewScanner(device.DefaultScanner()), device.NewDongle(device.DefaultDongle(), serial, headKey),
		device.NewLocation(device.DefaultLocation(), nil), device.NewSeat(),
	}
	drivers := []driver.Driver{driver.NewScanner(scan.Default()), driver.NewDongle(), driver.NewLocation(), driver.NewSeat()}
	effects := []pos.Effect{pos.Beep{}, pos.Arm{}, pos.Cancel{}, pos.AskDongle{}, pos.Vibrate{}, pos.Locate{}, pos.Show{}, pos.Kick{}}
	for _, k := range kinds {
		now.Mono += time.Second
		for _, d := range devices {
			d.Handle(now, machine.Input{Kind: k, Data: []byte{0x02, 0x06, '\r', 0x15}})
			d.Clone()
		}
		for _, d := range drivers {
			d.Handle(now, machine.Input{Kind: k, Port: d.Port(), Data: []byte{0x02, 0x06, '\r', 0x15}})
			for _, e := range effects {
				d.Do(now, e)
			}
			d.Clone()
		}
	}
}
