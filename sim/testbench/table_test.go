package testbench_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/certify"
	"stormrig/sim/device"
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
		t.Run(c.Defect.Class+"/"+c.Profile+"+"+c.Defect.Name, func(t *testing.T) {
			t.Parallel()
			r, err := c.Examine(t.Context())
			require.NoError(t, err)
			assert.Equal(t, certify.Fail, r.Verdict, c.Defect.Says)
			assert.NotEmpty(t, r.Defects)
		})
	}
}

// TestVoidIsNotATimeOut: a terminal that undoes by itself what nobody confirmed,
// sooner than a check looks, has not carried out the void that it was asked for.
func TestVoidIsNotATimeOut(t *testing.T) {
	const hasty = "profile: hasty\nlike: terminal-confirm\ntitle: soon\nsettings: {confirm-within: 2s}\nsources: {confirm-within: assumed}\n"
	for i, bad := range [][]device.Defect{nil, {device.NeverVoids}} {
		want := []certify.Verdict{certify.Pass, certify.Fail}[i]
		d, err := testbench.Reader("hasty", []byte(hasty), bad...)
		require.NoError(t, err)
		ex := certify.Examination{Class: certify.Dongle, Emulated: true, Claim: d.Claim}
		require.NoError(t, (&certify.Session{Bench: d.Bench, Checks: certify.TerminalChecks(), Options: d.Options}).Run(t.Context(), &ex))
		last := ex.Results[len(ex.Results)-1]
		assert.Equal(t, "pay.void", last.ID)
		assert.Equal(t, want, last.Verdict, last.Detail)
	}
}
