package main

import (
	"github.com/spf13/cobra"
)

// bench is the parent of the benchmarks.
func (a *app) bench() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure this machine: journals, the hub, the simulation",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage(cmd.CommandPath()+" journal", "say what is to be measured")
			}
			return usage(cmd.CommandPath()+" --help lists them", "there is no benchmark %q", args[0])
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	cmd.AddCommand(a.benchJournal(), a.benchSync(), a.benchSim(), a.benchGrowth())
	return cmd
}
