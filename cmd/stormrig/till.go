package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"stormrig/hil/driver"
	"stormrig/hil/port"
	"stormrig/hil/pump"
	bench "stormrig/hil/rig"
	"stormrig/hil/station"
	"stormrig/hil/wire/scan"
	"stormrig/pos"
	"stormrig/pos/engine"
	"stormrig/pos/fold"
	"stormrig/pos/journal"
	"stormrig/pos/payment"
	"stormrig/pos/store"
	"stormrig/pos/till"
	"stormrig/scenarios/files"
)

// tillFlags is what a till is told when it is set up.
type tillFlags struct {
	dir, name, shop, catalogue, zone, cutoff string
	rigFile, hub, host, key, backlog         string
	each, total                              string
	count                                    int
	age                                      time.Duration
	terminal                                 string
}

// checkpointEvery is how many entries a start folds at most.
const checkpointEvery = 200

func (a *app) till() *cobra.Command {
	f := tillFlags{}
	cmd := &cobra.Command{
		Use:   "till --dir DIR",
		Short: "Sell: the reference point of sale, with its seat in this terminal",
		Long: `Sell: the reference point of sale. Its seat is this terminal: type a barcode, or a
key and Enter; 'help' lists the keys. What it knows is in DIR and outlives power;
'quit' (or end of input) stops it in order. Devices stand on the ports that a rig
file names (stormrig explain rig-file); a till without one sells for cash, and
prints nothing.

The card data of payments that wait is sealed with the key in --key, a file
beside DIR by default, which is made at the first start. Keep it: without it those
payments are lost.`,
		Example: "  stormrig till --dir counter-one\n" +
			"  stormrig till --dir counter-one --rig-file rig.yaml --hub 192.168.1.5:7200 --host 203.0.113.7:7300",
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.sell(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.dir, "dir", "", "folder of the till's journal, book and vault; made when it is not there")
	fl.StringVar(&f.name, "name", "till", "the till's name, which no other till of the shop has")
	fl.StringVar(&f.shop, "shop", "", "first line of every receipt; the catalogue's name by default")
	fl.StringVar(&f.catalogue, "catalogue", "boutique", "a catalogue by name, or the path of a catalogue file")
	fl.StringVar(&f.zone, "zone", "Local", "time zone of the shop: Asia/Manila")
	fl.StringVar(&f.cutoff, "cutoff", "4h", "after midnight: when the business day begins")
	fl.StringVar(&f.rigFile, "rig-file", "", "rig file: which devices stand on which ports")
	fl.StringVar(&f.hub, "hub", "", "address of the hub: HOST:PORT")
	fl.StringVar(&f.host, "host", "", "address of the card host (ISO 8583): HOST:PORT")
	fl.StringVar(&f.key, "key", "", "file with the vault's key; DIR.key by default")
	fl.StringVar(&f.backlog, "backlog", string(engine.BacklogAsk), "receipts that waited long for the printer: print, ask or drop")
	fl.StringVar(&f.each, "cap-each", "2000", "most that one card payment may be while the card host is away")
	fl.StringVar(&f.total, "cap-total", "20000", "most that all of them may be together")
	fl.IntVar(&f.count, "cap-count", 20, "most of them that may wait")
	fl.DurationVar(&f.age, "cap-age", 24*time.Hour, "how old one may be when it is forwarded")
	fl.StringVar(&f.terminal, "terminal", "", "the dongle is a card terminal with a line of its own: confirms, or plain")
	return cmd
}

// sell runs a till until it is told to stop.
func (a *app) sell(ctx context.Context, f tillFlags) error {
	cfg, devices, err := f.setUp()
	if err != nil {
		return err
	}
	disk, unlock, err := dataDir(f.dir)
	if err != nil {
		return err
	}
	defer unlock()
	if cfg.VaultKey, err = f.vaultKey(); err != nil {
		return err
	}
	clock := pump.NewClock(pump.Pace{})
	defer clock.Close()
	seatWire := port.NewWire("seat")
	listener, err := seatWire.Listen()
	if err != nil {
		return err
	}
	defer listener.Close()
	ports, drivers := f.ports(cfg, devices)
	ports = append(ports, pump.Port{Name: driver.PortSeat, Dial: seatWire.Dial})
	p := pump.New(pump.Config{Clock: clock, Ports: ports, Unit: pump.Unit{Name: f.name,
		Start: func(int) (pump.Handler, error) {
			return station.NewTill(cfg, disk, lifeNumber(time.Now()), drivers()), nil
		},
		Stop: func(h pump.Handler) { h.(*station.Till).Close() },
	}})
	defer p.Close()
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := p.Boot(); err != nil {
		return err
	}
	s := &seatUI{out: a.Stdout, clear: isTerminal(a.Stdout)}
	err = s.run(ctx, a.Stdin, listener)
	return errors.Join(err, p.Do(station.ActStop, nil))
}

// lifeNumber is one that a device has not used before, whatever became of its
// disk: seconds since 2024.
func lifeNumber(now time.Time) uint32 {
	return uint32(max(now.Unix()-time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Unix(), 1))
}

// setUp reads what the flags name.
func (f *tillFlags) setUp() (*till.Config, []bench.Placed, error) {
	if f.dir == "" {
		return nil, nil, usage("stormrig till --dir counter-one", "--dir is missing: where the till keeps what it sells")
	}
	cat, base, err := shopBase(f.catalogue)
	if err != nil {
		return nil, nil, err
	}
	zone, err := time.LoadLocation(f.zone)
	if err != nil {
		return nil, nil, usage("--zone Asia/Manila", "--zone: %w", err)
	}
	cutoff, err := time.ParseDuration(f.cutoff)
	if err != nil {
		return nil, nil, usage("--cutoff 4h", "--cutoff: %w", err)
	}
	b := engine.Backlog(f.backlog)
	if b != engine.BacklogAsk && b != engine.BacklogPrint && b != engine.BacklogDrop {
		return nil, nil, usage("print, ask or drop", "--backlog %s", f.backlog)
	}
	if f.terminal != "" && f.terminal != "confirms" && f.terminal != "plain" {
		return nil, nil, usage("confirms or plain", "--terminal %s", f.terminal)
	}
	each, err1 := cat.Currency.ParseDecimal(f.each)
	total, err2 := cat.Currency.ParseDecimal(f.total)
	if err := errors.Join(err1, err2); err != nil {
		return nil, nil, usage("--cap-each 2000 --cap-total 20000", "%w", err)
	}
	var devices []bench.Placed
	if f.rigFile != "" {
		text, err := os.ReadFile(f.rigFile)
		if err != nil {
			return nil, nil, usage("stormrig explain rig-file says how to write one", "%w", err)
		}
		r, err := bench.Parse(f.rigFile, text)
		if err != nil {
			return nil, nil, usage("stormrig explain rig-file", "%w", err)
		}
		devices = r.Bench
	}
	cfg := &till.Config{Base: base, CheckpointEvery: checkpointEvery, NoHub: f.hub == "", Journal: journal.OnDisk(journal.Options{}), Keep: 50_000,
		Engine: engine.Config{Device: f.name, Shop: strings.ToUpper(f.shop), Thanks: "THANK YOU", Zone: zone, Cutoff: cutoff,
			Currency: cat.Currency, NoPrinter: true, Backlog: b, Terminal: f.terminal != "", Confirms: f.terminal == "confirms",
			Policy: payment.Policy{CapEach: each, CapTotal: total, CapCount: f.count, MaxAge: f.age}}}
	if f.shop == "" {
		cfg.Engine.Shop = strings.ToUpper(cat.Name)
	}
	for _, d := range devices {
		cfg.Engine.NoPrinter = cfg.Engine.NoPrinter && d.Class != driver.PortPrinter
	}
	return cfg, devices, nil
}

// ports are those of the devices and links; drivers makes those of one life.
func (f *tillFlags) ports(cfg *till.Config, devices []bench.Placed) (ports []pump.Port, drivers func() []driver.Driver) {
	for _, d := range devices {
		ports = append(ports, pump.Port{Name: d.Class, Dial: d.Port.Dial})
	}
	if f.hub != "" {
		ports = append(ports, pump.Port{Name: driver.PortHub, Dial: dialMessages(f.hub)})
	}
	if f.host != "" {
		ports = append(ports, pump.Port{Name: driver.PortHost, Dial: port.Spec{Kind: port.TCP, Addr: f.host}.Dial})
	}
	return ports, func() []driver.Driver {
		out := []driver.Driver{driver.NewSeat()}
		if f.hub != "" {
			out = append(out, driver.NewHub())
		}
		if f.host != "" && !cfg.Engine.Terminal {
			out = append(out, driver.NewHost(short(f.name, 8), short(cfg.Engine.Shop, 15), cfg.Engine.Currency))
		}
		for _, d := range devices {
			out = append(out, deviceDriver(d))
		}
		return out
	}
}

func short(text string, most int) string {
	text = strings.ToUpper(text)
	return text[:min(len(text), most)]
}

func deviceDriver(d bench.Placed) driver.Driver {
	switch {
	case d.Class == driver.PortPrinter && d.Printer != nil:
		return driver.NewPrinter(*d.Printer)
	case d.Class == driver.PortPrinter:
		return driver.NewPrinter(driver.PrinterMobile80())
	case d.Class == driver.PortDongle && d.Speaks == driver.SpeaksSwiper:
		return driver.NewSwiper()
	case d.Class == driver.PortDongle:
		return driver.NewDongle()
	case d.Class == driver.PortLocation:
		return driver.NewLocation()
	case d.Speaks != "":
		return driver.NewReportScanner(d.Speaks, d.Layout, scan.Default())
	}
	return driver.NewScanner(scan.Default())
}

// shopBase reads a catalogue.
func shopBase(name string) (*pos.Catalogue, *fold.Base, error) {
	cat, err := files.Catalogue(name)
	if err != nil {
		return nil, nil, err
	}
	base, err := fold.NewBase(*cat)
	if err != nil {
		return nil, nil, usage("stormrig explain boutique shows one", "%w", err)
	}
	return cat, base, nil
}

// dataDir opens a folder of a till or hub, for this process alone.
func dataDir(dir string) (*store.Dir, func(), error) {
	disk, err := store.NewDir(dir)
	if err != nil {
		return nil, nil, usage("--dir names a folder that can be written to", "%w", err)
	}
	lock, err := os.OpenFile(filepath.Clean(dir)+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, usage("--dir names a folder that can be written to", "%w", err)
	}
	if err := lockFile(lock); err != nil {
		return nil, nil, errors.Join(usage("one program at a time sells from a folder", "%s is in use: %w", dir, err), lock.Close())
	}
	return disk, func() { _ = lock.Close() }, nil
}

// vaultKey reads the key, and makes one for a till that is new.
func (f *tillFlags) vaultKey() (key [32]byte, err error) {
	if f.key == "" {
		f.key = filepath.Clean(f.dir) + ".key"
	}
	text, err := os.ReadFile(f.key)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := rand.Read(key[:]); err != nil {
			return key, err
		}
		return key, os.WriteFile(f.key, []byte(hex.EncodeToString(key[:])+"\n"), 0o600)
	}
	if err != nil {
		return key, usage("--key names a file with 64 hex digits", "%w", err)
	}
	n, err := hex.Decode(key[:], []byte(strings.TrimSpace(string(text)))[:min(64, len(strings.TrimSpace(string(text))))])
	if err != nil || n != len(key) {
		return key, usage("--key names a file with 64 hex digits", "%s holds no key", f.key)
	}
	return key, nil
}
