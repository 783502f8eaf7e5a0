package main

import (
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Where a command writes to one place, it takes --to and --out for it.
func TestToAndOutAreOneWhereThereIsOnlyOne(t *testing.T) {
	took := map[string]bool{}
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, c := range cmd.Commands() {
			walk(c)
		}
		for _, name := range []string{"to", "out"} {
			if f := cmd.Flags().Lookup(name); f != nil && cmd.Flags().Lookup("from") == nil {
				require.NoError(t, cmd.ParseFlags([]string{"--" + name, "there/" + name}), cmd.CommandPath())
				assert.Equal(t, "there/"+name, f.Value.String(), cmd.CommandPath())
				took[cmd.Name()+" --"+name] = true
			}
		}
	}
	walk((&app{}).root())
	for _, want := range []string{"import --to", "import --out", "run --to", "run --out", "pack --out", "incident --to", "incident --out"} {
		assert.True(t, took[want], want)
	}
	assert.False(t, took["audit --out"], "its --to is a day")
}
