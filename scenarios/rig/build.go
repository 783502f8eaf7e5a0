package rig

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"stormrig/fault/disk"
	"stormrig/fault/disk/capture"
	"stormrig/hil/driver"
	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/hil/wire/nmea"
	"stormrig/hil/wire/scan"
	"stormrig/pos"
	"stormrig/pos/engine"
	"stormrig/pos/fold"
	"stormrig/pos/hub"
	"stormrig/pos/payment"
	"stormrig/pos/payment/iso"
	"stormrig/pos/till"
	"stormrig/scenarios/spec"
	"stormrig/sim"
	"stormrig/sim/acquirer"
	"stormrig/sim/device"
	"stormrig/sim/link"
	"stormrig/sim/shop"
)

// Names of the things that every world has.
const (
	unitHub    = "hub"
	unitHost   = "host"
	unitRouter = "router"
	srcMains   = "mains"
)

// Times of the rig that no scenario sets.
const (
	warmUp    = 2 * time.Minute // machines are on before the shop opens
	phoneBoot = 6 * time.Second
	boxBoot   = 2 * time.Second
	hostDelay = 180 * time.Millisecond
	linkDelay = 25 * time.Millisecond
	actDelay  = 150 * time.Microsecond  // from the last sync to the effects
	perByte   = 1042 * time.Microsecond // 9600 baud, 10 bits a byte
	usbByte   = 10 * time.Microsecond
	radioByte = 60 * time.Microsecond
)

const checkpointEvery = 24 // entries

func scannerSettings() scan.Settings { return scan.Default() }

// builder puts a world together from a scenario.
type builder struct {
	sc      *spec.Scenario
	seed    int64
	options Options
	base    *fold.Base
	decode  pos.Decoder // of all units of this world and its copies
	keys    card.BaseKey
	layout  sim.Layout
}

func (b *builder) stream(name string) sim.Stream { return sim.NewStream(b.seed, name, 0) }

// build returns the world of a scenario.
func (b *builder) build() (*sim.World, error) {
	base, err := fold.NewBase(*b.sc.Shop.Catalogue)
	if err != nil {
		return nil, err
	}
	b.base, b.decode = base, newMemory().decode
	s := b.stream("keys")
	for i := range b.keys {
		b.keys[i] = byte(s.Intn(256))
	}
	b.layout.Sources = []sim.Source{{Name: srcMains}}
	b.unit(unitRouter, sim.Box(), sim.Clock{}, boxBoot)
	b.hub()
	b.host()
	for _, t := range b.sc.Tills {
		b.till(t)
	}
	opens := b.sc.Shop.Opens
	return sim.New(sim.Config{Seed: b.seed, EpochWall: opens.UnixNano(), Start: -warmUp}, b.layout)
}

// supply wires a unit to power as the scenario says.
func (b *builder) supply(name string, boot time.Duration) sim.Supply {
	short := name[strings.LastIndex(name, ".")+1:]
	s := sim.Supply{After: boot}
	if slices.Contains(b.sc.Power.Mains, name) || slices.Contains(b.sc.Power.Mains, short) {
		s.From = srcMains
		s.DiesBelow = 800
	}
	for _, bat := range b.sc.Power.Batteries {
		if bat.Who == name || bat.Who == short {
			s.From, s.Battery, s.Charge, s.DiesBelow = srcMains, bat.Lasts, bat.Lasts, 850
		}
	}
	return s
}

func (b *builder) unit(name string, u sim.Unit, c sim.Clock, boot time.Duration) {
	b.layout.Units = append(b.layout.Units, sim.Spec{Name: name, Unit: u, Supply: b.supply(name, boot), Clock: c, Act: actDelay, StartAt: -warmUp})
}

// clock draws how wrong a device's clock is on a good day.
func (b *builder) clock(name string, rtc sim.RTC) sim.Clock {
	s := b.stream("clock " + name)
	return sim.Clock{Offset: s.Duration(-400*time.Millisecond, 400*time.Millisecond), PPM: int64(s.Intn(41)) - 20, RTC: rtc}
}

