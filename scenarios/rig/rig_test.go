package rig_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"stormrig/scenarios/check"
	"stormrig/scenarios/files"
	"stormrig/scenarios/rig"
)

func TestLook(t *testing.T) {
	name := os.Getenv("SCEN")
	if name == "" {
		name = "one-sale"
	}
	sc, err := files.Scenario(name)
	require.NoError(t, err)
	r, err := rig.Start(sc, 1, nil)
	require.NoError(t, err)
	err = r.Finish()
	for _, e := range r.History() {
		if os.Getenv("LOOK") != "" {
			fmt.Printf("%d %.3f %d %s %s b%d ref=%s stan=%s n=%d %s %d %v [%s] %s %v %s/%d/%d %s %+v %+v\n", e.N, float64(e.T)/1e9, e.Gen, e.Who, e.Kind, e.Basket, e.Ref, e.STAN, e.Number, e.Code, e.Amount, e.On, e.State, e.Text, e.Lines, e.Device, e.Inc, e.Seq, e.Payload, e.Cut, e.Fault)
		}
	}
	require.NoError(t, err)
	fmt.Println("events", r.World().Events(), "history", len(r.History()), "converged", r.Converged(), "unfired", r.Unfired(), r.Digest())
	v, err := check.NewView(r.History())
	require.NoError(t, err)
	for _, res := range check.Run(v) {
		fmt.Println(res.ID, res.Verdict, res.Checked, res.Detail())
	}
}
