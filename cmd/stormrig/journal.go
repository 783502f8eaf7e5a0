package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"stormrig/pos/journal"
	"stormrig/pos/store"
)

// journal is the parent of what is done with a till's journal at rest.
func (a *app) journal() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "journal",
		Short: "Export a till's journal, or archive the older part of it",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage(cmd.CommandPath()+" export DATA", "say what is to be done")
			}
			return usage(cmd.CommandPath()+" --help lists what can be done", "there is no %q", args[0])
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	cmd.AddCommand(a.journalExport(), a.journalArchive())
	return cmd
}

func (a *app) journalExport() *cobra.Command {
	asCSV, to := false, ""
	cmd := &cobra.Command{
		Use:   "export DATA",
		Short: "Write every entry as a line of JSON, or of CSV",
		Long: `Write every valid entry of a till's data folder, or of an archive, one a line: as
JSON (device, inc, seq, prev, hash, payload), or as CSV for a spreadsheet. The
payload is what was hashed. When a chain is damaged, what lies before the damage
is written, and the exit code is 1.`,
		Example: "  stormrig journal export data/ > entries.jsonl\n  stormrig journal export data/ --csv --to entries.csv",
		Args:    exactly("DATA"),
		RunE: func(_ *cobra.Command, args []string) error {
			d, err := openData(args[0])
			if err != nil {
				return err
			}
			err = a.writeOut(to, func(w io.Writer) error {
				if asCSV {
					return journal.ExportCSV(d, w)
				}
				return journal.Export(d, w)
			})
			return damaged(err)
		},
	}
	cmd.Flags().BoolVar(&asCSV, "csv", false, "CSV with a heading")
	cmd.Flags().StringVar(&to, "to", "", "a file in place of the output; it must not exist")
	return cmd
}

// damaged gives damage the exit code of a violated journal.
func damaged(err error) error {
	if errors.Is(err, journal.ErrDamaged) {
		return &Exit{Code: Violated, Err: err, Hint: "keep the disk as it is; stormrig verify names the entry"}
	}
	return err
}

// writeOut writes to a new file, or to the output.
func (a *app) writeOut(to string, write func(io.Writer) error) error {
	if to == "" {
		w := bufio.NewWriter(a.Stdout)
		return errors.Join(write(w), w.Flush())
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return usage("choose another name with --to", "%s is there already", to)
	}
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	return errors.Join(write(w), w.Flush(), f.Close())
}

func (a *app) journalArchive() *cobra.Command {
	var device, to string
	var through uint64
	cmd := &cobra.Command{
		Use:   "archive DATA --device NAME --through N",
		Short: "Move entries that nobody asks for any more to another folder",
		Long: `Move whole segments of a till's own journal to another folder: all incarnations
but the newest, and of the newest what ends with entry N or before. The till must
not be running. Move only what the hub has and the book is beyond: a book that
must be built anew needs the archive, and so does a hub that lost its disk. In
DATA/archive the till finds it by itself. What moves is verified, durable there
before it is removed here, and can be verified on its own (stormrig verify
FOLDER).`,
		Args: exactly("DATA"),
		RunE: func(_ *cobra.Command, args []string) error {
			if device == "" {
				return usage("--device phone --through 10000", "--device is needed")
			}
			if to == "" {
				to = filepath.Join(args[0], journal.ArchiveDir)
			}
			d, err := openData(args[0])
			if err != nil {
				return err
			}
			if err := ownedBy(d, args[0], device); err != nil {
				return err
			}
			done, err := archive(d, device, to, through)
			if err != nil {
				return damaged(err)
			}
			if done.Segments == 0 {
				fmt.Fprintf(a.Stdout, "nothing moved: no whole segment ends with entry %d or before\nstormrig verify %s lists the segments\n", through, args[0])
				return nil
			}
			fmt.Fprintf(a.Stdout, "%d segments, %d bytes moved to %s; the last entry there is %s\n", done.Segments, done.Bytes, to, done.To)
			return nil
		},
	}
	cmd.Flags().StringVar(&device, "device", "", "whose own journal it is")
	cmd.Flags().StringVar(&to, "to", "", "the folder of the archive; made when it is missing (default DATA/archive)")
	cmd.Flags().Uint64Var(&through, "through", 0, "the last entry of the newest incarnation that may move")
	return cmd
}

// ownedBy refuses a name that is not the journal's own.
func ownedBy(d *store.Dir, path, device string) error {
	report, err := journal.Verify(d)
	if err != nil {
		return err
	}
	for _, c := range report.Chains {
		if !c.Replica && c.Head.Device != device {
			return usage("--device "+c.Head.Device, "%s is the data of %s, not of %s", path, c.Head.Device, device)
		}
	}
	return nil
}

func archive(d *store.Dir, device, to string, through uint64) (journal.Archived, error) {
	j, _, err := journal.Open(d, journal.Options{Device: device})
	if err != nil {
		return journal.Archived{}, err
	}
	defer j.Close() // everything is durable already
	target, err := store.NewDir(to)
	if err != nil {
		return journal.Archived{}, err
	}
	done, err := j.Archive(target, through)
	if err != nil {
		return done, err
	}
	return done, j.MarkStopped()
}
