package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// sameFlags lets a command take --to for --out and --out for --to where it has
// only one of them. --to names what the command is there to make: a scenario, a
// profile, an archive. --out is the folder of the evidence that one leaves beside
// its verdict. Nobody should have to remember which is which.
func sameFlags(cmd *cobra.Command) {
	for _, c := range cmd.Commands() {
		sameFlags(c)
	}
	has := func(name string) bool { return cmd.Flags().Lookup(name) != nil }
	if has("to") == has("out") || has("from") { // --from and --to are days
		return
	}
	other, only := "out", "to"
	if has("out") {
		other, only = only, other
	}
	cmd.Flags().SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == other {
			name = only
		}
		return pflag.NormalizedName(name)
	})
}
