package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stormrig/hil/certify"
	"stormrig/hil/certify/live"
	"stormrig/hil/port"
	"stormrig/sim/testbench"
)

// certifyFlags are those of an examination.
type certifyFlags struct {
	port, operator, key, out string
	maker, model, serial     string
	documents                []string
	kind, speaks             string
	width, soak              int
	only                     []string
	json, plan               bool
}

func (a *app) certify() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "certify",
		Short: "Examine a device or a disk, and write down what it has earned",
		Long: `Examine a device of metal, or an emulated one, by the same list of checks, and
write a record that can be signed and checked by others.

A printer gets the grade that it has earned: A, completion is proven; B, its
status is true; C, it prints and cannot tell a lost receipt. What nobody did or
saw is incomplete, never passed.

Exit codes: 0 pass, 1 fail, 3 incomplete.`,
	}
	for _, c := range []certify.Class{certify.Printer, certify.Scanner, certify.Dongle} {
		cmd.AddCommand(a.certifyClass(c))
	}
	cmd.AddCommand(a.certifyVerify(), a.certifyTable(), a.certifyLearn(), a.certifyDisk())
	group(cmd, "printer --port emulated:ble-58")
	return cmd
}

// labels are what stands on a device of each class, for the examples.
var labels = map[certify.Class]string{
	certify.Printer: "--maker Epson --model TM-T20III",
	certify.Scanner: "--maker Zebra --model DS2208",
	certify.Dongle:  "--maker IDTECH --model SecuRED --kind swiper",
}

