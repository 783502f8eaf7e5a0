package testbench_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/certify"
	"stormrig/hil/wire/escpos"
	"stormrig/sim/device"
	"stormrig/sim/testbench"
)

// TestLearningGivesTheProfileBack learns every emulated printer without being
// told anything of it but its line; all that was learned is as in its profile.
func TestLearningGivesTheProfileBack(t *testing.T) {
	for _, name := range testbench.Profiles(certify.Printer) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := testbench.Named(certify.Printer, name)
			require.NoError(t, err)
			learned, _, err := certify.LearnPrinter(d.Bench, certify.Options{XOnXOff: d.Options.XOnXOff, Maker: certify.Documented{DotsPerMM: d.Options.Maker.DotsPerMM}})
			require.NoError(t, err)
			text, err := testbench.LearnedProfile("learned", "learned", "tm-t20", learned)
			require.NoError(t, err)
			got, err := device.ParsePrinter("learned", text)
			require.NoError(t, err, "%s", text)
			own, err := device.Text(device.ClassPrinter, name)
			require.NoError(t, err)
			want, err := device.ParsePrinter(name, own)
			require.NoError(t, err)
			// Two numbers of one page look like a number that is ignored.
			first := want.Settings.Pages[0].Name
			want.Settings.Pages = slices.DeleteFunc(want.Settings.Pages, func(p escpos.Page) bool { return p.N > 0 && p.Name == first })
			// An image in flash memory is not tried: it would write to it.
			want.Settings.Images = device.NameSet(strings.Trim(strings.ReplaceAll(string(want.Settings.Images), "nv", ""), " ,"))
			for _, l := range learned {
				assert.Equal(t, field(want.Settings, l.Key), field(got.Settings, l.Key), l.Key)
			}
			assert.GreaterOrEqual(t, len(learned), 12)
		})
	}
}

// field is a setting by its key in the file.
func field(p device.PrinterProfile, key string) any {
	v := reflect.ValueOf(p)
	for i := range v.NumField() {
		if tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ","); tag == key {
			return v.Field(i).Interface()
		}
	}
	return "there is no setting " + key
}
