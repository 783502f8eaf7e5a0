package campaign

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"stormrig/scenarios/check"
	"stormrig/scenarios/files"
	"stormrig/scenarios/rig"
)

func TestDump(t *testing.T) {
	if os.Getenv("SEED") == "" {
		t.Skip()
	}
	sc, _ := files.Scenario(os.Getenv("SCEN"))
	seed, _ := strconv.ParseInt(os.Getenv("SEED"), 10, 64)
	plan, _ := Swarm(sc, seed)
	r, err := rig.Start(sc, seed, &plan)
	if err != nil {
		t.Fatal(err)
	}
	err = r.Finish()
	for _, e := range r.History() {
		if e.Kind == "entry" && e.Who != e.Device {
			continue
		}
		fmt.Printf("%d %.3f g%d %s %s b%d ref=%s stan=%s n=%d %s %d %v [%s] %s %q %s/%d/%d %s", e.N, float64(e.T)/1e9, e.Gen, e.Who, e.Kind, e.Basket, e.Ref, e.STAN, e.Number, e.Code, e.Amount, e.On, e.State, e.Text, e.Lines, e.Device, e.Inc, e.Seq, e.Payload)
		if e.Done+e.Total > 0 {
			fmt.Printf(" %d/%d", e.Done, e.Total)
		}
		if e.Wall+e.WallTo != 0 {
			fmt.Printf(" wall %d->%d", e.Wall, e.WallTo)
		}
		if e.Cut != nil {
			fmt.Printf(" %+v", *e.Cut)
		}
		if e.Fault != nil {
			fmt.Printf(" %+v", *e.Fault)
		}
		fmt.Println()
	}
	fmt.Println("err", err, "converged", r.Converged())
	for _, f := range r.Faults() {
		fmt.Println("  ", f.Fault.String(), f.Fired, f.Why)
	}
	v, err := check.NewView(r.History())
	if err != nil {
		t.Fatal(err)
	}
	for _, res := range check.Run(v) {
		if res.Verdict == check.Violated {
			fmt.Println(res.ID, res.Verdict, res.Checked, res.Detail(), res.Details[0].Events)
		}
	}
}

func TestWire(t *testing.T) {
	if os.Getenv("WIRE") == "" {
		t.Skip()
	}
	sc, _ := files.Scenario(os.Getenv("SCEN"))
	seed, _ := strconv.ParseInt(os.Getenv("SEED"), 10, 64)
	lo, _ := strconv.ParseFloat(os.Getenv("LO"), 64)
	hi, _ := strconv.ParseFloat(os.Getenv("HI"), 64)
	plan, _ := Swarm(sc, seed)
	r, err := rig.Start(sc, seed, &plan)
	if err != nil {
		t.Fatal(err)
	}
	for {
		ok, err := r.Step()
		if err != nil || !ok {
			break
		}
		now := r.World().Now().Seconds()
		if now < lo || now > hi {
			continue
		}
		for _, o := range r.Seen() {
			s := fmt.Sprintf("%.4f %T %+v", now, o, o)
			if strings.Contains(s, os.Getenv("WIRE")) {
				fmt.Println(s[:min(len(s), 400)])
			}
		}
	}
}