func (a *app) certifyClass(class certify.Class) *cobra.Command {
	var f certifyFlags
	cmd := &cobra.Command{
		Use:   string(class),
		Short: "Examine a " + string(class),
		Long: fmt.Sprintf(`Examine a %s. Real ones: --port as 'stormrig doctor' names them, a person is
told what to do. Emulated ones: --port emulated:PROFILE, or emulated:PROFILE+DEFECT
for a known-bad one; nobody has to do anything. Profiles: %s.
One that 'stormrig device %s' serves: its port, and --operator http://ADDRESS of
its control plane, which is then hand and eye; in real time.

The folder keeps every byte and what was seen; run the same line again to go on
where it stopped. With --only the other checks stay open: the device is not passed.`,
			class, strings.Join(testbench.Profiles(class), ", "), class),
		Example: fmt.Sprintf("  stormrig certify %s --port emulated:%s\n  stormrig certify %s --port serial:/dev/ttyUSB0?baud=19200 %s --key key.pem",
			class, testbench.Profiles(class)[0], class, labels[class]),
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.examine(cmd.Context(), class, f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.port, "port", "", "where the device is, or emulated:PROFILE[+DEFECT]")
	fl.StringVar(&f.operator, "operator", "", "hand (a person is asked), emulator, or http://ADDRESS of a served emulator; by the port")
	fl.StringSliceVar(&f.only, "only", nil, "do only these checks")
	fl.StringVar(&f.key, "key", "", "Ed25519 key (PEM, PKCS#8) that signs the certificate")
	fl.StringVar(&f.out, "out", "", "folder (default certificates/<class>-<model>/)")
	fl.StringVar(&f.maker, "maker", "", "maker, from the device's label")
	fl.StringVar(&f.model, "model", "", "model, from its label")
	fl.StringVar(&f.serial, "serial", "", "serial number, from its label")
	fl.BoolVar(&f.json, "json", false, "print one JSON object")
	fl.BoolVar(&f.plan, "plan", false, "say what it takes and stop")
	switch class {
	case certify.Printer:
		fl.IntVar(&f.width, "width", 576, "dots of the print head (80 mm paper: 576, 58 mm: 384)")
		fl.IntVar(&f.soak, "soak", 50, "receipts in a row")
		fl.StringSliceVar(&f.documents, "documents", nil, "what its maker documents: "+strings.Join(documentable(), ", "))
	case certify.Scanner:
		fl.StringVar(&f.speaks, "speaks", "serial", "serial, hid-pos or keyboard")
	default:
		fl.StringVar(&f.kind, "kind", certify.KindReader, "swiper, reader or terminal")
	}
	return cmd
}

// subject is a device on its bench with what is known of it.
type subject struct {
	bench    certify.Bench
	options  certify.Options
	claim    certify.Claim
	emulated bool
	byHand   bool   // a person operates it
	realTime bool   // it takes the time that a device takes
	name     string // for the folder
	close    func() error
}

func (a *app) examine(ctx context.Context, class certify.Class, f certifyFlags) error {
	key, err := signingKey(f.key)
	if err != nil {
		return err
	}
	s, err := a.subjectOf(ctx, class, f)
	if err != nil {
		return err
	}
	checks := certify.ChecksOf(class, s.options)
	chosen, err := chosenChecks(checks, f.only)
	if err != nil {
		return errors.Join(err, s.close())
	}
	a.sayPlan(class, chosen, s)
	if f.plan {
		return s.close()
	}
	r, out, err := a.session(ctx, class, f, s, checks, chosen, key)
	err = errors.Join(err, s.close())
	if errors.Is(err, errGone) {
		return &Exit{Code: Stalled, Err: errGone, Hint: "the same line goes on where it stopped"}
	}
	if err != nil {
		return interruption(ctx, err)
	}
	if err := a.sayRecord(r, out, key, f.json); err != nil {
		return err
	}
	return certifyExit(r.Verdict)
}

// chosenChecks are those that --only names; all without it.
func chosenChecks(checks []certify.Check, only []string) (chosen []certify.Check, err error) {
	if len(only) == 0 {
		return checks, nil
	}
	var ids []string
	for _, c := range checks {
		if ids = append(ids, c.ID); slices.Contains(only, c.ID) {
			chosen = append(chosen, c)
		}
	}
	for _, o := range only {
		if !slices.Contains(ids, o) {
			return nil, usage("checks: "+strings.Join(ids, ", "), "--only: there is no check %q", o)
		}
	}
	return chosen, nil
}

// session does the chosen of all checks and publishes.
func (a *app) session(ctx context.Context, class certify.Class, f certifyFlags, s *subject, checks, chosen []certify.Check, key ed25519.PrivateKey) (*certify.Record, certify.Folder, error) {
	out := certify.Folder(f.out)
	if out == "" {
		out = certify.Folder(filepath.Join("certificates", string(class)+"-"+s.name))
	}
	ex, resumed, err := out.Resume(certify.Examination{Class: class, Emulated: s.emulated, Claim: s.claim})
	if err != nil {
		return nil, out, usage("", "%w", err)
	}
	if resumed && len(ex.Results) > 0 {
		fmt.Fprintf(a.Stderr, "%d of %d checks are done already (%s); move the folder away to begin anew\n", ex.Seen(checks), len(checks), out)
	}
	ses := &certify.Session{Bench: s.bench, Checks: chosen, Options: s.options, ByHand: s.byHand}
	ses.Begin = func(n int, c certify.Check) {
		if s.byHand || s.realTime {
			fmt.Fprintf(a.Stderr, "\n[%d of %d] %s\n", n+1, len(chosen), c.Title)
		}
	}
	var saved error
	ses.Done = func(_ int, r certify.Result) {
		saved = errors.Join(saved, out.Save(&ex, ses))
		if !f.json {
			fmt.Fprintf(a.Stdout, "%-19s %-15s %s\n", r.ID, r.Verdict, resultWords(r))
		}
	}
	if err := errors.Join(ses.Run(ctx, &ex), saved); err != nil {
		return nil, out, err
	}
	r := certify.NewRecord(&ex, checks, "stormrig "+version(), time.Now().UTC().Format(time.RFC3339))
	if r.Evidence, err = out.Evidence(); err != nil {
		return nil, out, err
	}
	var envelope []byte
	if key != nil {
		if envelope, err = certify.Sign(&r, key); err != nil {
			return nil, out, err
		}
	}
	return &r, out, out.Publish(&r, envelope)
}

func resultWords(r certify.Result) string {
	var w []string
	if r.Measured != nil {
		w = append(w, strings.TrimSpace(fmt.Sprint(r.Measured)+" "+r.Unit))
	}
	if r.Marginal {
		w = append(w, "marginal")
	}
	if r.Detail != "" {
		w = append(w, r.Detail)
	}
	return strings.Join(w, "; ")
}

func (a *app) sayPlan(class certify.Class, checks []certify.Check, s *subject) {
	c := certify.Total(checks)
	switch {
	case s.realTime && !s.byHand:
		fmt.Fprintf(a.Stderr, "%s %s on %s: %d checks, emulated, no hand needed, at most about %s\n",
			class, s.claim.Model, s.claim.Transport, len(checks), counted(int(c.Time.Minutes())+1, "minute"))
		return
	case s.emulated:
		fmt.Fprintf(a.Stderr, "%s %s: %d checks, emulated, no hand needed\n", class, s.claim.Model, len(checks))
		return
	}
	fmt.Fprintf(a.Stderr, "%s on %s: %d checks, about %d minutes, %.1f metres of paper, %d things for your hand or eye.\nStop at any time (Ctrl-C); the same line goes on where it stopped.\n",
		class, s.claim.Transport, len(checks), int(c.Time.Minutes())+1, float64(c.Paper)/1000, c.Hands)
}

func certifyExit(v certify.Verdict) error {
	switch v {
	case certify.Pass:
		return nil
	case certify.Incomplete:
		return &Exit{Code: Stalled}
	}
	return &Exit{Code: Violated}
}

func signingKey(file string) (ed25519.PrivateKey, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, usage("make one: openssl genpkey -algorithm ed25519 -out key.pem", "the key: %w", err)
	}
	key, err := certify.ParseKey(text)
	if err != nil {
		return nil, usage("make one: openssl genpkey -algorithm ed25519 -out key.pem", "%s: %w", file, err)
	}
	return key, nil
}

