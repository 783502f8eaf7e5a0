package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"stormrig/bench/device"
	"stormrig/hil/certify"
	"stormrig/hil/certify/storage"
	"stormrig/pos/journal"
	"stormrig/pos/store"
)

// diskFlags are those of an examination of a disk.
type diskFlags struct {
	dir, witness, run, key, out string
	cuts, sales                 int
	json                        bool
}

func (a *app) certifyDisk() *cobra.Command {
	var f diskFlags
	cmd := &cobra.Command{
		Use:   "disk --dir DIR --witness HOST:PORT",
		Short: "Examine a disk: is what it acknowledged still there after a cut?",
		Long: `Journal numbered sales in a directory of the disk, each told to a witness on
another machine when the disk has acknowledged it. Cut the power of this machine
(a hand, a relay) while it writes; after the start run the same line again: it
says what is missing, and goes on. After --cuts cuts it says how sure one can be.
A cut is a disk that fails under this command, or a machine that has started anew:
a stop by Ctrl-C is none, nor is a command that was killed.

'stormrig witness' runs on the other machine. A disk that loses on purpose, to try
it: 'stormrig disk'.

Exit codes: 0 pass, 1 something that was acknowledged is not there, 3 not enough
cuts yet, or the disk failed or cannot be read yet: switch it on and run the same
line again; 4 the witness does not answer.`,
		Example: `  stormrig certify disk --dir /data/examined --witness 192.168.1.20:7117 --cuts 20

  With 'stormrig disk /tmp/d' in another terminal the order is:
    {"do":"cut"}                 there, while this command writes
    {"do":"release"}             it gets EIO, and ends with exit code 3
    {"do":"power-on","seed":1}   wait for its answer, then run the same line again`,
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.examineDisk(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.dir, "dir", "", "directory on the disk; made when it is missing")
	fl.StringVar(&f.witness, "witness", "", "where 'stormrig witness' listens")
	fl.StringVar(&f.run, "run", "", "name of the examination (default the directory's)")
	fl.IntVar(&f.cuts, "cuts", 20, "how many cuts are enough")
	fl.IntVar(&f.sales, "sales", 1_000_000, "stop in order after so many sales in one life")
	fl.StringVar(&f.key, "key", "", "Ed25519 key (PEM, PKCS#8) that signs the certificate")
	fl.StringVar(&f.out, "out", "", "folder of the certificate, on another disk (default certificates/disk-<run>/)")
	fl.BoolVar(&f.json, "json", false, "print one JSON object")
	return cmd
}

func (a *app) examineDisk(ctx context.Context, f diskFlags) error {
	if f.dir == "" || f.witness == "" {
		return usage("stormrig witness --listen :7117 on another machine, then --dir DIR --witness HOST:7117", "--dir and --witness are needed")
	}
	if f.run == "" {
		f.run = filepath.Base(filepath.Clean(f.dir))
	}
	done := make(chan error, 1)
	go func() { done <- a.examined(ctx, f) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return err
	case <-time.After(diskStops):
		return &Exit{Code: Interrupted, Err: errors.New("interrupted; the disk does not answer, and the system may keep this process until it does"), Hint: switchOn}
	}
}

// diskStops is how long a disk may take to stop in order. Then the command ends;
// its process is gone when the system lets go of the operation that hangs.
const diskStops = 3 * time.Second

const switchOn = "switch the disk on, wait until it is there, and run the same line again"

// diskFailed is a round that a disk did not go through: nothing is proved, and
// the next start says what is missing.
func diskFailed(what string, err error) error {
	switch {
	case errors.Is(err, storage.ErrWitness):
		return lacking("start the witness again and run the same line again", "%w", err)
	case errors.Is(err, journal.ErrDamaged):
		return &Exit{Code: Stalled, Err: fmt.Errorf("%s: %w", what, err), Hint: "--dir names another directory"}
	}
	return &Exit{Code: Stalled, Err: fmt.Errorf("incomplete: %s: %w", what, err), Hint: switchOn}
}

// examined is one start of an examination, up to its end or the disk's.
func (a *app) examined(ctx context.Context, f diskFlags) error {
	line, err := storage.Call(ctx, f.witness, f.run)
	if err != nil {
		return lacking("", "%w", err)
	}
	defer line.Close()
	fs, err := store.NewDir(f.dir)
	if errors.Is(err, syscall.EIO) || errors.Is(err, syscall.ENOTCONN) {
		return diskFailed("the disk cannot be read", err)
	}
	if err != nil {
		return usage("", "%w", err)
	}
	found, held, err := line.Begin(fs, device.Boot())
	if err != nil {
		return diskFailed("the disk cannot be read", err)
	}
	a.sayFound(f, found, held)
	if held.Lost+held.Wrong > 0 || held.Cuts >= f.cuts {
		if _, err := line.End(); err != nil {
			return diskFailed("ending", err)
		}
		return a.certifyHeld(f, held)
	}
	fmt.Fprintf(a.Stderr, "cut the power now, or in a while; then start the machine and run the same line again\n")
	progress := newProgressLine(a.IO)
	err = line.Write(ctx, fs, f.sales, func(n int) {
		if progress.due() {
			fmt.Fprintf(progress.out, "%s%d sales written and acknowledged in this life", erase, n)
		}
	})
	progress.clear()
	if err != nil {
		return diskFailed("the disk failed while it was written to", err)
	}
	if _, err := line.End(); err != nil {
		return diskFailed("ending", err)
	}
	return a.certifyHeld(f, held)
}

func (a *app) sayFound(f diskFlags, found storage.Finding, held storage.Held) {
	fmt.Fprintf(a.Stderr, "%s: %d of %d cuts; %d sales acknowledged in the lives before, %d of them lost, %d wrong, %d torn tails\n",
		f.dir, held.Cuts, f.cuts, found.Acked, found.Lost, found.Wrong, found.Torn)
	for _, w := range found.Words {
		fmt.Fprintln(a.Stderr, w)
	}
	if held.Kills > 0 {
		fmt.Fprintf(a.Stderr, "%d times this command was ended, and neither did the disk fail nor the machine start anew: no cuts\n", held.Kills)
	}
	if held.Boot == "" {
		fmt.Fprintln(a.Stderr, "this system has no name for its starts: only a disk that fails while this command runs is counted as a cut")
	}
}

// certifyHeld sums up what the witness holds.
func (a *app) certifyHeld(f diskFlags, h storage.Held) error {
	key, err := signingKey(f.key)
	if err != nil {
		return err
	}
	if f.out == "" {
		f.out = filepath.Join("certificates", "disk-"+f.run)
	}
	checks := certify.DiskChecks()
	ex := certify.Examination{Class: certify.Disk, Emulated: device.FileSystem(f.dir) == "fuse.stormrig",
		Claim: certify.Claim{Model: f.run, Transport: device.FileSystem(f.dir) + " at " + f.dir}, Results: certify.DiskResults(h.Cuts, f.cuts, h.Lost, h.Wrong, storage.Bound(h.Cuts))}
	r := certify.NewRecord(&ex, checks, "stormrig "+version(), time.Now().UTC().Format(time.RFC3339))
	out := certify.Folder(f.out)
	var envelope []byte
	if key != nil {
		if envelope, err = certify.Sign(&r, key); err != nil {
			return err
		}
	}
	if err := errors.Join(out.Make(), out.Publish(&r, envelope)); err != nil {
		return usage("--out names another folder", "%w", err)
	}
	for _, c := range r.Checks {
		if !f.json {
			fmt.Fprintf(a.Stdout, "%-19s %-12s %s\n", c.ID, c.Verdict, resultWords(c))
		}
	}
	if err := a.sayRecord(&r, out, key, f.json); err != nil {
		return err
	}
	return certifyExit(r.Verdict)
}
