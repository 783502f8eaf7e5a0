package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"stormrig/hil/port"
	"stormrig/hil/pump"
	"stormrig/scenarios/spec"
	models "stormrig/sim/device"
	"stormrig/sim/emulator"
)

// deviceFlags are what the emulators have in common.
type deviceFlags struct {
	listen, control, profile string
	defects                  []string
	seed                     uint64
}

// emulated is one class of device of the command.
type emulated struct {
	name, class, short, profile, at string
	make                            func(profile string, defects []string) (emulator.Kind, error)
}

func emulatedClasses() []emulated {
	return []emulated{
		{"printer", models.ClassPrinter, "a receipt printer (ESC/POS)", "tm-t20", "tcp:9100", emulator.Printer},
		{"scanner", models.ClassScanner, "a barcode scanner", "serial-aim", "tcp:9101", emulator.Scanner},
		{"dongle", models.ClassReader, "a card reader (test cards only)", "reader", "tcp:9102", emulator.Dongle},
		{"location", "", "a location receiver (NMEA)", "phone", "tcp:9103", func(p string, defects []string) (emulator.Kind, error) {
			if p != "phone" || len(defects) > 0 {
				return emulator.Kind{}, usage("leave --profile and --defect out", "a location receiver has the profile 'phone' and no defects")
			}
			return emulator.Location(), nil
		}},
	}
}

func (a *app) device() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "device",
		Short: "Emulate a device for anyone's point of sale",
		Long: `Emulate a device for anyone's point of sale: on TCP or behind a pseudo terminal
(a serial line without a wire). A web page and an HTTP interface let a person or
a script operate it: pull the trigger, swipe a card, paper out, pull the plug at
byte N.`,
		Example: "  stormrig device printer --listen tcp:9100 --control 127.0.0.1:8100\n  stormrig device scanner --listen pty:./scanner --profile wedge",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("stormrig device printer", "which device? printer, scanner, dongle or location")
			}
			near := spec.Near(args[0], []string{"printer", "scanner", "dongle", "location"})
			if near == "" {
				near = "printer"
			}
			return usage("did you mean stormrig device "+near+"?", "there is no device %q: printer, scanner, dongle or location", args[0])
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	for _, e := range emulatedClasses() {
		cmd.AddCommand(a.emulate(e))
	}
	return cmd
}

func (a *app) emulate(e emulated) *cobra.Command {
	f := deviceFlags{}
	cmd := &cobra.Command{
		Use:   e.name,
		Short: "Emulate " + e.short,
		Long:  "Emulate " + e.short + ". What goes over its wire: docs/devices.md.\n\n" + deviceHelp(e),
		Example: "  stormrig device " + e.name + " --listen " + e.at + " --control 127.0.0.1:8100\n" +
			"  stormrig device " + e.name + " --listen pty:./" + e.name,
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), e, f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.listen, "listen", e.at, "port of the device: tcp:PORT (this machine only), tcp:ADDRESS:PORT, pty:LINK")
	fl.StringVar(&f.control, "control", "127.0.0.1:0", "address of the web page and the HTTP interface; empty for none")
	fl.StringVar(&f.profile, "profile", e.profile, "a profile by name, or the path of a profile file")
	fl.StringSliceVar(&f.defects, "defect", nil, "a named defect; may be given more than once")
	fl.Uint64Var(&f.seed, "seed", 1, "of the noise of the line")
	return cmd
}

// deviceHelp lists profiles, actions and defects of a class.
func deviceHelp(e emulated) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	if names := models.ProfileNames(e.class); len(names) > 0 {
		fmt.Fprintln(w, "Profiles:")
		for _, n := range names {
			if k, err := e.make(n, nil); err == nil {
				fmt.Fprintf(w, "  %s\t%s\n", n, k.Title)
			}
		}
		fmt.Fprintln(w)
	}
	if k, err := e.make(e.profile, nil); err == nil {
		fmt.Fprintln(w, `Actions (POST /v1/do {"action":"...","argument":"..."}):`)
		for _, x := range k.Actions() {
			fmt.Fprintf(w, "  %s\t%s\n", strings.TrimSpace(x.Name+" "+strings.ToUpper(x.Arg)), x.Says)
		}
	}
	var defects []models.KnownDefect
	for _, d := range models.KnownDefects() {
		if d.Class == e.class {
			defects = append(defects, d)
		}
	}
	if len(defects) > 0 {
		fmt.Fprintln(w, "\nDefects (--defect), with the capability that each breaks:")
		for _, d := range defects {
			fmt.Fprintf(w, "  %s\t%s: %s\n", d.Name, d.Breaks, d.Says)
		}
	}
	_ = w.Flush()
	return strings.TrimRight(b.String(), "\n")
}

// serve runs an emulator until it is interrupted.
func (a *app) serve(ctx context.Context, e emulated, f deviceFlags) error {
	where, err := listenSpec(f.listen)
	if err != nil {
		return err
	}
	kind, err := e.make(f.profile, f.defects)
	if errors.Is(err, models.ErrProfile) {
		return usage("stormrig device "+e.name+" --help lists profiles and defects", "%w", err)
	}
	if err != nil {
		return err
	}
	clock := pump.NewClock(pump.Pace{})
	defer clock.Close()
	em := emulator.New(emulator.Config{Kind: kind, Listen: where, Clock: clock, Seed: f.seed})
	defer em.Close()
	if err := em.Start(); err != nil {
		if errors.Is(err, port.ErrLacks) {
			return lacking("use --listen tcp:PORT", "%w", err)
		}
		return usage("choose another --listen", "%w", err)
	}
	fmt.Fprintf(a.Stdout, "%s %s listens on %s\n", e.name, kind.Profile, em.Addr())
	if f.control == "" {
		<-ctx.Done()
		return nil
	}
	return a.control(ctx, em, f.control)
}

// control serves the page and the HTTP interface.
func (a *app) control(ctx context.Context, em *emulator.Emulator, at string) error {
	l, err := net.Listen("tcp", at)
	if err != nil {
		return usage("--control 127.0.0.1:8100, or an empty one for none", "--control %s: %w", at, err)
	}
	// Streams of events end with the context.
	srv := &http.Server{Handler: em.Handler(), ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	fmt.Fprintf(a.Stdout, "page and control at http://%s/\n", l.Addr())
	if host, _, err := net.SplitHostPort(l.Addr().String()); err == nil && !net.ParseIP(host).IsLoopback() {
		fmt.Fprintf(a.Stderr, "stormrig: whoever reaches %s can operate the device: there is no password\n", l.Addr())
	}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	select {
	case err := <-done:
		return fmt.Errorf("control: %w", err)
	case <-ctx.Done():
	}
	if err := srv.Close(); err != nil {
		return fmt.Errorf("control: %w", err)
	}
	return nil
}

// listenSpec reads --listen; tcp:9100 is this machine's port 9100.
func listenSpec(text string) (port.Spec, error) {
	const hint = "tcp:9100 (this machine only), tcp:0.0.0.0:9100 (everyone), pty:./printer"
	if n, ok := strings.CutPrefix(text, "tcp:"); ok && n != "" && strings.Trim(n, "0123456789") == "" {
		text = "tcp:127.0.0.1:" + n
	}
	s, err := port.Parse(text)
	if err != nil {
		return s, usage(hint, "--listen: %w", err)
	}
	if !slices.Contains([]port.Kind{port.TCP, port.PTY}, s.Kind) {
		return s, usage(hint, "--listen %s: a device can be served on tcp: and pty:", text)
	}
	return s, nil
}