func newDisk() disk.World {
	d := disk.New(disk.PhoneFlash)
	d.StartAt(-warmUp)
	return disk.World{Disk: d}
}

func (b *builder) hub() {
	var ports []string
	for _, t := range b.sc.Tills {
		ports = append(ports, t.Name)
	}
	u := &hubUnit{config: &hub.Config{Device: unitHub, Base: b.base, Decode: b.decode, Sabotage: b.options.Sabotage}, ports: ports,
		wrap: b.disk(unitHub), disk: newDisk()}
	b.unit(unitHub, u, sim.Clock{}, boxBoot)
}

func (b *builder) host() {
	s := b.stream("host")
	cfg := acquirer.Config{Base: b.keys, Merchant: merchant, Delay: hostDelay, Spread: 400 * time.Millisecond, Seed: s.Uint64()}
	if d := b.sc.Payment.Deduplicates; d == 0 {
		cfg.Repeat = acquirer.RepeatNever
	} else if d != spec.Forever {
		cfg.Repeat, cfg.Window = acquirer.RepeatWindow, d
	}
	cfg.DeclineForwarded = declinedLater(b.sc, b.seed)
	cfg.ApproveInPart = approvedInPart(b.sc, b.seed)
	for _, a := range b.sc.Payment.Answers {
		cfg.Answers = append(cfg.Answers, acquirer.Answer{Kind: iso.Kind(a.Kind), Code: a.Code, Permille: int(a.Share) / 10})
	}
	b.unit(unitHost, sim.Device(acquirer.New(cfg)), sim.Clock{}, boxBoot)
}

const merchant = "STORMRIG"

// terminal is at most eight characters of ISO 8583 field 41.
func terminal(till string) string {
	t := strings.ToUpper(till)
	return t[:min(len(t), 8)]
}

func (b *builder) till(t spec.Till) {
	u := &tillUnit{setup: b.tillSetup(t), disk: newDisk()}
	rtc := sim.RTCOwn
	b.unit(t.Name, u, b.clock(t.Name, rtc), phoneBoot)
	person := cashierOf(t.Name)
	b.unit(person, sim.Person(shop.NewCashier(t.Name, b.stream(person), t.Has(spec.Dongle))), sim.Clock{}, 0)
	b.cable(t.Name, driver.PortSeat, person, shop.PortSeat, usbByte, 0)
	via := []string{}
	if t.InShop() {
		via = append(via, unitRouter)
	}
	b.link(t.Name+"-hub", t.Name, driver.PortHub, unitHub, t.Name, via)
	for _, d := range t.Devices {
		b.device(t, d, via)
	}
}

func cashierOf(till string) string { return till + ".cashier" }

func (b *builder) tillSetup(t spec.Till) *tillSetup {
	p := b.sc.Payment
	cfg := till.Config{
		Base: b.base, Opener: capture.Opener{}, Decode: b.decode, CheckpointEvery: checkpointEvery,
		Engine: engine.Config{Device: t.Name, Shop: shopName(b.sc), Address: []string{b.sc.Shop.Zone.String()},
			Thanks: "THANK YOU", Zone: b.sc.Shop.Zone, Cutoff: b.sc.Shop.Cutoff, Currency: b.sc.Shop.Catalogue.Currency, NoPrinter: !t.Has(spec.Printer),
			Backlog: engine.Backlog(t.Backlog),
			Policy:  payment.Policy{CapEach: p.CapEach, CapTotal: p.CapTotal, CapCount: p.CapCount, MaxAge: p.CapAge}},
	}
	cfg.Journal.SegmentSize, cfg.Keep = t.Segment, uint64(t.Keep)
	s := b.stream("vault key " + t.Name)
	for i := range cfg.VaultKey {
		cfg.VaultKey[i] = byte(s.Intn(256))
	}
	cfg.Engine.Terminal, cfg.Engine.Confirms = t.Terminal(), t.Confirms()
	cfg.Engine.Sabotage = b.options.Sabotage
	return &tillSetup{config: cfg, merchant: merchant, terminal: terminal(t.Name), devices: t.Devices, dongle: t.Dongle, printer: t.Printer,
		wrap: b.disk(t.Name), bend: b.bend()}
}