// subjectOf puts the device on its bench.
func (a *app) subjectOf(ctx context.Context, class certify.Class, f certifyFlags) (*subject, error) {
	if f.port == "" {
		return nil, usage("for a first look: --port emulated:"+testbench.Profiles(class)[0], "--port is missing")
	}
	if what, ok := strings.CutPrefix(f.port, "emulated:"); ok {
		return emulatedSubject(class, what, f)
	}
	where, err := port.Parse(f.port)
	if err != nil {
		return nil, usage("stormrig doctor lists what there is", "%w", err)
	}
	if strings.HasPrefix(f.operator, "http") {
		return servedSubject(ctx, class, where, f)
	}
	if f.operator != "" && f.operator != "hand" {
		return nil, usage("", "a real port has the operator 'hand', a served emulator http://ADDRESS of its control plane; %q is not known there", f.operator)
	}
	doc, err := documentedBy(f.documents)
	if err != nil {
		return nil, err
	}
	b, err := dialled(where, newHand(ctx, a.IO))
	if err != nil {
		return nil, err
	}
	name := f.model
	if name == "" {
		name = "unnamed"
	}
	return &subject{bench: b, byHand: true, realTime: true, name: strings.ReplaceAll(name, " ", "-"), close: b.Close,
		claim:   certify.Claim{Maker: f.maker, Model: f.model, Serial: f.serial, Transport: where.String()},
		options: certify.Options{Soak: f.soak, Width: f.width, Maker: doc, Kind: f.kind, Speaks: f.speaks}}, ctx.Err()
}

// dialled is a device on its port, ready to be examined.
func dialled(where port.Spec, op certify.Operator) (*live.Bench, error) {
	b := live.New(where.Dial, op)
	if err := b.Dial(5 * time.Second); err != nil {
		return nil, lacking("stormrig doctor lists what there is", "%s: %w", where, err)
	}
	return b, nil
}

func documentable() []string {
	return []string{"auto-status", "completion", "cutter", "images", "codes", "recovery", "drawer-high"}
}

func documentedBy(names []string) (d certify.Documented, err error) {
	d.Known = len(names) > 0
	flags := map[string]*bool{"auto-status": &d.AutoStatus, "completion": &d.Completion, "cutter": &d.Cutter,
		"images": &d.Images, "codes": &d.Codes, "recovery": &d.Recovery, "drawer-high": &d.DrawerHigh}
	for _, n := range names {
		if !slices.Contains(documentable(), n) {
			return d, usage("known are "+strings.Join(documentable(), ", "), "--documents: %q is not known", n)
		}
		*flags[n] = true
	}
	return d, nil
}
