package scenarios_test

import (
	"runtime/debug"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/format"
)

func TestScenarios(t *testing.T) {
	format.MaxLength = 0    // a finding is never cut short
	debug.SetGCPercent(400) // thousands of short days, each gone at once
	RegisterFailHandler(Fail)
	RunSpecs(t, "Scenarios")
}
