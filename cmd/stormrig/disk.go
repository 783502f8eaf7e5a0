package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"stormrig/fault/disk/mount"
)

func (a *app) disk() *cobra.Command {
	return &cobra.Command{
		Use:   "disk DIR",
		Short: "Serve a disk whose power can be cut inside any operation",
		Long: `Mount a simulated disk at an empty directory (Linux, /dev/fuse). Programs use it
like any other; it knows what was synced, and loses what was not.

Orders are read from standard input, one JSON object a line, and answered on
standard output. The input's end, Ctrl-C and SIGTERM unmount; what was left by one
that was killed is taken away at the next start:

  {"do":"cut-at","op":5}         the power goes inside the 5th operation from now,
                                 which is told by {"say":"cut","where":...};
                                 0 takes that back
  {"do":"cut"}                   it goes now, between two operations
  {"do":"release"}               who waits for the power gets EIO, and stays without
                                 a disk: a program can end before the power is back
  {"do":"power-on","seed":7}     the disk comes back with one legal state, drawn by
                                 the seed; what was open on it gets EIO
  {"do":"ail","lying":true}      syncs are acknowledged and not done
  {"do":"ail","eio_sync":2}      the 2nd next sync fails; also eio_write, capacity
  {"do":"ops"}                   how many operations there were
  {"do":"stop"}

Whoever uses the directory must be another process.`,
		Example: "  mkdir /tmp/d; stormrig disk /tmp/d",
		Args:    exactly("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.freeDir(args[0]); err != nil {
				return err
			}
			if err := mount.Serve(cmd.Context(), args[0], os.Stdin, a.Stdout); err != nil {
				return lacking("stormrig doctor says what is missing (fuse)", "%w", err)
			}
			return nil
		},
	}
}

// freeDir takes away what a killed process has left mounted at a directory, and
// refuses one that is in use.
func (a *app) freeDir(dir string) error {
	switch state, err := mount.At(dir); {
	case err != nil:
		return usage("make the directory first", "%w", err)
	case state == mount.Served:
		return usage("name another directory", "another 'stormrig disk' serves %s", dir)
	case state == mount.Dead:
		if err := mount.Clear(dir); err != nil {
			return lacking("umount "+dir, "the disk of a killed process is still mounted at %s: %w", dir, err)
		}
		fmt.Fprintf(a.Stderr, "stormrig: took away the disk that a killed process had left at %s\n", dir)
	}
	return emptyDir(dir)
}

// emptyDir refuses a place that holds something: a mount would hide it.
func emptyDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return usage("make the directory first", "%w", err)
	}
	defer f.Close()
	names, err := f.Readdirnames(1)
	if len(names) > 0 {
		return usage("name an empty directory", "%s is not empty: a disk mounted there would hide what is in it", dir)
	}
	if err != nil && err != io.EOF {
		return usage("name a directory", "%w", err)
	}
	return nil
}
