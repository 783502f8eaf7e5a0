package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"stormrig/scenarios/spec"
)

// app is what the subcommands share.
type app struct {
	engines
	IO
}

// execute runs one command line and returns its exit code.
func execute(ctx context.Context, e engines, args []string, stdout, stderr io.Writer) Code {
	return executeIn(ctx, e, args, IO{Stdin: os.Stdin, Stdout: stdout, Stderr: stderr, Terminal: isTerminal(stderr)})
}

func executeIn(ctx context.Context, e engines, args []string, io IO) (code Code) {
	stdout, stderr := io.Stdout, io.Stderr
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(stderr, "stormrig: internal error: %v\n\n%s\n", r, debug.Stack())
			code = Internal
		}
	}()
	a := &app{engines: e, IO: io}
	root := a.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return OK
	}
	return report(stderr, err)
}

// report prints an error with its hint.
func report(stderr io.Writer, err error) Code {
	exit := classify(err)
	if exit.Err != nil {
		fmt.Fprintf(stderr, "stormrig: %v\n", exit.Err)
	}
	if exit.Hint != "" {
		fmt.Fprintf(stderr, "hint: %s\n", exit.Hint)
	}
	return exit.Code
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "stormrig",
		Short: "Put a point of sale through a storm and prove that nothing was lost",
		Long: `stormrig drives a till with its scanner, card reader and receipt printer, cuts
power, network and clocks at the worst moments, and holds the till's books
against what really happened.

Exit codes: 0 holds, 1 an invariant is violated, 2 usage or a bad file,
3 did not converge, 4 this machine lacks what was asked, 5 internal error,
6 blind (a written fault did not fire), 130 interrupted.`,
		Example:           "  stormrig run storm-saturday\n  stormrig list\n  stormrig explain J1",
		Version:           version(),
		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("stormrig --help", "a command is missing")
			}
			hint := "stormrig --help lists the commands"
			if s := cmd.SuggestionsFor(args[0]); len(s) > 0 {
				hint = "did you mean " + strings.Join(s, " or ") + "?"
			}
			return usage(hint, "there is no command %q", args[0])
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	root.AddCommand(a.bench(), a.journal())
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage(flagHint(cmd, err), "%w", err)
	})
	root.AddCommand(a.run(), a.replay(), a.list(), a.explain(), a.importCmd(), a.check(), a.verify(), a.doctor(), a.explore(),
		a.prove(), a.shrink(), a.diff(), a.certify(), a.witness(), a.disk(), a.campaign(), a.audit(), a.incident(), a.pack())
	root.AddCommand(a.device(), a.till(), a.hub())
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Args = knownTopic
		case "completion":
			group(c, "bash")
		}
	}
	sameFlags(root)
	return root
}

// group makes a command of one that only has others: without one of their
// names it is an error, not a page of help and exit code 0, which a pipeline
// would take for success.
func group(cmd *cobra.Command, example string) {
	cmd.RunE = func(*cobra.Command, []string) error { return nil }
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		var names []string
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				names = append(names, c.Name())
			}
		}
		if len(args) == 0 {
			return usage(cmd.CommandPath()+" "+example, "which? %s", strings.Join(names, ", "))
		}
		hint := "there are " + strings.Join(names, ", ")
		if near := spec.Near(args[0], names); near != "" {
			hint = "did you mean " + near + "?"
		}
		return usage(hint, "%s has no %q", cmd.Name(), args[0])
	}
}

// knownTopic refuses help for a command that there is not.
func knownTopic(cmd *cobra.Command, args []string) error {
	if c, rest, err := cmd.Root().Find(args); err != nil || c == cmd.Root() && len(rest) > 0 {
		return usage("stormrig --help lists the commands", "there is no command %q", strings.Join(args, " "))
	}
	return nil
}

// flagHint says which flag was meant.
func flagHint(cmd *cobra.Command, err error) string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	if flag, ok := strings.CutPrefix(err.Error(), "unknown flag: "); ok {
		if near := spec.Near(flag, names); near != "" {
			return "did you mean " + near + "?"
		}
	}
	return cmd.CommandPath() + " --help"
}

// exactly wants n arguments and says which.
func exactly(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return usage(cmd.UseLine(), "%s is missing", names[len(args)])
		case len(args) > len(names):
			return usage(cmd.UseLine(), "%q is one argument too many", args[len(names)])
		}
		return nil
	}
}

// printJSON prints one object: schema, version and command come first.
func (a *app) printJSON(command string, fields any) error {
	body, err := json.Marshal(fields)
	if err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	v, err := json.Marshal(version())
	if err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	_, err = fmt.Fprintf(a.Stdout, `{"schema":1,"version":%s,"command":%q,%s`+"\n", v, command, body[1:])
	return err
}

// version is the module's version, or the commit that it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "devel-" + s.Value[:min(12, len(s.Value))]
		}
	}
	return "devel"
}

// isTerminal tells whether a person sees what is written.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
