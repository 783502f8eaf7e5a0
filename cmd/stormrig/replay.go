package main

import (
	"os"

	"github.com/spf13/cobra"

	"stormrig/scenarios/pack"
)

func (a *app) replay() *cobra.Command {
	req := ReplayRequest{}
	cmd := &cobra.Command{
		Use:   "replay REPORT",
		Short: "Play the written plan of a report again",
		Long: `Play the plan that was written beside a result again: the plan, not the seed.
REPORT is an evidence folder, or the file that 'stormrig pack' made of one.`,
		Args: exactly("REPORT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			req.Report, req.Typed, req.IO = args[0], args[0], a.IO
			info, err := os.Stat(req.Report)
			if err != nil {
				return err
			}
			if !info.IsDir() {
				dir, err := os.MkdirTemp("", "stormrig-replay-")
				if err != nil {
					return err
				}
				defer os.RemoveAll(dir)
				if req.Report, err = unpack(req.Report, dir); err != nil {
					return err
				}
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

// unpack opens a pack and returns the evidence folder that it holds.
func unpack(path, dir string) (string, error) {
	folder, _, err := pack.Open(path, dir)
	if err != nil {
		return "", usage("a report is a folder, or a file that 'stormrig pack' made", "%w", err)
	}
	return folder, nil
}
