package rig

import (
	"stormrig/fault/disk"
	"stormrig/hil/driver"
	"stormrig/hil/machine"
	"stormrig/hil/station"
	"stormrig/pos"
	"stormrig/pos/hub"
	"stormrig/pos/store"
	"stormrig/pos/till"
	"stormrig/scenarios/spec"
	"stormrig/sim"
)

// tillSetup is what every life of a till begins with. It never changes.
type tillSetup struct {
	config   till.Config
	merchant string
	terminal string
	devices  []string
	dongle   string                                // its class
	printer  string                                // its make
	wrap     func(store.FS) store.FS               // nil: nothing lies between till and disk
	bend     func([]driver.Driver) []driver.Driver // nil: the drivers are as they are
}

func (s *tillSetup) drivers() []driver.Driver {
	drivers := []driver.Driver{driver.NewSeat(), driver.NewHub()}
	for _, d := range s.devices {
		switch d {
		case driver.PortScanner:
			drivers = append(drivers, driver.NewScanner(scannerSettings()))
		case driver.PortPrinter:
			drivers = append(drivers, driver.NewPrinter(printerDriver(s.printer)))
		case driver.PortLocation:
			drivers = append(drivers, driver.NewLocation())
		case driver.PortDongle:
			if s.dongle == spec.DongleSwiper {
				drivers = append(drivers, driver.NewSwiper())
			} else {
				drivers = append(drivers, driver.NewDongle())
			}
			if !s.config.Engine.Terminal { // else it asks the card host itself
				drivers = append(drivers, driver.NewHost(s.terminal, s.merchant, s.config.Engine.Currency))
			}
		}
	}
	if s.bend != nil {
		drivers = s.bend(drivers)
	}
	return drivers
}

// printerDriver is how a till takes a make of printer.
func printerDriver(name string) driver.PrinterProfile {
	switch name {
	case spec.PrinterCounter80:
		return driver.PrinterCounter80()
	case spec.PrinterMobile58:
		return driver.PrinterMobile58()
	case spec.PrinterClone:
		return driver.PrinterClone58()
	}
	return driver.PrinterMobile80()
}

// tillUnit is a till station on its disk, as a unit of the world.
type tillUnit struct {
	setup   *tillSetup
	disk    disk.World
	station *station.Till
}

func (u *tillUnit) Start(gen int) {
	u.station = station.NewTill(&u.setup.config, u.setup.on(u.disk.Disk), uint32(gen), u.setup.drivers())
}

func (u *tillUnit) Stop() {
	if u.station != nil {
		u.station.Close()
		u.station = nil
	}
}

func (u *tillUnit) Handle(now machine.Now, in machine.Input) []machine.Output {
	return u.station.Handle(now, in)
}

func (u *tillUnit) Disk() sim.Disk     { return u.disk }
func (u *tillUnit) Nature() sim.Nature { return sim.Computer }

func (u *tillUnit) Clone() sim.Unit {
	c := &tillUnit{setup: u.setup, disk: disk.World{Disk: u.disk.Disk.Clone()}}
	if u.station != nil {
		c.station = u.station.CloneOn(u.setup.on(c.disk.Disk))
	}
	return c
}

// hubUnit is a hub station on its disk.
type hubUnit struct {
	config  *hub.Config
	ports   []string
	wrap    func(store.FS) store.FS // as of a till
	disk    disk.World
	station *station.Hub
}

func (u *hubUnit) Start(gen int) {
	u.station = station.NewHub(u.config, on(u.disk.Disk, u.wrap), uint32(gen), u.ports)
}

func (u *hubUnit) Stop() {
	if u.station != nil {
		u.station.Close()
		u.station = nil
	}
}

func (u *hubUnit) Handle(now machine.Now, in machine.Input) []machine.Output {
	return u.station.Handle(now, in)
}

func (u *hubUnit) Disk() sim.Disk     { return u.disk }
func (u *hubUnit) Nature() sim.Nature { return sim.Computer }

func (u *hubUnit) Clone() sim.Unit {
	c := &hubUnit{config: u.config, ports: u.ports, wrap: u.wrap, disk: disk.World{Disk: u.disk.Disk.Clone()}}
	if u.station != nil {
		c.station = u.station.CloneOn(on(c.disk.Disk, u.wrap))
	}
	return c
}

// committed lists what a handling made durable, from what it is about to tell.
func committed(outs []machine.Output) []entry {
	var list []entry
	for _, o := range outs {
		switch v := o.Tell.(type) {
		case till.Committed:
			list = append(list, entry{v.Key, v.Prev, v.Hash, v.Payload})
		case hub.Committed:
			list = append(list, entry{v.Key, v.Prev, v.Hash, v.Payload})
		}
	}
	return list
}

// stored lists how far a handling stores others' chains.
func stored(outs []machine.Output) []pos.Key {
	var heads []pos.Key
	for _, o := range outs {
		switch v := o.Tell.(type) {
		case till.Replicated:
			heads = append(heads, pos.Key{Device: v.Chain.Device, Incarnation: v.Chain.Incarnation, Seq: v.Seq})
		case hub.Replicated:
			heads = append(heads, pos.Key{Device: v.Chain.Device, Incarnation: v.Chain.Incarnation, Seq: v.Seq})
		}
	}
	return heads
}

// entry is one journal entry as the rig knows it.
type entry struct {
	key        pos.Key
	prev, hash [32]byte
	payload    []byte
}
