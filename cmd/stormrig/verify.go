package main

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"stormrig/pos/journal"
	"stormrig/pos/store"
	reports "stormrig/scenarios/report"
)

// verified is the JSON of 'verify'.
type verified struct {
	Data    string          `json:"data"`
	Verdict string          `json:"verdict"` // holds or violated
	Entries uint64          `json:"entries"`
	Damage  string          `json:"damage,omitempty"` // the first damaged entry
	Chains  []verifiedChain `json:"chains"`
}

type verifiedChain struct {
	Head     string `json:"head"` // phone/1/57: the last valid entry
	From     uint64 `json:"from"` // the first entry that is here; above 1 when others are in an archive
	Hash     string `json:"hash"`
	Replica  bool   `json:"replica"`
	Segments int    `json:"segments"`
	// TailBytes is what a start would cut as torn.
	TailBytes int64  `json:"tail_bytes,omitempty"`
	Damage    string `json:"damage,omitempty"`
}

func (a *app) verify() *cobra.Command {
	asJSON, archive := false, ""
	cmd := &cobra.Command{
		Use:   "verify DATA",
		Short: "Verify a till's journal: chain, sequence, checksums",
		Long: `Read a till's data folder and verify its journal from the first entry: lengths,
checksums, sequence and hash chain, its own and what it holds of others. A
damaged entry is named (exit code 1). Nothing is changed. An archive is verified in
the same way, alone; the one in DATA/archive, or another with --archive, is also
held against the till that it came from.`,
		Example: "  stormrig verify reports/storm-saturday-17/disks/phone",
		Args:    exactly("DATA"),
		RunE: func(_ *cobra.Command, args []string) error {
			v, err := verifyData(args[0])
			if archive == "" {
				archive = archiveIn(args[0])
			}
			if err == nil && archive != "" {
				err = v.verifyArchive(archive)
			}
			if err != nil {
				return err
			}
			if asJSON {
				err = a.printJSON("verify", v)
			} else {
				err = a.printVerified(v)
			}
			if err != nil {
				return err
			}
			return verdictError(v.Verdict)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	cmd.Flags().StringVar(&archive, "archive", "", "the folder that older entries were archived to, when it is not DATA/archive")
	return cmd
}

// archiveIn returns the archive in a data folder; empty when there is none, or
// what precedes it was carried elsewhere.
func archiveIn(data string) string {
	path := filepath.Join(data, journal.ArchiveDir)
	if _, err := os.Stat(filepath.Join(path, journal.Dir)); err != nil {
		return ""
	}
	if _, err := os.Stat(filepath.Join(path, journal.Dir, journal.BaseName)); err == nil {
		return ""
	}
	return path
}

// verifyArchive holds an archive against the data folder that it came from.
func (v *verified) verifyArchive(path string) error {
	live, err := openData(v.Data)
	if err != nil {
		return err
	}
	old, err := openData(path)
	if err != nil {
		return err
	}
	if err := journal.VerifyArchive(live, old); errors.Is(err, journal.ErrDamaged) {
		v.Verdict, v.Damage = "violated", cmp.Or(v.Damage, err.Error())
	} else if err != nil {
		return err
	}
	return nil
}

// openData opens a till's data folder, which must be there: a store would make
// it.
func openData(path string) (*store.Dir, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, usage("name the till's data folder, the one that has a folder journal", "%s is no folder", path)
	}
	return store.NewDir(path)
}

func verifyData(path string) (verified, error) {
	v := verified{Data: path, Verdict: "holds"}
	dir, err := openData(path)
	if err != nil {
		return v, err
	}
	report, err := journal.Verify(dir)
	if err != nil {
		return v, err
	}
	if len(report.Chains) == 0 {
		return v, usage(dataHint(path), "%s holds no journal", path)
	}
	v.Entries = report.Entries
	if report.Damage != nil {
		v.Verdict, v.Damage = "violated", report.Damage.Error()
	}
	for _, c := range report.Chains {
		out := verifiedChain{Head: c.Head.String(), From: c.From, Hash: hex.EncodeToString(c.Hash[:]), Replica: c.Replica, Segments: c.Segments}
		if c.Tail != nil {
			out.TailBytes = c.Tail.Bytes
		}
		if c.Damage != nil {
			out.Damage = c.Damage.Error()
		}
		v.Chains = append(v.Chains, out)
	}
	return v, nil
}

// dataHint names the data folders in a report: the journals of a run are those
// of its disks.
func dataHint(path string) string {
	disks, err := filepath.Glob(filepath.Join(path, reports.DirDisks, "*", "journal"))
	if err != nil || len(disks) == 0 {
		return "name the till's data folder, the one that has a folder journal"
	}
	hint := "this is a report; its disks are beside it:"
	for _, d := range disks {
		hint += "\n  stormrig verify " + filepath.Dir(d)
	}
	return hint
}

func (a *app) printVerified(v verified) error {
	w := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s: %s, %d valid entries\n", v.Data, v.Verdict, v.Entries)
	for _, c := range v.Chains {
		what := "own"
		if c.Replica {
			what = "replica"
		}
		if c.From > 1 {
			what += fmt.Sprintf(" from %d", c.From)
		}
		fmt.Fprintf(w, "  %s\tto %s\t%d segments\t%.16s\n", what, c.Head, c.Segments, c.Hash)
		if c.TailBytes > 0 {
			fmt.Fprintf(w, "  \ttorn tail: a start would cut %d bytes\n", c.TailBytes)
		}
		if c.Damage != "" {
			fmt.Fprintf(w, "  \t%s\n", c.Damage)
		}
	}
	return w.Flush()
}
