package prove_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"stormrig/scenarios/prove"
)

func TestHand(t *testing.T) {
	r, err := prove.Run(context.Background(), prove.Job{Workers: runtime.GOMAXPROCS(0)})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range r.Sabotages {
		fmt.Printf("%-28s %-5v %-4s %d also %s | %s | %.150s\n", s.Name, s.Caught, s.By, s.Seeds, s.Also, s.Broke, s.Detail)
	}
	fmt.Println(r.Caught, r.Total, r.CleanControl, r.Control.Runs)
	for _, b := range r.Blamed {
		fmt.Println(b)
	}
}
