package main

import (
	"os"

	"github.com/spf13/cobra"
)

func (a *app) verify() *cobra.Command {
	req := VerifyRequest{}
	cmd := &cobra.Command{
		Use:   "verify DATA",
		Short: "Verify a till's journal: chain, sequence, checksums",
		Long: `Read a till's data folder and verify its journal from the first entry: lengths,
checksums, sequence and hash chain. A damaged entry is named. Nothing is
changed.`,
		Args: exactly("DATA"),
		RunE: func(cmd *cobra.Command, args []string) error {
			req.Data, req.IO = args[0], a.IO
			if _, err := os.Stat(req.Data); err != nil {
				return err
			}
			if a.engines.Verify == nil {
				return lacking("stormrig doctor", "verify is not part of this build")
			}
			v, err := a.engines.Verify(cmd.Context(), req)
			if err != nil {
				return err
			}
			return verdictError(string(v))
		},
	}
	cmd.Flags().BoolVar(&req.JSON, "json", false, "print one JSON object")
	return cmd
}
