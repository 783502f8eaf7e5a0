package scenarios_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/format"
)

func TestScenarios(t *testing.T) {
	format.MaxLength = 0 // a finding is never cut short
	RegisterFailHandler(Fail)
	RunSpecs(t, "Scenarios")
}
