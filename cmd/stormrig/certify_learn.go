package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"stormrig/hil/certify"
	"stormrig/sim/testbench"
)

func (a *app) certifyLearn() *cobra.Command {
	var f certifyFlags
	var to, like string
	cmd := &cobra.Command{
		Use:   "learn",
		Short: "Learn how a printer answers, as a profile for emulators",
		Long: `Measure how a real printer answers and how fast, and write a profile that
'stormrig device printer --profile FILE' then follows. What cannot be measured (a
second connection, a battery, images in flash memory) is as in the profile that
--like names.

A printer is learned with its cover, its paper and a cash drawer at hand.`,
		Example: "  stormrig certify learn --port serial:/dev/ttyUSB0?baud=19200 --to my-printer.yaml\n  stormrig device printer --profile my-printer.yaml",
		Args:    exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if to == "" {
				return usage("--to my-printer.yaml", "--to is missing")
			}
			if _, err := os.Stat(to); !errors.Is(err, fs.ErrNotExist) {
				return usage("--to another file", "%s is there already", to)
			}
			s, err := a.subjectOf(cmd.Context(), certify.Printer, f)
			if err != nil {
				return err
			}
			line := certify.Options{XOnXOff: s.options.XOnXOff, Maker: certify.Documented{DotsPerMM: s.options.Maker.DotsPerMM}}
			learned, transcript, err := certify.LearnPrinter(s.bench, line)
			if err := errors.Join(err, s.close()); err != nil {
				return &Exit{Code: Unavailable, Err: err}
			}
			return a.sayLearned(to, like, s.claim, learned, transcript)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.port, "port", "", "where the printer is, or emulated:PROFILE")
	fl.StringVar(&f.operator, "operator", "", "hand or emulator; by the port")
	fl.StringVar(&to, "to", "", "file of the profile")
	fl.StringVar(&like, "like", "tm-t20", "profile for what cannot be measured")
	fl.StringVar(&f.maker, "maker", "", "maker, from the printer's label")
	fl.StringVar(&f.model, "model", "", "model, from its label")
	return cmd
}

func (a *app) sayLearned(to, like string, claim certify.Claim, learned []certify.Learned, transcript []byte) error {
	name := strings.TrimSuffix(filepath.Base(to), filepath.Ext(to))
	title := strings.TrimSpace("Learned of " + claim.Maker + " " + claim.Model + " on " + claim.Transport)
	text, err := testbench.LearnedProfile(name, title, like, learned)
	if err != nil {
		return err
	}
	if _, err := testbench.Parsed(certify.Printer, to, text); err != nil {
		return &Exit{Code: Stalled, Err: fmt.Errorf("what was learned is not enough for a profile: %w", err), Hint: "answer more of the questions"}
	}
	if err := errors.Join(os.WriteFile(to, text, 0o644), os.WriteFile(to+".transcript", transcript, 0o644)); err != nil {
		return usage("--to another place", "%w", err)
	}
	p := &printer{w: a.Stdout}
	const key, value = 21, 26 // columns
	p.line("%-*s%-*s %s\n", key, "setting", value, "value", "measured by")
	for _, l := range learned {
		how := strings.TrimPrefix(l.How, "measured: ")
		if w := l.Words(); len(w) > value {
			p.line("%-*s%s\n%s\n", key, l.Key, how, wrap(w, textWidth, strings.Repeat(" ", key)))
		} else {
			p.line("%-*s%-*s %s\n", key, l.Key, value, w, how)
		}
	}
	p.line("\nprofile  %s\nuse it   stormrig device printer --profile %s\n", to, to)
	return p.err
}
