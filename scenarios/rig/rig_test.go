package rig_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
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
	r, err := rig.Start(sc, envSeed(), nil)
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

func TestSweep(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("SEEDS"))
	name := os.Getenv("SCEN")
	if name == "" {
		name = "storm-saturday"
	}
	sc, err := files.Scenario(name)
	require.NoError(t, err)
	from, _ := strconv.Atoi(os.Getenv("FROM"))
	total := map[string]int{}
	for seed := from; seed < from+n; seed++ {
		r, err := rig.Start(sc, int64(seed), nil)
		require.NoError(t, err)
		if err := r.Finish(); err != nil {
			fmt.Println("seed", seed, "ERR", err)
			continue
		}
		v, err := check.NewView(r.History())
		require.NoError(t, err)
		for _, res := range check.Run(v) {
			if res.Verdict == check.Violated {
				fmt.Println("seed", seed, res.ID, res.Detail())
			}
		}
		if !r.Converged() || len(r.Unfired()) > 0 {
			fmt.Println("seed", seed, "converged", r.Converged(), "unfired", r.Unfired())
		}
		c := check.Count(v)
		b, _ := json.Marshal(c)
		if os.Getenv("COUNTS") != "" {
			fmt.Println(seed, string(b))
		}
		add := func(k string, n int) { total[k] += n }
		var m map[string]map[string]int
		json.Unmarshal(b, &m)
		for g, x := range m {
			for k, n := range x {
				add(g+"."+k, n)
			}
		}
		if c.Sales.Dark != 37 || c.Sales.Rung != 50 || c.Sales.Journaled != 50 || c.Sales.Hub != 50 || c.Sales.Lost+c.Sales.Duplicated > 0 {
			fmt.Println("seed", seed, string(b))
		}
	}
	fmt.Println(total)
}

func envSeed() int64 {
	n, _ := strconv.ParseInt(os.Getenv("SEED"), 10, 64)
	return n
}