func shopName(sc *spec.Scenario) string {
	return strings.ToUpper(sc.Shop.Catalogue.Name)
}

func (b *builder) cable(till, port, dev, devPort string, speed time.Duration, packet int) {
	c := sim.Cable{Name: till + "." + port,
		Host: sim.End{Unit: till, Port: port}, Device: sim.End{Unit: dev, Port: devPort},
		PerByte: speed, Latency: time.Millisecond, Packet: packet}
	if b.options.Cable != nil {
		b.options.Cable(&c)
	}
	b.layout.Cables = append(b.layout.Cables, c)
}

func (b *builder) link(name, aUnit, aPort, bUnit, bPort string, via []string) {
	b.layout.Links = append(b.layout.Links, sim.Link{Name: name, A: sim.End{Unit: aUnit, Port: aPort},
		B: sim.End{Unit: bUnit, Port: bPort}, Via: via, Notices: true,
		State: link.State{Delay: linkDelay, Jitter: linkDelay, Noticed: true}})
}

// device adds one device of a till with its cable.
func (b *builder) device(t spec.Till, kind string, via []string) {
	name := t.Name + "." + kind
	speed, packet := perByte, 0
	var u sim.Unit
	switch kind {
	case spec.Scanner:
		u = sim.Device(device.NewScanner(device.ScannerProfile{Settings: scannerSettings(), Decode: 80 * time.Millisecond, DecodeBeep: true}))
	case spec.Dongle:
		u = sim.Device(b.dongle(t))
		if t.Terminal() {
			b.link(t.HostLink(), name, device.PortBank, unitHost, t.Name, via)
		} else {
			b.link(t.HostLink(), t.Name, driver.PortHost, unitHost, t.Name, via)
		}
	case spec.Printer:
		make, wired := printerMake(t.Printer)
		speed, packet = radioByte, 20
		if wired {
			speed, packet = usbByte, 0
		}
		u = sim.Device(device.NewPrinter(make))
	case spec.Location:
		u = sim.Device(device.NewLocation(device.LocationProfile{Cold: 8 * time.Second, Hot: 800 * time.Millisecond, Every: time.Second}, b.place(t)))
	default:
		panic(fmt.Sprintf("rig: no device %q", kind))
	}
	b.unit(name, u, sim.Clock{}, boxBoot)
	b.cable(t.Name, kind, name, device.Port, speed, packet)
}

// printerMake is a printer by its make, and whether it is on a cable.
func printerMake(name string) (p device.PrinterProfile, wired bool) {
	switch name {
	case spec.PrinterCounter80:
		return device.Counter80(), true
	case spec.PrinterMobile58:
		return device.Mobile58(), false
	case spec.PrinterClone:
		return device.Clone58(), false
	}
	return device.Mobile80(), false
}

// dongle makes a till's card reader, of the class that the scenario says.
func (b *builder) dongle(t spec.Till) machine.Machine {
	serial := "D-" + terminal(t.Name)
	key := b.keys.HeadKey(serial)
	if t.Terminal() {
		return device.NewTerminal(device.BuiltInReader(t.Dongle)).Connect(device.BankLine{Terminal: terminal(t.Name), Merchant: merchant,
			Currency: string(b.sc.Shop.Catalogue.Currency), Serial: serial, Key: key})
	}
	if t.Dongle == spec.DongleSwiper {
		return device.NewSwiper(device.BuiltInReader(t.Dongle), serial, key)
	}
	p := device.DefaultDongle()
	reader := b.stream("reader " + t.Name)
	p.KeepsMemory = reader.Intn(4) != 0 // both makes are in the field
	return device.NewDongle(p, serial, key)
}

// place draws where in town a till stands.
func (b *builder) place(t spec.Till) *nmea.Fix {
	s := b.stream("place " + t.Name)
	return &nmea.Fix{LatE7: 145_600_000 + int64(s.Intn(1_000_000)), LonE7: 1_209_800_000 + int64(s.Intn(1_000_000)), AccuracyCM: 300 + int64(s.Intn(900))}
}
