package testbench_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/certify"
	"stormrig/sim/testbench"
)

// TestProfiles: each gets the grade and the verdict that were written down.
func TestProfiles(t *testing.T) {
	for _, class := range []certify.Class{certify.Printer, certify.Scanner, certify.Dongle} {
		for _, name := range testbench.Profiles(class) {
			t.Run(string(class)+"/"+name, func(t *testing.T) {
				t.Parallel()
				o, err := testbench.ExamineProfile(t.Context(), class, name)
				require.NoError(t, err)
				assert.Equal(t, o.Want, o.Got)
				for _, r := range o.Results {
					assert.NotEqual(t, certify.Incomplete, r.Verdict, "%s: %s", r.ID, r.Detail)
				}
			})
		}
	}
}

// TestKnownBadDevices: each defect is found by the check that names it.
func TestKnownBadDevices(t *testing.T) {
	cases := testbench.KnownBad()
	assert.GreaterOrEqual(t, len(cases), 20)
	for _, c := range cases {
		t.Run(c.Defect.Class+"/"+c.Defect.Name, func(t *testing.T) {
			t.Parallel()
			r, err := c.Examine(t.Context())
			require.NoError(t, err)
			assert.Equal(t, certify.Fail, r.Verdict, c.Defect.Says)
			assert.NotEmpty(t, r.Defects)
		})
	}
}
