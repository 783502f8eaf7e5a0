package files_test

import (
	"testing"

	"stormrig/scenarios/files"
)

func BenchmarkStormSaturday(b *testing.B) {
	for b.Loop() {
		if _, err := files.Scenario("storm-saturday"); err != nil {
			b.Fatal(err)
		}
	}
}
