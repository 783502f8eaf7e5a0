package main

import (
	"os"

	"github.com/spf13/cobra"
)

func (a *app) replay() *cobra.Command {
	req := ReplayRequest{}
	cmd := &cobra.Command{
		Use:   "replay REPORT",
		Short: "Play the written plan of a report again",
		Long:  "Play the plan that was written beside a result again: the plan, not the seed.",
		Args:  exactly("REPORT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			req.Report, req.IO = args[0], a.IO
			if _, err := os.Stat(req.Report); err != nil {
				return err
			}
			if a.engines.Replay == nil {
				return lacking("stormrig doctor", "replay is not part of this build")
			}
			v, err := a.engines.Replay(cmd.Context(), req)
			if err != nil {
				return err
			}
			return verdictError(string(v))
		},
	}
	cmd.Flags().BoolVar(&req.JSON, "json", false, "print one JSON object")
	cmd.Flags().StringVar(&req.Out, "out", "", "folder of the new evidence (default: none is written)")
	return cmd
}
