package main

import (
	"fmt"
	"net"

	"github.com/spf13/cobra"

	"stormrig/hil/certify/storage"
)

func (a *app) witness() *cobra.Command {
	var listen, keep string
	cmd := &cobra.Command{
		Use:   "witness",
		Short: "Hold what another machine's disk has acknowledged",
		Long: `Hold, for 'stormrig certify disk' on other machines, what their disks have
acknowledged. Run it where the power that you cut does not reach.`,
		Example: "  stormrig witness --listen :7117 --keep witness.json",
		Args:    exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			w, err := storage.NewWitness(keep)
			if err != nil {
				return usage("name another file with --keep", "%w", err)
			}
			l, err := net.Listen("tcp", listen)
			if err != nil {
				return usage("name another address with --listen", "%w", err)
			}
			fmt.Fprintf(a.Stderr, "witness on %s; on the other machine: stormrig certify disk --dir DIR --witness THIS-MACHINE:%d\n",
				l.Addr(), l.Addr().(*net.TCPAddr).Port)
			return w.Serve(cmd.Context(), l)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", ":7117", "address to listen on")
	cmd.Flags().StringVar(&keep, "keep", "", "file that keeps what is held over restarts of the witness")
	return cmd
}
