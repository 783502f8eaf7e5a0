package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"stormrig/fault/disk/mount"
	"stormrig/hil/port"
	reports "stormrig/scenarios/report"
	"stormrig/scenarios/spec"
)

// finding is one thing that a machine has or lacks.
type finding struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	For  string `json:"for"`
	Says string `json:"says"`
}

// probe looks for one thing; says is what was found, or what to do.
type probe struct {
	name, purpose string
	look          func() (ok bool, says string)
}

func probes() []probe {
	return slices.Concat([]probe{
		{"sim", "the simulated rig: every scenario", func() (bool, string) { return true, runtime.GOOS + "/" + runtime.GOARCH }},
		{"zones", "time zones of shops", func() (bool, string) { return true, "built in" }},
		{"temp", "evidence and journals", tempDir},
		{"fuse", "rig process: a disk that loses what was not synced", servesDisks},
	}, portProbes(), []probe{
		{"qemu", "rig machine: kernel drivers, a plug to pull", program("qemu-system-x86_64", "install qemu-system-x86")},
		{"zbarimg", "reading the codes on a receipt's picture", program("zbarimg", "install zbar-tools")},
		{"npm", "other people's printer and scanner programs, in tests", npm},
		{"udevadm", "receiptio asks it for serial ports, in tests", program("udevadm", "install udev")},
		{"socat", "a bridge between TCP and a tty, in tests", program("socat", "install socat")},
		{"gpsfake", "recorded location receivers, in tests", program("gpsfake", "install gpsd and gpsd-clients")},
		{"dbus-daemon", "a stand-in for BlueZ, in tests", program("dbus-daemon", "install dbus-daemon")},
		{"bakery", "a month of a real shop, in tests", node("../shared/data/bakery-2016-11.csv", "lay it beside the repository, and look from there")},
		{"chromium", "looking at the report in a browser", anyProgram("chromium", "chromium-browser", "google-chrome")},
	})
}

// portProbes look for the ports that devices hang on. Devices are named as they
// are found; that one is there does not say that it works.
func portProbes() []probe {
	look := func(k port.Kind) func() (bool, string) {
		return func() (bool, string) { return port.Look(k) }
	}
	return []probe{
		{"pty", "emulated devices on serial lines", look(port.PTY)},
		{"tcp", "printers on the network, emulated or real", look(port.TCP)},
		{"serial", "printers, scanners and readers on a serial line or USB serial", look(port.Serial)},
		{"rfcomm", "Bluetooth serial printers", look(port.RFCOMM)},
		{"ble", "Bluetooth LE printers, by BlueZ", look(port.BLE)},
		{"hidraw", "scanners in HID POS mode, swipers", look(port.HIDRaw)},
		{"evdev", "scanners that type, taken for the till alone", look(port.EvDev)},
		{"usblp", "USB printers with their status line", look(port.LP)},
	}
}

func (a *app) doctor() *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what this machine can do, and what it lacks",
		Long: `Say what this machine can do, and what it lacks for the other rigs.

STORMRIG_REQUIRE is a comma list of names printed here, or 'all': what it
names must be there, or the exit code is 4.`,
		Args: exactly(),
		RunE: func(*cobra.Command, []string) error {
			found, left := examine(), leavings()
			if asJSON {
				if err := a.printJSON("doctor", map[string]any{"findings": found, "left": left}); err != nil {
					return err
				}
			} else if err := a.printFindings(found, left); err != nil {
				return err
			}
			return demand(os.Getenv("STORMRIG_REQUIRE"), found)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func examine() []finding {
	var out []finding
	for _, p := range probes() {
		ok, says := p.look()
		out = append(out, finding{p.name, ok, p.purpose, says})
	}
	return out
}

func (a *app) printFindings(found []finding, left []leaving) error {
	w := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	for _, f := range found {
		state := "ok"
		if !f.OK {
			state = "lacks"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", f.Name, state, f.For, f.Says)
	}
	fmt.Fprintln(w)
	for _, r := range rigs {
		state := "ready"
		if r.lacks != "" {
			state = "not there yet: needs " + r.lacks
		}
		fmt.Fprintf(w, "rig %s\t%s\n", r.name, state)
	}
	for i, l := range left {
		if i == 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "left behind\t%s\t%s\n", l.Path, l.Says)
	}
	return w.Flush()
}

// demand fails for what a machine must have and has not.
func demand(list string, found []finding) error {
	if list == "" {
		return nil
	}
	has, names := map[string]bool{}, []string(nil)
	for _, f := range found {
		has[f.Name] = f.OK
		names = append(names, f.Name)
	}
	want := strings.Split(list, ",")
	if list == "all" {
		want = names
	}
	var missing []string
	for _, n := range want {
		n = strings.TrimSpace(n)
		ok, known := has[n]
		if !known {
			hint := "known: " + strings.Join(names, ", ")
			if near := spec.Near(n, names); near != "" {
				hint = "did you mean " + near + "?"
			}
			return usage(hint, "STORMRIG_REQUIRE: there is no %q", n)
		}
		if !ok {
			missing = append(missing, n)
		}
	}
	if len(missing) > 0 {
		return lacking("", "STORMRIG_REQUIRE: this machine lacks %s", strings.Join(missing, ", "))
	}
	return nil
}

// leaving is what a process that was killed has left on this machine.
type leaving struct {
	Path string `json:"path"`
	Says string `json:"says"` // and what takes it away
}

// leavings looks for them, and leaves them where they are.
func leavings() []leaving {
	out := []leaving{}
	disks, err := mount.Left()
	if err != nil {
		out = append(out, leaving{"/proc/self/mountinfo", err.Error()})
	}
	for _, dir := range disks {
		out = append(out, leaving{dir, "a disk whose process was killed is still mounted: umount (fusermount3 -u where you are not root) " + reports.Quote(dir)})
	}
	for _, d := range leftDays() {
		out = append(out, leaving{d.path, "files of a run that was killed: the next run --rig process removes them"})
		_ = d.release()
	}
	return out
}

func servesDisks() (bool, string) {
	if err := mount.Lacks(); err != nil {
		return false, err.Error()
	}
	return true, "/dev/fuse, and the right to mount"
}

func tempDir() (bool, string) {
	f, err := os.CreateTemp("", "stormrig-*")
	if err != nil {
		return false, err.Error()
	}
	err = errors.Join(f.Sync(), f.Close(), os.Remove(f.Name()))
	if err != nil {
		return false, err.Error()
	}
	return true, os.TempDir()
}

func node(path, todo string) func() (bool, string) {
	return func() (bool, string) {
		if _, err := os.Stat(path); err != nil {
			return false, todo
		}
		return true, path
	}
}

func program(name, todo string) func() (bool, string) {
	return func() (bool, string) {
		path, err := exec.LookPath(name)
		if err != nil {
			return false, todo
		}
		return true, path
	}
}

// npm needs both: what installs the modules, and what runs them.
func npm() (bool, string) {
	if ok, _ := program("npm", "")(); !ok {
		return false, "install npm, and run npm ci in sim/peers/testdata"
	}
	return program("node", "install nodejs")()
}

func anyProgram(names ...string) func() (bool, string) {
	return func() (bool, string) {
		for _, n := range names {
			if path, err := exec.LookPath(n); err == nil {
				return true, path
			}
		}
		return false, "install " + names[0]
	}
}
