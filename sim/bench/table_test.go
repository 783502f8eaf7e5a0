package bench_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/certify"
	"stormrig/sim/bench"
)

func examine(t *testing.T, d *bench.Device) *certify.Examination {
	t.Helper()
	d.Options.Soak = 5
	s := certify.Session{Bench: d.Bench, Checks: d.Checks(), Options: d.Options}
	ex := &certify.Examination{Class: d.Class, Emulated: true, Claim: d.Claim}
	require.NoError(t, s.Run(context.Background(), ex))
	return ex
}

// failing are the checks that fail a device, whatever its grade.
func failing(d *bench.Device, ex *certify.Examination) (out []string) {
	for _, c := range d.Checks() {
		i := slices.IndexFunc(ex.Results, func(r certify.Result) bool { return r.ID == c.ID })
		if ex.Results[i].Verdict == certify.Fail && c.Grade == "" {
			out = append(out, c.ID+": "+ex.Results[i].Detail)
		}
	}
	return out
}

func ids(fails []string) (out []string) {
	for _, f := range fails {
		id, _, _ := strings.Cut(f, ":")
		out = append(out, id)
	}
	return out
}

// TestProfiles: each gets the grade and the verdict that were written down.
func TestProfiles(t *testing.T) {
	for _, class := range []certify.Class{certify.Printer, certify.Scanner, certify.Dongle} {
		for _, name := range bench.Profiles(class) {
			t.Run(string(class)+"/"+name, func(t *testing.T) {
				t.Parallel()
				d, err := bench.Named(class, name)
				require.NoError(t, err)
				ex := examine(t, d)
				var want []string
				for _, e := range bench.Expectations() {
					if e.Class == class && e.Profile == name {
						want = e.Fails
					}
				}
				got := failing(d, ex)
				assert.Equal(t, want, ids(got), "%q", got)
				assert.Equal(t, d.Grade, ex.GradeOf(d.Checks()))
				for _, r := range ex.Results {
					assert.NotEqual(t, certify.Incomplete, r.Verdict, "%s: %s", r.ID, r.Detail)
				}
			})
		}
	}
}

// TestKnownBadDevices: each defect is found by the check that names it.
func TestKnownBadDevices(t *testing.T) {
	cases := bench.KnownBad()
	assert.GreaterOrEqual(t, len(cases), 20)
	for _, c := range cases {
		t.Run(c.Defect.Class+"/"+c.Defect.Name, func(t *testing.T) {
			t.Parallel()
			d, err := bench.Named(c.Class, c.Profile, c.Defect.Defect)
			require.NoError(t, err)
			all := d.Checks()
			i := slices.IndexFunc(all, func(k certify.Check) bool { return k.ID == c.Check })
			require.GreaterOrEqual(t, i, 0, "a check for %q", c.Defect.Name)
			s := certify.Session{Bench: d.Bench, Checks: all[i : i+1], Options: d.Options}
			ex := certify.Examination{Claim: d.Claim}
			require.NoError(t, s.Run(context.Background(), &ex))
			assert.Equal(t, certify.Fail, ex.Results[0].Verdict, c.Defect.Says)
			assert.NotEmpty(t, ex.Results[0].Defects)
		})
	}
}
